"""The frame of a choice: a tile, a title with a line beneath, a body, and a footer with its button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boocode_desktop.ui.dialogs.sheet import IconTile
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.cards import Card


class ChoiceCard(Card):
    """Fill `body`, and add buttons to `foot`."""

    def __init__(self, theme: Theme, icon: str, title: str, detail: str, *, tone: str = "accent") -> None:
        super().__init__(theme, surface="bg2")
        self.theme = theme
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        self.head = QHBoxLayout()
        self.head.setSpacing(14)
        self.head.addWidget(IconTile(theme, icon, tone, size=36), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(text_label(title, 15, 600))
        self.detail = text_label(detail, METRICS.meta, tone="muted")
        texts.addWidget(self.detail)
        self.head.addLayout(texts, 1)
        column.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.body)
        column.addStretch(1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        column.addLayout(self.foot)


def text_label(text: str, px: int, weight: int = 400, *, tone: str = "") -> QLabel:
    """A wrapping label."""
    label = QLabel(text)
    label.setFont(ui_font(px, weight))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if tone:
        label.setProperty("tone", tone)
    return label


def caption_row(left: str) -> tuple[QWidget, QLabel]:
    """A small heading with a figure on the right; returns the row and the figure's label."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(2, 0, 2, 0)
    line.addWidget(text_label(left, METRICS.caption, 600, tone="muted"), 1)
    right = QLabel()
    right.setFont(ui_font(METRICS.meta))
    right.setProperty("tone", "muted")
    line.addWidget(right)
    return row, right
