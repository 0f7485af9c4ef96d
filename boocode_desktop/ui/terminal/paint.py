"""How rows of a terminal are painted: runs in their colours, what is selected or found, the cursor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from boocode_desktop.content.terminal.lines import Line, Run
from boocode_desktop.content.terminal.styles import Style
from boocode_desktop.ui.terminal.blocks import FIRST, LAST, paint_blocks
from boocode_desktop.ui.terminal.colors import TerminalColors
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme

FONT_PX = 13
PAD = 8
_KNOWN_LIMIT = 1024
_CLOSE = 0.01
"""So many px a character may be wider or narrower than a column."""
_KINDS = re.compile("[\u2580-\u259f]+|[\u2500-\u257f\ue0b0-\ue0d4]+|[^\u2500-\u259f\ue0b0-\ue0d4]+")
_Look = tuple[Run, QColor, QColor | None]
_LINE_SHAPES, _BAR_SHAPES = (3, 4), (5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is marked in a row, in columns: matches as (column, length, whether it is the shown one)."""

    matches: tuple[tuple[int, int, bool], ...] = ()
    selected: tuple[int, int] | None = None
    link: tuple[int, int] | None = None


class TerminalPainter:
    """Paints rows of one height and columns of one width (`cell`), both in px."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._colors = TerminalColors(theme)
        self._fonts: dict[tuple[bool, bool], QFont] = {}
        self._steady: set[str] = set()
        self._known: dict[int, tuple[Line, list[_Look]]] = {}
        metrics = self._metrics = QFontMetricsF(code_font(FONT_PX))
        self.cell, self.height = metrics.horizontalAdvance("0"), round(metrics.height() * 1.12)
        self._ascent = (self.height - metrics.height()) / 2 + metrics.ascent()

    def forget(self) -> None:
        """The theme changed."""
        self._colors.forget()
        self._known.clear()

    def gap(self, painter: QPainter, y: float, lost: int) -> None:
        """The row that says what is missing."""
        painter.setFont(self._font(bold=False, italic=False))
        painter.setPen(self._theme.color("tx3"))
        painter.drawText(QPointF(PAD, y + self._ascent), f"… {lost:,} earlier lines are not kept …")

    def row(self, painter: QPainter, y: float, line: Line, marks: Marks) -> None:
        """A line with its marks."""
        looks = self._looks(line)
        for run, _front, back in looks:
            if back is not None:
                painter.fillRect(self._box(y, run.column, run.width), back)
        self._mark(painter, y, marks)
        for run, front, _back in looks:
            if FIRST <= run.text[:1] <= LAST:
                paint_blocks(painter, self._box(y, run.column, run.width), run.text, front)
            elif not run.text.isspace():
                painter.setFont(self._font(bold=run.style.bold, italic=run.style.italic))
                painter.setPen(front)
                painter.drawText(QPointF(PAD + run.column * self.cell, y + self._ascent), run.text)
            self._lines(painter, y, run, front)
        if marks.link is not None:
            box = self._box(y, marks.link[0], marks.link[1] - marks.link[0])
            painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 1), self._theme.color("accent"))

    def cursor(self, painter: QPainter, y: float, column: int, line: Line, *, focused: bool, shape: int = 0) -> None:
        """Filled while the keyboard is here, or of the shape the program chose; outlined otherwise."""
        under = next((r for r in line.runs if r.column <= column < r.column + r.width), None)
        plain = under is None or not under.single
        box, tone = self._box(y, column, 1 if under is None or plain else under.width), self._theme.color("accent")
        if not focused:
            painter.setPen(QPen(tone, 1))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        elif shape in _BAR_SHAPES:
            painter.fillRect(QRectF(box.left(), box.top(), 2, box.height()), tone)
        elif shape in _LINE_SHAPES:
            painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 2), tone)
        else:
            painter.fillRect(box, tone)
            if under is not None:
                painter.setFont(self._font(bold=under.style.bold, italic=under.style.italic))
                painter.setPen(self._theme.color("bg0"))
                text = under.text[column - under.column] if plain else under.text
                painter.drawText(QPointF(box.left(), y + self._ascent), text)

    def _looks(self, line: Line) -> list[_Look]:
        """A line's runs as they are painted, with their colours; kept, since most lines are painted again and again."""
        found = self._known.get(id(line))
        if found is not None and found[0] is line:
            return found[1]
        looks = []
        for run in line.runs:
            for piece in self._pieces(run):
                front, back = self._colors.of(piece.style, drawing=bool(kind_of(piece.text)))
                looks.append((piece, front, back))
        if len(self._known) > _KNOWN_LIMIT:
            self._known.clear()
        self._known[id(line)] = (line, looks)
        return looks

    def _pieces(self, run: Run) -> Iterator[Run]:
        """A run in pieces that are painted in one go: all text or all drawing, and all as wide as a column."""
        if run.text.isascii() or run.single:
            yield run
            return
        column = run.column
        for part in _KINDS.findall(run.text):
            whole = kind_of(part) == "block" or self._is_steady(part)
            for piece in (part,) if whole else part:
                yield Run(column, piece, run.style, len(piece))
                column += len(piece)

    def _is_steady(self, text: str) -> bool:
        """Whether the font has all these characters, each as wide as a column."""
        for character in set(text) - self._steady:
            if not self._metrics.inFontUcs4(ord(character)):  # inFont() takes only ASCII right
                return False
            if abs(self._metrics.horizontalAdvance(character) - self.cell) >= _CLOSE:
                return False
            self._steady.add(character)
        return True

    def _mark(self, painter: QPainter, y: float, marks: Marks) -> None:
        for column, size, shown in marks.matches:
            tone = QColor(self._theme.color("warn_fill"))
            tone.setAlphaF(0.5 if shown else 0.25)
            painter.fillRect(self._box(y, column, size), tone)
        if marks.selected is not None:
            tone = QColor(self._theme.color("accent_fill"))
            tone.setAlphaF(0.4)
            painter.fillRect(self._box(y, marks.selected[0], marks.selected[1] - marks.selected[0]), tone)

    def _lines(self, painter: QPainter, y: float, run: Run, tone: QColor) -> None:
        style: Style = run.style
        if not (style.underline or style.struck or style.link):
            return
        box = self._box(y, run.column, run.width)
        if style.underline or style.link:
            color = tone if style.underline else self._theme.color("tx3")
            painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 1), color)
        if style.struck:
            painter.fillRect(QRectF(box.left(), box.center().y(), box.width(), 1), tone)

    def _box(self, y: float, column: int, width: int) -> QRectF:
        return QRectF(PAD + column * self.cell, y, width * self.cell, self.height)

    def _font(self, *, bold: bool, italic: bool) -> QFont:
        found = self._fonts.get((bold, italic))
        if found is None:
            found = self._fonts[bold, italic] = code_font(FONT_PX, bold=bold)
            found.setItalic(italic)
        return found


def kind_of(text: str) -> str:
    """What a run draws instead of saying something: `block`, `line`, or "" for text."""
    first = text[:1]
    if FIRST <= first <= LAST:
        return "block"
    return "line" if "\u2500" <= first < FIRST or "\ue0b0" <= first <= "\ue0d4" else ""
