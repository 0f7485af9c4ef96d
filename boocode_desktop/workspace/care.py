"""The orchestrator's `WorktreeCare` over our data folder."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from boocode_desktop.orchestrator.ports.upkeep import DiskUse, Owner
from boocode_desktop.workspace.disk_meter import live_names, measure
from boocode_desktop.workspace.reaper import Reaper

YOUNG_S = 600.0


class DataFolderCare:
    """Everything in threads; the count of the disk is kept for ten minutes."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.absolute()
        self._counted: DiskUse | None = None
        self._counting = asyncio.Lock()

    async def disk_use(self) -> DiskUse:
        """Count what sessions take; a cached count where it is young."""
        async with self._counting:
            if self._counted is None or time.time() - self._counted.at > YOUNG_S:
                self._counted = await asyncio.to_thread(measure, self._data_dir)
            return self._counted

    async def session_ids(self) -> Sequence[str]:
        """The sessions that worktrees are named after."""
        return await asyncio.to_thread(live_names, self._data_dir)

    async def tidy(self, owners: Mapping[str, Owner]) -> Sequence[str]:
        """Finish, move aside, remove; says what."""
        said = await asyncio.to_thread(Reaper(self._data_dir, owners).tidy)
        if said:
            self._counted = None
        return said
