"""Online copies of the database: one a day, and one before each migration; the newest few of each are kept."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.storage.connections import connect
from boocode_desktop.storage.data_folder import DataFolder, companions
from boocode_desktop.storage.failures import damaged, in_words
from boocode_desktop.storage.folders import private_file, private_folder
from boocode_desktop.storage.health import examine

KEPT = 5
_DAILY = "daily-"
_BEFORE = "before-"
_UNFINISHED_S = 3600


@dataclass(frozen=True, slots=True)
class Backups:
    """The copies of one database. All methods block; call them from a thread."""

    folder: DataFolder

    def copy_to(self, target: Path) -> None:
        """Copy the database as it is now, writers going on meanwhile.

        Raises:
            UserFacingError: the copy could not be made, or is damaged; nothing is left of it.
        """
        temporary = target.with_name(f".{target.name}-{new_id('tmp')}")
        try:
            if not target.parent.exists():
                private_folder(target.parent)
            copy_database(self.folder.database, temporary)
            if examine(temporary, thorough=True).problem:
                raise damaged()
            temporary.replace(target)
        except sqlite3.Error as error:
            raise in_words(error) from error
        except OSError as error:
            raise UserFacingError(
                f"The database could not be copied to {target}: {error.strerror}.",
                "The database itself is as it was. Choose a folder that can be written and has room.",
            ) from error
        finally:
            for file in companions(temporary):
                file.unlink()

    def daily(self) -> bool:
        """Copy once a day; whether this call did."""
        target = self.folder.backups / f"{_DAILY}{time.strftime('%Y-%m-%d')}.sqlite3"
        if target.exists():
            return False
        self.copy_to(target)
        self._prune(_DAILY)
        return True

    def before_migration(self, version: int) -> Path:
        """Copy the database before its schema changes."""
        stamp = time.strftime("%Y-%m-%dT%H%M%S")
        target = self.folder.backups / f"{_BEFORE}{stamp}-schema-{version}.sqlite3"
        self.copy_to(target)
        self._prune(_BEFORE)
        return target

    def newest_first(self) -> list[Path]:
        """All copies, newest first."""
        found = [p for p in self.folder.backups.iterdir() if p.name.startswith((_DAILY, _BEFORE))]
        return sorted(found, key=lambda p: p.stat().st_mtime_ns, reverse=True)

    def _prune(self, prefix: str) -> None:
        for old in [p for p in self.newest_first() if p.name.startswith(prefix)][KEPT:]:
            old.unlink(missing_ok=True)
        for unfinished in self.folder.backups.glob(".*"):
            if unfinished.stat().st_mtime < time.time() - _UNFINISHED_S:
                unfinished.unlink(missing_ok=True)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database online into one file that needs no companions."""
    with closing(connect(source)) as read, closing(connect(target, writing=True)) as write:
        private_file(target)
        read.backup(write)
        write.execute("PRAGMA journal_mode = DELETE")
