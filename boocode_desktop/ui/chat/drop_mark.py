"""Where a dragged tab would go: the pane under the pointer is marked, or a word says that it gets its own window."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_CHIP = 30


class DropMark(QWidget):
    """Lies over the window while a tab is dragged, and takes no part in anything."""

    def __init__(self, theme: Theme, window: QWidget, panes: Callable[[], Sequence[QWidget]]) -> None:
        super().__init__(window)
        self._theme, self._window, self._panes = theme, window, panes
        self._pane: QWidget | None = None
        self._at = QPoint()
        self.setAccessibleName("Where the dragged tab goes")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def follow(self, chat_id: str, at: QPoint) -> None:
        """A tab is held over this place of the screen; "" when it was let go."""
        if not chat_id:
            self.hide()
            return
        self._at = self._window.mapFromGlobal(at)
        self._pane = next((p for p in self._panes() if p.rect().contains(p.mapFromGlobal(at))), None)
        if not self.isVisible():
            self.setGeometry(self._window.rect())
            self.raise_()
            self.show()
        self.update()

    @property
    def words(self) -> str:
        """What letting go would do."""
        return "Move to this pane" if self._pane is not None else "Move to its own window"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pane's frame, and the words below the pointer."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._pane is not None:
                self._paint_pane(painter, self._pane)
            self._paint_words(painter)

    def _paint_pane(self, painter: QPainter, pane: QWidget) -> None:
        place = QRectF(pane.mapTo(self._window, QPoint()), pane.size()).adjusted(2, 2, -2, -2)
        fill = QColor(self._theme.color("accent"))
        fill.setAlphaF(0.14)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.setBrush(fill)
        painter.drawRoundedRect(place, METRICS.radius_card, METRICS.radius_card)

    def _paint_words(self, painter: QPainter) -> None:
        font = ui_font(METRICS.meta, 500)
        width = QFontMetricsF(font).horizontalAdvance(self.words) + 24
        chip = QRectF(self._at.x() + 14, self._at.y() + 18, width, _CHIP)
        chip.moveLeft(max(4.0, min(chip.left(), self.width() - width - 4)))
        chip.moveTop(max(4.0, min(chip.top(), self.height() - _CHIP - 4.0)))
        painter.setPen(QPen(self._theme.color("line2"), 1))
        painter.setBrush(self._theme.color("bg2"))
        painter.drawRoundedRect(chip, METRICS.radius_input, METRICS.radius_input)
        painter.setPen(self._theme.color("tx1"))
        painter.setFont(font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self.words)
