"""What is selected or linked in a terminal: places that stay with their text while more is printed. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from boocode_desktop.content.terminal.lines import Line, columns_in

_WORD = re.compile(r"[\w./~:@%+\-#?&=\u0300-\u036f\u3099\u309a]+")
_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+")
_LINK_ROWS = 16
"""Rows that an address may go over."""
LineOf = Callable[[int], Line]
"""A line by its number since the beginning."""


class Spot(NamedTuple):
    """A line by its number since the beginning, and a column."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: Spot
    end: Spot

    def columns(self, line: int, width: int) -> tuple[int, int] | None:
        """The selected columns of a line, None where there are none."""
        if not self.start.line <= line <= self.end.line:
            return None
        first = self.start.column if line == self.start.line else 0
        last = self.end.column if line == self.end.line else width
        return (first, last) if last > first else None


class Link(NamedTuple):
    """A web address, and where the text is that leads to it."""

    address: str
    span: Span


def edge_near(line: Line, across: float) -> int:
    """The edge of a character that is nearest to a place, in columns; a wide character has none in its middle."""
    for run in line.runs:
        if run.single and run.column < across < run.column + run.width:
            return run.column if across < run.column + run.width / 2 else run.column + run.width
    return round(across)


def span_between(a: Spot, b: Spot) -> Span | None:
    """The span between two places in either order."""
    return None if a == b else Span(min(a, b), max(a, b))


def word_at(line: Line, number: int, column: int) -> Span | None:
    """The word, path or address under a column."""
    places = columns_in(line)
    for found in _WORD.finditer(line.text):
        first, end = places[found.start()], places[found.end()]
        if first <= column < end:
            return Span(Spot(number, first), Spot(number, end))
    return None


def line_at(number: int, line_of: LineOf) -> Span:
    """All of a line, with the rows it goes over."""
    first, last = _rows(number, line_of)
    return Span(Spot(first, 0), Spot(last, line_of(last).width))


def link_at(spot: Spot, line_of: LineOf) -> Link | None:
    """The web address under a place: the one that the program gave the text, else one that is written there. Only http
    and https count."""
    for run in line_of(spot.line).runs:
        if run.style.link and run.column <= spot.column < run.column + run.width:
            span = Span(Spot(spot.line, run.column), Spot(spot.line, run.column + run.width))
            return Link(run.style.link, span)
    first, last = _rows(spot.line, line_of)
    rows = [cells(line_of(number)) for number in range(first, last + 1)]
    begins = [sum(map(len, rows[:n])) for n in range(len(rows))]
    at = begins[spot.line - first] + spot.column
    if spot.column >= len(rows[spot.line - first]):
        return None

    def place(offset: int) -> Spot:
        row = max(n for n, begin in enumerate(begins) if begin <= offset)
        return Spot(first + row, offset - begins[row])

    for found in _LINK.finditer("".join(rows)):
        address = found[0].rstrip(".,;:!?)")
        end = found.start() + len(address)
        if found.start() <= at < end:
            last_one = place(end - 1)
            return Link(address, Span(place(found.start()), Spot(last_one.line, last_one.column + 1)))
    return None


def _rows(number: int, line_of: LineOf) -> tuple[int, int]:
    """The first and the last row of the line that a row belongs to."""
    first = last = number
    while first > max(0, number - _LINK_ROWS) and line_of(first - 1).wrapped:
        first -= 1
    while last < number + _LINK_ROWS and line_of(last).wrapped:
        last += 1
    return first, last


def cells(line: Line) -> str:
    """One character per column: a wide character stands for its second column too, as a space."""
    parts: list[str] = []
    at = 0
    for run in line.runs:
        text = run.text[:1] + " " * (run.width - 1) if run.single else run.text
        parts.append(" " * (run.column - at) + text)
        at = run.column + run.width
    return "".join(parts)


def selected_text(span: Span, line_of: LineOf) -> str:
    """What a span holds; lines that go on in the next one are joined."""
    parts: list[str] = []
    for number in range(span.start.line, span.end.line + 1):
        line = line_of(number)
        columns = span.columns(number, 1 << 20)
        if columns is not None:
            parts.append(_between(line, *columns))
        if number < span.end.line and not line.wrapped:
            parts[-1:] = [parts[-1].rstrip()] if parts else []
            parts.append("\n")
    return "".join(parts)


def _between(line: Line, first: int, last: int) -> str:
    parts: list[str] = []
    at = 0
    for run in line.runs:
        parts.append(" " * max(0, min(last, run.column) - max(first, at)))
        at = run.column + run.width
        if not run.single:
            parts.append(run.text[max(0, first - run.column) : max(0, last - run.column)])
        elif first <= run.column < last:
            parts.append(run.text)
    return "".join(parts)
