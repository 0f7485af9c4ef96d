"""Three states of a file, and links that lead out."""

import pytest

from boocode_desktop.workspace.merging import ConflictError, leads_outside, merge_states
from boocode_desktop.workspace.safe_files import EXECUTABLE, FILE, LINK, FileState


def state(text: str, mode: int = FILE) -> FileState:
    """A small file."""
    return FileState(mode=mode, data=text.encode())


A, B, C = state("a\n"), state("b\n"), state("c\n")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "result"),
    [
        (A, A, B, B),
        (A, B, A, B),
        (A, B, B, B),
        (None, None, A, A),
        (A, A, None, None),
        (A, None, None, None),
        (None, A, A, A),
        (None, None, None, None),
        (A, state("a\n", EXECUTABLE), state("a\nb\n"), state("a\nb\n", EXECUTABLE)),
        (A, state("a\nb\n"), state("a\n", EXECUTABLE), state("a\nb\n", EXECUTABLE)),
    ],
)
def test_states_that_merge(
    base: FileState | None, ours: FileState | None, theirs: FileState | None, result: FileState | None
) -> None:
    assert merge_states(base, ours, theirs) == result


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "reason"),
    [
        (A, B, C, "same lines"),
        (None, A, B, "exists there already"),
        (A, None, B, "deleted there"),
        (A, B, None, "to be deleted"),
        (state("x", LINK), state("y", LINK), state("z", LINK), "symbolic link"),
        (state("\0a"), state("\0b"), state("\0c"), "binary"),
    ],
)
def test_states_that_do_not(
    base: FileState | None, ours: FileState | None, theirs: FileState | None, reason: str
) -> None:
    with pytest.raises(ConflictError, match=reason):
        merge_states(base, ours, theirs)


@pytest.mark.parametrize(
    ("path", "target", "outside"),
    [
        ("a", "b", False),
        ("d/a", "../b", False),
        ("d/a", "../../b", True),
        ("a", "..", True),
        ("a", "/etc/passwd", True),
        ("a", "C:\\x", True),
        ("a", "d/../../x", True),
        ("a", "..x", False),
        ("d/e/a", "../../../d", True),
    ],
)
def test_links_that_lead_outside(path: str, target: str, outside: bool) -> None:
    assert leads_outside(path, target.encode()) is outside
