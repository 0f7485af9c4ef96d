"""An agent that floods: 100,000 updates a second for 5 s, over the whole way from its pipe to the database.

Nothing may be lost or change places; what we cannot take in time waits in the agent's pipe. And starting and killing
agents 100 times in every way, after which no process may be left.

python -m tests.bench.bench_agents_flood [--rate 100000] [--seconds 5] [--starts 100]
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.app.garbage import hold_collector, release_collector
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.memory import resident
from tests.bench.figures import row
from tests.fakes.acp_host import RecordingHost
from tests.fakes.acp_rig import AT_ONCE, MARK, SCRIPT
from tests.fakes.program import make_repository
from tests.fakes.rig import rig

ONE_UPDATE_BYTES = 150
BEAT_S = 0.005
WAYS = ("eof", "term", "kill", "wrapper", "our death")


@dataclass(slots=True)
class Watch:
    """How late a 5 ms sleep was at worst (ms), how much of that was our own work, and the largest backlog (bytes)."""

    worst_ms: float = 0.0
    own_ms: float = 0.0
    backlog: int = 0
    rss: int = 0
    gaps: list[float] = field(default_factory=list)

    async def run(self, agent: AcpAgent) -> None:
        """Watch until cancelled."""
        last, own = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(BEAT_S)
            now, spent = time.perf_counter(), time.thread_time()
            self.gaps.append(max(0.0, (now - last - BEAT_S) * 1000))
            self.worst_ms = max(self.worst_ms, self.gaps[-1])
            self.own_ms = max(self.own_ms, (spent - own - BEAT_S) * 1000)
            self.backlog = max(self.backlog, backlog_of(agent))
            self.rss = max(self.rss, resident(os.getpid()))
            last, own = time.perf_counter(), time.thread_time()


def backlog_of(agent: AcpAgent) -> int:
    """Bytes of lines that were read from the agent's pipe and are not shown yet."""
    total = 0
    for connection in agent._warm.running():
        reader: Any = connection.child.stdout
        total += len(reader._buffer) + sum(map(len, connection._transport._lines))
        total += sum(session.feed.waiting_bytes for session in connection.sessions.values())
    return total


def bad_agent(children: Children, home: Path, mark: str, *arguments: str) -> AcpAgent:
    """The misbehaving agent in one of its modes."""
    spec = AgentSpec(
        name="bad", label="Bad", commands=(sys.executable,), args=(str(SCRIPT), *arguments), env=((MARK, mark),)
    )
    return AcpAgent(spec, children, home, restarts=AT_ONCE)


async def flood(rate: int, seconds: float) -> None:
    """One turn of the flooding agent through the wired program."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder = make_repository(place / "repository", {"a.py": "x = 1\n"})
        agent: Any = bad_agent(Children(place / "run"), place / "agents", "flood", "flood_at", str(rate), str(seconds))
        async with rig(place / "home", folder, agent) as made:
            await made.ask("notes")
            hold_collector()
            before, watch = resident(os.getpid()), Watch()
            watching = asyncio.create_task(watch.run(agent))
            started = time.monotonic()
            events = await made.ask("go")
            took = time.monotonic() - started
            watching.cancel()
            release_collector()
            told = "".join(event.delta for event in events if isinstance(event, ev.Text)).split()
            assert told == [str(number) for number in range(len(told))], "out of order"
            assert len(told) == int(rate * seconds), f"{int(rate * seconds) - len(told)} lost"
            texts = sum(isinstance(event, ev.Text) for event in events)
        await agent.close()
    row("updates lost or out of place", 0, "", "0")
    row("updates taken a second (more wait in the pipe)", len(told) / took, "/s", "as they come")
    row("events published for them", texts, "", "-")
    row("largest backlog", watch.backlog / 1e6, "MB", "<= 64")
    row("memory added meanwhile, the answer itself included", (watch.rss - before) / 1e6, "MB", "-")
    row("worst event-loop gap", watch.worst_ms, "ms", "<= 50")
    row("worst own work without a pause", watch.own_ms, "ms", "-")


@asynccontextmanager
async def marked() -> AsyncIterator[str]:
    """A mark for processes; afterwards no process may carry it."""
    mark = secrets.token_hex(8)
    yield mark
    async with asyncio.timeout(10):
        while bearers(mark):
            await asyncio.sleep(0.05)


def bearers(mark: str) -> list[int]:
    """Processes that carry a mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


async def start_and_end(way: str, place: Path) -> int:
    """One start and one end of an agent that has a stubborn grandchild; how many processes were left."""
    async with marked() as mark:
        children = Children(place / "run")
        agent = bad_agent(children, place / "agents", mark, "stubborn_child")
        host = RecordingHost(root=place, agent="bad")
        await agent.prompt(host, Prompt(text="go"))
        (child,) = children.living()
        match way:
            case "term":
                os.kill(child.pid, signal.SIGTERM)
            case "kill":
                os.kill(child.pid, signal.SIGKILL)
            case "wrapper":
                # The program that was started ends; what it started goes on and holds the pipes.
                psutil.Process(child.pid).kill()
        if way != "eof":
            await child.wait(10)
        try:
            await agent.close()
        except AdapterError as error:
            print(error)
        return len(bearers(mark))


async def die_with_one(place: Path) -> int:
    """A program of ours with a running agent is killed; the next start sweeps. How many processes were left."""
    async with marked() as mark:
        command = [sys.executable, "-m", "tests.bench.bench_agents_flood", "--hold", str(place), "--mark", mark]
        holder = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        assert holder.stdout is not None
        json.loads(await holder.stdout.readline())
        holder.kill()
        await holder.wait()
        await Children(place / "run").sweep()
        return len(bearers(mark))


async def hold(place: Path, mark: str) -> None:
    """Run an agent, say so, and wait to be killed."""
    agent = bad_agent(Children(place / "run"), place / "agents", mark, "stubborn_child")
    await agent.prompt(RecordingHost(root=place, agent="bad"), Prompt(text="go"))
    print(json.dumps({"ready": True}), flush=True)
    await asyncio.Event().wait()


async def leaks(starts: int) -> None:
    """As many starts and ends as asked for, the ways in turn."""
    left, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for number in range(starts):
            way = WAYS[number % len(WAYS)]
            left += await (die_with_one(Path(name)) if way == "our death" else start_and_end(way, Path(name)))
    row(f"processes left after {starts} starts and ends", left, "", "0")
    row("one start, turn and end", (time.monotonic() - started) / max(1, starts), "s", "-")


def main() -> None:
    """Parse arguments and run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--starts", type=int, default=100)
    parser.add_argument("--hold", type=Path)
    parser.add_argument("--mark", default="")
    given = parser.parse_args()
    if given.hold:
        asyncio.run(hold(given.hold, given.mark))
        return
    if given.seconds:
        asyncio.run(flood(given.rate, given.seconds))
    if given.starts:
        asyncio.run(leaks(given.starts))


if __name__ == "__main__":
    main()
