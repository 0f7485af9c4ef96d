"""The screen of a terminal: what programs print lands here, and what scrolls off its top is handed on.

What pyte lacks is added: the alternate screen, scrolling by command, modes of mouse and paste, another width.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from pyte import modes as mo
from pyte.screens import Margins

from boocode_desktop.content.terminal.cell_screen import CellScreen
from boocode_desktop.content.terminal.cells import DRAWN
from boocode_desktop.content.terminal.lines import Line
from boocode_desktop.content.terminal.reflow import reflow
from boocode_desktop.content.terminal.sequences import CONTROLS, CSI, ERASING, ESCAPES
from boocode_desktop.content.terminal.styles import PLAIN, Style, with_link
from boocode_desktop.content.terminal.tokens import Token

ANSWER_LIMIT = 64
"""Answers to questions of programs that wait at most; a program that asks more often is not answered."""
_PRIVATE_SHIFT = 5
_ALTERNATE = frozenset({47, 1047, 1049})
_PYTE_MODES = frozenset({mo.DECTCEM, mo.DECOM, mo.DECAWM})
_MOUSE = {9: "press", 1000: "press", 1002: "drag", 1003: "move"}


class TerminalScreen(CellScreen):
    """Cells, cursor and modes. `scrolled` gets every line that leaves the main screen at its top."""

    def __init__(self, columns: int, lines: int, scrolled: Callable[[Line], None]) -> None:
        self._scrolled = scrolled
        self._main: tuple[dict[int, Any], Any, int] | None = None
        self.answers: list[str] = []
        self.cleared = 0
        self.private: set[int] = set()
        self.cursor_shape = 0
        super().__init__(columns, lines)

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

    def keep_screen(self) -> None:
        """Hand on what is on the main screen, up to its last line with text, before it is cleared."""
        rows = [self.row(y) for y in range(self.lines)]
        while rows and not rows[-1].runs:
            rows.pop()
        for row in rows:
            self._scrolled(row)

    def take_screen(self) -> str:
        """Hand on the main screen down to the cursor, and empty it; the text of the line that is being written."""
        rows = [self.row(y) for y in range(self.lines)]
        last = max((y for y, row in enumerate(rows) if row.runs), default=-1)
        written = rows[self.cursor.y].text if self.cursor.y >= last else ""
        for row in rows[: self.cursor.y if self.cursor.y >= last else last + 1]:
            self._scrolled(row)
        self.buffer.clear()
        self.cursor_position()
        return written

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
        for row in rows.values():
            row.pop(DRAWN, None)
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
