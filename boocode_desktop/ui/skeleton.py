"""What the window shows in its first milliseconds: its surfaces and the name, before anything heavy is loaded.

Pens and brushes of a colour make PySide load the enumerations of `QtCore.Qt`, which takes longer than all that is shown
here. So surfaces are widgets filled by a role of the palette, and the logo is a picture.
"""

from PySide6 import QtCore
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

TAB_ROW = 38
LOGO = "logo.png"
"""What `paint_logo` paints on 100 pixels, among the resources."""


def paint_logo(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """The ghost on its tile."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = QLinearGradient(rect.topLeft(), rect.bottomRight())
    fill.setColorAt(0.0, theme.color("#9B8CFF"))
    fill.setColorAt(1.0, theme.color("#5B4AD8"))
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("BooCode is starting")
        role = QPalette.ColorRole
        self._ground, self._side, self._tabs, self._bar, self._edge, self._rim = (
            self._surface(r)
            for r in (
                role.Window,
                role.AlternateBase,
                role.AlternateBase,
                role.AlternateBase,
                role.Midlight,
                role.Midlight,
            )
        )
        self._name = _Name(self)

    def _surface(self, role: QPalette.ColorRole) -> QWidget:
        surface = QWidget(self)
        surface.setAutoFillBackground(True)
        surface.setBackgroundRole(role)
        return surface

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sidebar, tab row and status bar as they will be."""
        super().resizeEvent(event)
        width, height, side, bar = self.width(), self.height(), METRICS.sidebar, METRICS.status_bar
        self._ground.setGeometry(0, 0, width, height)
        self._side.setGeometry(0, 0, side, height)
        self._tabs.setGeometry(side, 0, width - side, TAB_ROW)
        self._bar.setGeometry(0, height - bar, width, bar)
        self._edge.setGeometry(side, 0, 1, height - bar)
        self._rim.setGeometry(0, height - bar, width, 1)
        self._name.setGeometry(0, 0, side, 50)


class _Name(QWidget):
    """The logo and the name in the sidebar's corner."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._logo = QPixmap(str(resource_path(LOGO)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """In the palette's text colour, which is a painter's first pen."""
        font = ui_font(METRICS.h3, 600)
        metrics = QFontMetricsF(font)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(QRectF(13, 13, 25, 25), self._logo, QRectF(self._logo.rect()))
            painter.setFont(font)
            painter.drawText(QPointF(47, 13 + (25 + metrics.ascent() - metrics.descent()) / 2), "BooCode")
