"""Make the pictures of the README from the real program: `python packaging/screenshots.py [FOLDER]`.

The window is painted off screen. What is in it happens while the picture is made: the scripted agent of the tour works
in small projects in a temporary folder, with no model and no network.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from PIL import Image
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QListView, QWidget
from qasync import QEventLoop

from boocode_desktop.agents.tour import AGENT_NAME
from boocode_desktop.app.furnishing import furnished
from boocode_desktop.config.paths import find_paths
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.settings.pane import SettingsPane
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.window_memory import WindowMemory
from boocode_desktop.ui.workbench import Workbench

SIZE = QSize(1440, 960)
FIRST_RUN_SIZE = QSize(1440, 1000)
PATIENCE_S = 60.0
REVIEWED = "Fix the flaky retry test"
TARGET = Path(__file__).parent.parent / "resources" / "screenshots"
BEFORE = '''\
import asyncio
import random


class RetryClient:
    """Calls again when a call fails."""

    def __init__(self, base=0.2, limit=3):
        self.base, self.limit = base, limit

    async def call(self, fn):
        for attempt in range(self.limit):
            try:
                return await fn()
            except Transient as error:
                delay = self.base * 2 ** attempt + random.random()
                await asyncio.sleep(delay)
        raise GaveUp(self.limit)


def client_from(settings):
    """The client that the settings describe."""
    return RetryClient(settings.base, settings.limit)


class Transient(Exception):
    """Worth another try."""


class GaveUp(Exception):
    """Every try failed."""
'''
AFTER = (
    BEFORE.replace("import asyncio\nimport random\n", "import random\n\nfrom payments.clock import SystemClock\n")
    .replace(
        "(self, base=0.2, limit=3):\n        self.base, self.limit = base, limit\n",
        "(self, base=0.2, limit=3, clock=None, seed=0):\n        self.policy = Backoff(base)\n"
        "        self.clock = clock or SystemClock()\n        self.rng = random.Random(seed)\n"
        "        self.limit = limit\n",
    )
    .replace("self.base * 2 ** attempt + random.random()", "self.policy.delay(attempt, self.rng)")
    .replace("await asyncio.sleep(delay)", "await self.clock.sleep(delay)")
    .replace("settings.base, settings.limit)", "settings.base, settings.limit, seed=settings.seed)")
)
CLOCK = """\
import asyncio


class SystemClock:
    async def sleep(self, seconds):
        await asyncio.sleep(seconds)
