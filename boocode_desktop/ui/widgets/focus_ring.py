"""A ring around the list or page that has the keys, for people who came there without a mouse."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

SHOWS_FOCUS = "showsFocus"
"""A widget with this dynamic property shows by itself that it has the keys."""


def wants_ring(widget: QWidget | None) -> bool:
    """Whether nothing else shows that the keys go there: scrolled areas without a text cursor or a frame."""
    if not isinstance(widget, QAbstractScrollArea) or widget.property(SHOWS_FOCUS):
        return False
    return not isinstance(widget, QPlainTextEdit | QTextEdit) or widget.isReadOnly()


class FocusRing(QObject):
    """Follows the focus of the whole program; whoever came by mouse knows where they are and sees none."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring: _Ring | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        ring, self._ring = self._ring, None
        if ring is not None and isValid(ring):
            ring.hide()
            ring.deleteLater()
        if now is not None and wants_ring(now) and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._ring = _Ring(self._theme, now)


class _Ring(QWidget):
    """Lies over its parent and lets everything through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._under = theme, parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(parent.rect())
        parent.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the parent."""
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self.setGeometry(self._under.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ring."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(inset, METRICS.radius_tool, METRICS.radius_tool)
