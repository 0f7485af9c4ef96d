"""An ACP agent as the orchestrator knows agents: its child stays warm, each chat keeps its own session in it."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp.choosing import choose
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.opening import Opened, open_session
from boocode_desktop.agents.acp.prompts import guard_slash, image_block, is_command, text_block
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.agents.acp.transport import Tap
from boocode_desktop.agents.acp.turn import CancelLadder, PromptRun
from boocode_desktop.agents.acp.warm_children import QUARANTINE_S, WarmChildren
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import SandboxLauncher

OnKnown = Callable[[str, Sequence[ModelInfo]], None]


class AcpAgent:
    """Implements `Agent` by a program that speaks ACP.

    Args:
        spec: Which program, and its ways.
        children: Who owns processes.
        folder: Where its children live.
        launcher: Makes the sandboxes of commands it runs through us; none without it.
        version: Ours, told to the agent.
        environ: Our environment, to choose from.
        tap: Sees every frame of every child.
        on_known: Told the agent's version and models once a session of it is open.
        ladder: How patient a cancel is.
        silence_s: After how long without news people are told.
        quarantine_s: How long other chats may go on in a child that one chat wedged.
    """

    def __init__(
        self,
        spec: AgentSpec,
        children: Children,
        folder: Path,
        *,
        launcher: SandboxLauncher | None = None,
        version: str = "0",
        environ: Mapping[str, str] | None = None,
        tap: Tap | None = None,
        on_known: OnKnown | None = None,
        ladder: CancelLadder | None = None,
        silence_s: float = notices.SILENCE_S,
        quarantine_s: float = QUARANTINE_S,
    ) -> None:
        self.spec = spec
        self._warm = WarmChildren(
            spec,
            children,
            folder,
            launcher=launcher or SandboxLauncher(enabled=False),
            version=version,
            environ=dict(os.environ if environ is None else environ),
            tap=tap,
            quarantine_s=quarantine_s,
        )
        self._on_known = on_known
        self._ladder = ladder or CancelLadder()
        self._silence_s = silence_s
        self._sessions: dict[str, AcpSession] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return self.spec.name

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn; an earlier one of the same chat is waited for.

        Raises:
            AdapterError: it cannot be started, refuses, or ended.
        """
        async with self._turns[host.chat_id]:
            connection = await self._warm.of(host.chat_id)
            opened = await open_session(connection, host, self._sessions.get(host.chat_id))
            self._sessions[host.chat_id] = opened.session
            if self._on_known is not None:
                models = opened.session.offer.model_infos(self.name)
                self._on_known(connection.abilities.version, models)
            await choose(connection, opened.session, model=host.model, effort=host.effort)
            if host.base_url:
                await host.emit(notices.ignored_base_url(self.spec.label))
            blocks = await self._blocks(connection, opened, host, prompt)
            run = PromptRun(connection, opened.session, host, ladder=self._ladder, silence_s=self._silence_s)
            try:
                return await run.run(blocks)
            finally:
                if run.wedged:
                    await asyncio.shield(asyncio.ensure_future(self._warm.retire(connection)))

    async def forget(self, chat_id: str) -> None:
        """End a chat's session, and the child with its last one."""
        self._turns.pop(chat_id, None)
        session, connection = self._sessions.pop(chat_id, None), self._warm.known(chat_id)
        if session is None or connection is None:
            return
        await connection.close_session(session)
        await self._warm.close_if_empty(connection)

    async def close(self) -> None:
        """End all children."""
        self._sessions.clear()
        await self._warm.close()

    async def _blocks(self, connection: AgentConnection, opened: Opened, host: TurnHost, prompt: Prompt) -> list[Json]:
        commands = opened.session.feed.commands
        noted = opened.note and not is_command(prompt.text, commands)
        blocks = [text_block(opened.note)] if noted else []
        blocks.append(text_block(guard_slash(prompt.text, commands)))
        if prompt.images and not connection.abilities.image:
            await host.emit(notices.ignored_images(self.spec.label, len(prompt.images)))
            return blocks
        for image in prompt.images:
            data = await host.attachment(image)
            blocks.append(await asyncio.to_thread(image_block, data, image.media_type))
        return blocks
