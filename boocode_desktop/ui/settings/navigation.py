"""The list of pages on the left of the settings."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

NAVIGATION_WIDTH = 196


class GroupButton(QAbstractButton):
    """One entry of the list on the left."""

    def __init__(self, theme: Theme, text: str, icon: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self.setText(text)
        self.setAccessibleName(f"{text} settings")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(NAVIGATION_WIDTH, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface when chosen, icon, text."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg3") if self.isChecked() or self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, METRICS.radius_button, METRICS.radius_button)
            tone = "accent" if self.isChecked() else "tx2"
            icon = theme.pixmap(self._icon, tone, 16, self.devicePixelRatioF())
            painter.drawPixmap(10, round(rect.center().y() - 8), icon)
            painter.setFont(ui_font(METRICS.ui, 600 if self.isChecked() else 400))
            painter.setPen(theme.color("tx1" if self.isChecked() else "tx2"))
            painter.drawText(rect.adjusted(36, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
