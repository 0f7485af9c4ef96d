"""From a key press to its letter on screen, in the composer of one of four chats that all stream, p99.

The shipped window with four panes side by side, real database, agents in this process at 100 deltas a second each. A
key is posted as the platform does; it has come when the text field has been painted with its letter. The baseline is
the same typing while nothing streams.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_typing
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from boocode_desktop.app.garbage import release_collector
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.composer.editor import PromptEditor
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.bench.bench_streams import WARM_UP_S, Streamer, front_of, until
from tests.bench.figures import percentile, row
from tests.bench.window_loop import run_in_window
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig
from tests.fakes.sample import empty_world
from tests.fakes.setup import FakeSetup

PANES = 4
KEYS = 200
PAUSES_S = (0.05, 0.12)
LETTERS = "the quick brown fox jumps over the lazy dog "


class Typist(QObject):
    """Presses keys in an editor and takes the time until each letter is painted."""

    def __init__(self, editor: PromptEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._wanted, self._at = 0, 0.0
        editor.viewport().installEventFilter(self)

    async def press(self, letter: str) -> float:
        """Milliseconds from the press to the end of the paint."""
        self._wanted, self._at = len(self._editor.toPlainText()) + 1, 0.0
        key = Qt.Key.Key_Space if letter == " " else Qt.Key(ord(letter.upper()))
        started = time.perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.postEvent(self._editor, event)
        await until(lambda: self._at)
        return (self._at - started) * 1000

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the first paint with the letter."""
        if event.type() == QEvent.Type.Paint and not self._at and len(self._editor.toPlainText()) >= self._wanted > 0:
            QTimer.singleShot(0, self._mark)
        return False

    def _mark(self) -> None:
        self._at = self._at or time.perf_counter()


async def type_keys(editor: PromptEditor) -> list[float]:
    """Many letters, at a person's pace."""
    typist, rng = Typist(editor), random.Random(4)
    found = []
    for number in range(KEYS):
        found.append(await typist.press(LETTERS[number % len(LETTERS)]))
        await asyncio.sleep(rng.uniform(*PAUSES_S))
    return found


async def four_panes(bench: Workbench, chats: Sequence[str]) -> list[ChatPane]:
    """Every chat in a pane of its own."""
    await until(lambda: bench.area.pane is not None and bench.area.tabs.count() == PANES)
    for chat_id in chats[1:]:
        bench.area.split(chat_id)
        await asyncio.sleep(0.1)
    panes = [pane for pane in bench.area.panes() if pane.isVisible()]
    assert len(panes) == PANES, f"{len(panes)} chats are visible"
    return panes


async def measure(theme: Theme) -> None:
    """Print the figure."""
    streamer = Streamer()
    agent = WrittenAgent("alpha", streamer)
    with tempfile.TemporaryDirectory() as place:
        folder = make_repository(Path(place) / "repository", {"a.py": "x = 1\n"})
        async with rig(Path(place) / "home", folder, agent) as made:
            await once(theme, made, agent, streamer)


async def once(theme: Theme, made: Rig, agent: WrittenAgent, streamer: Streamer) -> None:
    """Type into the last pane, first in peace, then while all of them stream."""
    chats = [made.chat] + [await made.chats.create(made.session.id, read_only=True) for _ in range(PANES - 1)]
    window = MainWindow(theme)
    window.resize(1920, 1200)
    window.show()
    bench = Workbench(window, front_of(made, agent), FakeSetup(empty_world()), asyncio.get_running_loop())
    bench.open()
    release_collector()
    panes = await four_panes(bench, [chat.id for chat in chats])
    editor = panes[-1].composer.editor
    editor.setFocus()
    baseline = await type_keys(editor)
    for chat in chats:
        await made.turns.send(chat.id, Prompt(text=f"Stream {chat.number}"))
    await asyncio.sleep(WARM_UP_S)
    editor.setFocus()
    before, started = streamer.sent, time.perf_counter()
    found = await type_keys(editor)
    rate = (streamer.sent - before) / (time.perf_counter() - started)
    name = f"key to letter, {PANES} visible chats at {rate:.0f} deltas/s"
    row(f"{name}: p99", percentile(found, 0.99), "ms", "<= 33", baseline=percentile(baseline, 0.99))
    row(f"{name}: median", percentile(found, 0.5), "ms", "-", baseline=percentile(baseline, 0.5))
    streamer.stopped = True
    await made.turns.drain()
    await bench.close()
    window.set_guard(None)
    window.close()


if __name__ == "__main__":
    run_in_window(measure)
