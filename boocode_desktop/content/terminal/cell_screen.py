"""A screen of cells of ours: how text comes into it, and how places of it are emptied. pyte moves the cursor.

Every row keeps its line until something in it changes, so that most of a frame is there already.
"""

from typing import Any, cast

import pyte
from pyte import modes as mo
from pyte.charsets import VT100_MAP

from boocode_desktop.content.terminal.cells import DRAWN, WRAPPED, Cell, Letters, line_of
from boocode_desktop.content.terminal.lines import EMPTY, MARKS_LIMIT, Line, columns_of, joins
from boocode_desktop.content.terminal.styles import Style, styled

_STYLES_LIMIT = 1024


class CellScreen(pyte.Screen):
    """Draws text and erases it, in the style that is chosen."""

    def __init__(self, columns: int, lines: int) -> None:
        self._drawing = [False, False]
        self._letters: dict[Style, Letters] = {}
        self._styles: dict[tuple[Style, tuple[int, ...]], Style] = {}
        super().__init__(columns, lines)

    @property
    def default_char(self) -> Any:
        """What an empty place holds: a cell of ours, in place of pyte's."""
        return Cell()

    @property
    def style(self) -> Style:
        """How what comes next will look."""
        return cast(Cell, self.cursor.attrs).style

    @style.setter
    def style(self, style: Style) -> None:
        self.cursor.attrs = cast(Any, Cell(" ", style))

    def row(self, y: int) -> Line:
        """A row of the screen as it is."""
        if y not in self.buffer:
            return EMPTY
        row: Any = self.buffer[y]
        line: Line | None = row.get(DRAWN)
        if line is None:
            line = row[DRAWN] = line_of(row, self.columns)
        return line

    def draw(self, data: str) -> None:
        """Put text at the cursor; plain text without a detour."""
        drawing = self._drawing[self.charset]
        if drawing:
            data = data.translate(VT100_MAP)
        if data.isascii() and mo.IRM not in self.mode:
            self._draw_ascii(data)
        else:
            for character in data:
                self._draw_one(character)

    def _draw_ascii(self, data: str) -> None:
        letters = self._letters_of(self.style)
        cursor, start, size = self.cursor, 0, len(data)
        while start < size:
            self._make_room(1)
            part = data[start : start + self.columns - cursor.x]
            row: Any = self.buffer[cursor.y]
            row.pop(DRAWN, None)
            self._split_wide(row, cursor.x, cursor.x + len(part))
            row.update(zip(range(cursor.x, cursor.x + len(part)), map(letters.__getitem__, part), strict=True))
            cursor.x += len(part)
            start += len(part)

    def _draw_one(self, character: str) -> None:
        width = columns_of(character)
        if width == 0:
            self._join(character)
            return
        self._make_room(width)
        if mo.IRM in self.mode:
            self.insert_characters(width)
        row: Any = self.buffer[self.cursor.y]
        row.pop(DRAWN, None)
        x, style = self.cursor.x, self.style
        self._split_wide(row, x, x + width)
        row[x] = Cell(character, style)
        if width == 2 and x + 1 < self.columns:
            row[x + 1] = Cell("", style)
        self.cursor.x = min(x + width, self.columns)

    @staticmethod
    def _split_wide(row: dict[int, Cell], first: int, end: int) -> None:
        """A wide character of which half is written over leaves a space."""
        if first in row and not row[first].data and first - 1 in row:
            row[first - 1] = Cell(" ", row[first - 1].style)
        if end in row and not row[end].data:
            row[end] = Cell(" ", row[end].style)

    def _join(self, mark: str) -> None:
        """Add a combining mark to the character before the cursor; invisible characters are dropped."""
        row: Any = self.buffer[self.cursor.y]
        row.pop(DRAWN, None)
        x = self.cursor.x - 1
        if x > 0 and x in row and not row[x].data:
            x -= 1
        if x in row and joins(mark) and len(row[x].data) <= MARKS_LIMIT:
            row[x] = row[x]._replace(data=row[x].data + mark)

    def _make_room(self, width: int) -> None:
        """Wrap, or stay at the margin, when what comes does not fit behind the cursor."""
        cursor = self.cursor
        if cursor.x + width <= self.columns:
            return
        if mo.DECAWM in self.mode:
            self.buffer[cursor.y][WRAPPED] = cast(Any, Cell())
            self.buffer[cursor.y].pop(DRAWN, None)
            self.carriage_return()
            self.linefeed()
        else:
            cursor.x = max(0, self.columns - width)

    def select_graphic_rendition(self, *attrs: int, **_: Any) -> None:
        """Other looks from here on."""
        key = (self.style, attrs)
        found = self._styles.get(key)
        if found is None:
            if len(self._styles) > _STYLES_LIMIT:
                self._styles.clear()
            found = self._styles[key] = styled(*key)
        self.style = found

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """Clear the line from the cursor on, up to it, or all of it; cleared to its end it does not go on."""
        row: Any = self.buffer.get(self.cursor.y, {})
        row.pop(DRAWN, None)
        if how in (0, 2):
            row.pop(WRAPPED, None)
        super().erase_in_line(how, private)

    def alignment_display(self) -> None:
        """Fill the screen with E, which people do to see its size."""
        self.buffer.clear()
        super().alignment_display()

    def _blank(self, y: int) -> None:
        """An empty row in the surface that is chosen."""
        self.buffer.pop(y, None)
        if self.style.bg:
            blank = Cell(" ", Style(bg=self.style.bg))
            self.buffer[y].update(cast(Any, dict.fromkeys(range(self.columns), blank)))

    def repeat(self, count: int = 1) -> None:
        """The character before the cursor again."""
        before = self.buffer[self.cursor.y].get(self.cursor.x - 1)
        if before is not None and before.data:
            self.draw(before.data * min(count or 1, self.columns * self.lines))

    def insert_characters(self, count: int | None = None) -> None:
        """Move the rest of the line to the right."""
        self.buffer[self.cursor.y].pop(DRAWN, None)
        super().insert_characters(count)

    def delete_characters(self, count: int | None = None) -> None:
        """Move the rest of the line to the left."""
        self.buffer[self.cursor.y].pop(DRAWN, None)
        super().delete_characters(count)

    def erase_characters(self, count: int | None = None) -> None:
        """Empty places from the cursor on."""
        self.buffer[self.cursor.y].pop(DRAWN, None)
        super().erase_characters(count)

    def _letters_of(self, style: Style) -> Letters:
        found = self._letters.get(style)
        if found is None:
            if len(self._letters) > _STYLES_LIMIT:
                self._letters.clear()
            found = self._letters[style] = Letters(style)
        return found
