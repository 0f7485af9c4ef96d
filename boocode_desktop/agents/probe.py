"""Asking an agent what it can do: started in a private empty folder, shaken hands with, one session, and ended.

Nothing is prompted, so no model is called. Imported late: what speaks ACP takes most of a second to load.
"""

import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from boocode_desktop.agents.acp import requests
from boocode_desktop.agents.acp.child import OPEN, find_or_refuse, start_child
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.loose import first_text, integer_of, object_of, objects_of, text_of
from boocode_desktop.agents.acp.mapper import parse_commands
from boocode_desktop.agents.acp.offers import Offer, parse_offer
from boocode_desktop.agents.acp.refusals import AUTH_REQUIRED, AgentRefusal
from boocode_desktop.agents.acp.transport import Direction
from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import CommandInfo, Json
from boocode_desktop.domain.product import VERSION
from boocode_desktop.domain.redaction import redact_text
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities, AgentMode
from boocode_desktop.processes.sandbox import Sandbox, SandboxLauncher

ANSWER_S = 60.0
COMMANDS_S = 1.0
"""How long its slash commands may come after its session was opened."""
LOG_LINES = 20
LINE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds to wait for each answer, and for slash commands after them."""

    answer_s: float = ANSWER_S
    commands_s: float = COMMANDS_S


@dataclass(slots=True)
class _Heard:
    """What passes by beside the answers: slash commands, and errors in the agent's own words."""

    commands: tuple[CommandInfo, ...] = ()
    told: asyncio.Event = field(default_factory=asyncio.Event)
    errors: list[str] = field(default_factory=list)

    def note(self, direction: Direction, frame: Json) -> None:
        """Look at a frame."""
        if direction == "out":
            return
        if frame.get("method") == "session/update":
            update = object_of(object_of(frame.get("params")).get("update"))
            if update.get("sessionUpdate") == "available_commands_update":
                self.commands = parse_commands(update)
                self.told.set()
        elif error := object_of(frame.get("error")):
            self.errors.append(f"answered {integer_of(error.get('code'))}: {text_of(error.get('message'))}")


async def ask(spec: AgentSpec, shop: Workshop, patience: Patience | None = None) -> ProbeResult:
    """Ask the agent; why it does not work is in the result.

    Never raises for what an agent does; its processes are ended before this returns.
    """
    started = time.monotonic()
    spec = await asyncio.to_thread(shop.settled, spec)
    folder = await asyncio.to_thread(_make_folder, shop.folder, spec.name)
    try:
        result = await _ask_in(folder, spec, shop, patience or Patience())
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return replace(result, seconds=round(time.monotonic() - started, 3))


def _make_folder(parent: Path, name: str) -> Path:
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"probe-{name}-", dir=parent))


async def _ask_in(folder: Path, spec: AgentSpec, shop: Workshop, patience: Patience) -> ProbeResult:
    heard = _Heard()
    result = ProbeResult(at=time.time())
    try:
        sandbox = await _sandbox(spec, shop, folder)
        child = await start_child(shop.children, spec, folder, shop.environ, sandbox)
    except AdapterError as error:
        return replace(result, problem=error.message, hint=error.hint)
    launcher = shop.launcher or SandboxLauncher(enabled=False)
    connection = AgentConnection(spec, child, shop.children, launcher, shop.environ, heard.note, sandbox)
    try:
        result = _introduced(result, await _initialize(connection, patience))
        answer = await connection.request(requests.NEW_SESSION, requests.new_session(str(folder)), patience.answer_s)
        await _commands(heard, patience)
        result = replace(_offered(result, parse_offer(answer), spec.name), commands=heard.commands)
    except AdapterError as error:
        result = _failed(result, error, spec)
    finally:
        await asyncio.shield(asyncio.ensure_future(connection.close()))
    return replace(result, log=_log((*child.tail(LOG_LINES), *heard.errors)))


async def _sandbox(spec: AgentSpec, shop: Workshop, folder: Path) -> Sandbox:
    """The one that a turn would get: what works in the open alone does not work."""
    if shop.confiner is None:
        return OPEN
    program = await find_or_refuse(spec, shop.environ)
    return await shop.confiner.agent_sandbox(spec, program, folder, shop.environ)


async def _initialize(connection: AgentConnection, patience: Patience) -> Json:
    return await connection.request(requests.INITIALIZE, requests.initialize(VERSION), patience.answer_s)


async def _commands(heard: _Heard, patience: Patience) -> None:
    try:
        async with asyncio.timeout(patience.commands_s):
            await heard.told.wait()
    except TimeoutError:
        return


def _introduced(result: ProbeResult, answer: Json) -> ProbeResult:
    methods = objects_of(answer.get("authMethods"))
    return replace(
        result,
        version=first_text(object_of(answer.get("agentInfo")), "version"),
        capabilities=parse_capabilities(answer),
        auth_methods=tuple(name for method in methods if (name := first_text(method, "name", "id"))),
    )


def parse_capabilities(response: Json) -> AgentCapabilities:
    """From the response to `initialize`, whatever is in it."""
    can = object_of(response.get("agentCapabilities"))
    prompt, sessions = object_of(can.get("promptCapabilities")), object_of(can.get("sessionCapabilities"))
    return AgentCapabilities(
        image=prompt.get("image") is True,
        audio=prompt.get("audio") is True,
        embedded_context=prompt.get("embeddedContext") is True,
        load=can.get("loadSession") is True,
        resume=isinstance(sessions.get("resume"), dict),
        list=isinstance(sessions.get("list"), dict),
        fork=isinstance(sessions.get("fork"), dict),
        close=isinstance(sessions.get("close"), dict),
    )


def _offered(result: ProbeResult, offer: Offer, name: str) -> ProbeResult:
    return replace(
        result,
        models=offer.model_infos(name),
        model=offer.models.current,
        modes=tuple(AgentMode(id=choice.id, name=choice.name) for choice in offer.modes.choices),
        mode=offer.modes.current,
        efforts=tuple(choice.id for choice in offer.efforts.choices),
        effort=offer.efforts.current,
    )


def _failed(result: ProbeResult, error: AdapterError, spec: AgentSpec) -> ProbeResult:
    if not isinstance(error, AgentRefusal) or error.code != AUTH_REQUIRED:
        return replace(result, problem=redact_text(error.message), hint=redact_text(error.hint))
    ways = f"{spec.login}" if spec.login else ", ".join(result.auth_methods) or f"with {spec.label}'s own program"
    return replace(result, problem=f"sign in: {ways}", hint="Then refresh.", sign_in=True)


def _log(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Redacted before lines are cut, so that no half of a secret is left."""
    return tuple(redact_text(line)[:LINE_LENGTH] for line in lines)
