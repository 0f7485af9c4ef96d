"""An agent whose program is run once for each turn, as the orchestrator knows agents."""

import asyncio
import hashlib
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp.handover import handover_note, last_own_turn
from boocode_desktop.agents.acp.loose import object_of
from boocode_desktop.agents.acp.prompts import guard_slash, is_command
from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.environments import agent_environment
from boocode_desktop.agents.oneshot import access as rights
from boocode_desktop.agents.oneshot.run import Ended, OneShotRun, Patience, failure, turn_usage
from boocode_desktop.agents.oneshot.stream import LINE_LIMIT
from boocode_desktop.agents.oneshot.ways import Picture, Turn, compose, is_lost, way_named
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json, Notice, StepStarted
from boocode_desktop.domain.permissions import Action
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.processes.child_specs import ChildSpec
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import Sandbox

COUNTED = "counted"
"""Under this name the tokens of a conversation that were accounted for are remembered."""


class OneShotAgent:
    """Implements `Agent` by a program without a protocol.

    Args:
        spec: Which program; `oneshot` names the way it is called.
        children: Who owns processes.
        folder: For files that it is given.
        environ: Our environment, to choose from.
        confiner: Puts its program into a sandbox; none without it.
        patience: How long it is waited for.

    Raises:
        UserFacingError: nobody knows how its program is called.
    """

    def __init__(
        self,
        spec: AgentSpec,
        children: Children,
        folder: Path,
        *,
        environ: Mapping[str, str] | None = None,
        confiner: AgentConfiner | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.spec = spec
        self._way = way_named(spec.oneshot, spec.label)
        self._children = children
        self._folder = folder
        self._environ = dict(os.environ if environ is None else environ)
        self._confiner = confiner
        self._patience = patience or Patience()
        self._commands: frozenset[str] = frozenset()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return self.spec.name

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn; an earlier one of the same chat is waited for.

        Raises:
            AdapterError: it cannot be started, cannot be held to what it may do, or failed.
        """
        async with self._turns[host.chat_id]:
            program = await self._program()
            own = self._own_folder(host.chat_id)
            await asyncio.to_thread(own.mkdir, mode=0o700, parents=True, exist_ok=True)
            if not await asyncio.to_thread(host.root.is_dir):
                raise AdapterError(f"The session's folder {host.root} does not exist.", "Recreate the worktree first.")
            box = await self._box(program, host.root)
            access = await self._access(host, box)
            await self._introduce(host, access, box)
            pictures = await self._pictures(host, prompt, own)
            turn = Turn(text=prompt.text, model=host.model, effort=host.effort, access=access, pictures=pictures)
            return await self._take(host, (*box.prefix, program, *self.spec.args), box, turn)

    async def forget(self, chat_id: str) -> None:
        """Drop the files of a chat."""
        self._turns.pop(chat_id, None)
        await asyncio.to_thread(shutil.rmtree, self._own_folder(chat_id), ignore_errors=True)

    async def close(self) -> None:
        """Nothing stays between turns; one that runs is ended by its own cancellation."""

    async def _take(self, host: TurnHost, command: tuple[str, ...], box: Sandbox, turn: Turn) -> TurnResult:
        """Go on with the conversation; where the program lost it, begin a new one with what was said so far."""
        await host.emit(StepStarted(step=1))
        history = await host.history()
        rewound = host.agent_session.last_turn > last_own_turn(history, self.name)
        kept = "" if rewound else host.agent_session.external_id
        if kept:
            run = self._run(host)
            ended = await self._call(run, host, command, box, self._worded(turn, history, kept))
            if ended.worked or not is_lost(self._way, ended.words):
                return await self._finish(host, run, ended, session=kept, counted=_counted(host))
            await host.emit(_begun_anew(self.spec.label))
        run, fresh = self._run(host), f"boocode-{secrets.token_hex(8)}"
        ended = await self._call(run, host, command, box, replace(self._worded(turn, history, ""), fresh=fresh))
        return await self._finish(host, run, ended, session=fresh if self._way.name else "", counted={})

    def _worded(self, turn: Turn, history: Sequence[Entry], session: str) -> Turn:
        """The turn with what the agent must hear of others before its prompt."""
        note = handover_note(history, self.name, fresh=not session)
        if is_command(turn.text, self._commands):
            return replace(turn, session=session)
        text = guard_slash(turn.text, self._commands)
        return replace(turn, session=session, text=f"{note}\n\n{text}" if note else text)

    def _run(self, host: TurnHost) -> OneShotRun:
        return OneShotRun(self._way, self.spec.label, host.emit, patience=self._patience)

    async def _call(self, run: OneShotRun, host: TurnHost, command: tuple[str, ...], box: Sandbox, turn: Turn) -> Ended:
        call = compose(self._way, turn)
        spec = ChildSpec(
            name=self.spec.label,
            argv=(*command, *call.args),
            cwd=host.root,
            env={**self._environment(), **box.environment, **call.env},
            stdin="null" if self._way.prompt else "pipe",
            line_limit=LINE_LIMIT,
            reach="descendants",
        )
        return await run.run(self._children, spec, call.stdin)

    async def _finish(
        self, host: TurnHost, run: OneShotRun, ended: Ended, *, session: str, counted: Json
    ) -> TurnResult:
        self._commands |= run.commands
        usage, total = turn_usage(ended.facts, counted)
        await run.settle(ended, usage)
        known = session if self._way.name else ended.facts.session_id or session
        failed = failure(self._way, self.spec.label, ended)
        if ended.worked or failed is None:
            await host.remember(external_id=known, memory={**(host.agent_session.memory or {}), COUNTED: total})
        if failed is not None:
            raise failed
        return TurnResult(stop_reason=ended.facts.stop or "end_turn")

    async def _program(self) -> str:
        program = await asyncio.to_thread(find_program, self.spec, self._environ.get("PATH"))
        if program is None:
            hint = f"Install it with: {self.spec.install}" if self.spec.install else "Check its command in agents.toml."
            raise AdapterError(f"{self.spec.label} is not installed.", hint)
        return program

    def _environment(self) -> dict[str, str]:
        env = agent_environment(self._environ, self.spec.env_prefixes) | dict(self.spec.env)
        return env | {name: secrets.token_urlsafe(24) for name in self.spec.secret_env}

    async def _box(self, program: str, root: Path) -> Sandbox:
        if self._confiner is None:
            return Sandbox(prefix=(), environment={}, sandboxed=False, description="not sandboxed")
        return await self._confiner.agent_sandbox(self.spec, program, root, self._environ)

    async def _access(self, host: TurnHost, box: Sandbox) -> rights.Access:
        now = rights.Circumstances(read_only=host.read_only, trusted=host.trusted, sandboxed=box.sandboxed)
        if rights.may_ask_for_commands(now):
            now = replace(now, commands=await self._may_run_commands(host))
        wanted = rights.wanted_access(now)
        access = rights.nearest(wanted, frozenset(self._way.held))
        if access is None:
            raise AdapterError(
                f"{self.spec.label} was not started: one-shot it does everything unasked, and here {_MISSING[wanted]}.",
                "Allow it to run commands in a sandbox, or install its ACP form.",
            )
        return access

    async def _may_run_commands(self, host: TurnHost) -> bool:
        action = Action(kind="agent_tool", tool="one-shot", root=str(host.root), subject=f"{self.name} commands")
        title = f"Let {self.spec.label} run commands by itself in this turn? It cannot ask before each one."
        return (await host.authorize(action, title=title)).allowed

    async def _introduce(self, host: TurnHost, access: rights.Access, box: Sandbox) -> None:
        """Say once per chat, and when it changes, that a turn is one-shot, what that means, and what binds it."""
        label = self.spec.label
        await notices.tell_news(host, label, Notice(code="one_shot", message=rights.sentence(label, access)))
        if self._confiner is not None:
            await notices.tell_news(host, label, notices.sandbox(label, box.description))
        if host.base_url:
            await host.emit(notices.ignored_base_url(self.spec.label))

    async def _pictures(self, host: TurnHost, prompt: Prompt, own: Path) -> tuple[Picture, ...]:
        if prompt.images and not self._way.pictures:
            await host.emit(notices.ignored_images(self.spec.label, len(prompt.images)))
            return ()
        pictures = []
        for image in prompt.images:
            data = await host.attachment(image)
            path = own / f"{image.sha256[:32]}.{image.media_type.rpartition('/')[2]}"
            await asyncio.to_thread(path.write_bytes, data)
            pictures.append(Picture(data=data, media_type=image.media_type, path=path))
        return tuple(pictures)

    def _own_folder(self, chat_id: str) -> Path:
        return self._folder / hashlib.sha256(f"{self.name}\0{chat_id}".encode()).hexdigest()[:24]


_MISSING: Mapping[rights.Access, str] = {
    "read": "it may change nothing",
    "edit": "it may run no commands",
    "full": "it may do less",
}


def _counted(host: TurnHost) -> Json:
    return object_of((host.agent_session.memory or {}).get(COUNTED))


def _begun_anew(label: str) -> Notice:
    return Notice(
        code="session_new",
        message=f"{label} no longer knows this conversation; it begins a new one and is told what was said so far.",
    )
