"""opencode as the orchestrator knows agents: one warm server, a session of its own for each chat."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp.prompts import is_command
from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.mentions import mentioned_files
from boocode_desktop.agents.opencode.message_ids import message_id
from boocode_desktop.agents.opencode.opening import Opened, open_session, plain_total
from boocode_desktop.agents.opencode.prompts import Message, build_message, image_part, link_part
from boocode_desktop.agents.opencode.server import OpencodeServer
from boocode_desktop.agents.opencode.session import OpencodeSession
from boocode_desktop.agents.opencode.turn import CancelLadder, PromptRun
from boocode_desktop.agents.opencode.warm_server import Patience, WarmServer
from boocode_desktop.agents.pool import AgentPool, PooledChild
from boocode_desktop.agents.pool_policy import LiveSession
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Commands, Json
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.net.errors import NetError
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.restart_policy import RestartPolicy
from boocode_desktop.processes.sandbox import Sandbox

OnKnown = Callable[[str, Sequence[ModelInfo]], None]


class OpencodeAgent:
    """Implements `Agent` by opencode's own HTTP server.

    Args:
        spec: Which program.
        children: Who owns processes.
        folder: Where its server lives.
        environ: Our environment, to choose from.
        confiner: Puts the server into a sandbox; each worktree gets a server of its own then.
        on_known: Told the server's version and models at each turn.
        pool: Keeps what stays warm within limits; none without it.
        ladder: How patient a cancel is.
        silence_s: After how long without news people are told.
        patience: How patient everything else is.
        policy: How often a server that dies is started again.
    """

    def __init__(
        self,
        spec: AgentSpec,
        children: Children,
        folder: Path,
        *,
        environ: Mapping[str, str] | None = None,
        confiner: AgentConfiner | None = None,
        on_known: OnKnown | None = None,
        pool: AgentPool | None = None,
        ladder: CancelLadder | None = None,
        silence_s: float = notices.SILENCE_S,
        patience: Patience | None = None,
        policy: RestartPolicy | None = None,
    ) -> None:
        self.spec = spec
        self._children = children
        self._folder = folder
        self._environ = dict(os.environ if environ is None else environ)
        self._confiner = confiner
        self._patience = patience
        self._policy = policy
        self._warm: dict[str, WarmServer] = {}
        self._on_known = on_known
        self._ladder = ladder or CancelLadder()
        self._silence_s = silence_s
        self._sessions: dict[str, OpencodeSession] = {}
        self._homes: dict[str, WarmServer] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._pool = pool
        if pool is not None:
            pool.join(self)

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return self.spec.name

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn; an earlier one of the same chat is waited for.

        Raises:
            AdapterError: it cannot be started, fails, or ended.
        """
        async with self._turns[host.chat_id]:
            try:
                run, warm, server = await self._prepare(host, prompt)
                try:
                    return await run.run()
                finally:
                    await asyncio.shield(asyncio.ensure_future(self._after(warm, server, host, run)))
            finally:
                if self._pool is not None:
                    self._pool.nudge()

    async def _prepare(self, host: TurnHost, prompt: Prompt) -> tuple[PromptRun, WarmServer, OpencodeServer]:
        async with self._pool.place_for(self.name, host.chat_id) if self._pool is not None else nullcontext():
            warm = self._homes[host.chat_id] = await self._home(host.root)
            server = await warm.get()
            opened = await self._open(server, host, warm.confinement)
        opened.session.used_at = time.monotonic()
        message = await self._message(opened, host, prompt)
        model = opened.catalog.find_model(opened.wish.model or opened.catalog.model)
        run = PromptRun(
            server,
            opened.session,
            host,
            message,
            ladder=self._ladder,
            silence_s=self._silence_s,
            context_size=model.context_size if model else 0,
        )
        return run, warm, server

    async def forget(self, chat_id: str) -> None:
        """Let go of a chat's session, and end the server with the last one. opencode keeps its own history."""
        self._turns.pop(chat_id, None)
        await self._leave(chat_id)

    async def _leave(self, chat_id: str) -> None:
        session, warm = self._sessions.pop(chat_id, None), self._homes.pop(chat_id, None)
        server = warm.known if warm is not None else None
        if session is None or warm is None or server is None or server.sessions.get(session.id) is not session:
            return
        await server.drop(session)
        await warm.close_if_empty(server)

    def live(self) -> Sequence[LiveSession]:
        """Its warm sessions, for the pool."""
        return [
            LiveSession(
                agent=self.name,
                chat_id=chat_id,
                child=server.child.pid,
                used_at=session.used_at,
                busy=self._turns[chat_id].locked(),
            )
            for chat_id, session in self._sessions.items()
            if (warm := self._homes.get(chat_id)) is not None
            and (server := warm.known) is not None
            and server.sessions.get(session.id) is session
        ]

    def running(self) -> Sequence[PooledChild]:
        """Its servers, for the pool."""
        return [
            PooledChild(
                pid=server.child.pid,
                chat_ids=tuple(c for c, s in self._sessions.items() if server.sessions.get(s.id) is s),
                busy=bool(server.busy()),
                sandboxed=warm.sandboxed,
                started_at=server.started_at,
            )
            for warm in self._warm.values()
            for server in warm.living()
        ]

    async def evict(self, session: LiveSession) -> bool:
        """End a session for the pool, unless it is busy or was used meanwhile."""
        known, lock = self._sessions.get(session.chat_id), self._turns[session.chat_id]
        if known is None or lock.locked() or known.used_at != session.used_at:
            return False
        async with lock:
            await self._leave(session.chat_id)
        return True

    async def check_health(self) -> None:
        """End servers that do not answer; a busy one is heard by its heartbeats."""
        idle = [server for warm in self._warm.values() for server in warm.living() if not server.busy()]
        await asyncio.gather(*(server.check_health() for server in idle))

    async def close(self) -> None:
        """End the servers."""
        if self._pool is not None:
            self._pool.leave(self)
        self._sessions.clear()
        self._homes.clear()
        await asyncio.gather(*(warm.close() for warm in self._warm.values()))

    async def _home(self, root: Path) -> WarmServer:
        """The warm server for a folder: the one for all, unless a sandbox fixes which folder it sees."""
        confiner = self._confiner
        key = str(root) if confiner is not None and await confiner.confines(self.spec) else ""
        if key not in self._warm:

            async def box(program: str) -> Sandbox | None:
                return await confiner.agent_sandbox(self.spec, program, root, self._environ) if confiner else None

            self._warm[key] = WarmServer(
                self.spec,
                self._children,
                self._folder,
                self._environ,
                box=box,
                patience=self._patience,
                policy=self._policy,
            )
        return self._warm[key]

    async def _open(self, server: OpencodeServer, host: TurnHost, confinement: str) -> Opened:
        kept = self._sessions.get(host.chat_id)
        try:
            opened = await open_session(server, host, kept)
        except NetError:
            if server.child.exit is not None:
                raise (await _ending(server)) from None
            raise
        self._sessions[host.chat_id] = opened.session
        if self._on_known is not None:
            self._on_known(server.version, opened.catalog.models)
        if not opened.session.commands_told:
            opened.session.commands_told = True
            await host.emit(Commands(commands=opened.catalog.commands))
        # While a session is kept, so is its server.
        if confinement and opened.session is not kept:
            await notices.tell_news(host, self.spec.label, notices.sandbox(self.spec.label, confinement))
        if host.base_url:
            await host.emit(notices.ignored_base_url(self.spec.label))
        return opened

    async def _message(self, opened: Opened, host: TurnHost, prompt: Prompt) -> Message:
        files: list[Json] = []
        if not is_command(prompt.text, {command.name for command in opened.catalog.commands}):
            files += map(link_part, await asyncio.to_thread(mentioned_files, prompt.text, host.root))
        model = opened.catalog.find_model(opened.wish.model or opened.catalog.model)
        if prompt.images and model is not None and not model.vision:
            await host.emit(notices.ignored_images(f"{model.id} in {self.spec.label}", len(prompt.images)))
        else:
            for image in prompt.images:
                data = await host.attachment(image)
                files.append(await asyncio.to_thread(image_part, data, image.media_type, image.name))
        # The id holds the time: it is made when the message is about to be sent.
        return build_message(message_id(time.time()), prompt.text, opened.note, files, opened.wish, opened.catalog)

    async def _after(self, warm: WarmServer, server: OpencodeServer, host: TurnHost, run: PromptRun) -> None:
        run.session.used_at = time.monotonic()
        await host.remember(memory={"usage": plain_total(run.session.total)})
        if run.wedged:
            await warm.retire(server)


async def _ending(server: OpencodeServer) -> AdapterError:
    await asyncio.wait({server.ended})
    return server.gone()
