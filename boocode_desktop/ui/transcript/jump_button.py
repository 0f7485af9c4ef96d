"""The way back to the newest: a round button above the bottom edge, shown while the end is out of sight.

It is painted with the rows, not a widget: a widget over the viewport would make Qt repaint everything on each scroll.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPen

from boocode_desktop.ui.theme.theme import Theme

SIZE = 34
ABOVE = 14


class JumpButton:
    """Where it is and how it looks; the view handles the click (End does the same)."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.wanted = False
        self.hovered = False
        self._rect = QRect()

    @property
    def rect(self) -> QRect:
        """The room it takes; empty while it is not wanted."""
        return self._rect if self.wanted else QRect()

    def place(self, viewport: QSize, *, wanted: bool) -> bool:
        """Stand at the bottom of the viewport, or be gone; whether that is different."""
        rect = QRect((viewport.width() - SIZE) // 2, viewport.height() - SIZE - ABOVE, SIZE, SIZE)
        changed = wanted != self.wanted or (wanted and rect != self._rect)
        self.wanted, self._rect = wanted, rect
        return changed

    def contains(self, point: QPointF) -> bool:
        """Whether a click here is for it."""
        return self.wanted and QRectF(self._rect).contains(point)

    def paint(self, painter: QPainter) -> None:
        """Circle and arrow."""
        if not self.wanted:
            return
        theme, rect = self._theme, QRectF(self._rect).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.color("bg4" if self.hovered else "bg2"))
        painter.drawEllipse(rect)
        pixmap = theme.pixmap("arrow-down", "tx1", 16, painter.device().devicePixelRatio())
        painter.drawPixmap(self._rect.left() + 9, self._rect.top() + 9, pixmap)
