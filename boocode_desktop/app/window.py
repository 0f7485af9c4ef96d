"""The window's process: paint first, then load, then live until the window or a signal ends it."""

import logging
import os
import sys
import time

from PySide6.QtWidgets import QApplication

from boocode_desktop.app.one_window import WindowLock
from boocode_desktop.cli.arguments import DONE, FAILED
from boocode_desktop.config.paths import find_paths
from boocode_desktop.domain.product import NAME, VERSION
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.window_memory import WindowMemory

APP_ID = "dev.boocode.BooCode"
PATIENCE_S = 8.0
"""How long a second start waits for the first window's answer."""
AGAIN_S = 0.05


def run_window(*, tour: bool) -> int:
    """Open the window, or bring the one that is open to the front; returns the exit code."""
    paths = find_paths()
    paths.create()
    lock = WindowLock(paths.run)
    if not lock.take() and (code := _hand_over(lock)) is not None:
        return code
    # Asked for by argument: to get the style as an object costs as much as everything it then paints.
    app = QApplication([NAME, "-style", "fusion"])
    app.setApplicationName(NAME)
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName(APP_ID)
    # Settings and system are asked after the first paint; until then it looks as it did when it was last closed.
    memory = WindowMemory(paths.home / "window.json")
    theme = Theme()
    theme.apply(app, "light" if memory.load().theme == "light" else "dark")
    window = MainWindow(theme, memory)
    painted: list[bool] = []
    window.painted.connect(lambda: painted.append(True))
    window.show()
    while not painted:
        app.processEvents()
    # Everything else is imported now: whatever comes before the first paint is time that people wait.
    from boocode_desktop.app.window_life import WindowLife

    try:
        code = WindowLife(app, window, paths, tour=tour).live()
    finally:
        lock.release()
    # Everything is saved and every child has ended; taking a large interpreter apart would only cost seconds.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _hand_over(lock: WindowLock) -> int | None:
    """Another window has the data folder: ask it to show itself. None: it ended meanwhile, and the lock is ours."""
    from boocode_desktop.app.door import knock

    # Its door opens only after its first paint; one that is just starting is waited for.
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if knock(lock.folder):
            return DONE
        if lock.take():
            return None
        time.sleep(AGAIN_S)
    sys.stderr.write("boocode: another window uses this data folder and does not answer.\n")
    return FAILED
