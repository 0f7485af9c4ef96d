"""A message that comes, can be acted on, and goes by itself."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.chips import Tone
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.spoken_role import announce, say_role

ICONS: dict[str, str] = {
    "plain": "info",
    "accent": "sparkles",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "info": "info",
}
SHADOW = 14


class Toast(QWidget):
    """A card at the bottom of its parent; the mouse over it keeps it.

    Signals:
        acted: the action was chosen.
        closed: it is gone.
    """

    acted = Signal()
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        title: str,
        detail: str = "",
        *,
        tone: Tone = "ok",
        action: str = "",
        hint: str = "",
        lasts_ms: int = 6000,
    ) -> None:
        super().__init__(parent)
        self._theme, self._tone = theme, tone
        self.setAccessibleName(f"{title.removesuffix('.')}. {detail}" if detail else title)
        say_role(self, QAccessible.Role.AlertMessage)
        row = QHBoxLayout(self)
        row.setContentsMargins(SHADOW + 42, SHADOW + 9, SHADOW + 10, SHADOW + 9)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(theme, title, font=ui_font(METRICS.ui, 500)))
        if detail:
            texts.addWidget(ElidedLabel(theme, detail, tone="tx2", font=code_font(METRICS.caption)))
        row.addLayout(texts, 1)
        if action:
            button = Button(theme, action, "flat", hint=hint)
            button.clicked.connect(self._on_action_clicked)
            row.addWidget(button)
        close = IconButton(theme, "x", "Close", icon_size=14, tone="tx3")
        close.clicked.connect(self.dismiss)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(lasts_ms)
        self._timer.timeout.connect(self.dismiss)
        parent.installEventFilter(self)
        theme.changed.connect(self.update)

    def popup(self) -> None:
        """Appear above the parent's bottom edge and start the clock."""
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, self.accessibleName(), at_once=self._tone == "bad")

    def dismiss(self) -> None:
        """Go away."""
        self._timer.stop()
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while the mouse is here."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go on counting."""
        self._timer.start()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A soft shadow, the card, the icon of the tone."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
            paint_shadow(painter, self._theme, rect, METRICS.radius_popup)
            paint_card(painter, self._theme, rect, surface="bg2", radius=METRICS.radius_popup)
            ratio = painter.device().devicePixelRatio()
            tone = "tx2" if self._tone == "plain" else self._tone
            pixmap = self._theme.pixmap(ICONS[self._tone], tone, 16, ratio)
            painter.drawPixmap(int(rect.left()) + 16, int(rect.center().y()) - 8, pixmap)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(parent.width() - 32, 520 + 2 * SHADOW)
        height = self.sizeHint().height()
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - 24, width, height)

    def _on_action_clicked(self) -> None:
        self.acted.emit()
        self.dismiss()


def paint_shadow(painter: QPainter, theme: Theme, rect: QRectF, radius: float, *, spread: int = 12) -> None:
    """A soft shadow around and a little below `rect`, as strong as the theme says."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    peak = theme.tokens.shadow_alpha
    for step in range(spread, 0, -1):
        share = (1 - step / spread) ** 2
        painter.setBrush(QColor(0, 0, 0, max(1, int(peak * share * 2 / spread))))
        grown = rect.adjusted(-step, -step + 3, step, step + 3)
        painter.drawRoundedRect(grown, radius + step, radius + step)
    painter.restore()
