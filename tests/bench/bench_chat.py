"""A chat of 10,000 stored entries: from the wish to see it to its first paint, through the pane and the database.

The baseline is a chat of forty entries.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_chat
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from boocode_desktop.app.garbage import release_collector
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.bench.bench_streams import front_of, until
from tests.bench.bench_window import entries
from tests.bench.figures import row
from tests.bench.window_loop import run_in_window
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig
from tests.fakes.sample import empty_world
from tests.fakes.setup import FakeSetup

ENTRIES = 10_000
RUNS = 5
BATCH = 250


class FirstPaint(QObject):
    """Waits for the paint of a transcript that has something to show; `at` is when it was done."""

    def __init__(self, pane: ChatPane) -> None:
        super().__init__(pane)
        self._view = pane.transcript.view
        self.at = 0.0
        self._view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the first paint with rows."""
        if event.type() == QEvent.Type.Paint and not self.at and self._view.verticalScrollBar().maximum() > 0:
            self._view.viewport().removeEventFilter(self)
            QTimer.singleShot(0, self._mark)
        return False

    def _mark(self) -> None:
        self.at = time.perf_counter()


async def fill(made: Rig, count: int) -> None:
    """A chat of that many entries, four a turn."""
    chat = await made.chats.create(made.session.id)
    rows: list[rec.Turn | object] = []
    for number in range(1, count // 4 + 1):
        turn = rec.Turn(
            id=new_id("trn"), session_id=made.session.id, chat_id=chat.id, number=number, prompt="Do this",
            agent="alpha", status="completed",
        )  # fmt: skip
        rows += [turn, *entries(chat.id, turn, number * 10)]
        if number % BATCH == 0:
            await made.store.save(*rows)
            rows = []
    if rows:
        await made.store.save(*rows)


async def opened(bench: Workbench, holder: QWidget, chat_id: str) -> float:
    """Milliseconds from making a pane for the chat to its first paint."""
    views = await bench.context.front.chats.views(bench.context.selection.session_id)
    view = next(v for v in views if v.chat.id == chat_id)
    started = time.perf_counter()
    pane = ChatPane(bench.context, view, "Benchmark", holder)
    pane.setGeometry(holder.rect())
    paint = FirstPaint(pane)
    pane.show()
    await until(lambda: paint.at)
    pane.hide()
    pane.deleteLater()
    return (paint.at - started) * 1000


async def measure(theme: Theme) -> None:
    """Print the figure."""

    async def nothing(_host: TurnHost, _prompt: Prompt) -> None:
        return

    agent = WrittenAgent("alpha", nothing)
    with tempfile.TemporaryDirectory() as place:
        folder = make_repository(Path(place) / "repository", {"a.py": "x = 1\n"})
        async with rig(Path(place) / "home", folder, agent) as made:
            await fill(made, 40)
            await fill(made, ENTRIES)
            window = MainWindow(theme)
            window.show()
            bench = Workbench(window, front_of(made, agent), FakeSetup(empty_world()), asyncio.get_running_loop())
            bench.open()
            release_collector()
            await until(lambda: bench.context.selection.session_id)
            holder = QWidget()
            holder.resize(1000, 820)
            holder.show()
            _first, small, large = await made.store.chats(made.session.id)
            baseline = min([await opened(bench, holder, small.id) for _ in range(RUNS)])
            value = min([await opened(bench, holder, large.id) for _ in range(RUNS)])
            row(f"chat of {ENTRIES:,} entries: open to first paint", value, "ms", "<= 150", baseline=baseline)
            await bench.close()
            window.set_guard(None)
            window.close()


if __name__ == "__main__":
    run_in_window(measure)
