"""Ctrl+K in a large home: from the wish to the painted palette, and from every key to its painted answer.

The shipped window over 500 sessions, 5,000 chats and 100,000 files, with every action and setting. The baseline is the
same palette in a home with next to nothing in it.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_palette
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from boocode_desktop.orchestrator.mentions import MentionDesk
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.palette.palette import Palette
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.bench.bench_completion import Listed, Store, paths
from tests.bench.bench_streams import until
from tests.bench.figures import percentile, row
from tests.bench.heartbeat import Heartbeat
from tests.fakes.front import World, front_of
from tests.fakes.sample import empty_world
from tests.fakes.setup import FakeSetup

SESSIONS, CHATS, FILES, PROJECTS = 500, 5_000, 100_000, 12
WORDS = [
    "fix",
    "the",
    "flaky",
    "retry",
    "test",
    "of",
    "payments",
    "add",
    "idempotency",
    "keys",
    "trim",
    "cold",
    "start",
    "imports",
    "dark",
    "theme",
    "link",
    "crawl",
]
QUERIES = ("retry", "new session", "idempotency", "settings", "sessoin", "flaky test", "zqx")
ROUNDS, OPENINGS = 3, 12
PAUSE_S = 0.03


def home(sessions: int, chats: int) -> World:
    """Sessions and chats with made-up titles, the same in every run."""
    dice, world = random.Random(5), empty_world()

    def title() -> str:
        return " ".join(dice.choice(WORDS) for _ in range(dice.randint(3, 8)))

    projects = [world.add_project(f"/src/project{number}") for number in range(PROJECTS)]
    made = [world.add_session(dice.choice(projects).id, title()) for _ in range(sessions)]
    for number in range(chats):
        world.add_chat(made[number % sessions].id, title=title())
    return world


class Painted(QObject):
    """Tells when a widget has been painted after something was done."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = self.worked = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember the time."""
        if event.type() == QEvent.Type.Paint:
            self.at, self.worked = time.perf_counter(), time.thread_time()
        return False


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds until the paint: as a person waits, and as the processor worked on the window's thread."""

    waited: float
    worked: float


Figures = tuple[Sequence[Took], Sequence[Took], Sequence[float]]


async def open_palette(bench: Workbench) -> tuple[Palette, Took]:
    """The palette, and how long it took to its first paint."""
    started, work = time.perf_counter(), time.thread_time()
    bench.context.actions.action("view.palette").trigger()
    palette = bench.window.findChildren(Palette)[-1]
    painted = Painted(palette.list.viewport())
    await until(lambda: painted.at)
    return palette, Took((painted.at - started) * 1000, (painted.worked - work) * 1000)


async def type_queries(palette: Palette) -> list[Took]:
    """How long every key took to its paint."""
    painted, times = Painted(palette.list.viewport()), []
    for query in QUERIES:
        palette.line.clear()
        for letter in query:
            await asyncio.sleep(PAUSE_S)
            started, work = time.perf_counter(), time.thread_time()
            QTest.keyClicks(palette.line, letter)
            await until(lambda started=started: painted.at > started)
            times.append(Took((painted.at - started) * 1000, (painted.worked - work) * 1000))
    return times


async def figures(
    app: QApplication, world: World, files: int
) -> tuple[Sequence[Took], Sequence[Took], Sequence[float]]:
    """Openings, keys, and the gaps of the loop in milliseconds."""
    theme = Theme()
    theme.apply(app, "dark")
    window = MainWindow(theme)
    window.resize(1_440, 920)
    window.show()
    mentions = MentionDesk(Store(Path("/src")), Listed(paths(files)))  # type: ignore[arg-type]
    front = replace(front_of(world), mentions=mentions)
    bench = Workbench(window, front, FakeSetup(world), asyncio.get_running_loop())
    bench.open()
    await until(lambda: bench.area.pane is not None)
    await asyncio.sleep(1)
    openings, keys = [], []
    beat = Heartbeat()
    for _ in range(OPENINGS):
        palette, took = await open_palette(bench)
        openings.append(took)
        await asyncio.sleep(0.3)
        palette.reject()
        await asyncio.sleep(0.1)
    palette, _ = await open_palette(bench)
    await asyncio.sleep(1)
    for _ in range(ROUNDS):
        keys += await type_queries(palette)
    beat.stop()
    palette.reject()
    await bench.close()
    await mentions.close()
    window.set_guard(None)
    window.close()
    window.deleteLater()
    return openings, keys, beat.gaps


def waited(found: Figures) -> tuple[Sequence[float], Sequence[float]]:
    """Openings and keys as a person waits."""
    return [t.waited for t in found[0]], [t.waited for t in found[1]]


def worked(found: Figures) -> tuple[Sequence[float], Sequence[float]]:
    """Openings and keys as the processor works, which other programs disturb less."""
    return [t.worked for t in found[0]], [t.worked for t in found[1]]


def mid(values: Sequence[float]) -> float:
    """The median."""
    return percentile(values, 0.5)


def high(values: Sequence[float]) -> float:
    """What nearly all stay below."""
    return percentile(values, 0.95)


async def measure(app: QApplication) -> None:
    """Print the figures."""
    sys.setswitchinterval(0.0005)
    small = await figures(app, home(1, 1), 10)
    large = await figures(app, home(SESSIONS, CHATS), FILES)
    for name, of in (("", waited), (", processor time", worked)):
        (small_open, small_keys), (large_open, large_keys) = of(small), of(large)
        row(f"palette: first opening{name}", large_open[0], "ms", "<= 50 ms", baseline=small_open[0])
        row(f"palette: opening, p50{name}", mid(large_open), "ms", "<= 50 ms", baseline=mid(small_open))
        row(f"palette: key to paint, p95{name}", high(large_keys), "ms", "<= 30 ms", baseline=high(small_keys))
        row(f"palette: key to paint, p50{name}", mid(large_keys), "ms", "", baseline=mid(small_keys))
    row("event loop gap meanwhile, p99", percentile(large[2], 0.99), "ms", "", baseline=percentile(small[2], 0.99))
    row("event loop gap meanwhile, worst", max(large[2]), "ms", "<= 33 ms", baseline=max(small[2]))


def main() -> None:
    """Over a world of fakes."""
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    with loop:
        loop.run_until_complete(measure(app))


if __name__ == "__main__":
    main()
