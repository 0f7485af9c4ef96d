"""The screen of a terminal: what programs print lands here, and what scrolls off its top is handed on.

pyte keeps the cells; what it lacks is added: the alternate screen, scrolling by command, modes of mouse and paste,
and a quick way for plain text.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

import pyte
from pyte import modes as mo
from pyte.charsets import VT100_MAP
from pyte.screens import Char, Margins, StaticDefaultDict

from boocode_desktop.content.terminal.lines import EMPTY, PLAIN, Line, Run, Style, columns_of
from boocode_desktop.content.terminal.tokens import Token

_WRAPPED = -1
"""The key under which a row notes that it goes on in the next one."""
ANSWER_LIMIT = 64
"""Answers to questions of programs that wait at most; a program that asks more often is not answered."""
MARKS_LIMIT = 6
"""Combining marks on one character; more of them only cost time."""
_PRIVATE_SHIFT = 5
_ALTERNATE = frozenset({47, 1047, 1049})
_MOUSE = {9: "press", 1000: "press", 1002: "drag", 1003: "move"}


class TerminalScreen(pyte.Screen):
    """Cells, cursor and modes. `scrolled` gets every line that leaves the main screen at its top."""

    def __init__(self, columns: int, lines: int, scrolled: Callable[[Line], None]) -> None:
        self._scrolled = scrolled
        self._main: tuple[Any, Any] | None = None
        self.answers: list[str] = []
        self.cleared = 0
        self.private: set[int] = set()
        self._drawing = [False, False]
        self._chars: dict[Char, _Chars] = {}
        self._styles: dict[Char, Style] = {}
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

    def act(self, token: Token) -> None:
        """Do what a token says; unknown ones do nothing."""
        match token.kind:
            case "text":
                self.draw(token.value)
            case "control":
                method = _CONTROLS.get(token.value)
                if method is not None:
                    getattr(self, method)()
            case "csi":
                self._csi(token)
            case "escape":
                self._escape(token.value)
            case "title":
                self.title = token.value

    def row(self, y: int) -> Line:
        """A row of the screen as it is."""
        return self._line(self.buffer[y]) if y in self.buffer else EMPTY

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
        self.dirty.add(self.cursor.y)

    def _draw_ascii(self, data: str) -> None:
        chars = self._chars_of(self.cursor.attrs)
        cursor, start, size = self.cursor, 0, len(data)
        while start < size:
            self._make_room(1)
            part = data[start : start + self.columns - cursor.x]
            row = self.buffer[cursor.y]
            row.update(zip(range(cursor.x, cursor.x + len(part)), map(chars.__getitem__, part), strict=True))
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
        row, x = self.buffer[self.cursor.y], self.cursor.x
        row[x] = self.cursor.attrs._replace(data=character)
        if width == 2 and x + 1 < self.columns:
            row[x + 1] = self.cursor.attrs._replace(data="")
        self.cursor.x = min(x + width, self.columns)

    def _join(self, mark: str) -> None:
        """Add a combining mark to the character before the cursor; invisible characters are dropped."""
        row = self.buffer[self.cursor.y]
        x = self.cursor.x - 1
        if x > 0 and x in row and not row[x].data:
            x -= 1
        if x in row and unicodedata.combining(mark) and len(row[x].data) <= MARKS_LIMIT:
            row[x] = row[x]._replace(data=row[x].data + mark)

    def _make_room(self, width: int) -> None:
        """Wrap, or stay at the margin, when what comes does not fit behind the cursor."""
        cursor = self.cursor
        if cursor.x + width <= self.columns:
            return
        if mo.DECAWM in self.mode:
            self.buffer[cursor.y][_WRAPPED] = cursor.attrs
            self.carriage_return()
            self.linefeed()
        else:
            cursor.x = max(0, self.columns - width)

    def index(self) -> None:
        """One line down; at the bottom the top line leaves."""
        top, bottom = self.margins or Margins(0, self.lines - 1)
        if self.cursor.y == bottom and top == 0 and self._main is None:
            self._scrolled(self.row(0))
        super().index()

    def bell(self, *_: Any) -> None:
        """Nothing rings."""

    def write_process_input(self, data: str) -> None:
        """An answer to a question of the program."""
        if len(self.answers) < ANSWER_LIMIT:
            self.answers.append(data)

    def erase_in_display(self, how: int = 0, *_: Any, **kwargs: Any) -> None:
        """Clear; 3 also asks to forget what scrolled off."""
        if how == 3:
            self.cleared += 1
            return
        if how == 2 and self._main is None:
            self.keep_screen()
        super().erase_in_display(how)

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
        self._drawing = [False, False]
        super().reset()

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Another size. Lines for which there is no more room leave at the top; below the cursor there are none."""
        wanted = lines or self.lines
        if self._main is None and self.cursor.y >= wanted:
            for y in range(self.cursor.y - wanted + 1):
                self._scrolled(self.row(y))
        surplus = max(0, self.cursor.y - wanted + 1)
        if surplus:
            kept = {y - surplus: row for y, row in self.buffer.items() if y >= surplus}
            self.buffer.clear()
            self.buffer.update(kept)
            self.cursor.y -= surplus
        for y in [y for y in self.buffer if y >= wanted]:
            del self.buffer[y]
        self.lines = wanted
        self.columns = columns or self.columns
        for row in self.buffer.values():
            for x in [x for x in row if x >= self.columns]:
                del row[x]
        self.margins = None
        self.cursor.x = min(self.cursor.x, self.columns - 1)
        self.tabstops = set(range(8, self.columns, 8))
        self.dirty.update(range(self.lines))

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

    def _csi(self, token: Token) -> None:
        if token.value in "hl" and token.private == "?":
            self._switch(token.parameters, on=token.value == "h")
        elif token.value == "m":
            if not token.private:
                self.select_graphic_rendition(*token.parameters)
        elif token.value in ("s", "u") and not token.private:
            (self.save_cursor if token.value == "s" else self.restore_cursor)()
        elif not token.private:
            name, most = _CSI.get(token.value, ("", 0))
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
            self._main = (dict(self.buffer), self.margins)
            self.buffer.clear()
        else:
            rows, self.margins = self._main or ({}, None)
            self._main = None
            self.buffer.clear()
            self.buffer.update({y: row for y, row in rows.items() if y < self.lines})
            if save_cursor:
                self.restore_cursor()
        self.dirty.update(range(self.lines))

    def _escape(self, value: str) -> None:
        if value[0] in "()" and len(value) == 2:
            # Of all character sets only line drawing differs from what is drawn anyway.
            self._drawing["()".index(value[0])] = value[1] == "0"
        elif value == "#8":
            self.alignment_display()
        elif (name := _ESCAPES.get(value)) is not None:
            getattr(self, name)()

    def _chars_of(self, attrs: Char) -> "_Chars":
        found = self._chars.get(attrs)
        if found is None:
            if len(self._chars) > 512:
                self._chars.clear()
            found = self._chars[attrs] = _Chars(attrs)
        return found

    def _line(self, row: StaticDefaultDict[int, Char]) -> Line:
        runs: list[Run] = []
        text: list[str] = []
        start, after, style = 0, -1, PLAIN
        looks: tuple[object, ...] = ()
        for x, char in sorted(row.items()):
            data = char[0]
            if x < 0 or not data:
                after = x + 1
                continue
            if x == after and char[1:] == looks and data.isascii():
                text.append(data)
                after = x + 1
                continue
            if text:
                runs.append(Run(start, "".join(text), style, len(text)))
            start, after, looks, style = x, x + 1, char[1:], self._style(char)
            if data.isascii():
                text = [data]
            else:
                runs.append(Run(x, data, style, max(1, columns_of(data[0]))))
                text, looks = [], ()
        if text:
            runs.append(Run(start, "".join(text), style, len(text)))
        return Line(_without_blank_end(runs), _WRAPPED in row)

    def _style(self, char: Char) -> Style:
        key = char._replace(data=" ") if char.data != " " else char
        found = self._styles.get(key)
        if found is None:
            if len(self._styles) > 2048:
                self._styles.clear()
            found = self._styles[key] = Style(
                fg=_color(char.fg),
                bg=_color(char.bg),
                bold=char.bold,
                italic=char.italics,
                underline=char.underscore,
                struck=char.strikethrough,
                reverse=char.reverse,
            )
        return found


