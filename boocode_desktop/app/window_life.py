"""From the first paint to the end: load the program off the GUI thread, furnish the window, and close in good order."""

import asyncio
import contextlib
import importlib
import logging
import signal
import socket
import sys
import threading
from types import FrameType

import qasync
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

from boocode_desktop.app.one_window import Door
from boocode_desktop.config.paths import Paths
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.main_window import MainWindow

_log = logging.getLogger(__name__)
CLOSING_S = 2.5
HEAVY = (
    "boocode_desktop.app.core",
    "boocode_desktop.app.window_setup",
    "boocode_desktop.app.tour",
    "boocode_desktop.ui.workbench",
    "boocode_desktop.ui.transcript.pane",
    "boocode_desktop.ui.changes.dock",
    "boocode_desktop.ui.traces.pane",
)


class WindowLife:
    """Runs the window. `live()` returns the exit code."""

    def __init__(self, app: QApplication, window: MainWindow, paths: Paths, *, tour: bool) -> None:
        self._app = app
        self._window = window
        self._paths = paths
        self._tour = tour
        self._ended = asyncio.Event()
        self._door = Door(paths.run)
        self._wakes: tuple[socket.socket, socket.socket] | None = None

    def live(self) -> int:
        """Until the window closes, the session ends, or a signal comes."""
        loop = qasync.QEventLoop(self._app)
        asyncio.set_event_loop(loop)
        sys.setswitchinterval(0.0005)
        self._app.setQuitOnLastWindowClosed(False)
        self._app.lastWindowClosed.connect(self._ended.set)
        self._app.aboutToQuit.connect(self._ended.set)
        self._app.commitDataRequest.connect(self._on_app_commit_data)
        with loop:
            return int(loop.run_until_complete(self._life()))

    def _on_app_commit_data(self, manager: QSessionManager) -> None:
        """The session ends: nothing is asked, everything is saved."""
        self._window.set_guard(None)
        self._ended.set()

    async def _life(self) -> int:
        loop = asyncio.get_running_loop()
        self._listen_to_signals(loop)
        self._door.open()
        loop.add_reader(self._door.socket, self._on_door_knock)
        try:
            await self._load()
            from boocode_desktop.app.furnishing import furnished

            async with furnished(self._window, self._paths, tour=self._tour):
                await self._ended.wait()
                self._window.hide()
        except UserFacingError as error:
            self._window.refuse(error.message, error.hint)
            await self._ended.wait()
            return 1
        finally:
            loop.remove_reader(self._door.socket)
            self._door.close()
            self._window.save_place()
        return 0

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

    def _listen_to_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        """Qt's loop runs no Python between events: a signal wakes it through a socket."""
        if sys.platform == "win32":
            return
        reading, writing = self._wakes = socket.socketpair()
        for end in (reading, writing):
            end.setblocking(False)
        signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        loop.add_reader(reading, self._on_wake)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._window.set_guard(None)
        self._ended.set()

    def _on_wake(self) -> None:
        if self._wakes is not None:
            with contextlib.suppress(OSError):
                self._wakes[0].recv(4096)

    def _on_door_knock(self) -> None:
        if self._door.knocked():
            self._window.show()
            self._window.raise_()
            self._window.activateWindow()
