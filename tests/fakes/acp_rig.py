"""A misbehaving agent under the real `AcpAgent`, in a child of its own, with a check that no process is left."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.turn import CancelLadder
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.events import Json
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnResult
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.restart_policy import RestartPolicy
from tests.fakes.acp_host import RecordingHost

SCRIPT = Path(__file__).with_name("misbehaving_agent.py")
MARK = "ACP_TEST_MARK"
AT_ONCE = RestartPolicy(first_delay_s=0.0, budget=1000)
QUICK = CancelLadder(again_s=0.3, kill_s=0.8, notify_s=0.3)


@dataclass(slots=True, kw_only=True)
class Rig:
    """An agent, its children, and every frame that passed."""

    children: Children
    root: Path
    mark: str
    agent: AcpAgent = field(init=False)
    frames: list[tuple[str, Json]] = field(default_factory=list)
    passed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, direction: str, frame: Json) -> None:
        """Keep a frame."""
        self.frames.append((direction, frame))
        self.passed.set()

    async def until(self, happened: Callable[[str, Json], bool]) -> None:
        """Wait until a frame for which `happened` is true has passed."""
        async with asyncio.timeout(20):
            while not any(happened(direction, frame) for direction, frame in self.frames):
                self.passed.clear()
                await self.passed.wait()

    async def until_answered(self, request_id: str) -> None:
        """Wait until we answered a request of the agent."""
        await self.until(lambda d, f: d == "out" and f.get("id") == request_id and "method" not in f)

    async def until_updated(self, kind: str) -> None:
        """Wait until the agent sent a session update of that kind."""
        await self.until(
            lambda d, f: f.get("method") == "session/update" and f["params"]["update"]["sessionUpdate"] == kind
        )

    def host(self, **values: Any) -> RecordingHost:
        """A host for one turn in the rig's folder."""
        return RecordingHost(root=self.root, agent="bad", **values)

    async def turn(self, text: str = "go", **values: Any) -> tuple[RecordingHost, TurnResult]:
        """One turn, to its end."""
        host = self.host(**values)
        return host, await self.agent.prompt(host, Prompt(text=text))

    def sent(self, method: str) -> list[Json]:
        """Frames of ours with that method."""
        return [frame for direction, frame in self.frames if direction == "out" and frame.get("method") == method]

    @property
    def connection(self) -> AgentConnection:
        """The connection of the first chat."""
        seat = self.agent._seats.of("cht_1")
        assert seat is not None
        return seat.connection

    async def kill(self) -> None:
        """SIGKILL to all of it, and wait until we know."""
        for process in self.processes():
            process.kill()
        for child in self.children.living():
            await child.wait(10)

    async def until_living(self, count: int) -> None:
        """Wait until that many children live."""
        async with asyncio.timeout(20):
            while len(living := self.children.living()) > count:
                await asyncio.wait([asyncio.ensure_future(child.wait()) for child in living], timeout=0.2)

    def processes(self) -> list[psutil.Process]:
        """Processes that the agent's child is or started, wherever they are now."""
        return [process for process in psutil.process_iter() if _mark_of(process) == self.mark]


@asynccontextmanager
async def rig(tmp_path: Path, mode: str, *arguments: str, **options: Any) -> AsyncIterator[Rig]:
    """A rig for one mode; afterwards nothing may be left running."""
    mark = secrets.token_hex(8)
    env = ((MARK, mark), *options.pop("env", ()))
    args = (str(SCRIPT), mode, *arguments)
    spec = AgentSpec(name="bad", label="Bad agent", commands=(sys.executable,), args=args, env=env)
    spec = replace(spec, **options.pop("spec", {}))
    root = tmp_path / "work"
    root.mkdir(exist_ok=True)
    children = Children(tmp_path / "run")
    options.setdefault("ladder", QUICK)
    made = Rig(root=root, mark=mark, children=children)
    tap = made.note if options.pop("record", True) else None
    options.setdefault("restarts", AT_ONCE)
    made.agent = AcpAgent(spec, children, tmp_path / "home", tap=tap, **options)
    try:
        yield made
    finally:
        await made.agent.close()
        assert not children.living()
        left = made.processes()
        assert not left, [process.cmdline() for process in left]


def _mark_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "") if process.pid != os.getpid() else ""
    except psutil.Error:
        return ""
