"""The decisions of the composer, without widgets: which buttons there are, and walking through older prompts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Face = Literal["send", "queue", "stop"]


def faces(*, running: bool, written: bool) -> tuple[Face, ...]:
    """The buttons beside the text: Send alone at rest; Stop while a turn runs, with Queue once there is something."""
    if not running:
        return ("send",)
    return ("stop", "queue") if written else ("stop",)


@dataclass(slots=True)
class PromptHistory:
    """Older prompts of a chat, walked with Ctrl+Up and Ctrl+Down. What was being written waits at the newest end."""

    prompts: list[str]
    _at: int = 0
    _unsent: str = ""
    _sent_here: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, prompts: Iterable[str]) -> "PromptHistory":
        """A history standing at its newest end."""
        history = cls(prompts=[])
        for prompt in prompts:
            history.add(prompt)
        return history

    def add(self, prompt: str) -> None:
        """A prompt became a turn; the same one twice in a row counts once, and one that was sent from here not again.

        Whoever is walking stays where they are, and what was being written is kept.
        """
        if prompt in self._sent_here:
            self._sent_here.remove(prompt)
        elif prompt.strip() and (not self.prompts or self.prompts[-1] != prompt):
            newest = self._at == len(self.prompts)
            self.prompts.append(prompt)
            self._at += newest

    def send(self, prompt: str) -> None:
        """What is written is sent from here: the newest end is where one stands again, with nothing unsent."""
        self._at = len(self.prompts)
        self.add(prompt)
        self._sent_here.append(prompt)
        self._at, self._unsent = len(self.prompts), ""

    def older(self, shown: str) -> str | None:
        """The prompt before the one shown, None at the oldest."""
        if self._at == 0:
            return None
        if self._at == len(self.prompts):
            self._unsent = shown
        self._at -= 1
        return self.prompts[self._at]

    def newer(self) -> str | None:
        """The prompt after the one shown, at the end what was being written; None when already there."""
        if self._at >= len(self.prompts):
            return None
        self._at += 1
        return self._unsent if self._at == len(self.prompts) else self.prompts[self._at]
