"""The way back to the newest: a round button above the bottom edge, shown while the end is out of sight."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from boocode_desktop.ui.theme.theme import Theme

SIZE = 34


class JumpButton(QAbstractButton):
    """Floats over the transcript."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Go to the newest")
        self.setToolTip("Go to the newest  End")
        self.setFixedSize(SIZE, SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.hide()
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A circle."""
        return QSize(SIZE, SIZE)

    def place(self, area: QRect, *, wanted: bool) -> None:
        """Stand at the bottom of `area`, or be gone."""
        self.move(area.center().x() - SIZE // 2, area.bottom() - SIZE - 14)
        if wanted != self.isVisible():
            self.setVisible(wanted)
            self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Circle and arrow."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("line2"), 1))
            painter.setBrush(theme.color("bg3" if self.underMouse() else "bg2"))
            painter.drawEllipse(rect)
            ratio = painter.device().devicePixelRatio()
            painter.drawPixmap((SIZE - 16) // 2, (SIZE - 16) // 2, theme.pixmap("arrow-down", "tx1", 16, ratio))
