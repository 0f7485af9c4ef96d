"""How rows of a terminal are painted: runs in their colours, what is selected or found, the cursor."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from boocode_desktop.content.terminal.lines import Line, Run
from boocode_desktop.ui.terminal.colors import TerminalColors
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme

FONT_PX = 13
PAD = 8


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
        metrics = QFontMetricsF(code_font(FONT_PX))
        self.cell, self.height = metrics.horizontalAdvance("0"), round(metrics.height() * 1.12)
        self._ascent = (self.height - metrics.height()) / 2 + metrics.ascent()

    def forget(self) -> None:
        """The theme changed."""
        self._colors.forget()

    def gap(self, painter: QPainter, y: float, lost: int) -> None:
        """The row that says what is missing."""
        painter.setFont(self._font(bold=False, italic=False))
        painter.setPen(self._theme.color("tx3"))
        painter.drawText(QPointF(PAD, y + self._ascent), f"… {lost:,} earlier lines are not kept …")

    def row(self, painter: QPainter, y: float, line: Line, marks: Marks) -> None:
        """A line with its marks."""
        backs = [(run, self._colors.of(run.style)) for run in line.runs]
        for run, (_front, back) in backs:
            if back is not None:
                painter.fillRect(self._box(y, run.column, run.width), back)
        self._mark(painter, y, marks)
        for run, (front, _back) in backs:
            painter.setFont(self._font(bold=run.style.bold, italic=run.style.italic))
            painter.setPen(front)
            painter.drawText(QPointF(PAD + run.column * self.cell, y + self._ascent), run.text)
            self._lines(painter, y, run)
        if marks.link is not None:
            box = self._box(y, marks.link[0], marks.link[1] - marks.link[0])
            painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 1), self._theme.color("accent"))

    def cursor(self, painter: QPainter, y: float, column: int, line: Line, *, focused: bool) -> None:
        """Filled while the keyboard is here, outlined otherwise."""
        box, tone = self._box(y, column, 1), self._theme.color("accent")
        if not focused:
            painter.setPen(QPen(tone, 1))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        painter.fillRect(box, tone)
        under = next((r for r in line.runs if r.column <= column < r.column + r.width), None)
        if under is not None:
            text = under.text[column - under.column] if len(under.text) == under.width else under.text
            painter.setFont(self._font(bold=under.style.bold, italic=under.style.italic))
            painter.setPen(self._theme.color("bg0"))
            painter.drawText(QPointF(box.left(), y + self._ascent), text)

    def _mark(self, painter: QPainter, y: float, marks: Marks) -> None:
        for column, size, shown in marks.matches:
            tone = QColor(self._theme.color("warn_fill"))
            tone.setAlphaF(0.5 if shown else 0.25)
            painter.fillRect(self._box(y, column, size), tone)
        if marks.selected is not None:
            tone = QColor(self._theme.color("accent_fill"))
            tone.setAlphaF(0.4)
            painter.fillRect(self._box(y, marks.selected[0], marks.selected[1] - marks.selected[0]), tone)

    def _lines(self, painter: QPainter, y: float, run: Run) -> None:
        box, tone = self._box(y, run.column, run.width), painter.pen().color()
        if run.style.underline:
            painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 1), tone)
        if run.style.struck:
            painter.fillRect(QRectF(box.left(), box.center().y(), box.width(), 1), tone)

    def _box(self, y: float, column: int, width: int) -> QRectF:
        return QRectF(PAD + column * self.cell, y, width * self.cell, self.height)

    def _font(self, *, bold: bool, italic: bool) -> QFont:
        found = self._fonts.get((bold, italic))
        if found is None:
            found = self._fonts[bold, italic] = code_font(FONT_PX, bold=bold)
            found.setItalic(italic)
        return found
