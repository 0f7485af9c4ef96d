"""Trust: what a folder would start by itself, and the two answers."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.orchestrator.views import TrustItem
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.labels import ElidedLabel

WORDS = "It brings things that would start by themselves. BooCode has read them and has run nothing."
UNTRUSTED = "Untrusted, it still opens: read, ask and edit all work."
_ICONS = {
    "setup": "wrench",
    "hook": "webhook",
    "mcp": "plug",
    "workflow": "workflow",
    "instructions": "scroll-text",
    "settings": "sliders-horizontal",
    "skill": "book-open",
}


class TrustRow(QWidget):
    """One thing that would start."""

    def __init__(self, theme: Theme, item: TrustItem, *, last: bool) -> None:
        super().__init__()
        self._theme, self._icon, self._last = theme, _ICONS[item.kind], last
        self.setFixedHeight(50)
        self.setAccessibleName(f"{item.title}: {item.detail}, from {item.source}")
        row = QHBoxLayout(self)
        row.setContentsMargins(42, 0, 14, 0)
        row.setSpacing(10)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addStretch(1)
        texts.addWidget(ElidedLabel(theme, item.title, font=ui_font(METRICS.ui, 500)))
        texts.addWidget(ElidedLabel(theme, item.detail, tone="tx2", font=code_font(METRICS.code)))
        texts.addStretch(1)
        row.addLayout(texts, 1)
        source = ElidedLabel(theme, item.source, tone="tx2", font=code_font(METRICS.caption))
        source.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        source.setMaximumWidth(150)
        row.addWidget(source)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The kind's icon, a rule below all but the last."""
        with QPainter(self) as painter:
            icon = self._theme.pixmap(self._icon, "tx2", 16, self.devicePixelRatioF())
            painter.drawPixmap(14, round(self.height() / 2 - 8), icon)
            if not self._last:
                painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line1"))


class TrustItems(QWidget):
    """All of them in a frame."""

    def __init__(self, theme: Theme, items: Sequence[TrustItem]) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("What would start by itself")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, item in enumerate(items, 1):
            column.addWidget(TrustRow(theme, item, last=number == len(items)))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame."""
        with QPainter(self) as painter:
            paint_card(painter, self._theme, QRectF(self.rect()), surface="bg1")


class TrustDialog(Dialog):
    """Asked when a folder that brings such things is opened, or by the project's menu."""

    def __init__(self, theme: Theme, window: QWidget, path: str, items: Sequence[TrustItem]) -> None:
        super().__init__(theme, window, "Do you trust this folder?", icon="shield", tone="info", width=520)
        place = ElidedLabel(theme, path, tone="tx2", font=code_font(METRICS.code), mode=Qt.TextElideMode.ElideMiddle)
        self.body.addWidget(place)
        if items:
            self.say(WORDS)
            self.body.addWidget(TrustItems(theme, items))
        else:
            self.say("Nothing in it starts by itself today. A change would ask again.")
        self.say(UNTRUSTED)
        self._careful = self.add_button(Button(theme, "Open untrusted", "sec"), accepts=False)
        self.add_button(Button(theme, "Trust folder", "primary", icon="shield-check"), accepts=True)

    def first_focus(self) -> QWidget:
        """The careful answer."""
        return self._careful
