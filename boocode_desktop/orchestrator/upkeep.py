"""Upkeep: what sessions take on the disk, and, once a day, an end to what nobody owns."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from boocode_desktop.domain.errors import BooCodeError
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.upkeep import DiskUse, Owner, WorktreeCare

_log = logging.getLogger(__name__)
DAY_S = 24 * 3600.0


@dataclass(slots=True, kw_only=True)
class UpkeepDesk:
    """Implements `front.Upkeep`."""

    store: Store
    care: WorktreeCare
    last: tuple[str, ...] = field(default=())

    async def disk(self) -> DiskUse:
        """What sessions take; counted off the loop, and not more often than every ten minutes."""
        return await self.care.disk_use()

    async def tidy(self) -> Sequence[str]:
        """Look once; what was done, a sentence each."""
        # The folders first: a session stored in between is then found, and one made in between is too young.
        ids = await self.care.session_ids()
        owners = [owner for session_id in ids if (owner := await self._owner(session_id)) is not None]
        said = await self.care.tidy({owner.session_id: owner for owner in owners})
        for sentence in said:
            _log.info("upkeep: %s", sentence)
        self.last = tuple(said)
        return said

    async def daily(self) -> None:
        """Look now and once a day, until cancelled."""
        while True:
            try:
                await self.tidy()
            except (BooCodeError, OSError):
                _log.exception("the daily upkeep failed; it is tried again tomorrow")
            await asyncio.sleep(DAY_S)

    async def _owner(self, session_id: str) -> Owner | None:
        session = await self.store.session(session_id)
        if session is None:
            return None
        return Owner(session_id=session_id, archived=session.archived, worktree=await self.store.worktree(session_id))
