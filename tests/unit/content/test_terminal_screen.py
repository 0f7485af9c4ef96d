"""The screen of a terminal: what programs print, what scrolls off, and floods."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.content.terminal.cells import line_of
from boocode_desktop.content.terminal.feed import BACKLOG_LIMIT, TerminalFeed
from boocode_desktop.content.terminal.history import KEPT_LINES
from boocode_desktop.content.terminal.lines import MARKS_LIMIT, Line, parse_line
from boocode_desktop.content.terminal.screen import ANSWER_LIMIT
from boocode_desktop.content.terminal.search import find_in
from boocode_desktop.content.terminal.styles import Style


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
        ("日本\x1b[2GX", [" X本", "", "", ""]),
        ("日本\x1b[1GX", ["X 本", "", "", ""]),
        ("x" * 19 + "日", ["x" * 19, "日", "", ""]),
        ("\u0e17\u0e35\u0e48|", ["\u0e17\u0e35\u0e48|", "", "", ""]),
        ("\u1112\u1161\u11ab|", ["\u1112\u1161\u11ab|", "", "", ""]),
        ("\u2764\ufe0f|", ["\u2764\ufe0f|", "", "", ""]),
        ("\U0001f469\u200d\U0001f680|", ["\U0001f469\u200d\U0001f680|", "", "", ""]),
        ("a\u200bb\u2066c", ["abc", "", "", ""]),
        ("one\x1b7\x1b[3;3Htwo\x1b8!\x1b[4;1Hx\x1b8?", ["one?", "", "  two", "x"]),
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
    assert [match[:2] for match in find_in(feed.now(), "LINE 4")] == [(4, 0), *((n, 0) for n in range(40, 50))]


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
    assert find_in(feed.now(), "line 99998")[-1].line == feed.length - 3


@given(st.lists(st.integers(5_000, 400_000), min_size=1, max_size=8), st.booleans())
@settings(max_examples=10, deadline=None)
def test_however_a_flood_comes_no_line_is_torn_or_miscounted(sizes: list[int], blank: bool):
    data = b"".join(b"%d \xc3\xa9\r\n" % n + b"\r\n" * blank for n in range(60_000))
    feed, at = TerminalFeed(80, 13), 0
    for size in itertools.cycle(sizes):
        if at >= len(data):
            break
        feed.put(data[at : at + size])
        at += size
        feed.work(0.0001)
    while feed.work(1):
        pass
    lines = [feed.line(place).text for place in range(feed.length - 1)]
    step = 2 if blank else 1
    first = feed.history.lost
    wanted = [f"{n // step} é" if n % step == 0 else "" for n in range(first, first + len(lines))]
    assert lines == wanted


def test_what_is_printed_behind_a_wish_to_forget_is_kept():
    feed = shown("before\r\n" * 50 + "\x1b[H\x1b[2J\x1b[3J" + "".join(f"after {n}\r\n" for n in range(50)))
    assert next(feed.history.texts()) == "after 0"


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


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 30), st.integers(1, 40))
def test_another_size_loses_nothing(columns: int, lines: int, printed: int, then: int):
    feed = shown("".join(f"{n} {'x' * (n % 25)}\r\n" for n in range(printed)), columns=10, lines=5)
    feed.resize(columns, lines)
    feed.resize(then, lines)
    found, whole = [], ""
    for place in range(feed.length):
        line = feed.line(place)
        whole += line.text
        if not line.wrapped:
            found.append(whole)
            whole = ""
    wanted = [f"{n} {'x' * (n % 25)}".rstrip() for n in range(printed)]
    assert [text.replace(" ", "") for text in found[:printed]] == [text.replace(" ", "") for text in wanted]
    assert not any(found[printed:])


@pytest.mark.parametrize(
    ("printed", "columns", "expected", "cursor"),
    [
        ("x" * 15 + "\r\ny", 20, ["x" * 15, "y"], (1, 1)),
        ("x" * 15 + "\r\ny", 6, ["x" * 6, "x" * 6, "x" * 3, "y"], (1, 3)),
        ("abc日本\r\n", 4, ["abc", "日本"], (0, 2)),
        ("x" * 15, 8, ["x" * 8, "x" * 5], (5, 1)),
        ("x" * 15, 20, ["x" * 10, "x" * 5], (5, 1)),
        ("abc日本", 4, ["abc"], (3, 0)),
        ("a\r\n\r\nb  ", 5, ["a", "", "b"], (3, 2)),
        ("\x1b[1;1Habc\x1b[1;2H", 5, ["abc"], (1, 0)),
    ],
)
def test_rows_are_broken_anew_but_not_those_of_the_line_with_the_cursor(
    printed: str, columns: int, expected: list[str], cursor: tuple[int, int]
):
    feed = shown(printed, columns=10, lines=6)
    feed.resize(columns, 6)
    assert texts(feed)[: len(expected)] == expected
    assert (feed.screen.cursor.x, feed.screen.cursor.y) == cursor


def test_the_main_screen_fits_the_size_that_a_full_screen_program_leaves():
    feed = shown("x" * 15 + "\r\n$ \x1b[?1049h\x1b[Hfull", columns=10, lines=4)
    feed.resize(20, 5)
    assert texts(feed)[0] == "full"
    feed.put(b"\x1b[?1049l!")
    feed.work(1)
    assert texts(feed)[:2] == ["x" * 15, "$ !"]


def test_erased_places_keep_the_surface_but_no_line_or_link():
    feed = shown("\x1b[44;4m\x1b]8;;https://example.com\x07ab\x1b[K")
    runs = feed.screen.row(0).runs
    assert runs[0].style == Style(bg="blue", underline=True, link="https://example.com")
    assert runs[1].style == Style(bg="blue") and runs[1].width == 18
    feed = shown("\x1b[41m\x1b[2J")
    assert [feed.screen.row(y).runs[0].width for y in range(4)] == [20] * 4


def test_a_line_cleared_to_its_end_does_not_go_on():
    feed = shown("x" * 25 + "\x1b[A\r\x1b[K$ ")
    assert not feed.screen.row(0).wrapped


def test_styles_of_today():
    feed = shown("\x1b[2mdim\x1b[22m\x1b[4:3mcurly\x1b[58;2;1;3;7mx\x1b[21;24my\x1b[38:2::1:2:3mz")
    assert [run.style for run in feed.screen.row(0).runs] == [
        Style(dim=True), Style(underline=True), Style(), Style(fg="010203"),
    ]  # fmt: skip


def test_a_soft_reset_keeps_what_is_shown():
    feed = shown("\x1b[?1;25l\x1b[4h\x1b[2;3r\x1b[31m\x1b(0\x1b[2;2H\x1b[?1h\x1b[!pq")
    screen = feed.screen
    assert texts(feed)[1] == " q" and screen.row(1).runs[-1].style == Style() and screen.margins is None
    assert not screen.application_keys and not screen.cursor.hidden


STEPS = [
    *(f"\x1b[{step}" for step in ("2@", "P", "3X", "K", "1K", "J", "2J", "L", "M", "S", "T", "4h", "4l", "2;3H", "3b")),
    *(f"\x1b[{step}" for step in ("?1049h", "?1049l", "A", "44m", "2;3r")),
    *("\x1bM", "\x1b#8", "\x1bc", "\r\n", "abc", "日", "\u0301", "x" * 15),
]


@given(st.lists(st.sampled_from(STEPS), max_size=30))
def test_lines_that_are_kept_are_those_of_the_cells(steps: list[str]):
    feed = TerminalFeed(12, 4)
    for step in steps:
        feed.put(step.encode())
        feed.work(10)
        screen = feed.screen
        for y in range(4):
            drawn = line_of(screen.buffer[y], 12) if y in screen.buffer else Line()  # type: ignore[arg-type]
            assert screen.row(y) == drawn


def test_cursors_take_shapes():
    assert shown("\x1b[5 q").screen.cursor_shape == 5 and shown("\x1b[5 q\x1bc").screen.cursor_shape == 0
