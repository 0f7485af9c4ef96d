"""The screen of a terminal: what programs print, what scrolls off, and floods."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.terminal.feed import BACKLOG_LIMIT, TerminalFeed
from boocode_desktop.content.terminal.history import KEPT_LINES
from boocode_desktop.content.terminal.lines import Style, parse_line
from boocode_desktop.content.terminal.screen import ANSWER_LIMIT, MARKS_LIMIT


def shown(printed: str, columns: int = 20, lines: int = 4) -> TerminalFeed:
    feed = TerminalFeed(columns, lines)
    feed.put(printed.encode())
    while feed.work(10):
        pass
    return feed


def texts(feed: TerminalFeed) -> list[str]:
    return [feed.screen.row(y).text for y in range(feed.screen.lines)]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("one\r\ntwo", ["one", "two", "", ""]),
        ("abc\rX", ["Xbc", "", "", ""]),
        ("a\tb", ["a       b", "", "", ""]),
        ("x" * 25, ["x" * 20, "x" * 5, "", ""]),
        ("\x1b[?7l" + "x" * 25 + "y", ["x" * 19 + "y", "", "", ""]),
        ("one\x1b[2;3Htwo", ["one", "  two", "", ""]),
        ("one\x1b[1K!", ["   !", "", "", ""]),
        ("abcd\x1b[1;2H\x1b[P", ["acd", "", "", ""]),
        ("abcd\x1b[1;2H\x1b[2@", ["a  bcd", "", "", ""]),
        ("a\r\nb\r\nc\x1b[2;1H\x1b[L", ["a", "", "b", "c"]),
        ("a\r\nb\r\nc\x1b[S", ["b", "c", "", ""]),
        ("a\r\nb\r\nc\x1b[T", ["", "a", "b", "c"]),
        ("ab\x1b[3b", ["abbbb", "", "", ""]),
        ("\x1b(0qx\x1b(Bq", ["─│q", "", "", ""]),
        ("日本a", ["日本a", "", "", ""]),
        ("e\u0301x", ["e\u0301x", "", "", ""]),
        ("a\u202eb", ["ab", "", "", ""]),
        ("main\x1b[?1049h\x1b[Halt\x1b[?1049l!", ["main!", "", "", ""]),
        ("\x1b[2;3r\x1b[2;1Ha\r\nb\r\nc", ["", "b", "c", ""]),
    ],
)
def test_what_is_printed_is_seen(printed: str, expected: list[str]):
    assert texts(shown(printed)) == expected


def test_lines_that_scroll_off_are_kept_and_found():
    feed = shown("".join(f"line {n}\r\n" for n in range(50)))
    assert len(feed.history) == 47 and feed.line(0).text == "line 0" and feed.line(49).text == "line 49"
    assert feed.find("LINE 4") == [(4, 0), *((n, 0) for n in range(40, 50))]


def test_clearing_keeps_what_was_there_and_asking_to_forget_forgets():
    feed = shown("kept\r\n\x1b[2J\x1b[Hnew")
    assert list(feed.history.texts()) == ["kept"]
    feed = shown("kept\r\n\x1b[2J\x1b[3J\x1b[Hnew")
    assert len(feed.history) == 0 and texts(feed)[0] == "new"


def test_a_wrapped_line_knows_that_it_goes_on():
    feed = shown("x" * 25 + "\r\nnext")
    assert [feed.screen.row(y).wrapped for y in range(3)] == [True, False, False]


def test_colours_and_styles():
    first, second, third = (
        parse_line(b"\x1b[1;31mred\x1b[0m \x1b[38;5;196mx\x1b[48;2;1;2;3my").runs[::2]
        + (parse_line(b"\x1b[38;5;196mx\x1b[48;2;1;2;3my").runs[1:])
    )
    assert first.style == Style(fg="red", bold=True)
    assert second.style == Style(fg="ff0000") and third.style == Style(fg="ff0000", bg="010203")
    screen = shown("\x1b[33my\x1b[93mb\x1b[7mr").screen.row(0)
    assert [run.style for run in screen.runs] == [
        Style(fg="yellow"), Style(fg="brightyellow"), Style(fg="brightyellow", reverse=True),
    ]  # fmt: skip


def test_questions_are_answered_but_not_without_end():
    feed = shown("\x1b[6n\x1b[c")
    assert feed.answers() == b"\x1b[1;1R\x1b[?6c" and feed.answers() == b""
    assert shown("\x1b[6n" * 1000).answers().count(b"R") == ANSWER_LIMIT


def test_a_heap_of_combining_marks_stays_one_character_and_takes_no_time():
    started = time.process_time()
    feed = shown("e" + "\u0301" * 5000)
    assert time.process_time() - started < 1
    assert len(feed.screen.row(0).text) <= 2 + MARKS_LIMIT


def test_modes_programs_ask_for():
    screen = shown("\x1b[?1h\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[?25l").screen
    assert screen.application_keys and screen.mouse == "drag" and screen.bracketed_paste and screen.cursor.hidden
    screen = shown("\x1b[?1h\x1b[?1002h\x1b[?2004h\x1bc").screen
    assert not screen.application_keys and not screen.mouse and not screen.bracketed_paste


def test_a_flood_keeps_the_last_lines_and_says_what_is_lost():
    feed = TerminalFeed(80, 24)
    feed.put(b"before\r\n")
    feed.work(1)
    feed.put(b"".join(b"\x1b[32mline %d\x1b[0m\r\n" % n for n in range(100_000)))
    assert feed.waiting > BACKLOG_LIMIT
    while feed.work(1):
        pass
    assert texts(feed)[22] == "line 99999"
    assert len(feed.history) == KEPT_LINES and feed.history.lost == 100_001 - 23 - KEPT_LINES
    numbers = [int(feed.line(place).text.split()[1]) for place in range(feed.length - 1)]
    assert numbers == list(range(100_000 - len(numbers), 100_000))
    assert feed.line(5).runs[0].style == Style(fg="green")
    assert feed.find("line 99998")[-1][0] == feed.length - 3


def test_a_flood_does_not_lose_the_modes_it_sets():
    feed = TerminalFeed(80, 24)
    feed.put(b"\x1b[?2004h" + b"x\r\n" * 200_000 + b"\x1b[?25l" + b"y\r\n" * 40_000)
    while feed.work(1):
        pass
    assert feed.screen.bracketed_paste and feed.screen.cursor.hidden


def test_a_budget_is_kept():
    clock = iter(range(1000))
    feed = TerminalFeed(80, 24, clock=lambda: next(clock) * 0.001)
    feed.put(b"x" * 100_000)
    assert feed.work(0.004) and feed.waiting > 70_000


@given(
    st.lists(
        st.sampled_from(
            ["\x1b[", "1;5", "ABCDHJKLMPSTX@rhlm?n", "\r\n\t", "a日é", "́", "7", "8", "c", "M", "(", "0", "B", "1049"]
        ),
        max_size=60,
    ).map("".join)
)
def test_nothing_that_is_printed_breaks_the_screen(printed: str):
    feed = shown("\x1b[" + printed, columns=7, lines=3)
    assert 0 <= feed.screen.cursor.y < 3 and 0 <= feed.screen.cursor.x <= 7
    for y in range(3):
        line = feed.screen.row(y)
        assert all(run.column + run.width <= 8 for run in line.runs)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 30))
def test_another_size_loses_no_line_above_the_cursor(columns: int, lines: int, printed: int):
    feed = shown("".join(f"{n}\r\n" for n in range(printed)), columns=10, lines=5)
    feed.resize(columns, lines)
    found = [feed.line(place).text for place in range(feed.length)]
    wanted = [str(n)[:columns] if place >= len(feed.history) else str(n) for place, n in enumerate(range(printed))]
    assert found[:printed] == wanted and not any(found[printed:])
