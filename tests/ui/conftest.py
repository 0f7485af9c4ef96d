"""The window on a fake program: an event loop, a theme, a world, and a furnished window. Qt warnings fail a test."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop as AsyncLoop

from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.context import Context, Selection
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.workbench import Workbench
from tests.fakes.front import World, front_of
from tests.fakes.sample import empty_world, sample_world
from tests.fakes.setup import FakeSetup

if TYPE_CHECKING:
    from boocode_desktop.ui.settings.pane import SettingsPane


@pytest.fixture(autouse=True)
def no_qt_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning of Qt is a failure, unless the test says which one it expects."""
    yield
    records = getattr(request.node, "qt_log_capture", None)
    loud = [] if records is None else [r for r in records.records if r.type_name in ("QtWarningMsg", "QtCriticalMsg")]
    assert not [r.message for r in loud if "propagateSizeHints" not in r.message]


@pytest.fixture(scope="session")
def session_loop(qapp: QApplication) -> Iterator[AsyncLoop]:
    """One qasync loop for all tests, running whenever Qt's loop runs."""
    loop = AsyncLoop(qapp, already_running=True)
    yield loop
    asyncio.events._set_running_loop(None)
    loop.stop()
    loop.close()


@pytest.fixture
def loop(session_loop: AsyncLoop) -> Iterator[AsyncLoop]:
    """The loop; whatever a test left running on it is ended, and tests without Qt may run loops of their own."""
    asyncio.events._set_running_loop(session_loop)
    yield session_loop
    while left := asyncio.all_tasks(session_loop):
        for task in left:
            task.cancel()
        settle()
    asyncio.events._set_running_loop(None)


@pytest.fixture(scope="session")
def session_theme(qapp: QApplication) -> Theme:
    theme = Theme(reduced_motion=True)
    theme.apply(qapp, "dark")
    return theme


@pytest.fixture
def theme(session_theme: Theme, qapp: QApplication) -> Iterator[Theme]:
    """The dark theme without motion; a test may switch both."""
    session_theme.motion.hear_system(False)
    session_theme.reduced_motion = True
    yield session_theme
    if session_theme.choice != "dark":
        session_theme.apply(qapp, "dark")


@pytest.fixture
def world() -> World:
    """A few projects, sessions and a chat."""
    return sample_world()


@pytest.fixture
def bare_world() -> World:
    """Nothing yet."""
    return empty_world()


class Desktop:
    """A window with its contents, and what tests do with it again and again."""

    def __init__(self, qtbot: QtBot, theme: Theme, loop: AsyncLoop, world: World, **services: Any) -> None:
        self.qtbot, self.loop, self.world = qtbot, loop, world
        self.setup = FakeSetup(world)
        self.front = replace(front_of(world), **services)
        self.window = MainWindow(theme)
        self.window.show()
        self.bench = Workbench(self.window, self.front, self.setup, loop)
        self.bench.open()

    @property
    def context(self) -> Context:
        return self.bench.context

    def wait(self, condition: Callable[[], Any]) -> None:
        """Until it holds."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=5_000)

    def called(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of this name."""
        return [args for called, args in self.world.calls if called == name]

    def do(self, action_id: str) -> None:
        """Trigger an action."""
        self.context.actions.action(action_id).trigger()

    def close(self) -> None:
        """End what the window runs."""
        self.window.set_guard(None)
        self.world.queued.clear()
        closing = self.loop.create_task(self.bench.close())
        self.wait(closing.done)
        self.window.close()
        self.window.deleteLater()
        settle()


@pytest.fixture
def desktop(qtbot: QtBot, theme: Theme, loop: AsyncLoop, world: World) -> Iterator[Desktop]:
    """The sample world on screen, its first chat open."""
    desktop = Desktop(qtbot, theme, loop, world)
    desktop.wait(lambda: desktop.bench.area.pane is not None)
    yield desktop
    desktop.close()


@pytest.fixture
def make_desktop(qtbot: QtBot, theme: Theme, loop: AsyncLoop, world: World) -> Iterator[Callable[..., Desktop]]:
    """Makes the window over the sample world with real services in place of fakes, by their names in `Front`."""
    made: list[Desktop] = []

    def make(**services: Any) -> Desktop:
        desktop = Desktop(qtbot, theme, loop, world, **services)
        made.append(desktop)
        desktop.wait(lambda: desktop.bench.area.pane is not None)
        return desktop

    yield make
    for desktop in made:
        desktop.close()


@pytest.fixture
def first_start(qtbot: QtBot, theme: Theme, loop: AsyncLoop, bare_world: World) -> Iterator[Desktop]:
    """The window on its first start."""
    desktop = Desktop(qtbot, theme, loop, bare_world)
    desktop.wait(lambda: desktop.bench.area.tabs.ids() == ["welcome"])
    yield desktop
    desktop.close()


@pytest.fixture
def context(qtbot: QtBot, theme: Theme, loop: AsyncLoop, world: World) -> Context:
    """What panes get, without a window around them."""
    holder = QWidget()
    qtbot.addWidget(holder)
    front = front_of(world)
    return Context(
        theme=theme,
        front=front,
        bridge=Bridge(loop, front.bus, holder),
        setup=FakeSetup(world),
        actions=Actions(holder, theme),
        selection=Selection(holder),
    )


def settings_pane(desktop: Desktop, wanted: str = "") -> "SettingsPane":
    """The settings on screen, at a page or at one setting."""
    desktop.do("program.settings")
    pane = cast("SettingsPane", desktop.bench.docks.build("settings"))
    if wanted:
        pane.show_wanted(wanted)
        pane.take_keys()
    return pane


def settle(ms: int = 0) -> None:
    """Let everything that is due happen."""
    wait = QEventLoop()
    QTimer.singleShot(ms, wait.quit)
    wait.exec()
