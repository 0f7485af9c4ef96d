"""Notices an agent that goes in circles: the same call again and again, or a short round of calls repeated."""

import hashlib
import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boocode_desktop.domain.guards import Guard, Nudge, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopLimits:
    """How often a call or round may repeat before a word and before the end.

    `longest_round` is the number of calls in a round that is still recognised (A-B-A-B has two). Where the inputs
    repeat but the results differ, as in waiting for a server, `patience` times as many repeats are let pass.
    """

    nudge_after: int = 3
    stop_after: int = 6
    longest_round: int = 4
    patience: int = 3


@dataclass(frozen=True, slots=True)
class _Call:
    tool: str
    input: str
    whole: str


class LoopDetector:
    """Watches one turn's finished tool calls in order."""

    def __init__(self, limits: LoopLimits | None = None) -> None:
        self._limits = limits or LoopLimits()
        kept = self._limits.stop_after * self._limits.longest_round * self._limits.patience
        self._calls: deque[_Call] = deque(maxlen=kept)
        self._nudged: frozenset[str] = frozenset()

    def record(self, tool: str, arguments: dict[str, Any], result: str = "") -> Guard:
        """Note a finished call; says whether the agent should be told or stopped."""
        self._calls.append(_Call(tool, _digest(tool, arguments), _digest(tool, arguments, result)))
        whole, inputs = [c.whole for c in self._calls], [c.input for c in self._calls]
        found = self._circle(whole, 1) or self._circle(inputs, self._limits.patience)
        if found is None:
            self._nudged = frozenset()
            return None
        return self._answer(*found, same_result=self._circle(whole, 1) is not None)

    def _circle(self, keys: list[str], patience: int) -> tuple[int, int, bool] | None:
        """The round that repeats at the end: its length, how often, and whether it is time to stop."""
        for length in range(1, self._limits.longest_round + 1):
            count = repeats_at_end(keys, length)
            if count >= self._limits.nudge_after * patience:
                return length, count, count >= self._limits.stop_after * patience
        return None

    def _answer(self, length: int, count: int, stop: bool, *, same_result: bool) -> Guard:
        newest = list(self._calls)[-length:]
        names = " → ".join(call.tool for call in newest)
        what = f"{names} with the same input" if length == 1 else f"the round {names}"
        result = " and got the same result each time" if same_result else ""
        if stop:
            return Stop(message=f"Stopped: the agent repeated {what} {count} times{result}.")
        circle = frozenset(call.input for call in newest)
        if circle == self._nudged:
            return None
        self._nudged = circle
        return Nudge(
            message=f"You have repeated {what} {count} times{result}. Repeating it again will not help. "
            "Look at what the results say and do something else, or tell the user what is in the way."
        )


def repeats_at_end(keys: Sequence[str], length: int) -> int:
    """How many times the last `length` keys stand one after another at the end."""
    count = 0
    while length * (count + 1) <= len(keys):
        start = len(keys) - length * (count + 1)
        if list(keys[start : start + length]) != list(keys[-length:]):
            break
        count += 1
    return count


def _digest(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
