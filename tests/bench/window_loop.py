"""The loop that a benchmark of the window runs on: the program's own, with the theme and the collector as shipped."""

import sys
from collections.abc import Awaitable, Callable

import qasync
from PySide6.QtWidgets import QApplication

from boocode_desktop.app.garbage import hold_collector
from boocode_desktop.ui.theme.theme import Theme


def run_in_window(measure: Callable[[Theme], Awaitable[None]]) -> None:
    """Run a benchmark in the dark theme."""

    async def whole() -> None:
        await measure(theme)

    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme = Theme()
    theme.apply(app, "dark")
    loop = qasync.QEventLoop(app)
    sys.setswitchinterval(0.0005)
    hold_collector()
    with loop:
        loop.run_until_complete(whole())
