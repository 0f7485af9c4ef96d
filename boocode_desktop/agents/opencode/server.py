"""A running opencode server: its process, its folders, its sessions; hears for all of them and tells each its own."""

import asyncio
import logging
import time
from pathlib import Path

from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.agents.opencode.api import Api
from boocode_desktop.agents.opencode.directory import Directory
from boocode_desktop.agents.opencode.launching import gone
from boocode_desktop.agents.opencode.session import OpencodeSession
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json
from boocode_desktop.processes.child_specs import Exit, Ladder
from boocode_desktop.processes.children import Child

_log = logging.getLogger(__name__)
LADDER = Ladder(close_stdin_s=0, terminate_s=1.5, kill_s=1.5)
HEALTH_S = 5.0
HEALTH_TRIES = 2
BREAKS_UNTIL_ASKED = 2


class OpencodeServer:
    """One life of the server. Made by `WarmServer`."""

    def __init__(self, spec: AgentSpec, child: Child, api: Api, version: str) -> None:
        self.spec = spec
        self.child = child
        self.api = api
        self.version = version
        self.sessions: dict[str, OpencodeSession] = {}
        self.started = time.monotonic()
        self.started_at = time.time()
        self.ended_at = 0.0
        self.ended: asyncio.Task[Exit] = asyncio.create_task(self._watch(), name=f"watch {spec.name}")
        self._children: dict[str, OpencodeSession] = {}
        self._directories: dict[str, Directory] = {}
        self._closing: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._closing is None and self.child.exit is None

    def gone(self) -> AdapterError:
        """Why it is gone, once it is."""
        return gone(self.spec, self.ended.result())

    def busy(self) -> list[OpencodeSession]:
        """Sessions in which a turn runs."""
        return [session for session in self.sessions.values() if session.turn is not None]

    async def directory(self, root: Path) -> Directory:
        """A folder, listened to from now on.

        Raises:
            AdapterError: the server does not answer.
        """
        path = str(root)
        if path not in self._directories:
            self._directories[path] = Directory(self.api, path, self._route, self._on_gap, self._on_break)
        directory = self._directories[path]
        await directory.connected()
        return directory

    def keep(self, session: OpencodeSession) -> None:
        """A session of ours from now on."""
        self.sessions[session.id] = session

    async def drop(self, session: OpencodeSession) -> None:
        """Forget a session here, and stop listening to its folder with the last one of it."""
        self.sessions.pop(session.id, None)
        self._children = {key: root for key, root in self._children.items() if root is not session}
        directory = session.directory
        if not any(other.directory is directory for other in self.sessions.values()):
            self._directories.pop(directory.path, None)
            await directory.close()

    def adopt(self, session_id: str, root: OpencodeSession) -> None:
        """A session that one of ours began: what it asks is asked in the turn that began it."""
        self._children[session_id] = root

    def owns(self, session_id: str, root: OpencodeSession) -> bool:
        """Whether a session is `root` or was begun by it, at any depth."""
        return session_id == root.id or self._children.get(session_id) is root

    async def close(self, *, at_once: bool = False) -> None:
        """End its process by the ladder, with everything it started."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(at_once), name=f"close {self.spec.name}")
        await asyncio.shield(self._closing)

    async def _close(self, at_once: bool) -> None:
        # Before its streams are closed: nobody is to learn that they broke, but why.
        await (self.child.kill() if at_once else self.child.stop(LADDER))
        for directory in list(self._directories.values()):
            await directory.close()
        self._directories.clear()
        self.sessions.clear()
        await self.api.close()

    async def _watch(self) -> Exit:
        ended = await self.child.wait()
        self.ended_at = time.monotonic()
        return ended

    async def _route(self, event: Json) -> None:
        about = object_of(event.get("properties"))
        info = object_of(about.get("info"))
        session_id = text_of(about.get("sessionID")) or text_of(info.get("sessionID"))
        parent = text_of(info.get("parentID"))
        root = self.sessions.get(parent) or self._children.get(parent)
        if event.get("type") == "session.created" and root is not None:
            self.adopt(text_of(info.get("id")), root)
        session = self.sessions.get(session_id) or self._children.get(session_id)
        if session is not None:
            await session.put(event)

    async def _on_gap(self, path: str) -> None:
        for session in self.busy():
            if session.directory.path == path and session.turn is not None:
                session.turn.missed()

    async def _on_break(self, breaks: int) -> None:
        """A server whose streams break again and again must answer, or it is ended."""
        if breaks >= BREAKS_UNTIL_ASKED:
            await self.check_health()

    async def check_health(self) -> None:
        """End the server if it does not answer any more."""
        if not self.alive:
            return
        for _ in range(HEALTH_TRIES):
            try:
                await self.api.version(HEALTH_S)
                return
            except AdapterError as error:
                _log.warning("the opencode server is not well: %s", error.message)
        if self.alive:
            self.child.abandon()
