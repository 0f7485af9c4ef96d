"""A strip across the top of the window for what concerns everything: a full disk, a recovered database."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.chips import Tone
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.spoken_role import announce, say_role

_ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "ok": "circle-check", "info": "info"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerText:
    """What happened, what was kept, and at most two things to do (id, label)."""

    title: str
    detail: str = ""
    tone: Tone = "warn"
    actions: tuple[tuple[str, str], ...] = ()


class Banner(QWidget):
    """Hidden until something is said.

    Signals:
        acted(str): one of the actions was chosen.
        closed: it was put away.
    """

    acted = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, BannerText(title="")
        say_role(self, QAccessible.Role.AlertMessage)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(54, 16, 22, 8)
        self._title = ElidedLabel(theme, "", font=ui_font(METRICS.ui, 600))
        self._detail = ElidedLabel(theme, "", tone="tx2", font=ui_font(METRICS.meta))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self._title)
        texts.addWidget(self._detail)
        self._row.addLayout(texts, 1)
        self._buttons: list[Button | IconButton] = []
        self.hide()
        theme.changed.connect(self.update)

    def say(self, text: BannerText) -> None:
        """Show it; what was shown before goes."""
        self._text = text
        self.setAccessibleName(f"{text.title} {text.detail}".strip())
        self._title.set_text(text.title)
        self._detail.set_text(text.detail)
        self._detail.setVisible(bool(text.detail))
        self._put_buttons(text.actions)
        self.show()
        self.update()
        announce(self, self.accessibleName(), at_once=text.tone == "bad")

    def put_away(self) -> None:
        """Hide it."""
        self.hide()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A tinted card with the tone's icon."""
        tone = self._text.tone if self._text.tone in _ICONS else "info"
        rect = QRectF(self.rect()).adjusted(12, 8, -12, 0)
        with QPainter(self) as painter:
            paint_card(painter, self._theme, rect, tone=tone, surface=f"{tone}_soft")
            icon = self._theme.pixmap(_ICONS[tone], tone, 18, self.devicePixelRatioF())
            painter.drawPixmap(28, round(rect.center().y() - 9), icon)

    def _put_buttons(self, actions: Sequence[tuple[str, str]]) -> None:
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = []
        for action_id, label in actions:
            button = Button(self._theme, label, "sec")
            button.clicked.connect(lambda _checked=False, chosen=action_id: self.acted.emit(chosen))
            self._buttons.append(button)
        close = IconButton(self._theme, "x", "Close this message", size=26, icon_size=14, tone="tx2")
        close.clicked.connect(self.put_away)
        self._buttons.append(close)
        for widget in self._buttons:
            self._row.addWidget(widget)
