"""Keeps something alive: runs one life after another as the restart policy says, and tells how it stands.

A life is a coroutine that starts the thing, stays while it runs, and returns how it ended. It must not raise for an
end that can be explained.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from boocode_desktop.processes.restart_policy import Ends, GiveUp, RestartPolicy, decide, note_end

_log = logging.getLogger(__name__)

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEnd(Generic[E]):
    """How one life ended. `final` ends are not worth another try: a broken file, a request to stop."""

    why: E
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Generic[E]):
    """Between two lives: the next begins in `delay_s`."""

    why: E
    delay_s: float
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Down(Generic[E]):
    """No further life: a final end, or the budget is spent (`ends` of them within the window)."""

    why: E
    ends: int = 0


class Supervisor(Generic[E]):
    """Runs lives until one ends for good, the budget is spent, or `stop`.

    Args:
        name: For logs and the task.
        life: Runs one life. Cancelled by `stop`: it must end what it started before it lets go.
        on_change: Awaited between lives and when it is down for good; not called by `stop`.
        failed: Makes an end from an exception that a life was not supposed to raise.
    """

    def __init__(
        self,
        *,
        name: str,
        life: Callable[[], Awaitable[LifeEnd[E]]],
        on_change: Callable[[Waiting[E] | Down[E]], Awaitable[None]],
        failed: Callable[[Exception], E],
        policy: RestartPolicy | None = None,
    ) -> None:
        self._name = name
        self._life = life
        self._on_change = on_change
        self._failed = failed
        self._policy = policy or RestartPolicy()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether a life runs or another one will follow."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin with a full budget; nothing if it runs already."""
        if not self.running:
            self._task = asyncio.create_task(self._run(), name=f"supervise {self._name}")

    async def stop(self) -> None:
        """End the life that runs, and begin no other. Works twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        ends = Ends()
        while True:
            began = time.monotonic()
            end = await self._one_life()
            now = time.monotonic()
            if end.final:
                await self._on_change(Down(why=end.why))
                return
            ends = note_end(self._policy, ends, at=now, lived_s=now - began)
            decision = decide(self._policy, ends)
            if isinstance(decision, GiveUp):
                await self._on_change(Down(why=end.why, ends=decision.ends))
                return
            await self._on_change(Waiting(why=end.why, delay_s=decision.delay_s, attempt=decision.attempt))
            await asyncio.sleep(decision.delay_s)

    async def _one_life(self) -> LifeEnd[E]:
        try:
            return await self._life()
        except Exception as error:
            _log.exception("%s: a life raised", self._name)
            return LifeEnd(why=self._failed(error))
