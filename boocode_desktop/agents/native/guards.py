"""The guards of one turn, and what they advise."""

from dataclasses import dataclass, field
from typing import Any

from boocode_desktop.domain.failures import FailureTracker
from boocode_desktop.domain.guards import Guard, Nudge
from boocode_desktop.domain.loop_detection import LoopDetector
from boocode_desktop.orchestrator.ports.tools import ToolOutput


@dataclass(frozen=True, slots=True)
class Advice:
    """A guard's word; `code` names the note in the chat. A stop ends the turn and never reaches the model."""

    code: str
    message: str
    stop: bool


@dataclass(slots=True)
class Guards:
    """Watches finished calls in order."""

    loops: LoopDetector = field(default_factory=LoopDetector)
    failures: FailureTracker = field(default_factory=FailureTracker)

    def watch(self, tool: str, arguments: dict[str, Any], output: ToolOutput) -> Advice | None:
        """Note a finished call; the first guard that has something to say is heard."""
        looping = self.loops.record(tool, arguments, output.text + output.error)
        failing = self.failures.record(tool, output.outcome)
        return _advice("loop", looping) or _advice("failure", failing)


def _advice(kind: str, guard: Guard) -> Advice | None:
    if guard is None:
        return None
    stop = not isinstance(guard, Nudge)
    return Advice(f"{kind}_{'stop' if stop else 'nudge'}", guard.message, stop)
