"""How far the operating system binds a process of an agent, and why not further: one honest word, shown everywhere."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["sandboxed", "writes", "none"]
SandboxWish = Literal["auto", "on", "off"]
"""`on` refuses to start an agent unsandboxed, `auto` sandboxes it where that works and breaks nothing known."""

WORDS: dict[Kind, str] = {
    "sandboxed": "sandboxed",
    "writes": "writes confined, reads not",
    "none": "not sandboxed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What binds a process. `by` names the mechanism, `reason` says why it is not bound further ("" when it is)."""

    kind: Kind
    by: str = ""
    reason: str = ""

    @property
    def word(self) -> str:
        """The word for a chip: "sandboxed", "writes confined, reads not" or "not sandboxed"."""
        return WORDS[self.kind]

    @property
    def text(self) -> str:
        """The word with its mechanism and reason, as a phrase without a full stop."""
        word = f"{self.word} by {self.by}" if self.kind == "sandboxed" else self.word
        if self.kind == "writes":
            word = f"{word} ({self.by})"
        return f"{word}: {self.reason}" if self.reason else word


def unconfined(reason: str) -> Confinement:
    """Not sandboxed, with the reason."""
    return Confinement(kind="none", reason=reason)
