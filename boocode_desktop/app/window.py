"""The window's process: paint first, then load, then live until the window or a signal ends it."""

import logging
import os
import sys
import time
from collections.abc import MutableMapping

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
SCALE = "QT_SCALE_FACTOR"
PROGRAM = "boocode_desktop"


def run_window(*, tour: bool) -> int:
    """Open the window, or bring the one that is open to the front; returns the exit code."""
    paths = find_paths()
    paths.create()
    lock = WindowLock(paths.run)
    if not lock.take() and (code := _hand_over(lock)) is not None:
        return code
    # Settings and system are asked after the first paint; until then it looks as it did when it was last closed.
    memory = WindowMemory(paths.home / "window.json")
    place = memory.load()
    scaled = scale_text(os.environ, place.text_size)
    # Asked for by argument: to get the style as an object costs as much as everything it then paints.
    app = QApplication([NAME, "-style", "fusion"])
    if scaled:
        # Programs that are started from here have a size of their own.
        del os.environ[SCALE]
    app.setApplicationName(NAME)
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName(APP_ID)
    theme = Theme()
    theme.text_size = place.text_size
    theme.apply(app, "light" if place.theme == "light" else "dark")
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
    if window.starts_again:
        os.execv(sys.executable, [sys.executable, "-m", PROGRAM])
    os._exit(code)


def scale_text(environ: MutableMapping[str, str], percent: int) -> bool:
    """Tell Qt how large everything is, before it is started; False if nothing was to tell, or it was told already."""
    if percent == 100 or SCALE in environ:
        return False
    environ[SCALE] = str(percent / 100)
    return True


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
