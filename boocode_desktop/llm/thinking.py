"""Thinking that a server left inside the text: `<think>…</think>` at the beginning of an answer."""

from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain.model_stream import ReasoningPiece, TextPiece

_OPEN, _CLOSE = "<think>", "</think>"

State = Literal["start", "opened", "thinking", "after", "text"]


@dataclass(slots=True)
class ThinkSplitter:
    """Splits streamed text. Only the beginning is looked at: later the tag is something the model talks about."""

    _state: State = "start"
    _held: str = ""

    def feed(self, text: str) -> list[TextPiece | ReasoningPiece]:
        """The pieces that `text` completes; what may be half a tag waits."""
        if self._state == "text" and not self._held:
            return [TextPiece(text=text)]
        pieces: list[TextPiece | ReasoningPiece] = []
        self._held += text
        while self._held:
            before = self._state
            pieces += self._step()
            if self._state == before:
                break
        return pieces

    def close(self) -> list[TextPiece | ReasoningPiece]:
        """What still waits."""
        rest, self._held = self._held, ""
        if not rest:
            return []
        return [ReasoningPiece(text=rest) if self._state == "thinking" else TextPiece(text=rest)]

    def _step(self) -> list[TextPiece | ReasoningPiece]:
        if self._state == "start":
            return self._start()
        if self._state == "thinking":
            return self._thinking()
        if self._state in ("opened", "after"):
            # The empty lines around the tags belong to neither thinking nor answer.
            self._held = self._held.lstrip()
            following: dict[str, State] = {"opened": "thinking", "after": "text"}
            self._state = following[self._state] if self._held else self._state
            return []
        text, self._held = self._held, ""
        return [TextPiece(text=text)]

    def _start(self) -> list[TextPiece | ReasoningPiece]:
        seen = self._held.lstrip()
        if seen.startswith(_OPEN):
            self._held, self._state = seen[len(_OPEN) :], "opened"
        elif seen and not _OPEN.startswith(seen):
            self._state = "text"
        return []

    def _thinking(self) -> list[TextPiece | ReasoningPiece]:
        text, tag, rest = self._held.partition(_CLOSE)
        if tag:
            self._held, self._state = rest, "after"
        else:
            keep = half_tag(text, _CLOSE)
            text, self._held = text[: len(text) - keep], text[len(text) - keep :]
        return [ReasoningPiece(text=text)] if text else []


def half_tag(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    longest = min(len(text), len(tag) - 1)
    return next((n for n in range(longest, 0, -1) if tag.startswith(text[-n:])), 0)
