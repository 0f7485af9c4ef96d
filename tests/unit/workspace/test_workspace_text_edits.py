"""Line edits: applied and reverted byte for byte, found again, merged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.workspace.text_edits import (
    apply_edits,
    counts,
    edits,
    hunks,
    is_binary,
    line_text,
    locate,
    merge,
    revert_edits,
    split_lines,
    unified,
)

LINE = st.sampled_from([b"a", b"b", b"c", b"", b"\xff\xfe", "é".encode(), b"x" * 20])
END = st.sampled_from([b"\n", b"\r\n"])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Few different lines, mixed ends, sometimes without a last end: everything that makes diffs ambiguous."""
    lines = draw(st.lists(st.tuples(LINE, END), max_size=14))
    data = b"".join(line + end for line, end in lines)
    return data.removesuffix(b"\n") if draw(st.booleans()) else data


@given(texts())
def test_split_lines_lose_nothing(data: bytes) -> None:
    lines = split_lines(data)
    assert b"".join(lines) == data
    assert all(line.count(b"\n") <= 1 and line for line in lines)


@given(texts(), texts())
def test_all_edits_make_the_new_text_and_taking_them_back_the_old(old: bytes, new: bytes) -> None:
    found = edits(old, new)
    assert apply_edits(old, new, found) == new
    assert revert_edits(old, new, found) == old
    assert apply_edits(old, new, []) == old


@given(texts(), texts(), st.data())
def test_some_edits_applied_leave_exactly_the_others(old: bytes, new: bytes, data: st.DataObject) -> None:
    found = edits(old, new)
    chosen = [edit for edit in found if data.draw(st.booleans())]
    others = [edit for edit in found if edit not in chosen]
    assert apply_edits(old, new, chosen) == revert_edits(old, new, others)


@given(texts(), texts(), st.integers(0, 4))
def test_hunks_say_where_their_lines_are(old: bytes, new: bytes, context: int) -> None:
    old_lines, new_lines = split_lines(old), split_lines(new)
    shown = hunks(old, new, context)
    assert [hunk.index for hunk in shown] == list(range(1, len(shown) + 1))
    for hunk in shown:
        before = [line for line in hunk.lines if line.kind != "added"]
        after = [line for line in hunk.lines if line.kind != "removed"]
        assert len(before) == hunk.old_lines and len(after) == hunk.new_lines
        assert [line.old for line in before] == [hunk.old_start + n for n in range(hunk.old_lines)]
        assert [line.new for line in after] == [hunk.new_start + n for n in range(hunk.new_lines)]
        assert [line.text for line in before] == [line_text(old_lines[(line.old or 0) - 1]) for line in before]
        assert [line.text for line in after] == [line_text(new_lines[(line.new or 0) - 1]) for line in after]
        kinds = [line.kind for line in hunk.lines]
        assert "added" in kinds or "removed" in kinds
    added, removed, _ = counts(old, new)
    assert added == sum(line.kind == "added" for hunk in shown for line in hunk.lines)
    assert removed == sum(line.kind == "removed" for hunk in shown for line in hunk.lines)


@given(texts(), texts(), st.integers(0, 4))
def test_a_shown_hunk_is_found_again_whatever_its_context(old: bytes, new: bytes, context: int) -> None:
    found = [locate(old, new, hunk) for hunk in hunks(old, new, context)]
    assert all(group is not None for group in found)
    assert apply_edits(old, new, [edit for group in found for edit in group or []]) == new


def test_a_hunk_of_an_older_text_is_not_found() -> None:
    (hunk,) = hunks(b"a\nb\nc\n", b"a\nB\nc\n")
    assert locate(b"a\nb\nc\n", b"a\nX\nc\n", hunk) is None
    assert locate(b"a\nb\nc\n", b"a\nb\nc\n", hunk) is None


def test_a_hunk_that_moved_is_found_where_it_is_alone() -> None:
    (hunk,) = hunks(b"a\nb\nc\n", b"a\nB\nc\n")
    old, new = b"top\n" + b"a\nb\nc\n", b"top\n" + b"a\nB\nc\n"
    assert locate(old, new, hunk) == edits(old, new)
    twice_old, twice_new = b"-\n" + b"b\n-\n-\n-\n-\n-\n-\nb\n", b"-\n" + b"B\n-\n-\n-\n-\n-\n-\nB\n"
    (elsewhere,) = hunks(b"1\n2\n3\n4\nb\n", b"1\n2\n3\n4\nB\n", 0)
    assert locate(twice_old, twice_new, elsewhere) is None


@given(texts(), texts())
def test_merging_one_side_is_that_side(base: bytes, other: bytes) -> None:
    assert merge(base, base, other) == other
    assert merge(base, other, base) == other
    assert merge(base, other, other) == other


@given(texts(), texts(), texts())
def test_a_merge_is_the_same_from_both_sides_and_holds_both(base: bytes, ours: bytes, theirs: bytes) -> None:
    merged = merge(base, ours, theirs)
    assert merged == merge(base, theirs, ours)
    if merged is not None:
        fresh = {line for side in (ours, theirs) for line in split_lines(side)} - set(split_lines(base))
        assert fresh <= set(split_lines(merged))
        assert set(split_lines(merged)) <= set(split_lines(base)) | fresh


@settings(max_examples=200)
@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_edits_of_lines_apart_merge_and_neighbours_conflict(mine: list[int], yours: list[int]) -> None:
    lines = [f"{n}\n".encode() for n in range(31)]
    ours = b"".join(b"mine " + line if n in mine else line for n, line in enumerate(lines))
    theirs = b"".join(b"yours " + line if n in yours else line for n, line in enumerate(lines))
    merged = merge(b"".join(lines), ours, theirs)
    if any(abs(a - b) <= 1 for a in mine for b in yours):
        assert merged is None
    else:
        wanted = [b"mine " + x if n in mine else b"yours " + x if n in yours else x for n, x in enumerate(lines)]
        assert merged == b"".join(wanted)


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        (b"a\n", b"a\nb", b"a\nc\n"),
        (b"a\0", b"b\0", b"c\0"),
        (b"", b"x\n", b"y\n"),
        (b"a\nb\n", b"a\n", b"a\nB\n"),
    ],
)
def test_what_does_not_fit_is_a_conflict(base: bytes, ours: bytes, theirs: bytes) -> None:
    assert merge(base, ours, theirs) is None


def test_a_heading_names_the_function_around() -> None:
    body = b"".join(b"    line %d\n" % n for n in range(20))
    (hunk,) = hunks(b"def f():\n" + body, b"def f():\n" + body.replace(b"line 15", b"LINE"))
    assert hunk.heading == "def f():"


def test_unified_text_marks_a_missing_end() -> None:
    assert unified(b"a\nb", b"a\nb\n") == "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
    assert unified(b"a\n", b"a\n") == ""


def test_binary_is_judged_as_git_does() -> None:
    assert is_binary(b"a\0b")
    assert not is_binary(b"a" * 9000 + b"\0")
