"""How the rows of a diff look."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QTextLayout

from boocode_desktop.content.decided_hunks import Decided
from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.domain.changes import DiffLine
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

GUTTER = 54
SIGN = 20
BUTTONS = {
    "approve": ("Approve", "check", "ok", "A"),
    "reject": ("Reject", "x", "bad", "R"),
    "undo": ("Undo", "undo-2", "tx1", "U"),
    "show": ("Show", "unfold-vertical", "tx1", "E"),
    "hide": ("Hide", "fold-vertical", "tx1", "E"),
    "edit": ("Edit", "pencil", "tx1", ""),
    "remove": ("Remove", "trash-2", "bad", ""),
}
"""Word, icon, tone and key hint of what rows offer."""
BUTTON_WIDTH = {"approve": 104, "reject": 92, "undo": 84, "show": 88, "hide": 84, "edit": 68, "remove": 88}
_SOFT = {"ok": "ok_soft", "bad": "bad_soft", "tx1": "bg4"}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Side:
    """One column of lines: where it is, how far its text is scrolled, and the room left of its numbers."""

    left: int
    width: int
    scrolled: int
    margin: int = 0


class DiffPainter:
    """Paints rows; holds no state of the diff."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.code: QFont = code_font(METRICS.code)
        self.caption: QFont = ui_font(METRICS.meta, 500)
        metrics = QFontMetricsF(self.code)
        self._digit = metrics.horizontalAdvance("0")
        self._baseline = round((METRICS.code_line + metrics.ascent() - metrics.descent()) / 2)
        self._lead = (METRICS.code_line - metrics.height()) / 2

    def line(
        self, painter: QPainter, side: Side, room: QRect, line: DiffLine, layout: QTextLayout, number: int
    ) -> None:
        """One line in one column; `room` has its top and height, `number` is 0 for none."""
        color, top = self._theme.color, room.top()
        back = {"added": "add_bg", "removed": "del_bg"}.get(line.kind, "bg0")
        painter.fillRect(side.left + side.margin, top, side.width - side.margin, room.height(), color(back))
        left = side.left + side.margin
        painter.setFont(self.code)
        tone = {"added": "ok", "removed": "bad"}.get(line.kind, "tx3")
        painter.setPen(color(tone))
        # Text at a point is drawn in half the time of text in a box, and every row has two.
        if number:
            words = str(number)
            painter.drawText(QPointF(left + GUTTER - 10 - len(words) * self._digit, top + self._baseline), words)
        sign = {"added": "+", "removed": "−"}.get(line.kind, "")
        if sign:
            painter.drawText(QPointF(left + GUTTER + 3 - self._digit / 2, top + self._baseline), sign)
        start = left + GUTTER + SIGN
        self._code(painter, QRect(start, top, side.left + side.width - start, room.height()), side, layout)

    def _code(self, painter: QPainter, room: QRect, side: Side, layout: QTextLayout) -> None:
        painter.setPen(self._theme.color("tx1"))
        place = QPointF(room.left() - side.scrolled, room.top() + self._lead)
        # A clip costs as much as the line itself, and most lines fit.
        if side.scrolled or layout.maximumWidth() > room.width():
            painter.save()
            painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
            layout.draw(painter, place)
            painter.restore()
        else:
            layout.draw(painter, place)

    def nothing(self, painter: QPainter, side: Side, room: QRect) -> None:
        """The hatched place of a line that the other side has alone."""
        rect = QRect(side.left, room.top(), side.width, room.height())
        painter.fillRect(rect, self._theme.color("bg1"))
        hatch = QColor(self._theme.color("line0"))
        painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.BDiagPattern))

    def gap(self, painter: QPainter, rect: QRect, text: str, *, openable: bool, hovered: bool) -> None:
        """Unchanged lines that are not shown."""
        color = self._theme.color
        painter.fillRect(rect, color("bg3" if hovered else "bg1"))
        tone = "tx1" if hovered else "tx2"
        if openable:
            ratio = painter.device().devicePixelRatioF()
            icon = self._theme.pixmap("unfold-vertical", tone, 14, ratio)
            painter.drawPixmap(rect.left() + GUTTER - 24, rect.top() + (rect.height() - 14) // 2, icon)
        painter.setFont(self.caption)
        painter.setPen(color(tone))
        painter.drawText(rect.adjusted(GUTTER + SIGN, 0, 0, 0), _LEFT, text)

    def heading(self, painter: QPainter, rect: QRect, row: DiffRow, *, active: bool, focused: bool) -> None:
        """The line above a hunk; with a ring where the keyboard is."""
        color = self._theme.color
        painter.fillRect(rect, color("bg3" if active else "bg1"))
        if active:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), color("accent"))
        if active and focused:
            self.ring(painter, rect)
        painter.setFont(self.code)
        painter.setPen(color("tx2"))
        room = rect.adjusted(14, 0, -(BUTTON_WIDTH["approve"] + BUTTON_WIDTH["reject"] + 24), 0)
        text = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, text)

    def decided(self, painter: QPainter, rect: QRect, decided: Decided) -> None:
        """A decision, folded to one row."""
        color, good = self._theme.color, decided.approved
        painter.fillRect(rect, color("bg1"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, color("line0"))
        tone, icon = ("ok", "circle-check") if good else ("bad", "circle-x")
        ratio = painter.device().devicePixelRatioF()
        middle = rect.top() + (rect.height() - 15) // 2
        painter.drawPixmap(rect.left() + 14, middle, self._theme.pixmap(icon, tone, 15, ratio))
        limit = rect.right() - BUTTON_WIDTH["undo"] - BUTTON_WIDTH["show"] - 28
        left = rect.left() + 36
        verb = f"{'Approved' if good else 'Rejected'}{' as a whole' if decided.whole else ''}"
        words = [(verb, tone, ui_font(METRICS.ui, 600)), (decided.heading, "tx2", self.code)]
        if decided.lines:
            words += [(f"+{decided.added}", "ok", self.code), (f"−{decided.removed}", "bad", self.code)]
        for text, ink, font in words:
            painter.setFont(font)
            painter.setPen(color(ink))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, limit - left - 60))
            painter.drawText(QRect(left, rect.top(), max(0, limit - left), rect.height()), _LEFT, shown)
            left += painter.fontMetrics().horizontalAdvance(shown) + 12

    def button(
        self, painter: QPainter, rect: QRect, kind: str, *, active: bool, hovered: bool, keyed: bool = False
    ) -> None:
        """What a row offers; filled on the active one only."""
        color, (word, picture, tone, key) = self._theme.color, BUTTONS[kind]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if active or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(_SOFT[tone]))
            painter.drawRoundedRect(QRectF(rect), METRICS.radius_button, METRICS.radius_button)
        painter.setPen(QPen(color(tone if active or hovered else "tx2")))
        painter.setFont(self.caption)
        ratio = painter.device().devicePixelRatioF()
        icon = self._theme.pixmap(picture, tone if active or hovered else "tx2", 14, ratio)
        painter.drawPixmap(rect.left() + 8, rect.top() + (rect.height() - 14) // 2, icon)
        painter.drawText(rect.adjusted(27, 0, -4, 0), _LEFT, word)
        if key and (active or keyed):
            painter.drawText(rect.adjusted(0, 0, -9, 0), _RIGHT, key)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def ring(self, painter: QPainter, rect: QRect) -> None:
        """Where the keyboard is."""
        painter.setPen(QPen(self._theme.color("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def note(self, painter: QPainter, rect: QRect, text: str) -> None:
        """A sentence about the file."""
        painter.fillRect(rect, self._theme.color("bg0"))
        painter.setFont(self.caption)
        painter.setPen(self._theme.color("tx2"))
        room = rect.adjusted(16, 0, -8, 0)
        painter.drawText(room, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
