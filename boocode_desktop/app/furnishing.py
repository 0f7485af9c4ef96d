"""The furnished window: the core opened behind it and the workbench in it, and both closed in good order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from boocode_desktop.app.core import CoreOptions, open_core
from boocode_desktop.app.window_setup import WindowSetup
from boocode_desktop.config.paths import Paths
from boocode_desktop.ui.changes.dock import changes_dock
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.traces.pane import traces_dock
from boocode_desktop.ui.transcript.pane import make_transcript
from boocode_desktop.ui.workbench import Workbench

_log = logging.getLogger(__name__)
CLOSING_S = 2.5


@asynccontextmanager
async def furnished(window: MainWindow, paths: Paths, *, tour: bool) -> AsyncIterator[Workbench]:
    """Open everything; at the end, running turns become interrupted and what waits is written, within seconds."""
    core = await open_core(paths, CoreOptions(attended=True))
    loop = asyncio.get_running_loop()
    bench = Workbench(
        window,
        core.front,
        WindowSetup(core),
        loop,
        make_transcript,
        docks=lambda context: (changes_dock(context), traces_dock(context)),
    )
    for note in core.notes:
        bench.banner.show_message(note)
    bench.open()
    if tour:
        bench.navigator.start_tour()
    backup = asyncio.create_task(core.store.backup_daily(), name="daily backup")
    try:
        yield bench
    finally:
        backup.cancel()
        await bench.close()
        try:
            await asyncio.wait_for(core.close(), CLOSING_S)
        except TimeoutError:
            _log.error("the program did not close within %.1f s", CLOSING_S)
