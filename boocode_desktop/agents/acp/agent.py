"""An ACP agent as the orchestrator knows agents: its child stays warm, each chat keeps its own session in it."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.acp import requests
from boocode_desktop.agents.acp.child import start_child
from boocode_desktop.agents.acp.connection import SETTING_S, AgentConnection
from boocode_desktop.agents.acp.handover import handover_note
from boocode_desktop.agents.acp.offers import Menu
from boocode_desktop.agents.acp.prompts import guard_slash, image_block, is_command, text_block
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.agents.acp.transport import Tap
from boocode_desktop.agents.acp.turn import SILENCE_S, CancelLadder, PromptRun
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json, Notice
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.places import Place, local_place
from boocode_desktop.processes.sandbox import SandboxLauncher

_log = logging.getLogger(__name__)
SHARED = ""


class AcpAgent:
    """One agent program. Children by `key`: one for all chats, or one for each where the agent needs that.

    Args:
        spec: Which program, and its ways.
        children: Who owns processes.
        folder: Where its child lives; sessions have folders of their own.
        launcher: Makes the sandboxes of commands it runs through us; none without it.
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
        launcher: SandboxLauncher | None = None,
        version: str = "",
        environ: Mapping[str, str] | None = None,
        tap: Tap | None = None,
        ladder: CancelLadder | None = None,
        silence_s: float = SILENCE_S,
    ) -> None:
        self.spec = spec
        self._children = children
        self._folder = folder
        self._launcher = launcher or SandboxLauncher(enabled=False)
        self._version = version or "0"
        self._environ = dict(os.environ if environ is None else environ)
        self._tap = tap
        self._ladder = ladder
        self._silence_s = silence_s
        self._connections: dict[str, AgentConnection] = {}
        self._sessions: dict[str, AcpSession] = {}
        self._starting = asyncio.Lock()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return self.spec.name

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn; the chat's earlier ones must have ended.

        Raises:
            AdapterError: it cannot be started, refuses, or ended.
        """
        async with self._turns[host.chat_id]:
            connection = await self._connect(host.chat_id)
            session, note = await self._session(connection, host)
            await self._choose(connection, session, host)
            blocks = await self._blocks(connection, session, host, prompt, note)
            if host.base_url:
                await host.emit(_ignored_base_url(self.spec))
            run = PromptRun(connection, session, host, ladder=self._ladder, silence_s=self._silence_s)
            return await run.run(blocks)

    async def forget(self, chat_id: str) -> None:
        """End a chat's session, and the child with its last one."""
        self._turns.pop(chat_id, None)
        session = self._sessions.pop(chat_id, None)
        connection = self._connections.get(self._key(chat_id))
        if session is None or connection is None:
            return
        await connection.close_session(session)
        if not connection.sessions and self._connections.get(self._key(chat_id)) is connection:
            del self._connections[self._key(chat_id)]
            await connection.close()

    async def close(self) -> None:
        """End all children."""
        connections, self._connections = list(self._connections.values()), {}
        self._sessions.clear()
        await asyncio.gather(*(connection.close() for connection in connections))

    def _key(self, chat_id: str) -> str:
        return chat_id if self.spec.own_child_per_chat else SHARED

    async def _connect(self, chat_id: str) -> AgentConnection:
        """The warm child, or a new one where there is none or it died."""
        key = self._key(chat_id)
        async with self._starting:
            found = self._connections.get(key)
            if found is not None and found.alive:
                return found
            if found is not None:
                await self._bury(key, found)
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            child = await start_child(self._children, self.spec, self._folder, self._environ)
            connection = AgentConnection(self.spec, child, self._children, self._launcher, self._environ, self._tap)
            try:
                await connection.initialize(self._version)
            except BaseException:
                await asyncio.shield(asyncio.ensure_future(connection.kill()))
                raise
            self._connections[key] = connection
            return connection

    async def _bury(self, key: str, dead: AgentConnection) -> None:
        del self._connections[key]
        for chat_id, session in list(self._sessions.items()):
            if dead.sessions.get(session.id) is session:
                del self._sessions[chat_id]
        await dead.close()

    async def _session(self, connection: AgentConnection, host: TurnHost) -> tuple[AcpSession, str]:
        """The chat's session, kept, reopened or new; and what the agent has to be told of turns it did not see."""
        kept = self._sessions.get(host.chat_id)
        if kept is not None and connection.sessions.get(kept.id) is kept:
            return kept, handover_note(await host.history(), self.name, fresh=False)
        if not await asyncio.to_thread(host.root.is_dir):
            raise AdapterError(f"The session's folder {host.root} does not exist.", "Recreate the worktree first.")
        place = await asyncio.to_thread(local_place, host.root)
        session = await self._reopen(connection, host, place)
        fresh = session is None
        if session is None:
            session = await connection.new_session(place)
            await host.remember(external_id=session.id)
        self._sessions[host.chat_id] = session
        return session, handover_note(await host.history(), self.name, fresh=fresh)

    async def _reopen(self, connection: AgentConnection, host: TurnHost, place: Place) -> AcpSession | None:
        external_id = host.agent_session.external_id
        if not external_id or external_id in connection.sessions:
            return None
        try:
            return await connection.reopen_session(external_id, place)
        except AdapterError as error:
            if not connection.alive:
                raise
            _log.info("%s does not go on with session %s: %s", self.name, external_id, error.message)
            return None

    async def _choose(self, connection: AgentConnection, session: AcpSession, host: TurnHost) -> None:
        """Set the model and the effort that the chat wants; nothing where they are current already."""
        offer = session.offer
        if host.model:
            await self._set(connection, session, offer.models, host.model, "model")
        if host.effort and offer.efforts.find(host.effort):
            await self._set(connection, session, offer.efforts, host.effort, "effort")

    async def _set(self, connection: AgentConnection, session: AcpSession, menu: Menu, wanted: str, what: str) -> None:
        choice = menu.find(wanted)
        if choice is None:
            known = ", ".join(c.id for c in menu.choices) or "none that can be chosen here"
            raise AdapterError(f"{self.spec.label} has no {what} “{wanted}”.", f"It offers: {known}.")
        if choice.id == menu.current:
            return
        named: Json = {"sessionId": session.id}
        if menu.way == "request":
            params = named | {"modelId": choice.id}
            await connection.request(requests.SET_MODEL, params, SETTING_S)
        else:
            params = named | {"configId": menu.option, "value": choice.id}
            await connection.request(requests.SET_OPTION, params, SETTING_S)
        session.offer = session.offer.with_current(menu, choice.id)

    async def _blocks(
        self, connection: AgentConnection, session: AcpSession, host: TurnHost, prompt: Prompt, note: str
    ) -> list[Json]:
        blocks: list[Json] = []
        commands = session.feed.commands
        if note and not is_command(prompt.text, commands):
            blocks.append(text_block(note))
        blocks.append(text_block(guard_slash(prompt.text, commands)))
        if prompt.images and not connection.abilities.image:
            await host.emit(_ignored_images(self.spec, len(prompt.images)))
            return blocks
        for image in prompt.images:
            blocks.append(image_block(await host.attachment(image), image.media_type))
        return blocks


def _ignored_base_url(spec: AgentSpec) -> Notice:
    return Notice(
        code="base_url_ignored",
        message=f"The base URL is ignored: {spec.label} reaches its model by its own settings.",
    )


def _ignored_images(spec: AgentSpec, count: int) -> Notice:
    return Notice(
        level="warn",
        code="images_ignored",
        message=f"{spec.label} cannot look at images; {count} of them were not sent.",
        hint="Choose an agent and a model that can.",
    )
