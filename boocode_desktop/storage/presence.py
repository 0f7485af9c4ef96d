"""Who has the database open: a locked file for each process, removed when it closes in good order.

A file that nobody holds was left by a process that died: the database is then checked before it is used.
"""

from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.errors import BusyError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.processes.locks import FileLock


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The other processes: how many are alive, and the files of those that died."""

    alive: int
    died: tuple[Path, ...]


class Presence:
    """This process's file in the folder. Entering and looking around happen under the opening lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / new_id("opn"))

    async def others(self) -> Others:
        """Who else is there."""
        alive, died = 0, []
        for file in sorted(self._folder.iterdir()):
            if file == self._lock.path:
                continue
            lock = FileLock(file)
            try:
                await lock.acquire("looking who uses the database")
            except BusyError:
                alive += 1
            else:
                await lock.release()
                died.append(file)
        return Others(alive=alive, died=tuple(died))

    async def enter(self) -> None:
        """Leave word that this process has the database open."""
        await self._lock.acquire("using the database")

    async def leave(self, *, in_order: bool = True) -> None:
        """Let go; the file stays where the database should be checked at the next start."""
        await self._lock.release()
        if in_order:
            self._lock.path.unlink(missing_ok=True)
