"""Counts tool calls that fail one after another, whatever they are: first a word to the model, then the end."""

from collections import Counter
from dataclasses import dataclass

from boocode_desktop.domain.events import Outcome
from boocode_desktop.domain.guards import Guard, Nudge, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureLimits:
    """How many calls may fail in a row before a word and before the end."""

    nudge_after: int = 4
    stop_after: int = 10


class FailureTracker:
    """Watches one turn's outcomes in order. A success starts the count anew; a cancelled call does not count."""

    def __init__(self, limits: FailureLimits | None = None) -> None:
        self._limits = limits or FailureLimits()
        self._failed: list[str] = []

    def record(self, tool: str, outcome: Outcome) -> Guard:
        """Note a finished call; says whether the agent should be told or stopped."""
        if outcome == "success":
            self._failed.clear()
        if outcome not in ("error", "denied", "timeout"):
            return None
        self._failed.append(f"{tool} {outcome}")
        count = len(self._failed)
        if count >= self._limits.stop_after:
            return Stop(message=f"Stopped: {count} tool calls in a row failed ({self._summary()}).")
        if count == self._limits.nudge_after:
            return Nudge(
                message=f"{count} tool calls in a row failed ({self._summary()}). Read the error texts before the next "
                "call, check names and paths with list_dir or find_files, or ask the user."
            )
        return None

    def _summary(self) -> str:
        return ", ".join(f"{what} × {n}" if n > 1 else what for what, n in Counter(self._failed).most_common(5))
