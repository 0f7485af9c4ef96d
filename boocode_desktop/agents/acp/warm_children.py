"""An agent's warm children: for all chats, for a worktree or for a chat; replaced when dead, left when wedged."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.agents.acp.child import OPEN, Confiner, find_or_refuse, start_child
from boocode_desktop.agents.acp.child_keys import ChildKey, child_key
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.starts import OnWait, Starts
from boocode_desktop.agents.acp.transport import Tap
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.restart_policy import RestartPolicy
from boocode_desktop.processes.sandbox import Sandbox, SandboxLauncher

_log = logging.getLogger(__name__)
QUARANTINE_S = 60.0
"""How long the other chats of a wedged child may go on with their turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """What every child of an agent starts with.

    Attributes:
        children: Who owns processes.
        folder: Where children live; sessions have folders of their own.
        launcher: Makes the sandboxes of commands that agents run through us.
        confiner: Makes the sandboxes of agents themselves; none without it.
        version: Ours, told to the agent.
        environ: Our environment, to choose from.
        tap: Sees every frame of every child.
        quarantine_s: How long other chats may go on in a child that one chat wedged.
        restarts: How soon and how often a child that ended by itself is started again.
    """

    children: Children
    folder: Path
    launcher: SandboxLauncher
    confiner: Confiner | None = None
    version: str = "0"
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    tap: Tap | None = None
    quarantine_s: float = QUARANTINE_S
    restarts: RestartPolicy = field(default_factory=RestartPolicy)


class WarmChildren:
    """The children of one agent program. `spec` may be replaced: children that were started by another are left."""

    def __init__(self, spec: AgentSpec, nursery: Nursery) -> None:
        self.spec = spec
        self._nursery = nursery
        self._warm: dict[ChildKey, AgentConnection] = {}
        self._leaving: dict[asyncio.Task[None], AgentConnection] = {}
        self._starting: defaultdict[ChildKey, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._starts: dict[ChildKey, Starts] = {}

    async def of(self, chat_id: str, root: Path, on_wait: OnWait) -> AgentConnection:
        """The chat's warm child, or a new one where there is none, it died, or the agent was configured anew.

        Raises:
            AdapterError: it is not installed, cannot be started, does not shake hands, or ended too often lately.
        """
        key = await self._key(chat_id, root)
        async with self._starting[key]:
            found = self._warm.get(key)
            if found is not None and found.alive and found.spec == self.spec:
                return found
            starts = self._starts.setdefault(key, Starts(self.spec.label, self._nursery.restarts))
            if found is not None and found.alive:
                await self.retire(found, grace_s=None)
            elif found is not None:
                del self._warm[key]
                await found.close()
                starts.ended(found.last_words, at=found.ended_at, lived_s=found.ended_at - found.began_at)
            await starts.wait(on_wait)
            self._warm[key] = await self._start(root, starts)
            return self._warm[key]

    def running(self) -> Sequence[AgentConnection]:
        """Its children that live, those that are left included."""
        return [c for c in (*self._warm.values(), *self._leaving.values()) if c.child.exit is None]

    async def retire(self, connection: AgentConnection, *, grace_s: float | None = -1.0) -> None:
        """No new turn goes to a child, and it ends when its other turns have, after `grace_s` at the latest.

        By default that is the time of a quarantine: one of its sessions is wedged. None waits for as long as it takes.
        """
        self._forget(connection)
        if not connection.busy_sessions():
            await connection.kill()
            return
        limit = self._nursery.quarantine_s if grace_s == -1.0 else grace_s
        leaving = asyncio.create_task(self._see_off(connection, limit), name=f"quarantine {self.spec.name}")
        self._leaving[leaving] = connection
        leaving.add_done_callback(lambda task: self._leaving.pop(task, None))

    async def close_if_empty(self, connection: AgentConnection) -> None:
        """End a child without sessions."""
        if not connection.hosts:
            self._forget(connection)
            await connection.close()

    async def close(self) -> None:
        """End all of them."""
        ending = [*self._warm.values(), *self._leaving.values()]
        self._warm.clear()
        await asyncio.gather(*(connection.close() for connection in ending))

    async def _key(self, chat_id: str, root: Path) -> ChildKey:
        confiner = self._nursery.confiner
        sandboxed = confiner is not None and await confiner.confines(self.spec)
        return child_key(self.spec, chat_id=chat_id, root=str(root), sandboxed=sandboxed)

    def _forget(self, connection: AgentConnection) -> None:
        for key, found in list(self._warm.items()):
            if found is connection:
                del self._warm[key]

    async def _start(self, root: Path, starts: Starts) -> AgentConnection:
        nursery, began = self._nursery, time.monotonic()
        await asyncio.to_thread(nursery.folder.mkdir, parents=True, exist_ok=True)
        sandbox = await self._sandbox(root)
        # Our own folders cannot be seen from within a sandbox.
        folder = root if sandbox.prefix else nursery.folder
        child = await start_child(nursery.children, self.spec, folder, nursery.environ, sandbox)
        connection = AgentConnection(
            self.spec, child, nursery.children, nursery.launcher, nursery.environ, nursery.tap, sandbox
        )
        try:
            await connection.initialize(nursery.version)
        except BaseException as error:
            await asyncio.shield(asyncio.ensure_future(connection.kill()))
            if isinstance(error, AdapterError):
                now = time.monotonic()
                starts.ended(error.message, at=now, lived_s=now - began)
            raise
        return connection

    async def _sandbox(self, root: Path) -> Sandbox:
        nursery = self._nursery
        if nursery.confiner is None:
            return OPEN
        program = await find_or_refuse(self.spec, nursery.environ)
        return await nursery.confiner.agent_sandbox(self.spec, program, root, nursery.environ)

    async def _see_off(self, connection: AgentConnection, grace_s: float | None) -> None:
        try:
            async with asyncio.timeout(grace_s):
                while turns := connection.busy_sessions():
                    await asyncio.wait([session.turn.ended for session in turns if session.turn])
        except TimeoutError:
            _log.warning("a wedged child of %s is ended with turns still running in it", self.spec.name)
        await connection.kill()
