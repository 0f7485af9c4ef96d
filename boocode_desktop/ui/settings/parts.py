"""Small parts that several pages share."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.cards import Card

PAGE_MARGINS = (8, 2, 10, 8)
"""Around a page, so that the ring that shows the keys there touches no word."""


class Section(Card):
    """A card with a title and a sentence; fill `body`."""

    def __init__(self, theme: Theme, title: str, about: str = "") -> None:
        super().__init__(theme, surface="bg1")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 14, 16, 14)
        self.body.setSpacing(8)
        self.body.addWidget(text_label(title, METRICS.h3, 600))
        if about:
            self.body.addWidget(text_label(about, METRICS.meta, tone="muted"))


def page_column(page: QWidget, title: str, about: str) -> QVBoxLayout:
    """The column of a page below its title."""
    column = QVBoxLayout(page)
    column.setContentsMargins(*PAGE_MARGINS)
    column.setSpacing(12)
    head = QVBoxLayout()
    head.setSpacing(2)
    head.addWidget(text_label(title, METRICS.h2, 600))
    head.addWidget(text_label(about, METRICS.ui, tone="muted"))
    column.addLayout(head)
    return column


def words_of(problem: UserFacingError) -> str:
    """What happened, and what to do."""
    return " ".join(text for text in (problem.message, problem.hint) if text)
