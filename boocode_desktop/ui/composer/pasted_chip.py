"""The chip of a long pasted text: its size, opened by a click or by Enter, with a button that takes it off."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.ui.composer.pasted import pasted_name
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PastedChip(QWidget):
    """One text.

    Signals:
        opened: it is to be read.
        removed: it goes.
    """

    opened = Signal()
    removed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.text = theme, text
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.addStretch(1)
        self._remove = IconButton(theme, "x", "Remove pasted text", size=18, icon_size=12, tone="tx2")
        self._remove.clicked.connect(self.removed)
        row.addWidget(self._remove)
        self.set_text(text)
        theme.changed.connect(self.update)

    def set_text(self, text: str) -> None:
        """It is this now."""
        self.text = text
        name = pasted_name(text)
        self.setAccessibleName(f"Open {name}")
        self._remove.set_name(f"Remove {name}")
        self.setToolTip(plain_tip(text[:400]))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Icon, name, button."""
        width = QFontMetricsF(ui_font(METRICS.meta)).horizontalAdvance(pasted_name(self.text))
        return QSize(int(width) + 54, 26)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete removes."""
        if event.key() in _OPENS:
            self.opened.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click begins here."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is gone."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A framed chip."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else QPen(theme.color("line1"), 1))
            painter.setBrush(theme.color("bg3"))
            painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
            painter.drawPixmap(8, 6, theme.pixmap("clipboard-list", "tx2", 14, self.devicePixelRatioF()))
            painter.setFont(ui_font(METRICS.meta))
            painter.setPen(theme.color("tx1"))
            box = QRectF(28, 0, self.width() - 50, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, pasted_name(self.text))
