"""Cutting Markdown into rows: where it cuts, and that growing text ends like text cut at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.content.markdown import (
    LONG_LIST,
    LONG_TEXT,
    Segment,
    continued,
    first_words,
    grow_segments,
    link_definitions,
    split_segments,
)


def texts(source: str) -> list[str]:
    return [segment.text for segment in split_segments(source)]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("", []),
        ("\n\n", []),
        ("one\ntwo\n\nthree", ["one\ntwo", "three"]),
        ("# Title\nbody", ["# Title", "body"]),
        ("body\n## Next\nmore", ["body", "## Next", "more"]),
        ("- a\n\n- b\n\nafter", ["- a\n\n- b", "after"]),
        ("1. a\n\n   deeper\n\n2. b", ["1. a\n\n   deeper\n\n2. b"]),
        ("intro:\n\n- a\n- b", ["intro:", "- a\n- b"]),
        ("- a\n\n## Title", ["- a", "## Title"]),
        ("> q\n> r\n\nplain", ["> q\n> r", "plain"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nend", ["| a | b |\n|---|---|\n| 1 | 2 |", "end"]),
        ("---\n\ntext", ["---", "text"]),
    ],
)
def test_text_is_cut_at_blank_lines_and_headings_but_lists_stay_whole(source: str, rows: list[str]):
    assert texts(source) == rows


@pytest.mark.parametrize(
    ("source", "language", "body", "closed"),
    [
        ("```python\nx = 1\n```", "python", "x = 1", True),
        ("~~~\na\n\nb\n~~~", "", "a\n\nb", True),
        ("````md\n```\ninner\n```\n````", "md", "```\ninner\n```", True),
        ("```rust ignore\nfn a() {}", "rust", "fn a() {}", False),
        ("```", "", "", False),
        ("  ```js\n  a\n    b\n c\n  ```", "js", "a\n  b\nc", True),
        ("      ```js\n      a\n      ```", "js", "a", True),
    ],
)
def test_a_fence_is_a_row_of_its_own(source: str, language: str, body: str, closed: bool):
    assert split_segments(source) == [
        Segment(
            kind="code",
            text=body,
            start=0,
            end=len(source),
            language=language,
            info=source.split("\n")[0].strip(" `~"),
            closed=closed,
        )
    ]


def test_text_around_a_fence_keeps_its_place_in_the_source():
    source = "before\n```sh\nls\n```\nafter"
    segments = split_segments(source)
    assert [s.kind for s in segments] == ["text", "code", "text"]
    assert [source[s.start : s.end] for s in segments] == ["before", "```sh\nls\n```", "after"]


def test_a_fence_inside_a_list_is_a_row_and_the_list_goes_on_after_it():
    source = "1. step\n\n   ```sh\n   ls\n   ```\n   done\n\n2. next"
    assert texts(source) == ["1. step", "ls", "   done", "2. next"]
    assert continued("    - a\n      - b\n  c") == "- a\n  - b\nc"


def test_inline_backticks_open_no_fence():
    assert texts("```not a fence``` here\nand on") == ["```not a fence``` here\nand on"]


def test_a_long_list_is_cut_at_its_top_items_and_says_that_it_goes_on():
    source = "\n".join(f"{n}. item\n   more" for n in range(1, 100))
    segments = split_segments(source)
    assert len(segments) > 2
    assert not segments[0].joins and all(s.joins for s in segments[1:])
    assert all(len(s.text.split("\n")) <= LONG_LIST + 2 for s in segments)
    assert "\n".join(s.text for s in segments) == source


def test_a_wall_of_lines_is_cut_at_a_line():
    segments = split_segments("some words here\n" * 2000)
    assert max(len(s.text) for s in segments) < LONG_TEXT * 1.3


LINES = st.one_of(
    st.sampled_from(["", "word", "two words", "x" * 400, "`code`", "    indented", "> quote", "[a]: b"]),
    st.sampled_from(["", "- item", "-", "  - nested", "1. one", "1", "10) ten", "| a | b |", "|---|---|"]),
    st.sampled_from(
        ["# Title", "#", "#tag", "```", "```py", "``", "~~~", "~~~~", "---", "***", "  ```", "     ```", "```a`b"]
    ),
)
SOURCES = st.lists(LINES, max_size=30).map("\n".join)


@given(source=SOURCES)
def test_nothing_is_lost_and_the_order_is_kept(source: str):
    segments = split_segments(source)
    at = 0
    for segment in segments:
        assert at <= segment.start < segment.end <= len(source)
        assert not source[at : segment.start].strip()
        if segment.kind == "text":
            assert source[segment.start : segment.end] == segment.text
        at = segment.end
    assert not source[at:].strip()


@given(source=SOURCES, cuts=st.lists(st.integers(0, 2000), max_size=12))
@settings(max_examples=400)
def test_text_that_grows_piece_by_piece_ends_like_text_cut_at_once(source: str, cuts: list[int]):
    segments: list[Segment] = []
    for cut in [*sorted(c % (len(source) + 1) for c in cuts), len(source)]:
        segments = grow_segments(segments, source[:cut])
    assert segments == split_segments(source)


@given(source=SOURCES)
@settings(max_examples=150)
def test_text_that_grows_by_single_characters_ends_the_same(source: str):
    source = source[:300]
    segments: list[Segment] = []
    for end in range(len(source) + 1):
        segments = grow_segments(segments, source[:end])
    assert segments == split_segments(source)


def test_definitions_are_found_anywhere_in_a_message():
    assert (
        link_definitions("see [a]\n\n[a]: https://x.test/ 'T'\n\nand\n  [b]: y") == "[a]: https://x.test/ 'T'\n[b]: y"
    )
    assert link_definitions("nothing [here](x)") == ""
    assert link_definitions("a note[^1]\n\n[^1]: The note.\n[todo]: this is no address") == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("**Two** sleeps share `one` clock", "Two sleeps share one clock"),
        ("# Title\n\n- [link](http://x)", "Title link"),
        ("Done.\n\n| file | change |\n|---|:--:|\n| `a.py` | x |", "Done. file, change a.py, x"),
        ("a || b\n---\nc", "a || b c"),
        ("x" * 200, "x" * 79 + "…"),
        ("", ""),
    ],
)
def test_first_words_are_plain_and_short(source: str, words: str):
    assert first_words(source) == words