class _Chars(dict[str, Char]):
    """Characters with the same looks, made once each."""

    def __init__(self, attrs: Char) -> None:
        super().__init__()
        self._attrs = attrs

    def __missing__(self, character: str) -> Char:
        made = self[character] = self._attrs._replace(data=character)
        return made


def _color(name: str) -> str:
    if name == "default":
        return ""
    # pyte calls yellow brown, and misspells a bright one.
    return name.replace("brown", "yellow").replace("bfightmagenta", "brightmagenta")


def _without_blank_end(runs: list[Run]) -> tuple[Run, ...]:
    """Without spaces at the end that have no colour of their own."""
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


_PYTE_MODES = frozenset({mo.DECTCEM, mo.DECSCNM, mo.DECOM, mo.DECAWM})
_CONTROLS = {
    "\x07": "bell",
    "\x08": "backspace",
    "\x09": "tab",
    "\x0a": "linefeed",
    "\x0b": "linefeed",
    "\x0c": "linefeed",
    "\x0d": "carriage_return",
    "\x0e": "shift_out",
    "\x0f": "shift_in",
}
_ESCAPES = {
    "7": "save_cursor",
    "8": "restore_cursor",
    "D": "index",
    "E": "linefeed",
    "H": "set_tab_stop",
    "M": "reverse_index",
    "c": "reset",
}
# The final character of a sequence: what it does, and how many parameters that takes.
_CSI = {
    "@": ("insert_characters", 1),
    "A": ("cursor_up", 1),
    "B": ("cursor_down", 1),
    "C": ("cursor_forward", 1),
    "D": ("cursor_back", 1),
    "E": ("cursor_down1", 1),
    "F": ("cursor_up1", 1),
    "G": ("cursor_to_column", 1),
    "H": ("cursor_position", 2),
    "I": ("tab", 0),
    "J": ("erase_in_display", 1),
    "K": ("erase_in_line", 1),
    "L": ("insert_lines", 1),
    "M": ("delete_lines", 1),
    "P": ("delete_characters", 1),
    "S": ("scroll_up", 1),
    "T": ("scroll_down", 1),
    "X": ("erase_characters", 1),
    "Z": ("back_tab", 1),
    "`": ("cursor_to_column", 1),
    "a": ("cursor_forward", 1),
    "b": ("repeat", 1),
    "c": ("report_device_attributes", 1),
    "d": ("cursor_to_line", 1),
    "e": ("cursor_down", 1),
    "f": ("cursor_position", 2),
    "g": ("clear_tab_stop", 1),
    "h": ("set_mode", 8),
    "l": ("reset_mode", 8),
    "n": ("report_device_status", 1),
    "r": ("set_margins", 2),
}
