"""The chip that says what the chosen agent remembers of the chat."""

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from boocode_desktop.orchestrator.views import ChatStanding
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.chips import Chip, Tone, chip_width
from boocode_desktop.ui.widgets.plain_tips import plain_tip


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLook:
    """A word, its tone and icon, and the sentence behind it."""

    label: str
    tone: Tone
    icon: str
    explanation: str


def memory_look(standing: ChatStanding, *, label: str, native: bool, turns: int, running: bool) -> MemoryLook | None:
    """What to say of an agent's memory.

    Args:
        standing: How it stands in the chat.
        label: How it is called.
        native: It is the built-in one, which reads the chat itself: there is nothing to say.
        turns: The chat's turns, the running one included. In the first there is nothing to remember, and a new session
            loses nothing.
        running: A turn runs.
    """
    started = bool(standing.opened)
    if native or ((turns < 2 if started else turns - running < 1) and not standing.why):
        return None
    match standing.opened:
        case "resumed":
            text = f"{label} goes on with its own memory of this chat."
            return MemoryLook(label="resumed", tone="ok", icon="link", explanation=text)
        case "history":
            text = f"{label} read its own history of this chat again. Nothing is shown twice."
            return MemoryLook(label="history", tone="info", icon="history", explanation=text)
        case "new":
            why = f"{standing.why.rstrip('.')}. " if standing.why else ""
            told = f"{why}{label} began a new session here"
            text = f"{told} and was told the earlier turns in short." if standing.why else f"{told}."
            return MemoryLook(label="new session", tone="warn", icon="sparkle", explanation=text)
        case _:
            text = f"{label} has not worked in this chat: it begins a new session."
            text += " It will be told the earlier turns in short."
            return MemoryLook(label="new session", tone="warn", icon="sparkle", explanation=text)


class MemoryChip(Chip):
    """The chip; hidden while there is nothing to say, its icon alone where room is short."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent=parent)
        self._look: MemoryLook | None = None
        self._compact = False
        self.hide()

    @property
    def full_width(self) -> int:
        """The width with the word."""
        return int(chip_width(self._look.label if self._look else "", icon=True) + 1)

    @property
    def compact_width(self) -> int:
        """The width without it."""
        return int(chip_width("", icon=True) - 2)

    def set_compact(self, compact: bool) -> None:
        """Leave the word out; it stays as tool tip."""
        if compact != self._compact:
            self._compact = compact
            self._show()

    def show_look(self, look: MemoryLook | None) -> None:
        """Say it, or go."""
        self._look = look
        self.setVisible(look is not None)
        self._show()

    def sizeHint(self) -> QSize:
        """Fits what is shown."""
        return QSize(self.compact_width if self._compact else self.full_width, super().sizeHint().height())

    def _show(self) -> None:
        look = self._look
        if look is not None:
            self.set_text("" if self._compact else look.label, look.tone, icon=look.icon)
            self.setAccessibleName(f"Agent's memory: {look.label}")
            self.setAccessibleDescription(look.explanation)
            self.setToolTip(plain_tip(f"{look.label.capitalize()}: {look.explanation}"))
