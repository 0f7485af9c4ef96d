"""The change list as rows of a tree."""

import pytest

from boocode_desktop.content.change_rows import (
    AgentShare,
    FolderRow,
    agent_shares,
    authors_sentence,
    change_rows,
)
from boocode_desktop.domain.changes import FileChange


def change(path: str, *agents: str, added: int = 1, removed: int = 0) -> FileChange:
    return FileChange(path=path, operation="modified", agents=agents, added=added, removed=removed)


CHANGES = [change("README.md", "qwen"), change("src/a.py", "boocode", "qwen"), change("src/pay/b.py", "boocode")]


def drawn(rows: list) -> list[str]:
    """Rows as a person sees them: folders with a slash, nested files indented."""
    return [
        f"{'+' if row.folded else '-'}{row.folder}/ {row.files}"
        if isinstance(row, FolderRow)
        else f"{'  ' if row.nested else ''}{row.change.path}"
        for row in rows
    ]


@pytest.mark.parametrize(
    ("folded", "agent", "rows"),
    [
        ((), "", ["README.md", "-src/ 1", "  src/a.py", "-src/pay/ 1", "  src/pay/b.py"]),
        (("src",), "", ["README.md", "+src/ 1", "-src/pay/ 1", "  src/pay/b.py"]),
        ((), "qwen", ["README.md", "-src/ 1", "  src/a.py"]),
        (("src", ""), "nobody", []),
    ],
)
def test_files_stand_below_their_folders(folded: tuple[str, ...], agent: str, rows: list[str]) -> None:
    assert drawn(change_rows(CHANGES, folded, agent)) == rows


def test_files_of_a_folder_stay_together_whatever_sorts_between_them() -> None:
    mixed = [change("a/b/x"), change("a/c"), change("a/b.txt"), change("a-b/y")]
    rows = drawn(change_rows(mixed))
    assert rows == ["-a/ 2", "  a/b.txt", "  a/c", "-a/b/ 1", "  a/b/x", "-a-b/ 1", "  a-b/y"]


def test_every_agent_counts_the_files_it_touched() -> None:
    assert agent_shares(CHANGES) == [
        AgentShare(agent="qwen", files=2, added=2, removed=0),
        AgentShare(agent="boocode", files=2, added=2, removed=0),
    ]


@pytest.mark.parametrize(("agents", "words"), [((), ""), (("a",), "Changes from a"), (("a", "b"), "Changes from a, b")])
def test_authors_are_named(agents: tuple[str, ...], words: str) -> None:
    assert authors_sentence(agents) == words
