"""How the rows of a diff look."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QTextLayout

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.domain.changes import DiffLine
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

GUTTER = 54
SIGN = 20
ROW_HEIGHTS = {"line": METRICS.code_line, "hunk": 30, "gap": 24, "note": 28}
BUTTON_WIDTH = {"approve": 104, "reject": 92}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Side:
    """One column of lines: where it is and how far its text is scrolled."""

    left: int
    width: int
    scrolled: int


class DiffPainter:
    """Paints rows; holds no state of the diff."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.code: QFont = code_font(METRICS.code)
        self.caption: QFont = ui_font(METRICS.meta, 500)
        metrics = QFontMetricsF(self.code)
        self._digit = metrics.horizontalAdvance("0")
        self._baseline = round((METRICS.code_line + metrics.ascent() - metrics.descent()) / 2)

    def line(self, painter: QPainter, side: Side, top: int, line: DiffLine, layout: QTextLayout, *, old: bool) -> None:
        """One line in one column."""
        color, height = self._theme.color, METRICS.code_line
        back = {"added": "add_bg", "removed": "del_bg"}.get(line.kind, "bg0")
        painter.fillRect(side.left, top, side.width, height, color(back))
        number = line.old if old else line.new
        painter.setFont(self.code)
        tone = {"added": "ok", "removed": "bad"}.get(line.kind, "tx3")
        painter.setPen(color(tone))
        # Text at a point is drawn in half the time of text in a box, and every row has two.
        if number is not None:
            words = str(number)
            painter.drawText(QPointF(side.left + GUTTER - 10 - len(words) * self._digit, top + self._baseline), words)
        sign = {"added": "+", "removed": "−"}.get(line.kind, "")
        if sign:
            painter.drawText(QPointF(side.left + GUTTER + 3 - self._digit / 2, top + self._baseline), sign)
        self._code(painter, QRect(side.left + GUTTER + SIGN, top, side.width - GUTTER - SIGN, height), side, layout)

    def _code(self, painter: QPainter, room: QRect, side: Side, layout: QTextLayout) -> None:
        painter.setPen(self._theme.color("tx1"))
        offset = (room.height() - layout.boundingRect().height()) / 2
        place = QPointF(room.left() - side.scrolled, room.top() + offset)
        # A clip costs as much as the line itself, and most lines fit.
        if side.scrolled or layout.maximumWidth() > room.width():
            painter.save()
            painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
            layout.draw(painter, place)
            painter.restore()
        else:
            layout.draw(painter, place)

    def nothing(self, painter: QPainter, side: Side, top: int) -> None:
        """The hatched place of a line that the other side has alone."""
        rect = QRect(side.left, top, side.width, METRICS.code_line)
        painter.fillRect(rect, self._theme.color("bg1"))
        hatch = QColor(self._theme.color("line0"))
        painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.BDiagPattern))

    def gap(self, painter: QPainter, rect: QRect, text: str) -> None:
        """Unchanged lines that are not shown."""
        painter.fillRect(rect, self._theme.color("bg1"))
        painter.setFont(self.caption)
        painter.setPen(self._theme.color("tx3"))
        painter.drawText(rect.adjusted(GUTTER + SIGN, 0, 0, 0), _LEFT, text)

    def heading(self, painter: QPainter, rect: QRect, row: DiffRow, *, active: bool, focused: bool) -> None:
        """The line above a hunk; with a ring where the keyboard is."""
        color = self._theme.color
        painter.fillRect(rect, color("bg3" if active else "bg1"))
        if active:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), color("accent"))
        if active and focused:
            painter.setPen(QPen(color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.setFont(self.code)
        painter.setPen(color("tx2"))
        room = rect.adjusted(14, 0, -(sum(BUTTON_WIDTH.values()) + 24), 0)
        text = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, text)

    def button(self, painter: QPainter, rect: QRect, kind: str, *, active: bool, hovered: bool) -> None:
        """Approve or Reject on a hunk's heading; filled on the active one only."""
        color = self._theme.color
        approve = kind == "approve"
        tone, soft = ("ok", "ok_soft") if approve else ("bad", "bad_soft")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if active or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(soft))
            painter.drawRoundedRect(QRectF(rect), METRICS.radius_button, METRICS.radius_button)
        painter.setPen(QPen(color(tone if active or hovered else "tx2")))
        painter.setFont(self.caption)
        ratio = painter.device().devicePixelRatioF()
        icon = self._theme.pixmap("check" if approve else "x", tone if active or hovered else "tx2", 14, ratio)
        painter.drawPixmap(rect.left() + 8, rect.top() + (rect.height() - 14) // 2, icon)
        word = "Approve" if approve else "Reject"
        painter.drawText(rect.adjusted(27, 0, -4, 0), _LEFT, word)
        if active:
            painter.drawText(rect.adjusted(0, 0, -9, 0), _RIGHT, "A" if approve else "R")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def note(self, painter: QPainter, rect: QRect, text: str) -> None:
        """A sentence about the file."""
        painter.fillRect(rect, self._theme.color("bg0"))
        painter.setFont(self.caption)
        painter.setPen(self._theme.color("tx2"))
        painter.drawText(rect.adjusted(16, 0, -8, 0), _LEFT, text)
