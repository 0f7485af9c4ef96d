"""From the first paint to the end: load the program off the GUI thread, furnish the window, and close in good order."""

import asyncio
import contextlib
import importlib
import logging
import sys
import threading
from collections.abc import AsyncGenerator

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from boocode_desktop.app.door import Door
from boocode_desktop.app.garbage import hold_collector, release_collector
from boocode_desktop.app.logs import start_logging
from boocode_desktop.config.paths import Paths
from boocode_desktop.config.settings_file import load_settings
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.product import NAME
from boocode_desktop.ui.exit_signals import ExitSignals
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.system_motion import SystemMotion

_log = logging.getLogger(__name__)
HEAVY = (
    "boocode_desktop.app.core",
    "boocode_desktop.app.window_setup",
    "boocode_desktop.ui.workbench",
    "boocode_desktop.app.furnishing",
)


def _finish(loop: asyncio.AbstractEventLoop, generator: AsyncGenerator[object, None]) -> None:
    """End a dropped asynchronous generator on the loop; qasync installs no hook for it."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: loop.create_task(generator.aclose()))


class WindowLife:
    """Runs the window. `live()` returns the exit code."""

    def __init__(self, app: QApplication, window: MainWindow, paths: Paths, *, tour: bool) -> None:
        self._app = app
        self._window = window
        self._paths = paths
        self._tour = tour
        self._ended = asyncio.Event()
        self._door = Door(paths.run)

    def live(self) -> int:
        """Until the window closes, the session ends, or a signal comes."""
        start_logging(self._paths.logs)
        self._dress()
        loop = qasync.QEventLoop(self._app)
        asyncio.set_event_loop(loop)
        sys.set_asyncgen_hooks(finalizer=lambda generator: _finish(loop, generator))
        # Workers hold the interpreter for 5 ms at a time otherwise, which is a third of a frame.
        sys.setswitchinterval(0.0005)
        hold_collector()
        self._app.setQuitOnLastWindowClosed(False)
        self._app.lastWindowClosed.connect(self._ended.set)
        self._app.aboutToQuit.connect(self._ended.set)
        with loop:
            return int(loop.run_until_complete(self._life()))

    def _dress(self) -> None:
        """Bring the theme to what the settings say."""
        settings = load_settings(self._paths.settings_file).settings
        theme = self._window.theme
        theme.reduced_motion, theme.text_size = settings.reduced_motion, settings.text_size
        if settings.theme != theme.choice:
            theme.apply(self._app, settings.theme, fallback="dark" if theme.dark else "light")
        SystemMotion(theme.motion.hear_system, theme).ask()

    async def _life(self) -> int:
        loop = asyncio.get_running_loop()
        signals = ExitSignals()
        signals.received.connect(self._ended.set)
        self._door.open()
        loop.add_reader(self._door.listener, self._on_door_knock)
        try:
            await self._load()
            return await self._furnish(signals)
        finally:
            loop.remove_reader(self._door.listener)
            self._door.close()
            self._window.save_place()
            signals.close()

    async def _furnish(self, signals: ExitSignals) -> int:
        # Imported by the thread of `_load`; here it only gets its name.
        from boocode_desktop.app.furnishing import furnished

        try:
            async with furnished(self._window, self._paths) as bench:
                release_collector()
                signals.received.disconnect(self._ended.set)
                signals.received.connect(bench.leaving.leave_now)
                bench.leaving.left.connect(self._ended.set)
                if self._tour:
                    bench.context.actions.action("program.tour").trigger()
                if not self._ended.is_set():
                    await self._ended.wait()
        except UserFacingError as error:
            return await self._refuse(error)
        return 0

    async def _refuse(self, error: UserFacingError) -> int:
        """The program cannot start: say why, until the person closes the window."""
        _log.error("%s %s", error.message, error.hint)
        box = QMessageBox(QMessageBox.Icon.Critical, NAME, error.message, parent=self._window)
        box.setInformativeText(error.hint)
        box.finished.connect(self._ended.set)
        box.open()
        await self._ended.wait()
        return 1

    async def _load(self) -> None:
        """Import the heavy set in a thread of its own: on the GUI thread it would stall the window for seconds."""
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        failed: list[BaseException] = []

        def work() -> None:
            try:
                for name in HEAVY:
                    importlib.import_module(name)
            except BaseException as error:
                failed.append(error)
                _log.exception("a part of the program cannot be loaded")
            finally:
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(done.set)

        threading.Thread(target=work, name="imports", daemon=True).start()
        await done.wait()
        if failed:
            raise failed[0]

    def _on_door_knock(self) -> None:
        if self._door.knocked():
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
            self._window.show()
            self._window.raise_()
            self._window.activateWindow()
