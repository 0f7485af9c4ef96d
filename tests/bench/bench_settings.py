"""Opening the settings and each of their pages for the first time, from the wish to its pixels.

The shipped window over a sample world, offscreen, every run with a window of its own. Counted is what the GUI thread
computes, which is the time that passes where nothing else wants the processor; all of this happens in that thread.
The baseline is a page of plain Qt with as many labels and fields as a page of settings has, in the same run.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_settings
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QLineEdit, QScrollArea, QWidget

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain import records as rec
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.settings.pane import SettingsPane
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.bench.figures import row
from tests.fakes.front import World, front_of
from tests.fakes.sample import sample_world
from tests.fakes.setup import FakeSetup

RUNS = 5
ROWS = 12
RULES, ASKS, SERVICES = 30, 50, 6
AIM = "<= 50"


def lived_in() -> tuple[World, Settings]:
    """A world with rules and answers, and settings with services."""
    world = sample_world()
    session = next(iter(world.sessions.values()))
    body = {"argv": ["git", "push", "origin"], "options": [{"id": "once", "label": "Once", "effect": "allow_once"}]}
    for number in range(RULES):
        rule = rec.PermissionRule(id=str(number), effect="allow", pattern=f"run: make check{number} *")
        world.rules[rule.id] = rule
    for number in range(ASKS):
        world.asks[str(number)] = rec.Ask(
            id=str(number), session_id=session.id, chat_id="c", turn_id="t", kind="tool", body=body,
            answer={"option_id": "once"},
        )  # fmt: skip
    services = tuple(Endpoint(name=f"Service {n}", base_url=f"http://127.0.0.1:{8000 + n}/v1") for n in range(SERVICES))
    return world, replace(Settings(), endpoints=services)


def to_pixels(act: Callable[[], object], seen: Callable[[], QWidget]) -> float:
    """Milliseconds from a call until what it shows is laid out and painted."""
    started = time.thread_time()
    act()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # type: ignore[call-overload]
    seen().repaint()
    return (time.thread_time() - started) * 1000


def plain_page() -> QScrollArea:
    """A page of plain Qt."""
    area, page = QScrollArea(), QWidget()
    grid = QGridLayout(page)
    for number in range(ROWS):
        grid.addWidget(QLabel(f"A setting {number}"), 2 * number, 0)
        grid.addWidget(QLabel("What it does, in a sentence that says enough."), 2 * number + 1, 0)
        grid.addWidget(QLineEdit("value"), 2 * number, 1, 2, 1)
    area.setWidget(page)
    return area


async def one_run(app: QApplication) -> dict[str, float]:
    """The milliseconds of everything, in a window of its own."""
    theme = Theme(reduced_motion=True)
    theme.apply(app, "dark")
    window = MainWindow(theme)
    window.resize(1440, 900)
    window.show()
    world, settings = lived_in()
    setup = FakeSetup(world)
    setup.current = settings
    bench = Workbench(window, front_of(world), setup, asyncio.get_running_loop())
    bench.open()
    await asyncio.sleep(0.5)
    times = {}
    plain = QScrollArea()

    def show_plain() -> None:
        nonlocal plain
        plain = plain_page()
        plain.setParent(window)
        plain.setGeometry(window.rect())
        plain.show()

    times["plain"] = to_pixels(show_plain, lambda: plain)
    plain.deleteLater()
    await asyncio.sleep(0.1)
    opening = bench.context.actions.action("program.settings").trigger
    times["General, with the pane itself"] = to_pixels(opening, lambda: bench.docks.build("settings"))
    pane = cast(SettingsPane, bench.docks.build("settings"))
    for name in pane.groups[1:]:
        await asyncio.sleep(0.3)
        times[name] = to_pixels(partial(pane.show_group, name), lambda: pane.page or pane)
    await asyncio.sleep(0.3)
    pane.search.setText("a")
    times["a search that finds most"] = to_pixels(pane.show_found, lambda: pane.page or pane)
    await bench.close()
    window.close()
    window.deleteLater()
    await asyncio.sleep(0.1)
    return times


async def main(app: QApplication) -> None:
    """Print the figures."""
    runs = [await one_run(app) for _ in range(RUNS)]
    best = {name: min(run[name] for run in runs) for name in runs[0]}
    plain = best.pop("plain")
    for name, value in best.items():
        row(f"settings, first opening of {name}", value, "ms", AIM, baseline=plain)


if __name__ == "__main__":
    application = QApplication(["bench", "-style", "fusion"])
    application.setQuitOnLastWindowClosed(False)
    event_loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(event_loop)
    with event_loop:
        event_loop.run_until_complete(main(application))
    sys.stdout.flush()
    os._exit(0)
