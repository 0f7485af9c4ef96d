"""A real agent at work under the real `AcpAgent`: every frame kept, and afterwards no process left."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.events import Json, PermissionRequested
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnResult
from boocode_desktop.processes.children import Children
from tests.fakes.acp_host import RecordingHost
from tests.fakes.openai_server import OpenAIServer
from tests.peers.known_peers import Peer

MARK = "BOOCODE_PEER_MARK"
PATIENCE_S = 60.0
"""How long a busy computer may take for one step; nothing waits that long when all is well."""


def once(request: PermissionRequested) -> str:
    """Allow it this time."""
    return next(option.id for option in request.options if option.effect == "allow_once")


def never(request: PermissionRequested) -> str:
    """Refuse it."""
    return next(option.id for option in request.options if option.effect == "deny")


def unanswered(_request: PermissionRequested) -> None:
    """Leave the question open."""


def needed(peer: Peer) -> None:
    """Skip the test where the agent's program is not installed; nothing else is a reason to."""
    if find_program(peer.spec, os.environ["PATH"]) is None:
        pytest.skip(f"{peer} is not installed (python3 packaging/peers.py test brings it)")


def environment(peer: Peer, home: Path, server: OpenAIServer) -> dict[str, str]:
    """All that the agent sees of the environment: a home of its own, and the way to the scripted model."""
    home.mkdir(parents=True, exist_ok=True)
    return {"HOME": str(home), "PATH": os.environ["PATH"], **peer.environment(home, server)}


def marked(spec: AgentSpec, mark: str) -> AgentSpec:
    """The spec of an agent whose processes can be told from all others."""
    return replace(spec, env=(*spec.env, (MARK, mark)))


def processes_of(mark: str, *folders: Path) -> list[psutil.Process]:
    """Living processes that bear the mark or work in one of the folders, wherever their parents went."""
    return [process for process in psutil.process_iter() if _belongs(process, mark, folders)]


def _belongs(process: psutil.Process, mark: str, folders: tuple[Path, ...]) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            return False
        if process.environ().get(MARK) == mark:
            return True
        return any(Path(process.cwd()).is_relative_to(folder) for folder in folders)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


async def until(happened: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
    """The first true value of a condition that nobody announces."""
    deadline = time.monotonic() + within_s
    while not (found := happened()):
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.02)
    return found


@dataclass(slots=True, kw_only=True)
class Stage:
    """A peer at work in a folder of its own. `frames` are all that passed between it and us, each with its way."""

    peer: Peer
    root: Path
    mark: str
    children: Children
    agent: AcpAgent
    server: OpenAIServer
    frames: list[tuple[str, Json]]
    hosts: list[RecordingHost] = field(default_factory=list)

    def host(self, **values: Any) -> RecordingHost:
        """A host for one more turn of the chat."""
        kept: dict[str, Any] = {"number": len(self.hosts) + 1, "mode": self.peer.mode}
        if self.hosts:
            kept |= {"agent_session": self.hosts[-1].agent_session, "past": self.past()}
        host = RecordingHost(root=self.root, agent=self.peer.spec.name, **{**kept, **values})
        self.hosts.append(host)
        return host

    def past(self) -> list[Any]:
        """What was shown so far, as the chat's entries."""
        return [entry for host in self.hosts for entry in host.transcript(prompt="earlier")]

    async def turn(self, *lines: str, **values: Any) -> tuple[RecordingHost, TurnResult]:
        """One turn with a script, to its end."""
        return await self.play(self.host(**values), *lines)

    async def play(self, host: RecordingHost, *lines: str, **prompt: Any) -> tuple[RecordingHost, TurnResult]:
        """One turn for a host."""
        async with asyncio.timeout(PATIENCE_S):
            return host, await self.agent.prompt(host, Prompt(text="\n".join(("@@begin", *lines)), **prompt))

    def sent(self, method: str) -> list[Json]:
        """Our requests of one method."""
        return [frame for way, frame in self.frames if way == "out" and frame.get("method") == method]

    def answer_to(self, method: str) -> Json:
        """The agent's answer to our first request of a method."""
        number = self.sent(method)[0]["id"]
        answers = (f for way, f in self.frames if way == "in" and f.get("id") == number and "method" not in f)
        return next(answers)["result"]

    def processes(self) -> list[psutil.Process]:
        """What the agent is and what it started."""
        return processes_of(self.mark, self.root.parent)

    @property
    def version(self) -> str:
        """What the agent calls itself."""
        return str(self.answer_to("initialize").get("agentInfo", {}).get("version", "?"))


Note = Callable[[str, object], None]


@asynccontextmanager
async def stage(peer: Peer, folder: Path, note: Note, **options: Any) -> AsyncIterator[Stage]:
    """A stage for one test; afterwards none of the agent's processes may be left. `note` learns who took part."""
    needed(peer)
    frames: list[tuple[str, Json]] = []
    mark, root = secrets.token_hex(8), folder / "work"
    root.mkdir()
    with OpenAIServer(titles=True, vision=True) as server:
        environ: Mapping[str, str] = environment(peer, folder / "home", server)
        children = Children(folder / "run")
        agent = AcpAgent(
            marked(peer.spec, mark),
            children,
            folder / "agents",
            environ=environ,
            tap=lambda way, frame: frames.append((way, frame)),
            **options,
        )
        on = Stage(
            peer=peer, root=root, mark=mark, children=children, agent=agent, server=server, frames=frames
        )  # fmt: skip
        try:
            yield on
            note("peer", f"{peer} {on.version}")
        finally:
            await agent.close()
            assert not children.living()
            left = on.processes()
            for process in left:
                process.kill()
            assert not left, f"left running: {left}"
        assert not server.errors
