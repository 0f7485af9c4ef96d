"""Rows of a diff: nothing lost, nothing twice, sides in step."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.diff_rows import partners, rows_of
from boocode_desktop.content.diff_words import changed_words
from boocode_desktop.domain.changes import DiffLine, FileChange, FileDiff, Hunk

KINDS = st.lists(st.sampled_from(["context", "added", "removed"]), min_size=1, max_size=40)


def a_diff(kinds: list[str]) -> FileDiff:
    lines, old, new = [], 10, 20
    for kind in kinds:
        lines.append(
            DiffLine(kind=kind, text=kind, old=old if kind != "added" else None, new=new if kind != "removed" else None)
        )
        old, new = old + (kind != "added"), new + (kind != "removed")
    hunk = Hunk(index=1, old_start=10, old_lines=old - 10, new_start=20, new_lines=new - 20, lines=tuple(lines))
    return FileDiff(change=FileChange(path="a", operation="modified"), hunks=(hunk,), old_text="")


@given(KINDS)
def test_every_line_stands_once_on_its_side(kinds: list[str]):
    diff = a_diff(kinds)
    lines = diff.hunks[0].lines
    unified = [r.left for r in rows_of(diff, "unified") if r.kind == "line"]
    assert [id(line) for line in unified] == [id(line) for line in lines]
    split = [r for r in rows_of(diff, "split") if r.kind == "line"]
    assert [r.left for r in split if r.left] == [line for line in lines if line.kind != "added"]
    assert [r.right for r in split if r.right] == [line for line in lines if line.kind != "removed"]
    for row in split:
        if row.left and row.right and row.left is not row.right:
            assert (row.left.kind, row.right.kind) == ("removed", "added")


@given(KINDS)
def test_partners_are_mutual(kinds: list[str]):
    hunk = a_diff(kinds).hunks[0]
    found = partners(hunk)
    for line in hunk.lines:
        if id(line) in found:
            assert found[id(found[id(line)])] is line


def test_a_gap_is_counted_before_the_first_hunk():
    assert rows_of(a_diff(["added"]), "split")[0].text == "9 unchanged lines"


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_not_marked_is_equal(old: str, new: str):
    left, right = changed_words(old, new)
    if left or right:
        assert _rest(old, left) == _rest(new, right)


def _rest(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    kept, end = [], 0
    for start, stop in spans:
        assert start >= end
        kept.append(text[end:start])
        end = stop
    return "".join([*kept, text[end:]])


def test_marks_the_words_that_changed():
    assert changed_words("return a - b", "return a + b") == (((9, 10),), ((9, 10),))
    assert changed_words("entirely", "other words here") == ((), ())


def test_a_decided_file_begins_with_the_verdict():
    open_file = a_diff(["removed", "added"])
    kinds = {}
    for status in ("open", "approved", "rejected"):
        rows = rows_of(replace(open_file, change=replace(open_file.change, status=status)), "unified")
        kinds[status] = (rows[0].kind, rows[0].text.partition(":")[0])
    assert kinds["open"][0] == "gap"
    assert kinds["approved"] == ("note", "Approved")
    assert kinds["rejected"] == ("note", "Rejected")
