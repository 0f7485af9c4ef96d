"""What agents say about tokens and money, in its four places, as one ledger entry per model call or turn.

The places: the prompt's response, `usage_update`, `_meta.usage` of an (often empty) chunk, and an update that comes
after the response.
"""

from dataclasses import dataclass, field, replace

from boocode_desktop.agents.acp.loose import count_of, number_of, object_of
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.usage import Usage


def parse_usage(value: Json) -> Usage:
    """Tokens of one report. Whether cached and reasoning tokens are part of the others shows in the total."""
    given, written = _count(value, "inputTokens"), _count(value, "outputTokens")
    cached = _count(value, "cachedReadTokens") + _count(value, "cachedWriteTokens")
    thought = _count(value, "thoughtTokens")
    beside = _count(value, "totalTokens") - given - written
    return Usage(
        input=given + (cached if cached and beside in (cached, cached + thought) else 0),
        output=written + (thought if thought and beside in (thought, cached + thought) else 0),
        reasoning=thought,
        cached=_count(value, "cachedReadTokens"),
    )


def _count(value: Json, name: str) -> int:
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return count_of(value.get(name)) or count_of(value.get(snake))


@dataclass(slots=True)
class CostMeter:
    """An agent tells what its whole session cost so far; a turn costs the difference. One per agent session."""

    told: float = 0.0
    counted: float = 0.0

    def tell(self, total: float) -> None:
        """Note the newest total; one below the last means that the agent began to count anew."""
        if total < self.told:
            self.counted = 0.0
        self.told = total

    def take(self) -> float | None:
        """What was not counted yet, None if that is nothing."""
        due, self.counted = self.told - self.counted, self.told
        return due if due > 0 else None


@dataclass(slots=True)
class TurnUsage:
    """Usage of one turn: what was reported by the piece, and what remains at its end."""

    cost: CostMeter
    pieces: Usage = field(default_factory=Usage)
    context_used: int = 0
    context_size: int = 0

    def piece(self, value: Json) -> Usage:
        """Usage of one model call, reported while the turn runs."""
        usage = parse_usage(value)
        self.pieces = self.pieces + usage
        return usage

    def update(self, update: Json) -> None:
        """A `usage_update`: how full the context is, and what the session cost so far."""
        self.context_used = count_of(update.get("used"))
        self.context_size = count_of(update.get("size"))
        cost = object_of(update.get("cost"))
        amount = number_of(cost.get("amount"))
        if amount is not None and cost.get("currency", "USD") == "USD":
            self.cost.tell(amount)

    def rest(self, response: Json) -> Usage:
        """What the turn used beyond the pieces, after the prompt's response."""
        told = object_of(response.get("usage"))
        whole = parse_usage(told) if told else self.pieces
        return replace(_minus(whole, self.pieces), cost=self.cost.take())


def _minus(whole: Usage, part: Usage) -> Usage:
    return Usage(
        input=max(0, whole.input - part.input),
        output=max(0, whole.output - part.output),
        reasoning=max(0, whole.reasoning - part.reasoning),
        cached=max(0, whole.cached - part.cached),
    )
