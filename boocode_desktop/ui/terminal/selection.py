"""What is selected in a terminal: two places in its lines, which stay with their text while more is printed. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from boocode_desktop.content.terminal.lines import Line

_WORD = re.compile(r"[\w./~:@%+\-#?&=]+")
_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+")


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


def span_between(a: Spot, b: Spot) -> Span | None:
    """The span between two places in either order."""
    return None if a == b else Span(min(a, b), max(a, b))


def word_at(line: Line, number: int, column: int) -> Span | None:
    """The word, path or address under a column."""
    return next(
        (
            Span(Spot(number, m.start()), Spot(number, m.end()))
            for m in _WORD.finditer(cells(line))
            if m.start() <= column < m.end()
        ),
        None,
    )


def link_at(line: Line, column: int) -> tuple[str, int, int] | None:
    """The web address under a column, with its columns. Only http and https count."""
    for found in _LINK.finditer(cells(line)):
        address = found[0].rstrip(".,;:!?)")
        if found.start() <= column < found.start() + len(address):
            return address, found.start(), found.start() + len(address)
    return None


def cells(line: Line) -> str:
    """One character per column: a wide character stands for its second column too, as a space."""
    parts: list[str] = []
    at = 0
    for run in line.runs:
        text = run.text if len(run.text) == run.width else run.text[:1] + " " * (run.width - 1)
        parts.append(" " * (run.column - at) + text)
        at = run.column + run.width
    return "".join(parts)


def selected_text(span: Span, line_of: Callable[[int], Line]) -> str:
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
        for column in range(at, run.column):
            if first <= column < last:
                parts.append(" ")
        at = run.column + run.width
        if len(run.text) == run.width:
            parts.append(run.text[max(0, first - run.column) : max(0, last - run.column)])
        elif first <= run.column < last:
            parts.append(run.text)
    return "".join(parts)
