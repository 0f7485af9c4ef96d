"""The running sign: an arc that turns, and stands still where motion is not wanted."""

import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

FRAME_MS = 50


def spin_angle(theme: Theme) -> float:
    """Where every spinner's arc begins now, in degrees; constant with reduced motion."""
    if theme.reduced_motion:
        return 90.0
    return -360.0 * (time.monotonic() * 1000 % METRICS.spin_ms) / METRICS.spin_ms


def paint_spinner(painter: QPainter, theme: Theme, rect: QRectF, tone: str = "accent", *, turning: bool = True) -> None:
    """Draw the arc on its track into the square `rect`; one that nobody repaints in time does not turn."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.5, rect.width() / 8)
    inner = rect.adjusted(width, width, -width, -width)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("bg4"), width))
    painter.drawEllipse(inner)
    pen = QPen(theme.color(tone), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawArc(inner, int((spin_angle(theme) if turning else 90.0) * 16), 110 * 16)
    painter.restore()


class Spinner(QWidget):
    """A turning arc; its timer runs only while it is on screen."""

    def __init__(
        self,
        theme: Theme,
        name: str = "running",
        *,
        size: int = 16,
        tone: str = "accent",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._size, self._tone = theme, size, tone
        self.setAccessibleName(name)
        self.setFixedSize(size, size)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.update)
        theme.changed.connect(self.update)
        theme.motion.changed.connect(self._on_motion_changed)

    @property
    def turning(self) -> bool:
        """Whether its timer runs."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._size, self._size)

    def showEvent(self, event: QShowEvent) -> None:
        """Start turning."""
        self._on_motion_changed()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning: a hidden spinner costs nothing."""
        self._timer.stop()
        super().hideEvent(event)

    def _on_motion_changed(self) -> None:
        if self.isVisible() and not self._theme.reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the arc where it is now."""
        with QPainter(self) as painter:
            paint_spinner(painter, self._theme, QRectF(self.rect()), self._tone)
