"""Lines of a terminal as values: text with runs of one style each, at their columns."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from wcwidth import wcwidth

from boocode_desktop.content.terminal.styles import PLAIN, Style, styled
from boocode_desktop.content.terminal.tokens import Tokens

_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.|[\x00-\x08\x0b-\x1f\x7f]"
)
TAB = 8
MARKS_LIMIT = 6
"""Combining marks on one character; more of them only cost time."""
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style from a column on. `width` is in columns: each character takes one, unless the run is a `single`
    character: a wide one, which takes two, or one with marks."""

    column: int
    text: str
    style: Style
    width: int
    single: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row. `wrapped`: it goes on in the next one without a line end."""

    runs: tuple[Run, ...] = ()
    wrapped: bool = False

    @property
    def text(self) -> str:
        """The characters, gaps between runs filled with spaces, nothing after the last one."""
        parts: list[str] = []
        at = 0
        for run in self.runs:
            parts.append(" " * (run.column - at) + run.text)
            at = run.column + run.width
        return "".join(parts).rstrip()

    @property
    def width(self) -> int:
        """In columns."""
        return self.runs[-1].column + self.runs[-1].width if self.runs else 0


EMPTY = Line()


class Wrapped(bytes):
    """A printed line that goes on in the next one."""


def printed_text(data: bytes) -> str:
    """What a printed line reads like: no escape sequences, only what the last carriage return left."""
    clean = _ESCAPES.sub(b"", data.rstrip(b"\r").rpartition(b"\r")[2])
    return clean.decode("utf-8", "replace").expandtabs(TAB).rstrip()


def parse_line(data: bytes) -> Line:
    """A printed line with its colours; cursor movements in it are left out."""
    runs: list[Run] = []
    style, column = PLAIN, 0
    for token in Tokens().feed(data.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace")):
        if token.kind == "text":
            for text, width in pieces(token.value):
                if not width:
                    _join(runs, text)
                    continue
                runs.append(Run(column, text, style, width, width != len(text)))
                column += width
        elif token.kind == "control" and token.value == "\t":
            column += TAB - column % TAB
        elif token.kind == "csi" and token.value == "m" and not token.private:
            style = styled(style, token.parameters)
    return Line(tuple(runs), isinstance(data, Wrapped))


def _join(runs: list[Run], mark: str) -> None:
    """Put a mark on the character before it."""
    if runs and joins(mark) and len(runs[-1].text) <= MARKS_LIMIT:
        before = runs.pop()
        if not before.single and len(before.text) > 1:
            split = before.width - 1
            runs.append(Run(before.column, before.text[:-1], before.style, split))
            before = Run(before.column + split, before.text[-1], before.style, 1)
        runs.append(Run(before.column, before.text + mark, before.style, before.width, single=True))


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """Text in pieces with their columns: characters that take one each together, the others one by one."""
    if text.isascii():
        yield text, len(text)
        return
    start = 0
    for place, character in enumerate(text):
        width = 1 if character < "\x7f" else columns_of(character)
        if width != 1:
            if start < place:
                yield text[start:place], place - start
            yield character, width
            start = place + 1
    if start < len(text):
        yield text[start:], len(text) - start


def columns_of(character: str) -> int:
    """How many columns a character takes: 0 for combining marks, 2 for wide ones."""
    return max(0, wcwidth(character))


def joins(mark: str) -> bool:
    """Whether a character without a width belongs to the one before it. What only steers the text's direction or hides
    in it does not."""
    return mark in _JOINERS or unicodedata.category(mark) not in ("Cf", "Cc", "Zl", "Zp")


def columns_in(line: Line) -> list[int]:
    """The column of every character of a line's text, and behind them the one after its end."""
    found: list[int] = []
    at = 0
    for run in line.runs:
        found += range(at, run.column)
        at = run.column + run.width
        found += [run.column] * len(run.text) if run.single else range(run.column, at)
    return [*found, at]
