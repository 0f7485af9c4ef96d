"""Real agents with the scripted model: what our path adds to a turn over the bare SDK, warm against cold, four at once.

Ours is the whole path, from the prompt that was accepted to its last text on the bus, in a worktree of a repository of
500 files; checkpoints are taken off and reported apart. The bare one is the protocol's package and nothing else. Turns
of both alternate, in the same process, with a child of the same agent each; the best of several blocks counts.

python3 packaging/peers.py && python -m tests.bench.bench_agents [NAME]...
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import acp
import psutil
from acp.schema import AgentMessageChunk, ClientCapabilities, FileSystemCapabilities

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.acp.child import child_spec
from boocode_desktop.agents.programs import find_program
from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from tests.bench.figures import row
from tests.fakes.acp_host import RecordingHost
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, rig
from tests.peers.known_peers import PEERS, Peer
from tests.peers.stage import environment

BIN = Path(__file__).resolve().parents[2] / ".boocode/peers/node_modules/.bin"
FILES = {f"src/part{n // 50}/module{n}.py": f"value = {n}\n" * 40 for n in range(500)}
WORDS = "@@begin\n@@say This is the answer to it."
SLOW = "@@begin\n@@slow 20 0.05"
BLOCKS = 4
TURNS = 8
CHATS = 4
AIM_MS = 15
CHEAP = ("goose", "qwen")
"""Agents that host several chats at hardly any cost; the others' figures are reported without an aim."""


class BareClient:
    """The least that a client of the package must be; notes when text came."""

    def __init__(self) -> None:
        self.text_at = 0.0

    def on_connect(self, conn: object) -> None:
        """Nothing to do."""

    async def session_update(self, session_id: str, update: object, **_: Any) -> None:
        """Note the time of text."""
        if isinstance(update, AgentMessageChunk) and getattr(update.content, "text", ""):
            self.text_at = time.perf_counter()


@dataclass(slots=True)
class Bare:
    """An agent under the bare package."""

    client: BareClient
    connection: Any
    session_id: str = ""

    async def turn(self) -> float:
        """Seconds from the prompt to its last text."""
        started = time.perf_counter()
        await self.connection.prompt(session_id=self.session_id, prompt=[acp.text_block(WORDS)])
        return self.client.text_at - started


