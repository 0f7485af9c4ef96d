"""What the guards of a turn say: a word to the model, or the end of the turn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A note for the model, shown in the chat as well."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The turn ends here; the note is for people and never reaches the model."""

    message: str


Guard = Nudge | Stop | None
