"""The pool: one over all agents. It keeps within limits what stays warm, and looks after the health of children.

It decides by `pool_policy` and knows agents by a small port, so that every kind of agent can be in it.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from boocode_desktop.agents.pool_policy import LiveSession, PoolLimits, evictions
from boocode_desktop.orchestrator.ports.agents import AgentChild
from boocode_desktop.processes.memory import resident
from boocode_desktop.processes.process_tree import descendants

_log = logging.getLogger(__name__)
LONGEST_PAUSE_S = 30.0
SHORTEST_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledChild:
    """A running process of an agent, as the pool hears of it. `started_at` in seconds since 1970."""

    pid: int
    chat_ids: tuple[str, ...]
    busy: bool
    sandboxed: bool
    started_at: float


class PooledAgent(Protocol):
    """What the pool needs of an agent that keeps sessions warm."""

    @property
    def name(self) -> str:
        """The name people choose it by."""

    def live(self) -> Sequence[LiveSession]:
        """Its warm sessions; `child` is the pid of the process that hosts one, times are `time.monotonic`."""

    def running(self) -> Sequence[PooledChild]:
        """Its processes."""

    async def evict(self, session: LiveSession) -> bool:
        """End a session, unless it is busy or was used since it was described; whether it ended."""

    async def check_health(self) -> None:
        """End children that are dead to the protocol."""


class AgentPool:
    """Keeps warm sessions within limits. `close` once.

    Args:
        limits: What may stay warm now; asked each time, so that a changed setting holds at once.
        clock: Steady seconds, the same as in `LiveSession`.
    """

    def __init__(self, limits: Callable[[], PoolLimits], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._agents: list[PooledAgent] = []
        self._opening: set[tuple[str, str]] = set()
        self._families: dict[int, tuple[int, ...]] = {}
        self._tidying = asyncio.Lock()
        self._due = asyncio.Event()
        self._sweeper: asyncio.Task[None] | None = None

    def join(self, agent: PooledAgent) -> None:
        """Look after an agent from now on."""
        self._agents.append(agent)

    def leave(self, agent: PooledAgent) -> None:
        """The agent is closed."""
        if agent in self._agents:
            self._agents.remove(agent)

    @asynccontextmanager
    async def place_for(self, agent: str, chat_id: str) -> AsyncIterator[None]:
        """A place for a chat's session while it opens: others make room for it before it begins."""
        self._watch()
        self._opening.add((agent, chat_id))
        try:
            await self._tidy()
            yield
        finally:
            self._opening.discard((agent, chat_id))

    def nudge(self) -> None:
        """A session became idle: there may be more than may stay."""
        self._due.set()

    async def sweep(self) -> None:
        """Measure, look after health, and end what may not stay; runs by itself while anything is warm."""
        for agent in tuple(self._agents):
            await agent.check_health()
        await self._tidy(memory=await self._measure())

    def children(self) -> Sequence[AgentChild]:
        """The running processes of all agents, with what they hold in memory now."""
        return [
            AgentChild(
                agent=agent.name,
                pid=child.pid,
                chat_ids=child.chat_ids,
                rss_mb=round(self._size(child.pid) / 1e6, 1),
                busy=child.busy,
                sandboxed=child.sandboxed,
                started_at=child.started_at,
            )
            for agent in self._agents
            for child in agent.running()
        ]

    async def end(self, pid: int) -> bool:
        """End every session of a process, and with the last of them the process; False while a turn runs in it."""
        async with self._tidying:
            owners = [(agent, session) for agent in self._agents for session in agent.live() if session.child == pid]
            if not owners or any(session.busy for _, session in owners):
                return False
            ended = [await agent.evict(session) for agent, session in owners]
            return all(ended)

    async def close(self) -> None:
        """Look after nothing any more; agents close by themselves."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.wait([self._sweeper])
        self._agents.clear()

    async def _tidy(self, *, memory: dict[int, int] | None = None) -> None:
        """End what may not stay, one after another: each end may make the next one needless."""
        async with self._tidying:
            tried: set[tuple[str, str]] = set()
            while True:
                owners = {session: agent for agent in tuple(self._agents) for session in agent.live()}
                live = list(owners)
                known = {(s.agent, s.chat_id) for s in live}
                held = {child: size for child, size in (memory or {}).items() if any(s.child == child for s in live)}
                ending = evictions(live, self._limits(), self._clock(), memory=held, room=len(self._opening - known))
                left = [e for e in ending if (e.session.agent, e.session.chat_id) not in tried]
                if not left:
                    return
                session = left[0].session
                tried.add((session.agent, session.chat_id))
                if await owners[session].evict(session):
                    _log.info("session of chat %s with %s ended: %s", session.chat_id, session.agent, left[0].why)

    async def _measure(self) -> dict[int, int]:
        pids = [child.pid for agent in self._agents for child in agent.running()]
        self._families = await asyncio.to_thread(_families, pids) if pids else {}
        return {pid: self._size(pid) for pid in pids}

    def _size(self, pid: int) -> int:
        return sum(resident(member) for member in self._families.get(pid, (pid,)))

    def _watch(self) -> None:
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep_while_warm(), name="agent pool")

    async def _sweep_while_warm(self) -> None:
        while True:
            self._due.clear()
            try:
                async with asyncio.timeout(self._pause()):
                    await self._due.wait()
            except TimeoutError:
                pass
            try:
                await self.sweep()
            except Exception:
                _log.exception("the pool of agents could not be tidied")
            if not self._opening and not any(agent.running() for agent in self._agents):
                return

    def _pause(self) -> float:
        ttl = self._limits().idle_ttl_s
        return min(LONGEST_PAUSE_S, max(SHORTEST_PAUSE_S, ttl / 4)) if ttl > 0 else LONGEST_PAUSE_S


def _families(pids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Each process with everything below it. Reads /proc: not on the event loop."""
    return {pid: (pid, *(process.pid for process in descendants(pid))) for pid in pids}
