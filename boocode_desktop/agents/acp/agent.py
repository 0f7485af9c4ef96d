"""An ACP agent as the orchestrator knows agents: its children stay warm, each chat keeps its own session in one."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp.blocks import prompt_blocks
from boocode_desktop.agents.acp.child import Confiner
from boocode_desktop.agents.acp.choosing import Wishes, choose
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.health import check_health
from boocode_desktop.agents.acp.opening import BEFORE, Opened, open_session
from boocode_desktop.agents.acp.seats import Seat, Seats
from boocode_desktop.agents.acp.transport import Tap
from boocode_desktop.agents.acp.turn import CancelLadder, PromptRun
from boocode_desktop.agents.acp.warm_children import QUARANTINE_S, Nursery, WarmChildren
from boocode_desktop.agents.health_policy import HealthLimits
from boocode_desktop.agents.pool import AgentPool, PooledChild
from boocode_desktop.agents.pool_policy import LiveSession
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.events import AgentOpened, ModeChanged
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.restart_policy import RestartPolicy
from boocode_desktop.processes.sandbox import SandboxLauncher

OnKnown = Callable[[str, Sequence[ModelInfo]], None]


class AcpAgent:
    """Implements `Agent` and `PooledAgent` by a program that speaks ACP.

    Args:
        spec: Which program, and its ways.
        children: Who owns processes.
        folder: Where its children live.
        launcher: Makes the sandboxes of commands it runs through us; none without it.
        confiner: Makes the sandbox of the agent itself; none without it.
        version: Ours, told to the agent.
        environ: Our environment, to choose from.
        tap: Sees every frame of every child.
        on_known: Told the agent's version and models once a session of it is open.
        ladder: How patient a cancel is.
        silence_s: After how long without news people are told.
        quarantine_s: How long other chats may go on in a child that one chat wedged.
        restarts: How soon and how often a child that ended by itself is started again.
        health: When a silent child counts as dead.
        pool: Keeps what stays warm within limits; none without it.
    """

    def __init__(
        self,
        spec: AgentSpec,
        children: Children,
        folder: Path,
        *,
        launcher: SandboxLauncher | None = None,
        confiner: Confiner | None = None,
        version: str = "0",
        environ: Mapping[str, str] | None = None,
        tap: Tap | None = None,
        on_known: OnKnown | None = None,
        ladder: CancelLadder | None = None,
        silence_s: float = notices.SILENCE_S,
        quarantine_s: float = QUARANTINE_S,
        restarts: RestartPolicy | None = None,
        health: HealthLimits | None = None,
        pool: AgentPool | None = None,
    ) -> None:
        nursery = Nursery(
            children=children,
            folder=folder,
            launcher=launcher or SandboxLauncher(enabled=False),
            confiner=confiner,
            version=version,
            environ=dict(os.environ if environ is None else environ),
            tap=tap,
            quarantine_s=quarantine_s,
            restarts=restarts or RestartPolicy(),
        )
        self._warm = WarmChildren(spec, nursery)
        self._confines = confiner is not None
        self._pool = pool
        self._on_known = on_known
        self._ladder = ladder or CancelLadder()
        self._silence_s = silence_s
        self._health = health or HealthLimits()
        self._seats = Seats(self._warm)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._endings: set[asyncio.Task[None]] = set()
        if pool is not None:
            pool.join(self)

    @property
    def spec(self) -> AgentSpec:
        """Which program, and its ways."""
        return self._warm.spec

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return self.spec.name

    def configure(self, spec: AgentSpec) -> None:
        """The agent is another one from the next turn on; turns that run go on in the children they have."""
        self._warm.spec = spec

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn; an earlier one of the same chat is waited for.

        Raises:
            AdapterError: it cannot be started, refuses, or ended.
        """
        async with self._turns[host.chat_id]:
            try:
                return await self._take(host, prompt)
            finally:
                self._seats.leave(host.chat_id)
                if self._pool is not None:
                    self._pool.nudge()

    async def _take(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        async with self._place_for(host.chat_id):
            connection = await self._warm.of(host.chat_id, host.root, host.emit)
            connection.guests.add(host.chat_id)
            self._seats.expect(host.chat_id, connection)
            opened = await open_session(connection, host, self._seats.session(host.chat_id))
            self._seats.take(host.chat_id, Seat(connection, opened.session))
        await self._prepare(connection, opened, host)
        blocks = await prompt_blocks(connection, opened, host, prompt)
        run = PromptRun(connection, opened.session, host, ladder=self._ladder, silence_s=self._silence_s)
        try:
            return await run.run(blocks)
        finally:
            if run.wedged:
                await asyncio.shield(asyncio.ensure_future(self._warm.retire(connection)))

    async def _prepare(self, connection: AgentConnection, opened: Opened, host: TurnHost) -> None:
        """Make the session what the chat wants it to be, and say what it is."""
        session = opened.session
        if self._on_known is not None:
            self._on_known(connection.abilities.version, session.offer.model_infos(self.name))
        if opened.how != "kept":
            await host.emit(AgentOpened(agent=self.name, how=opened.how, why=opened.why))
            await self._say_sandbox(connection, host)
        before = dict(session.before)
        wishes = Wishes(model=host.model, mode=host.mode, effort=host.effort, options=dict(self.spec.options))
        await choose(connection, session, wishes)
        if session.before != before:
            await host.remember(memory={BEFORE: dict(session.before)})
        mode, model = session.offer.modes.current, session.offer.models.current
        if mode or model:
            await host.emit(ModeChanged(mode=mode, model=model))
        if host.base_url:
            await host.emit(notices.ignored_base_url(self.spec.label))

    async def _say_sandbox(self, connection: AgentConnection, host: TurnHost) -> None:
        """Say how its process is bound; while a session is kept, so is its process."""
        label = self.spec.label
        if self._confines and not self.spec.scripted:
            await notices.tell_news(host, label, notices.sandbox(label, connection.sandbox.description))

    async def forget(self, chat_id: str) -> None:
        """End a chat's session, and the child with its last one."""
        await self._seats.clear(chat_id)
        lock = self._turns.get(chat_id)
        if lock is not None and not lock.locked():
            del self._turns[chat_id]

    def live(self) -> Sequence[LiveSession]:
        """Its warm sessions, for the pool."""
        return [
            LiveSession(
                agent=self.name, chat_id=chat_id, child=seat.connection.child.pid, used_at=seat.used_at, busy=busy
            )
            for chat_id, seat in self._seats.taken()
            for busy in (self._turns[chat_id].locked(),)
        ]

    def running(self) -> Sequence[PooledChild]:
        """Its processes, for the pool."""
        return [
            PooledChild(
                pid=connection.child.pid,
                chat_ids=self._seats.chats_in(connection),
                busy=bool(connection.busy_sessions()),
                sandboxed=connection.sandbox.sandboxed,
                started_at=connection.started_at,
            )
            for connection in self._warm.running()
        ]

    async def evict(self, session: LiveSession) -> bool:
        """End a session for the pool, unless it is busy or was used meanwhile."""
        seat, lock = self._seats.of(session.chat_id), self._turns[session.chat_id]
        if seat is None or lock.locked() or seat.used_at != session.used_at:
            return False
        # Not waited for: whoever needs the room gets it now. The chat itself waits for its lock.
        await lock.acquire()
        self._seats.drop(session.chat_id)
        ending = asyncio.create_task(self._end(seat, lock), name=f"evict {session.chat_id}")
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return True

    async def _end(self, seat: Seat, lock: asyncio.Lock) -> None:
        try:
            await self._seats.end(seat)
        finally:
            lock.release()

    async def check_health(self) -> None:
        """End children that are dead to the protocol."""
        await asyncio.gather(*(check_health(connection, self._health) for connection in self._warm.running()))

    async def close(self) -> None:
        """End all children."""
        if self._pool is not None:
            self._pool.leave(self)
        self._seats.forget_all()
        await self._warm.close()
        if self._endings:
            await asyncio.wait(self._endings)

    def _place_for(self, chat_id: str) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._pool is None else self._pool.place_for(self.name, chat_id)
