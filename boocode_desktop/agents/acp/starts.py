"""When a child of an agent may be started again after it ended by itself: the restart policy, asked for by turns.

Nothing is started before somebody wants it; the delay counts from the end, so a turn that comes later waits less.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Retry
from boocode_desktop.processes.restart_policy import Ends, GiveUp, RestartPolicy, decide, note_end

OnWait = Callable[[Retry], Awaitable[None]]


class Starts:
    """The unasked ends of one child's lives. `label` is what people call the agent."""

    def __init__(self, label: str, policy: RestartPolicy) -> None:
        self._label = label
        self._policy = policy
        self._ends = Ends()
        self._last_words = ""

    def ended(self, why: str, *, at: float, lived_s: float) -> None:
        """It ended by itself at a steady time, or could not be started."""
        self._ends = note_end(self._policy, self._ends, at=at, lived_s=lived_s)
        self._last_words = why

    async def wait(self, on_wait: OnWait) -> None:
        """Wait until it may be started; a wait that is felt is told.

        Raises:
            AdapterError: it ended too often; the hint says when it may be tried again.
        """
        if not self._ends.times:
            return
        now, decision = time.monotonic(), decide(self._policy, self._ends)
        if isinstance(decision, GiveUp):
            left = self._ends.times[0] + self._policy.window_s - now
            if left > 0:
                raise self._given_up(decision.ends, left)
            self._ends = Ends()
            return
        left = self._ends.times[-1] + decision.delay_s - now
        if left > 0:
            reason = f"{self._label} is started again: {self._last_words}"
            await on_wait(Retry(attempt=decision.attempt, delay_s=round(left, 3), reason=reason))
            await asyncio.sleep(left)

    def _given_up(self, ends: int, left: float) -> AdapterError:
        window = self._policy.window_s
        return AdapterError(
            f"{self._label} ended {ends} times within {window:.0f} s and is left alone for now: {self._last_words}",
            f"Find out why (`boocode agents diagnose` helps), or send the prompt again in {left:.0f} s.",
        )
