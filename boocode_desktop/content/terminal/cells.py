"""The cells of a terminal's screen, and rows of them as lines."""

from collections.abc import Mapping
from typing import NamedTuple

from boocode_desktop.content.terminal.lines import Line, Run, columns_of
from boocode_desktop.content.terminal.styles import PLAIN, Style

WRAPPED = -1
"""The key under which a row notes that it goes on in the next one."""
DRAWN = -2
"""The key under which a row keeps its line until something in it changes."""


class Cell(NamedTuple):
    """One place of the screen; the second column of a wide character holds no text."""

    data: str = " "
    style: Style = PLAIN


Row = Mapping[int, Cell]


class Letters(dict[str, Cell]):
    """Cells of one style, made once each."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, character: str) -> Cell:
        made = self[character] = Cell(character, self._style)
        return made


def line_of(row: Row, columns: int) -> Line:
    """A row as a line; characters of one column and one style are one run, every other one stands alone."""
    runs: list[Run] = []
    text: list[str] = []
    start, after, style = 0, -1, PLAIN
    for x in sorted(row):
        if x < 0:
            continue
        if x >= columns:
            break
        data, looks = row[x]
        if not data:
            continue
        wide = (x + 1 in row and not row[x + 1].data) or len(data) > 1
        if not wide and x == after and text and looks == style:
            text.append(data)
            after = x + 1
            continue
        if text:
            runs.append(Run(start, "".join(text), style, len(text)))
            text = []
        start, after, style = x, x + 1, looks
        if wide:
            runs.append(Run(x, data, style, min(columns - x, max(1, columns_of(data[0]))), single=True))
        else:
            text = [data]
    if text:
        runs.append(Run(start, "".join(text), style, len(text)))
    return Line(_without_blank_end(runs), WRAPPED in row)


def _without_blank_end(runs: list[Run]) -> tuple[Run, ...]:
    """Without spaces at the end that have no looks of their own."""
    while runs:
        last = runs[-1]
        if last.style.bg or last.style.reverse or last.style.underline:
            break
        kept = last.text.rstrip(" ")
        if kept == last.text:
            break
        runs.pop()
        if kept:
            runs.append(Run(last.column, kept, last.style, len(kept)))
            break
    return tuple(runs)
