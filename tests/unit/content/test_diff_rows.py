"""Rows of a diff: nothing lost, nothing twice, sides in step."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.decided_hunks import Decided
from boocode_desktop.content.diff_lines import Opened, gaps, opened_further, partners, rows_needed
from boocode_desktop.content.diff_rows import RowWishes, rows_of
from boocode_desktop.content.diff_words import changed_words
from boocode_desktop.domain.changes import DiffLine, FileChange, FileDiff, Hunk
from boocode_desktop.workspace.text_edits import hunks

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


def a_real_diff(old: str, new: str) -> FileDiff:
    """As the workspace makes it."""
    change = FileChange(path="a", operation="modified")
    return FileDiff(change=change, hunks=hunks(old.encode(), new.encode()), old_text=old, new_text=new)


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
    assert rows_of(a_diff(["context", "added"]), "split")[0].text == "9 unchanged lines"


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


@pytest.mark.parametrize("old", ["a\nb\nc\n", "\n".join(map(str, range(60))) + "\n"])
def test_gaps_hold_what_no_hunk_shows_on_both_sides(old: str):
    new = f"first\n{old}last\n".replace("\n30\n", "\nthirty\n")
    diff = a_real_diff(old, new)
    text = old.splitlines()
    opened = {gap.before: Opened(head=gap.count) for gap in gaps(diff, len(text))}
    rows = [r for r in rows_of(diff, "unified", RowWishes(opened=opened, text=text)) if r.kind != "hunk"]
    assert {r.kind for r in rows} == {"line"}
    assert [r.left.text for r in rows if r.left.kind != "added"] == text
    assert [r.left.text for r in rows if r.left.kind != "removed"] == new.splitlines()
    assert [r.left.new for r in rows if r.left.new] == list(range(1, len(new.splitlines()) + 1))


def test_a_gap_opens_step_by_step_and_says_what_is_left():
    text = list(map(str, range(100)))
    diff = a_real_diff("\n".join(text) + "\n", "\n".join([*text[:90], "x", *text[91:]]) + "\n")
    gap = gaps(diff, 100)[0]
    assert (gap.count, gap.before) == (87, 0)
    once = opened_further(gap, Opened())
    assert once == Opened(head=0, tail=20)
    rows = rows_of(diff, "split", RowWishes(opened={0: once}, text=text))
    assert (rows[0].text, rows[0].ref, rows[1].left.text) == ("67 unchanged lines", "0", "67")
    assert opened_further(gap, Opened(tail=60)) == Opened(head=27, tail=60)


def test_white_space_can_be_left_out():
    diff = a_real_diff("if x:\n  a\n  b\nend\n", "if x:\n    a\n    b2\nend\n")
    shown = [r for r in rows_of(diff, "unified", RowWishes(spacing=False)) if r.kind == "line"]
    assert [(r.left.kind, r.left.text) for r in shown] == [
        ("context", "if x:"),
        ("context", "    a"),
        ("removed", "  b"),
        ("added", "    b2"),
        ("context", "end"),
    ]
    calm = a_real_diff("a\n", "  a\n")
    assert "only white space" in rows_of(calm, "unified", RowWishes(spacing=False))[0].text
    assert "only white space" not in rows_of(calm, "unified")[0].text


def test_decisions_fold_to_one_row_in_the_order_of_lines():
    text = list(map(str, range(60)))
    diff = a_real_diff("\n".join(text) + "\n", "\n".join([*text[:30], "x", *text[31:]]) + "\n")
    line = DiffLine(kind="added", text="gone by", new=2)

    def decided(key: str, start: int) -> Decided:
        return Decided(decision_id=key, approved=True, start=start, heading="@@", lines=(line,), whole=False, hunks=1)

    wishes = RowWishes(decided=[decided("early", 2), decided("late", 50)], shown=frozenset({"early"}))
    rows = rows_of(diff, "unified", wishes)
    assert [(r.kind, r.ref) for r in rows if r.kind in ("decided", "hunk")] == [
        ("decided", "early"),
        ("hunk", ""),
        ("decided", "late"),
    ]
    assert rows[1].left is line and rows.place_of("late") == len(rows) - 1


@pytest.mark.parametrize("layout", ["unified", "split"])
def test_comments_stand_below_their_lines(layout: str):
    diff = a_real_diff("a\nb\n", "a\nc\n")
    remarks = {("new", 2): ["one", "two"], ("old", 2): ["three"], ("new", 9): ["nowhere"]}
    rows = rows_of(diff, layout, RowWishes(remarks=remarks))
    found = [r.ref or (r.right or r.left).text for r in rows if r.kind in ("line", "remark")]
    assert found == (
        ["a", "b", "three", "c", "one", "two"] if layout == "unified" else ["a", "c", "three", "one", "two"]
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"binary": True}, "binary"),
        ({"binary": True, "note": "too large to compare line by line"}, "too large"),
        ({"operation": "submodule", "note": "submodule a..b"}, "never entered"),
        ({"operation": "renamed", "old_path": "b"}, "Moved from b"),
        ({"operation": "mode", "note": "made executable"}, "made executable"),
        ({"operation": "added"}, "empty"),
        ({"status": "conflict", "note": "you changed the same lines"}, "Conflict: you changed"),
    ],
)
def test_a_file_without_lines_says_why(fields: dict, words: str):
    change = replace(FileChange(path="a", operation="modified"), **fields)
    assert any(words in row.text for row in rows_of(FileDiff(change=change), "split"))


@pytest.mark.parametrize(
    ("text", "columns", "rows"), [("", 10, 1), ("x" * 10, 10, 1), ("x" * 11, 10, 2), ("\tx", 4, 2), ("x", 0, 1)]
)
def test_wrapped_lines_take_rows(text: str, columns: int, rows: int):
    assert rows_needed(text, columns) == rows
