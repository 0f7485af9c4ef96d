"""An agent's warm children: one for all chats or one for each, replaced when dead, put aside when a chat wedged it."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.acp.child import start_child
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.transport import Tap
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import SandboxLauncher

_log = logging.getLogger(__name__)
SHARED = ""
QUARANTINE_S = 60.0
"""How long the other chats of a wedged child may go on with their turns."""


class WarmChildren:
    """The children of one agent program.

    Args:
        spec: Which program, and its ways.
        children: Who owns processes.
        folder: Where its child lives; sessions have folders of their own.
        launcher: Makes the sandboxes of commands it runs through us.
        version: Ours, told to the agent.
        environ: Our environment, to choose from.
        tap: Sees every frame of every child.
    """

    def __init__(
        self,
        spec: AgentSpec,
        children: Children,
        folder: Path,
        *,
        launcher: SandboxLauncher,
        version: str,
        environ: Mapping[str, str],
        tap: Tap | None,
        quarantine_s: float = QUARANTINE_S,
    ) -> None:
        self._spec = spec
        self._children = children
        self._folder = folder
        self._launcher = launcher
        self._version = version
        self._environ = environ
        self._tap = tap
        self._quarantine_s = quarantine_s
        self._warm: dict[str, AgentConnection] = {}
        self._leaving: dict[asyncio.Task[None], AgentConnection] = {}
        self._starting = asyncio.Lock()

    async def of(self, chat_id: str) -> AgentConnection:
        """The chat's warm child, or a new one where there is none or it died.

        Raises:
            AdapterError: it is not installed, cannot be started or does not shake hands.
        """
        key = self._key(chat_id)
        async with self._starting:
            found = self._warm.get(key)
            if found is not None and found.alive:
                return found
            if found is not None:
                del self._warm[key]
                await found.close()
            self._warm[key] = await self._start()
            return self._warm[key]

    def known(self, chat_id: str) -> AgentConnection | None:
        """The chat's child, if it has one."""
        return self._warm.get(self._key(chat_id))

    async def retire(self, connection: AgentConnection) -> None:
        """One of its sessions is wedged: no new turn goes there, and it ends when its other turns have."""
        self._forget(connection)
        if not connection.busy_sessions():
            await connection.kill()
            return
        leaving = asyncio.create_task(self._see_off(connection), name=f"quarantine {self._spec.name}")
        self._leaving[leaving] = connection
        leaving.add_done_callback(lambda task: self._leaving.pop(task, None))

    async def close_if_empty(self, connection: AgentConnection) -> None:
        """End a child without sessions."""
        if not connection.sessions:
            self._forget(connection)
            await connection.close()

    async def close(self) -> None:
        """End all of them."""
        ending = [*self._warm.values(), *self._leaving.values()]
        self._warm.clear()
        await asyncio.gather(*(connection.close() for connection in ending))

    def _key(self, chat_id: str) -> str:
        return chat_id if self._spec.own_child_per_chat else SHARED

    def _forget(self, connection: AgentConnection) -> None:
        for key, found in list(self._warm.items()):
            if found is connection:
                del self._warm[key]

    async def _start(self) -> AgentConnection:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        child = await start_child(self._children, self._spec, self._folder, self._environ)
        connection = AgentConnection(self._spec, child, self._children, self._launcher, self._environ, self._tap)
        try:
            await connection.initialize(self._version)
        except BaseException:
            await asyncio.shield(asyncio.ensure_future(connection.kill()))
            raise
        return connection

    async def _see_off(self, connection: AgentConnection) -> None:
        try:
            async with asyncio.timeout(self._quarantine_s):
                while turns := connection.busy_sessions():
                    await asyncio.wait([session.turn.ended for session in turns if session.turn])
        except TimeoutError:
            _log.warning("a wedged child of %s is ended with turns still running in it", self._spec.name)
        await connection.kill()
