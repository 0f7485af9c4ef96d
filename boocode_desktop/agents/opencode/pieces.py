"""Text and reasoning from their pieces: told as they come, completed from the whole, never told twice. Pure."""

from dataclasses import dataclass, field

from boocode_desktop.agents.acp.loose import text_of
from boocode_desktop.domain.events import AgentEvent, Json, Reasoning, Text


@dataclass(slots=True)
class _Piece:
    """One part: what was told of it, and whether its deltas can be trusted to follow that."""

    thought: bool
    told: str = ""
    in_step: bool = True


@dataclass(slots=True)
class Pieces:
    """The text parts of a turn, by their ids.

    While `rereading`, the whole of a part may already hold deltas that the stream is about to bring; its deltas are
    passed over from then on, and its rest is told when the part comes as a whole again.
    """

    rereading: bool = False
    _parts: dict[str, _Piece] = field(default_factory=dict)

    def whole(self, part: Json) -> list[AgentEvent]:
        """A part with all its text so far."""
        part_id, text = text_of(part.get("id")), text_of(part.get("text"))
        piece = self._parts.setdefault(part_id, _Piece(part.get("type") == "reasoning"))
        if part.get("synthetic") is True or part.get("ignored") is True:
            piece.in_step = False
            return []
        if self.rereading:
            piece.in_step = False
        # What was told cannot be taken back: a whole that reads differently (trimmed, say) adds nothing.
        if not text.startswith(piece.told):
            return []
        return self._tell(piece, text[len(piece.told) :])

    def delta(self, part_id: str, text: str) -> list[AgentEvent]:
        """The next piece of a part; of one that was not announced, the whole will tell."""
        piece = self._parts.get(part_id)
        return self._tell(piece, text) if piece is not None and piece.in_step else []

    def _tell(self, piece: _Piece, text: str) -> list[AgentEvent]:
        if not text:
            return []
        piece.told += text
        return [Reasoning(delta=text) if piece.thought else Text(delta=text)]