@asynccontextmanager
async def bare(peer: Peer, folder: Path, environ: dict[str, str]) -> AsyncIterator[tuple[Bare, float]]:
    """A warm agent, and the seconds from its start to the last text of its first turn."""
    work = make_repository(folder / "bare", FILES)
    program = find_program(peer.spec, os.environ["PATH"])
    assert program is not None
    spec, started = child_spec(peer.spec, program, work, environ), time.perf_counter()
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.DEVNULL}
    child = await asyncio.create_subprocess_exec(
        *spec.argv, env=spec.env, cwd=work, limit=2**20, start_new_session=True, **pipes
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        client = BareClient()
        connection: Any = acp.connect_to_agent(client, child.stdin, child.stdout)  # type: ignore[arg-type]
        able = ClientCapabilities(fs=FileSystemCapabilities(read_text_file=True, write_text_file=True), terminal=True)
        await connection.initialize(protocol_version=acp.PROTOCOL_VERSION, client_capabilities=able)
        made = Bare(client, connection)
        made.session_id = (await connection.new_session(cwd=str(work), mcp_servers=[])).session_id
        await made.turn()
        yield made, client.text_at - started
    finally:
        os.killpg(child.pid, 9)
        await asyncio.wait_for(child.wait(), 10)


@dataclass(slots=True)
class Ours:
    """The wired program; `checkpoints` are the seconds of each checkpoint before a turn, `closing` of those after."""

    made: Rig
    text_at: float = 0.0
    checkpoints: list[float] = field(default_factory=list)
    closing: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.made.bus.subscribe("", self._hear)
        desk: Any = self.made.turns
        desk._checkpoint_before = timed(desk._checkpoint_before, self.checkpoints)
        desk._checkpoint_after = timed(desk._checkpoint_after, self.closing)

    def _hear(self, envelope: ev.Envelope) -> None:
        if isinstance(envelope.event, ev.Text):
            self.text_at = time.perf_counter()

    async def turn(self) -> float:
        """Seconds from the prompt to its last text, without the checkpoint before it."""
        before, started = len(self.checkpoints), time.perf_counter()
        await self.made.turns.send(self.made.chat.id, Prompt(text=WORDS))
        await self.made.turns.drain()
        assert self.text_at > started, "the turn had no text"
        return self.text_at - started - sum(self.checkpoints[before:])


def timed(work: Callable[..., Any], found: list[float]) -> Callable[..., Any]:
    """The same, timed."""

    async def run(*values: Any) -> Any:
        started = time.perf_counter()
        try:
            return await work(*values)
        finally:
            found.append(time.perf_counter() - started)

    return run


async def overhead(peer: Peer, folder: Path, environ: dict[str, str]) -> None:
    """Ours over the bare one, and each one's warm turn against its cold one."""
    agent: Any = AcpAgent(peer.spec, Children(folder / "run"), folder / "agents", environ=environ)
    repository = make_repository(folder / "repository", FILES)
    try:
        async with rig(folder / "home2", repository, agent) as made, bare(peer, folder, environ) as (plain, plain_cold):
            ours = Ours(made)
            cold = await ours.turn()
            blocks = [await block(ours, plain) for _ in range(BLOCKS)]
    finally:
        await agent.close()
    mine, base = (min(medians) for medians in zip(*blocks, strict=True))
    aim = f"<= {AIM_MS}"
    row(f"{peer}: warm turn, ours over the bare package, p50", (mine - base) * 1000, "ms", aim, baseline=base * 1000)
    row(f"{peer}: checkpoint before a turn", statistics.median(ours.checkpoints[1:]) * 1000, "ms", "-")
    row(f"{peer}: checkpoint and audit after a turn", statistics.median(ours.closing[1:]) * 1000, "ms", "-")
    row(f"{peer}: cold turn over warm turn, ours", cold / mine, "x", "-", baseline=plain_cold / base)


async def block(ours: Ours, plain: Bare) -> tuple[float, float]:
    """The medians of some turns of each, which alternate."""
    pairs = [(await ours.turn(), await plain.turn()) for _ in range(TURNS)]
    mine, base = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(base)


async def at_once(peer: Peer, folder: Path, environ: dict[str, str]) -> None:
    """Four chats of one agent at the same time against one, with a model that takes a second."""
    children = Children(folder / "run4")
    agent = AcpAgent(peer.spec, children, folder / "agents4", environ=environ)

    async def chat(number: int) -> None:
        root = folder / f"chat{number}"
        root.mkdir(exist_ok=True)
        host = RecordingHost(root=root, agent=peer.spec.name, chat_id=f"cht_{number}")
        await agent.prompt(host, Prompt(text=SLOW))
        assert host.text().count("word") == 20

    async def seconds(count: int) -> float:
        started = time.perf_counter()
        await asyncio.gather(*(chat(number) for number in range(count)))
        return time.perf_counter() - started

    try:
        await chat(0)
        one, alone = min([await seconds(1) for _ in range(3)]), memory_mb(children)
        await seconds(CHATS)
        four = min([await seconds(CHATS) for _ in range(3)])
        more, living = memory_mb(children) - alone, len(children.living())
    finally:
        await agent.close()
    cheap = peer.spec.name in CHEAP
    row(f"{peer}: four chats at once over one, {living} child", four / one, "x", "<= 1.3" if cheap else "-")
    row(f"{peer}: memory of three chats more", more, "MB", "<= 60" if cheap else "-", baseline=alone)


def memory_mb(children: Children) -> float:
    """The resident memory of all children and theirs."""
    roots = [psutil.Process(child.pid) for child in children.living()]
    family = {process.pid: process for root in roots for process in (root, *root.children(recursive=True))}
    return sum(process.memory_info().rss for process in family.values()) / 2**20


async def measure(peer: Peer) -> None:
    """All figures of one agent."""
    for part in (overhead, at_once):
        with tempfile.TemporaryDirectory() as place, OpenAIServer(titles=True) as server:
            folder = Path(place)
            await part(peer, folder, environment(peer, folder / "home", server))


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures of the agents that are installed."""
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    sys.setswitchinterval(0.0005)
    for peer in PEERS:
        if arguments and peer.spec.name not in arguments:
            continue
        if find_program(peer.spec, os.environ["PATH"]) is None:
            print(f"{peer}: not installed, left out (python3 packaging/peers.py brings the pinned ones)", flush=True)
            continue
        asyncio.run(measure(peer))


if __name__ == "__main__":
    main(sys.argv[1:])
