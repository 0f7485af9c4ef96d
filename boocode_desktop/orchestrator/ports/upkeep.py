"""Care of the folders that sessions leave in our data folder: what they take, and what nobody owns any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from boocode_desktop.domain.records import WorktreeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """What sessions take, in bytes of disk. `complete` is False where counting took too long: then it is at least this.

    Attributes:
        live: Worktrees that are there.
        at: When it was counted, in seconds since 1970.
    """

    live: int = 0
    worktrees: int = 0
    checkpoints: int = 0
    archives: int = 0
    complete: bool = True
    at: float = 0.0

    @property
    def total(self) -> int:
        """All of it."""
        return self.worktrees + self.checkpoints + self.archives


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The session that a folder on disk belongs to."""

    session_id: str
    archived: bool
    worktree: WorktreeRecord | None = None


class WorktreeCare(Protocol):
    """Every method works in a thread; what cannot be read is passed by."""

    async def disk_use(self) -> DiskUse:
        """Count what sessions take; a cached count where it is young."""

    async def session_ids(self) -> Sequence[str]:
        """The sessions that folders on disk are named after."""

    async def tidy(self, owners: Mapping[str, Owner]) -> Sequence[str]:
        """Finish half-done archiving, move aside what nobody owns, remove for good what lay aside long enough.

        Nothing that holds changes, or commits that no other branch holds, is ever touched. One sentence for each
        thing that was done, and for each that was left although nobody owns it.
        """
