"""Decisions as rows of the diff, and how far a review is."""

from dataclasses import replace

import pytest

from boocode_desktop.content.decided_hunks import Progress, decided_of, progress
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.domain.records import Decision

PATCH = """diff --git a/a.py b/a.py
@@ -10,3 +10,4 @@ def run():
 same
-old
+new
+more
 same
\\ No newline at end of file
"""


def decision(key: str, action: str = "approve", *, patch: str = PATCH, **fields: object) -> Decision:
    made = Decision(id=key, session_id="s", path="a.py", action=action, patch=patch, hunk=1)  # type: ignore[arg-type]
    return replace(made, **fields)  # type: ignore[arg-type]


def test_a_decision_is_read_from_its_patch() -> None:
    (found,) = decided_of([decision("d")], "a.py")
    assert (found.start, found.added, found.removed, found.whole) == (10, 2, 1, False)
    assert found.heading == "@@ -10,3 +10,4 @@ def run():"
    assert [(line.kind, line.old, line.new) for line in found.lines] == [
        ("context", 10, 10),
        ("removed", 11, None),
        ("added", None, 11),
        ("added", None, 12),
        ("context", 12, 13),
    ]


def test_only_what_stands_is_shown_in_the_order_of_lines() -> None:
    early = PATCH.replace("-10,3 +10,4", "-2 +2")
    found = decided_of(
        [
            decision("late"),
            decision("gone", undone=True),
            decision("back", "reverse"),
            decision("other", path="b.py"),
            decision("early", "reject", patch=early, hunk=None),
        ],
        "a.py",
    )
    assert [(d.decision_id, d.approved, d.whole) for d in found] == [("early", False, True), ("late", True, False)]


def test_a_patch_without_lines_is_one_decision() -> None:
    (found,) = decided_of([decision("d", patch="diff --git a/x b/x\nBinary files differ\n")], "a.py")
    assert (found.lines, found.hunks, found.heading) == ((), 1, "")


def change(status: str, hunks: int) -> FileChange:
    return FileChange(path="a.py", operation="modified", status=status, hunks=hunks)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "decisions", "wanted"),
    [
        ([], [], (0, 0, 0)),
        ([change("open", 3), change("conflict", 0)], [], (0, 0, 4)),
        ([change("partly", 1), change("approved", 5)], [decision("a"), decision("b", "reject")], (1, 1, 1)),
        ([change("approved", 2)], [decision("a", patch=PATCH + PATCH), decision("b", undone=True)], (2, 0, 0)),
    ],
)
def test_progress_counts_hunks(
    changes: list[FileChange], decisions: list[Decision], wanted: tuple[int, int, int]
) -> None:
    approved, rejected, waiting = wanted
    found = progress(changes, decisions)
    assert found == Progress(approved=approved, rejected=rejected, waiting=waiting)
    assert (found.decided, found.total) == (approved + rejected, approved + rejected + waiting)
