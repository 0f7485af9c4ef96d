"""What the window shows in its first milliseconds: its surfaces and the name, before anything heavy is loaded."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

TAB_ROW = 38


def paint_logo(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """The ghost on its tile."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = QLinearGradient(rect.topLeft(), rect.bottomRight())
    fill.setColorAt(0.0, theme.color("#9B8CFF"))
    fill.setColorAt(1.0, theme.color("#5B4AD8"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, rect.width() * 0.27, rect.width() * 0.27)
    _paint_ghost(painter, theme, rect)
    painter.restore()


def _paint_ghost(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    unit = rect.width() / 24
    left, top = rect.left() + 6.2 * unit, rect.top() + 5 * unit
    width, height = 11.6 * unit, 13.4 * unit
    painter.setBrush(theme.color("#FFFFFF"))
    painter.drawRoundedRect(QRectF(left, top, width, height * 0.85), width / 2, width / 2)
    painter.drawRect(QRectF(left, top + height * 0.45, width, height * 0.4))
    foot = width / 3
    for number in range(3):
        painter.drawEllipse(QRectF(left + number * foot, top + height * 0.68, foot, foot))
    painter.setBrush(theme.color("#4A3BC0"))
    for x in (3.6, 7.2):
        painter.drawEllipse(QRectF(left + (x - 0.75) * unit, top + 4.2 * unit, 1.6 * unit, 2.3 * unit))


class Skeleton(QWidget):
    """The window's surfaces without content."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("BooCode is starting")
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Sidebar, tab row and status bar as they will be."""
        theme, width, height = self._theme, self.width(), self.height()
        side, bar = METRICS.sidebar, METRICS.status_bar
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("bg0"))
            painter.fillRect(QRectF(0, 0, side, height), theme.color("bg1"))
            painter.fillRect(QRectF(side, 0, width - side, TAB_ROW), theme.color("bg1"))
            painter.fillRect(QRectF(0, height - bar, width, bar), theme.color("bg1"))
            painter.fillRect(QRectF(side, 0, 1, height - bar), theme.color("line0"))
            painter.fillRect(QRectF(0, height - bar, width, 1), theme.color("line0"))
            paint_logo(painter, theme, QRectF(13, 13, 25, 25))
            painter.setFont(ui_font(METRICS.h3, 600))
            painter.setPen(theme.color("tx1"))
            painter.drawText(QRectF(47, 13, side - 60, 25), Qt.AlignmentFlag.AlignVCenter, "BooCode")
