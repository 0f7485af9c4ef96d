"""Question widgets over their rows: made when first seen, moved with the rows, gone when answered."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.transcript.asks.factory import ask_card
from boocode_desktop.ui.transcript.canvas import Canvas


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSpot:
    """Where an open question stands."""

    entry_id: str
    rect: QRect


class AskOverlay(QObject):
    """The widgets of open questions.

    Signals:
        answered(str, str, str): request id, option id, text.
        resized(str): a card needs another height now.
    """

    answered = Signal(str, str, str)

    def __init__(self, theme: Theme, viewport: QWidget, clock: Callable[[], float]) -> None:
        super().__init__(viewport)
        self._theme, self._viewport, self._clock = theme, viewport, clock
        self._canvas = Canvas(theme, clock)
        self._cards: dict[str, AskCard] = {}

    def height(self, ask: AskEntry, width: int) -> int:
        """The height of a question's card."""
        return self.card(ask).height_at(width)

    def card(self, ask: AskEntry) -> AskCard:
        """The widget of a question."""
        card = self._cards.get(ask.id)
        if card is None:
            card = self._cards[ask.id] = ask_card(self._theme, self._canvas, ask, self._clock)
            card.setParent(self._viewport)
            card.hide()
            card.answered.connect(lambda option, text, key=ask.id: self.answered.emit(key, option, text))
        return card

    def get(self, entry_id: str) -> AskCard | None:
        """The widget of a question that has one."""
        return self._cards.get(entry_id)

    def place(self, spots: list[AskSpot], first: str) -> None:
        """Show these cards here and hide the others; `first` is the question that gets the filled button."""
        wanted = {spot.entry_id: spot.rect for spot in spots}
        for key, card in self._cards.items():
            rect = wanted.get(key)
            if rect is None:
                card.hide()
                continue
            if card.geometry() != rect:
                card.setGeometry(rect)
            card.set_first(key == first)
            card.show()

    def drop(self, entry_id: str) -> None:
        """The question has its answer."""
        card = self._cards.pop(entry_id, None)
        if card is not None:
            card.hide()
            card.deleteLater()

    def clear(self) -> None:
        """Another chat is shown."""
        for key in list(self._cards):
            self.drop(key)
