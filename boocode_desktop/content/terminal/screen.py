"""The screen of a terminal: what programs print lands here, and what scrolls off its top is handed on.

pyte moves the cursor and the cells; what it lacks is added: the alternate screen, scrolling by command, modes of mouse
and paste, cells with links and every style, and a quick way for plain text.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

import pyte
from pyte import modes as mo
from pyte.charsets import VT100_MAP
from pyte.screens import Margins

from boocode_desktop.content.terminal.cells import WRAPPED, Cell, Letters, line_of
from boocode_desktop.content.terminal.lines import EMPTY, MARKS_LIMIT, Line, columns_of, joins
from boocode_desktop.content.terminal.reflow import reflow
from boocode_desktop.content.terminal.sequences import CONTROLS, CSI, ERASING, ESCAPES
from boocode_desktop.content.terminal.styles import PLAIN, Style, styled, with_link
from boocode_desktop.content.terminal.tokens import Token

ANSWER_LIMIT = 64
"""Answers to questions of programs that wait at most; a program that asks more often is not answered."""
_PRIVATE_SHIFT = 5
_STYLES_LIMIT = 1024
_ALTERNATE = frozenset({47, 1047, 1049})
_PYTE_MODES = frozenset({mo.DECTCEM, mo.DECOM, mo.DECAWM})
_MOUSE = {9: "press", 1000: "press", 1002: "drag", 1003: "move"}


class TerminalScreen(pyte.Screen):
    """Cells, cursor and modes. `scrolled` gets every line that leaves the main screen at its top."""

    def __init__(self, columns: int, lines: int, scrolled: Callable[[Line], None]) -> None:
        self._scrolled = scrolled
        self._main: tuple[dict[int, Any], Any, int] | None = None
        self.answers: list[str] = []
        self.cleared = 0
        self.private: set[int] = set()
        self.cursor_shape = 0
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

    @property
    def alternate(self) -> bool:
        """Whether a full-screen program shows its own screen."""
        return self._main is not None

    @property
    def application_keys(self) -> bool:
        """Whether arrow keys are sent as an application wants them."""
        return 1 in self.private

    @property
    def bracketed_paste(self) -> bool:
        """Whether pasted text is to be marked as such."""
        return 2004 in self.private

    @property
    def mouse(self) -> str:
        """Which movements of the mouse the program wants: "", `press`, `drag` or `move`."""
        return next((_MOUSE[m] for m in (1003, 1002, 1000, 9) if m in self.private), "")

    @property
    def sgr_mouse(self) -> bool:
        """Whether the program understands the newer form of what the mouse does."""
        return 1006 in self.private

    def act(self, token: Token) -> None:
        """Do what a token says; unknown ones do nothing."""
        match token.kind:
            case "text":
                self.draw(token.value)
            case "control":
                method = CONTROLS.get(token.value)
                if method is not None:
                    getattr(self, method)()
            case "csi":
                self._csi(token)
            case "escape":
                self._escape(token.value)
            case "title":
                self.title = token.value
            case "link":
                self.style = with_link(self.style, token.value)

    def row(self, y: int) -> Line:
        """A row of the screen as it is."""
        return line_of(cast(Any, self.buffer[y]), self.columns) if y in self.buffer else EMPTY

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
            self.carriage_return()
            self.linefeed()
        else:
            cursor.x = max(0, self.columns - width)

    def index(self) -> None:
        """One line down; at the bottom the top line leaves."""
        top, bottom = self.margins or Margins(0, self.lines - 1)
        at_bottom = self.cursor.y == bottom
        if at_bottom and top == 0 and self._main is None:
            self._scrolled(self.row(0))
        super().index()
        if at_bottom and self.style.bg:
            self._blank(bottom)

    def bell(self, *_: Any) -> None:
        """Nothing rings."""

    def write_process_input(self, data: str) -> None:
        """An answer to a question of the program."""
        if len(self.answers) < ANSWER_LIMIT:
            self.answers.append(data)

    def select_graphic_rendition(self, *attrs: int, **_: Any) -> None:
        """Other looks from here on."""
        key = (self.style, attrs)
        found = self._styles.get(key)
        if found is None:
            if len(self._styles) > _STYLES_LIMIT:
                self._styles.clear()
            found = self._styles[key] = styled(*key)
        self.style = found

    def save_cursor(self) -> None:
        """Remember the cursor; as terminals do, one and not a heap of them."""
        self.savepoints.clear()
        super().save_cursor()

    def restore_cursor(self) -> None:
        """Back to the remembered cursor, as often as wished."""
        saved = bool(self.savepoints)
        super().restore_cursor()
        if saved:
            self.save_cursor()

    def erase_in_display(self, how: int = 0, *_: Any, **kwargs: Any) -> None:
        """Clear; 3 also asks to forget what scrolled off."""
        if how == 3:
            self.cleared += 1
            return
        if how == 2 and self._main is None:
            self.keep_screen()
        y = self.cursor.y
        for row in {0: range(y + 1, self.lines), 1: range(y), 2: range(self.lines)}.get(how, ()):
            self._blank(row)
        if how in (0, 1):
            self.erase_in_line(how)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """Clear the line from the cursor on, up to it, or all of it; cleared to its end it does not go on."""
        if how in (0, 2) and self.cursor.y in self.buffer:
            self.buffer[self.cursor.y].pop(WRAPPED, None)
        super().erase_in_line(how, private)

    def _blank(self, y: int) -> None:
        """An empty row in the surface that is chosen."""
        self.buffer.pop(y, None)
        if self.style.bg:
            blank = Cell(" ", Style(bg=self.style.bg))
            self.buffer[y].update(cast(Any, dict.fromkeys(range(self.columns), blank)))

    def keep_screen(self) -> None:
        """Hand on what is on the main screen, up to its last line with text, before it is cleared."""
        rows = [self.row(y) for y in range(self.lines)]
        while rows and not rows[-1].runs:
            rows.pop()
        for row in rows:
            self._scrolled(row)

    def reset(self) -> None:
        """As after start."""
        self._main = None
        self.private.clear()
        self.cursor_shape = 0
        self._drawing = [False, False]
        super().reset()
        self.style = PLAIN

    def soft_reset(self) -> None:
        """Modes and looks as after start; what is on screen stays."""
        self.private.discard(1)
        self.mode = {mo.DECAWM, mo.DECTCEM}
        self.margins = None
        self.cursor_shape, self.cursor.hidden = 0, False
        self._drawing = [False, False]
        self.style = PLAIN

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Another size. Lines that were broken at the old width are broken at the new one; those for which there is no
        more room leave at the top. A full-screen program draws its own screen anew."""
        lines, before, self.columns = lines or self.lines, self.columns, columns or self.columns
        if self._main is None and self.columns != before:
            self._flow(before)
        surplus = max(0, self.cursor.y - lines + 1)
        for y in range(surplus if self._main is None else 0):
            self._scrolled(self.row(y))
        rows = {y - surplus: row for y, row in self.buffer.items() if surplus <= y < lines + surplus}
        self.buffer.clear()
        self.buffer.update(rows)
        self.lines = lines
        self.margins = None
        self.cursor.y -= surplus
        self.cursor.x = min(self.cursor.x, self.columns - 1)
        self.tabstops = set(range(8, self.columns, 8))

    def _flow(self, before: int) -> None:
        """Break the rows, up to the last one that holds something, at the present width."""
        last = max((y for y, row in self.buffer.items() if row), default=0)
        rows: list[Any] = [self.buffer.get(y, {}) for y in range(max(last, self.cursor.y) + 1)]
        flowed = reflow(rows, (self.cursor.x, self.cursor.y), before, self.columns)
        self.buffer.clear()
        for y, row in enumerate(flowed.rows):
            if row:
                self.buffer[y].update(cast(Any, row))
        self.cursor.x, self.cursor.y = flowed.cursor

    def scroll_up(self, count: int = 1) -> None:
        """Move the region's lines up without the cursor."""
        self._scroll(self.index, count, at_bottom=True)

    def scroll_down(self, count: int = 1) -> None:
        """Move the region's lines down without the cursor."""
        self._scroll(self.reverse_index, count, at_bottom=False)

    def _scroll(self, step: Callable[[], None], count: int, *, at_bottom: bool) -> None:
        top, bottom = self.margins or Margins(0, self.lines - 1)
        place = self.cursor.y
        self.cursor.y = bottom if at_bottom else top
        for _ in range(min(count or 1, self.lines)):
            step()
        self.cursor.y = place

    def repeat(self, count: int = 1) -> None:
        """The character before the cursor again."""
        before = self.buffer[self.cursor.y].get(self.cursor.x - 1)
        if before is not None and before.data:
            self.draw(before.data * min(count or 1, self.columns * self.lines))

    def back_tab(self, count: int = 1) -> None:
        """To the tab stop before the cursor."""
        for _ in range(min(count or 1, self.columns)):
            self.cursor.x = max((stop for stop in self.tabstops if stop < self.cursor.x), default=0)

    def shape_cursor(self, shape: int = 0) -> None:
        """Another shape of the cursor: 3 and 4 a line below, 5 and 6 a bar, else a block."""
        self.cursor_shape = shape

    def _csi(self, token: Token) -> None:
        if token.value in "hl" and token.private == "?":
            self._switch(token.parameters, on=token.value == "h")
        elif token.private:
            return
        elif token.value == "m":
            self.select_graphic_rendition(*token.parameters)
        elif token.value in ERASING:
            # Erased places keep the surface, but neither the line below a text nor its link.
            kept, self.style = self.style, Style(bg=self.style.bg)
            self._call(token)
            self.style = kept
        else:
            self._call(token)

    def _call(self, token: Token) -> None:
        name, most = CSI.get(token.value, ("", 0))
        if name:
            getattr(self, name)(*token.parameters[:most])

    def _switch(self, modes: Iterable[int], *, on: bool) -> None:
        for mode in modes:
            if mode in _ALTERNATE:
                self._show_alternate(on, save_cursor=mode == 1049)
            elif (mode << _PRIVATE_SHIFT) in _PYTE_MODES:
                (self.set_mode if on else self.reset_mode)(mode, private=True)
            elif on:
                self.private.add(mode)
            else:
                self.private.discard(mode)

    def _show_alternate(self, on: bool, *, save_cursor: bool) -> None:
        if on == self.alternate:
            return
        if on:
            if save_cursor:
                self.save_cursor()
            self._main = (dict(self.buffer), self.margins, self.columns)
            self.buffer.clear()
        else:
            rows, self.margins, before = self._main or ({}, None, self.columns)
            self._main = None
            self.buffer.clear()
            self.buffer.update(rows)
            if save_cursor:
                self.restore_cursor()
            self._fit_again(before)

    def _fit_again(self, before: int) -> None:
        """The main screen comes back; the size may be another one by now."""
        if before != self.columns:
            self._flow(before)
        self.resize(self.lines, self.columns)

    def _escape(self, value: str) -> None:
        if value[0] in "()" and len(value) == 2:
            # Of all character sets only line drawing differs from what is drawn anyway.
            self._drawing["()".index(value[0])] = value[1] == "0"
        elif value == "#8":
            self.alignment_display()
        elif (name := ESCAPES.get(value)) is not None:
            getattr(self, name)()

    def _letters_of(self, style: Style) -> Letters:
        found = self._letters.get(style)
        if found is None:
            if len(self._letters) > _STYLES_LIMIT:
                self._letters.clear()
            found = self._letters[style] = Letters(style)
        return found