"""
PROJECT = {"payments/retry.py": BEFORE, "README.md": "# Payments\n"}


def script(*files: tuple[str, str]) -> str:
    """Directives that make the scripted agent write these files."""
    escaped = ((path, text.encode("unicode_escape").decode()) for path, text in files)
    return "\n".join(f"@@write {path} {text}" for path, text in escaped)


@dataclass(slots=True)
class Studio:
    """The window, and what is needed to lead it somewhere and to take a picture of it."""

    app: QApplication
    window: MainWindow
    bench: Workbench
    home: Path
    target: Path
    taken: list[Path] = field(default_factory=list)

    async def until(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait for something, and then for the window to have painted it."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not await condition():
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(what)
            await asyncio.sleep(0.05)

    def take(self, name: str) -> None:
        """Save the window as it is."""
        path = self.target / f"{name}.png"
        self.window.grab().save(str(path))
        self.taken.append(path)

    async def wear(self, theme: str) -> None:
        """Dark or light."""
        self.window.theme.apply(self.app, "light" if theme == "light" else "dark")
        await asyncio.sleep(3)

    async def first_run(self) -> None:
        """The page of somebody who has never been here."""
        self.window.resize(FIRST_RUN_SIZE)
        agents = self.bench.context.front.agents

        async def looked() -> bool:
            return not any(agent.state == "loading" for agent in agents.snapshot())

        await self.until(looked, "the search for agents")
        await asyncio.sleep(1)
        self.take("first-run-dark")

    async def other_work(self) -> None:
        """Sessions of another project, for the sidebar."""
        front = self.bench.context.front
        project = await front.projects.open(make_project(self.home / "payments-api"))
        for title, prompt, asks in (
            ("Idempotency keys", "@@run python3 -m compileall -q .", True),
            (REVIEWED, script(("payments/retry.py", AFTER), ("payments/clock.py", CLOCK)), False),
        ):
            session = await front.sessions.create(project.id, title=title)
            chat = (await front.chats.views(session.id))[0].chat
            await front.chats.configure(chat.id, agent=AGENT_NAME)
            await front.turns.send(chat.id, Prompt(text=prompt))

            async def settled(chat_id: str = chat.id, asks: bool = asks) -> bool:
                waiting = bool(await front.questions.open(chat_id=chat_id))
                return waiting if asks else not front.turns.running(chat_id)

            await self.until(settled, title)

    async def tour(self) -> None:
        """From the prompt to the changes that wait."""
        self.window.resize(SIZE)
        front, selection = self.bench.context.front, self.bench.context.selection
        self.bench.context.actions.action("program.tour").trigger()

        async def begun() -> bool:
            return bool(selection.chat_id) and bool(front.turns.running(selection.chat_id))

        await self.until(begun, "the tour's beginning")

        async def ended() -> bool:
            for ask in await front.questions.open(chat_id=selection.chat_id):
                await front.questions.answer(ask.id, option_id=ask.body["options"][0]["id"])
            return not front.turns.running(selection.chat_id)

        await self.until(ended, "the tour's end")
        # Until toasts have gone and the changes have their colours.
        await asyncio.sleep(7)

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        """One key."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            self.app.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))

    async def review(self) -> None:
        """The changes pane with most of the window."""
        overview = await self.bench.context.front.projects.overview()
        sessions = {view.session.title: view.session.id for project in overview for view in project.sessions}
        await self.bench.context.front.review.approve(sessions[REVIEWED], "payments/clock.py")
        self.bench.navigator.show_session(sessions[REVIEWED])
        self.bench.docks.show("traces", False)
        dock = self.bench.docks.build("changes").parentWidget()
        self.window.resizeDocks([dock], [600], Qt.Orientation.Vertical)  # type: ignore[list-item]
        self.bench.docks.focus("changes")
        await asyncio.sleep(3)

    async def settings(self) -> None:
        """The agents in the settings."""
        self.bench.context.actions.action("program.settings").trigger()
        pane = cast(SettingsPane, self.bench.docks.build("settings"))
        pane.show_group("Agents")
        await asyncio.sleep(3)
        self.take("agents-settings-dark")
        self.bench.docks.show("settings", False)


def make_project(folder: Path) -> Path:
    """A small repository."""
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    who = ("-c", "user.name=You", "-c", "user.email=you@example.org")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), (*who, "commit", "-qm", "First")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def shrink(path: Path) -> None:
    """Pack a picture as tightly as it goes without changing a pixel."""
    with Image.open(path) as picture:
        picture.convert("RGB").save(path, optimize=True)
    sys.stdout.write(f"{path.name}  {path.stat().st_size // 1000} kB\n")


async def take_all(app: QApplication, window: MainWindow, home: Path, target: Path) -> None:
    """Every picture, in the order in which a person would see them."""
    async with furnished(window, find_paths()) as bench:
        studio = Studio(app, window, bench, home, target)
        await studio.first_run()
        await studio.other_work()
        await studio.tour()
        view = bench.area.pane.transcript.view if bench.area.pane is not None else None
        calls = bench.docks.build("traces").findChild(QListView)
        if view is not None and calls is not None:
            studio.press(view, Qt.Key.Key_PageUp)
            studio.press(calls, Qt.Key.Key_Down)
        await asyncio.sleep(1)
        studio.take("window-dark")
        await studio.wear("light")
        studio.take("window-light")
        await studio.wear("dark")
        await studio.review()
        studio.take("review-dark")
        await studio.wear("light")
        studio.take("review-light")
        await studio.wear("dark")
        await studio.settings()
    for path in studio.taken:
        shrink(path)


def main() -> int:
    """Parse the arguments, open the window off screen, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, nargs="?", default=TARGET, help="where the pictures go")
    target = parser.parse_args().target
    target.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="boocode-") as folder:
        home = Path(folder)
        os.environ["BOOCODE_HOME"] = str(home / "boocode")
        find_paths().create()
        app = QApplication([])
        theme = Theme()
        theme.apply(app, "dark")
        window = MainWindow(theme, WindowMemory())
        window.show()
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        with loop:
            loop.run_until_complete(take_all(app, window, home, target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
