"""Approving and rejecting many files: some at a time, each lot whole, so that it can be watched and stopped between."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from boocode_desktop.domain.changes import Hunk, ReviewResult, Watch
from boocode_desktop.domain.records import CheckpointRecord, WorktreeRecord
from boocode_desktop.orchestrator.checkpoints import Checkpoints
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workspace import Reviewed

T = TypeVar("T")
Verb = Callable[[WorktreeRecord, CheckpointRecord, Sequence[str], Hunk | None], Awaitable[Reviewed]]
LOT = 20
"""How many files are decided and stored as one: a kill between their writing and their storing loses their undo."""


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Do something to its end, also where the caller is cancelled meanwhile: what is on disk is stored too."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Carries out decisions and stores them. The caller holds the session's lease."""

    store: Store
    checkpoints_of: Checkpoints

    async def files(self, session_id: str, paths: Sequence[str], verb: Verb, watch: Watch) -> ReviewResult:
        """Decide about whole files, until `watch` ends it."""
        lots = [paths[start : start + LOT] for start in range(0, len(paths), LOT)]
        results: list[ReviewResult] = []
        done = 0
        for lot in lots:
            if not watch(done, len(paths)):
                break
            results.append(await self.lot(session_id, lot, None, verb))
            done += len(lot)
        return replace(_joined(results), left=tuple(paths[done:]))

    async def lot(self, session_id: str, paths: Sequence[str], hunk: Hunk | None, verb: Verb) -> ReviewResult:
        """Decide about a few files, or one file's hunk, and store it."""

        async def decided() -> ReviewResult:
            worktree = await self.checkpoints_of.worktree(session_id)
            reviewed = await verb(worktree, await self.checkpoints_of.head(session_id), paths, hunk)
            await self.keep(reviewed)
            return reviewed.result

        return await whole(decided())

    async def keep(self, reviewed: Reviewed) -> None:
        """Store what was done, so that it survives the machine."""
        now = time.time()
        records = [replace(d, at=d.at or now) for d in reviewed.decisions]
        rest = [r for r in (reviewed.worktree, reviewed.checkpoint) if r is not None]
        if records or rest:
            await self.store.save(*records, *rest, durable=True)


def _joined(results: Sequence[ReviewResult]) -> ReviewResult:
    conflicts = {path: why for result in results for path, why in (result.conflicts or {}).items()}
    return ReviewResult(
        decided=tuple(path for result in results for path in result.decided),
        conflicts=conflicts or None,
        decision_ids=tuple(one for result in results for one in result.decision_ids),
    )
