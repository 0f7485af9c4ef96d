"""The furnished window: the core opened behind it and the workbench in it, and both closed in good order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from boocode_desktop.app.core import CoreOptions, open_core
from boocode_desktop.app.garbage import return_free_memory
from boocode_desktop.app.window_setup import WindowSetup
from boocode_desktop.config.paths import Paths
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.banner import BannerText
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.workbench import Workbench

_log = logging.getLogger(__name__)
CLOSING_S = 2.0
FIRST_LOOK_S = 1.0
"""How long heavy parts wait, at most, for what was on screen last."""
BACKUP_AFTER_S = 20.0
TIDY_AFTER_S = (4.0, 30.0)
"""When memory is tidied: once all is loaded, and once more after the first look around."""


@asynccontextmanager
async def furnished(window: MainWindow, paths: Paths) -> AsyncIterator[Workbench]:
    """Open everything; at the end, running turns become interrupted and what waits is written, within seconds."""
    core = await open_core(paths, CoreOptions(attended=True, show_first=True))
    bench = Workbench(window, core.front, WindowSetup(core), asyncio.get_running_loop())
    if core.notes:
        bench.banner.say(BannerText(title=core.notes[0], detail=" ".join(core.notes[1:])))
    bench.area.opened.connect(core.late.begin)
    asyncio.get_running_loop().call_later(FIRST_LOOK_S, core.late.begin)
    bench.open()
    looking = asyncio.create_task(core.front.agents.refresh(), name="look for agents")
    backup = asyncio.create_task(_back_up(core.store.backup_daily), name="daily backup")
    tidying = asyncio.create_task(_tidy_memory(), name="tidy memory")
    try:
        yield bench
    finally:
        for task in (looking, backup, tidying):
            task.cancel()
        await bench.close()
        try:
            await asyncio.wait_for(core.close(), CLOSING_S)
        except TimeoutError:
            _log.error("the program did not close within %.1f s", CLOSING_S)


async def _tidy_memory() -> None:
    for pause in TIDY_AFTER_S:
        await asyncio.sleep(pause)
        await asyncio.to_thread(return_free_memory)


async def _back_up(backup: Callable[[], Awaitable[bool]]) -> None:
    """Once a day, and not while the window is still opening."""
    await asyncio.sleep(BACKUP_AFTER_S)
    try:
        await backup()
    except UserFacingError as error:
        _log.error("no backup was made: %s %s", error.message, error.hint)
