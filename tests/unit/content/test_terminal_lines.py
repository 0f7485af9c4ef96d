"""Lines of a terminal: where their characters stand, what is found in them, and how they are broken at a width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.terminal.history import History
from boocode_desktop.content.terminal.lines import Line, Wrapped, columns_in, parse_line
from boocode_desktop.content.terminal.reflow import broken_line, flowed_lines, flows
from boocode_desktop.content.terminal.search import Match, find_in


@pytest.mark.parametrize(
    ("printed", "wanted", "matches"),
    [
        ("One two ONE", "one", [Match(7, 0, 3), Match(7, 8, 3)]),
        ("日本 x本", "本", [Match(7, 2, 2), Match(7, 6, 2)]),
        ("日本 tail", "tail", [Match(7, 5, 4)]),
        ("e\u0301a b", "a b", [Match(7, 1, 3)]),
        ("a.c abc", "a.c", [Match(7, 0, 3)]),
        ("\x1b[31mre\x1b[0md", "red", [Match(7, 0, 3)]),
        ("İx", "x", [Match(7, 1, 1)]),
        ("abc", "", []),
    ],
)
def test_matches_are_found_at_their_columns(printed: str, wanted: str, matches: list[Match]):
    assert find_in([printed.encode()], wanted, 7) == matches
    assert find_in([parse_line(printed.encode())], wanted, 7) == matches


def test_every_character_has_its_column():
    line = parse_line("a日e\u0301\tb".encode())
    assert line.text == "a日e\u0301    b" and columns_in(line) == [0, 1, 3, 3, 4, 5, 6, 7, 8, 9]
    assert columns_in(Line()) == [0]


@pytest.mark.parametrize(
    ("printed", "columns", "expected"),
    [
        (b"abcdef", 4, [("abcd", True), ("ef", False)]),
        (b"abcd", 4, [("abcd", False)]),
        ("日本語".encode(), 5, [("日本", True), ("語", False)]),
        (b"\x1b[32mabcdef\x1b[0m", 4, [("abcd", True), ("ef", False)]),
        (b"\x1b[32mabc\x1b[0m", 4, [("abc", False)]),
        (Wrapped(b"abcdef"), 4, [("abcd", True), ("ef", True)]),
    ],
)
def test_lines_are_broken_at_a_width(printed: bytes, columns: int, expected: list[tuple[str, bool]]):
    lines = [parse_line(p) if isinstance(p, bytes) else p for p in broken_line(printed, columns)]
    assert [(line.text, line.wrapped) for line in lines] == expected


@given(st.lists(st.text("ab日é", min_size=1, max_size=40), max_size=8), st.integers(2, 30), st.integers(2, 30))
def test_breaking_again_gives_the_same_as_breaking_once(texts: list[str], first: int, second: int):
    raw = [text.encode() for text in texts]
    once, twice = flowed_lines(raw, second), flowed_lines(flowed_lines(raw, first), second)
    assert [parse_line(p).text if isinstance(p, bytes) else p.text for p in twice] == [
        parse_line(p).text if isinstance(p, bytes) else p.text for p in once
    ]
    assert all((parse_line(p) if isinstance(p, bytes) else p).width <= second for p in once)


def test_lines_that_stay_as_they_are_need_no_work():
    assert not flows(b"short", 10) and flows(b"x" * 11, 10) and flows(Wrapped(b"x" * 5), 10)
    assert not flows(Wrapped(b"x" * 10), 10)


def test_history_takes_broken_lines_back_only_when_none_is_gone():
    history = History(4)
    history.skip([b"abcdef", b"x"])
    first, lines = history.first, history.now()
    history.skip([b"new"])
    assert history.flows(3) and history.put_back(first, len(lines), flowed_lines(lines, 3))
    assert list(history.texts()) == ["abc", "def", "x", "new"] and history.flowed == 1
    assert history.first == 0 and history.lost == 0
    history.skip([b"newer"])
    assert not history.put_back(0, 4, []) and list(history.texts())[-1] == "newer" and history.lost == 1
