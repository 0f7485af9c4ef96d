"""Going from one large session to another: from the wish to the first paint of the other one's chat, p95.

The shipped window with its docks over the real database: two sessions, each with a chat of thousands of entries and
with changed files. The baseline is the same way between two sessions that hold next to nothing.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_switch
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


from boocode_desktop.app.garbage import release_collector
from boocode_desktop.domain.records import Session
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.bench.bench_chat import FirstPaint, fill
from tests.bench.bench_streams import front_of, until
from tests.bench.figures import percentile, row
from tests.bench.window_loop import run_in_window
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig
from tests.fakes.sample import empty_world
from tests.fakes.setup import FakeSetup

ENTRIES, FILES = 5_000, 300
SWITCHES = 40
ROUND = 10
"""So many large sessions are visited one after the other, each twice."""
PAUSE_S = 0.4
"""Between two switches, so that what the first one started has ended."""


class Switches:
    """Goes from session to session and takes the time."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._paint: FirstPaint | None = None
        bench.context.selection.session_changed.connect(self._on_session_changed)

    async def go(self, session_id: str, chat_id: str) -> float:
        """Milliseconds from the wish to the paint of the chat's newest entries."""
        self._paint = None
        started = time.perf_counter()
        self._bench.navigator.show_session(session_id, chat_id)
        await until(lambda: self._paint is not None and self._paint.at)
        assert self._paint is not None
        return (self._paint.at - started) * 1000

    def _on_session_changed(self, _session_id: str) -> None:
        pane = self._bench.area.pane
        if pane is not None:
            self._paint = FirstPaint(pane)


async def nothing(_host: TurnHost, _prompt: Prompt) -> None:
    """An agent that has nothing to say."""


async def another(made: Rig, entries: int, files: int) -> tuple[str, str]:
    """A session with a filled chat and changed files; its id and the chat's."""
    session: Session = await made.sessions.create((await made.projects.overview())[0].project.id)
    rigged = replace(made, session=session)
    await fill(rigged, entries)
    worktree = await made.store.worktree(session.id)
    assert worktree is not None
    for number in range(files):
        (Path(worktree.root) / f"new{number}.py").write_text("x = 1\n" * 40)
    return session.id, (await made.store.chats(session.id))[-1].id


async def timed(switches: Switches, pair: Sequence[tuple[str, str]]) -> list[float]:
    """Many switches to and fro; the first two go to a session that was not on screen yet."""
    found = []
    for number in range(SWITCHES + 2):
        found.append(await visit(switches, pair[number % 2]))
    return found


async def visit(switches: Switches, place: tuple[str, str]) -> float:
    """One switch, and quiet after it."""
    taken = await switches.go(*place)
    await asyncio.sleep(PAUSE_S)
    return taken


async def measure(theme: Theme) -> None:
    """Print the figure."""
    agent = WrittenAgent("alpha", nothing)
    with tempfile.TemporaryDirectory() as place:
        folder = make_repository(Path(place) / "repository", {"a.py": "x = 1\n"})
        async with rig(Path(place) / "home", folder, agent) as made:
            small = [await another(made, 40, 1) for _ in range(2)]
            large = [await another(made, ENTRIES, FILES) for _ in range(2)]
            window = MainWindow(theme)
            window.show()
            bench = Workbench(window, front_of(made, agent), FakeSetup(empty_world()), asyncio.get_running_loop())
            bench.open()
            release_collector()
            await until(lambda: bench.context.selection.session_id)
            bench.docks.show("changes")
            switches = Switches(bench)
            baseline = await timed(switches, small)
            value = await timed(switches, large)
            first, value = max(value[:2]), value[2:]
            first_baseline, baseline = max(baseline[:2]), baseline[2:]
            name = f"switch between two sessions of {ENTRIES:,} entries, {FILES} changes"
            row(f"{name}: p95", percentile(value, 0.95), "ms", "<= 50", baseline=percentile(baseline, 0.95))
            row(f"{name}: median", percentile(value, 0.5), "ms", "-", baseline=percentile(baseline, 0.5))
            row(f"{name}: the first time", first, "ms", "-", baseline=first_baseline)
            many = [await another(made, ENTRIES // ROUND, FILES // ROUND) for _ in range(ROUND)]
            visits = [await visit(switches, place) for _ in range(2) for place in many]
            row(f"round of {ROUND} sessions: first visit, median", percentile(visits[:ROUND], 0.5), "ms", "-")
            row(f"round of {ROUND} sessions: second visit, p95", percentile(visits[ROUND:], 0.95), "ms", "<= 50")
            await bench.close()
            window.set_guard(None)
            window.close()


if __name__ == "__main__":
    run_in_window(measure)
