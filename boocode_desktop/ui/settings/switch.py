"""On or off."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from boocode_desktop.ui.theme.theme import Theme

_WIDTH, _HEIGHT = 30, 18


class Switch(QAbstractButton):
    """30 by 18 px; on is filled."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(_WIDTH + 4, _HEIGHT + 4)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Its size with room for the focus ring."""
        return QSize(_WIDTH + 4, _HEIGHT + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track and knob."""
        theme, rect = self._theme, QRectF(2.5, 2.5, _WIDTH - 1, _HEIGHT - 1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent_fill" if self.isChecked() else "tx3"), 1.2))
            painter.setBrush(theme.color("accent_fill" if self.isChecked() else "bg2"))
            painter.drawRoundedRect(rect, _HEIGHT / 2, _HEIGHT / 2)
            x = rect.right() - 8.5 if self.isChecked() else rect.left() + 8.5
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("on_accent" if self.isChecked() else "tx3"))
            painter.drawEllipse(QPointF(x, rect.center().y()), 5.5, 5.5)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("accent"), 1.2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 11, 11)
