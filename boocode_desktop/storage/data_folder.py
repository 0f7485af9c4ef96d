"""Where the database and what belongs to it lie."""

from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.storage.attachments import AttachmentFiles
from boocode_desktop.storage.folders import private_folder
from boocode_desktop.storage.reserve import Reserve

DATABASE = "boocode.sqlite3"
_COMPANIONS = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFolder:
    """The paths of one database. `attachment_folder` may lie elsewhere."""

    root: Path
    attachment_folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / DATABASE

    @property
    def backups(self) -> Path:
        """Copies made daily and before each migration."""
        return self.root / "backups"

    @property
    def damaged(self) -> Path:
        """Databases that were set aside, one folder each."""
        return self.root / "damaged"

    @property
    def open_by(self) -> Path:
        """One file for each process that has the database open: what is left there was not closed."""
        return self.root / "open-by"

    @property
    def opening(self) -> Path:
        """The lock of whoever opens, migrates or repairs."""
        return self.root / "opening.lock"

    @property
    def attachments(self) -> AttachmentFiles:
        """The files of attachments."""
        return AttachmentFiles(self.attachment_folder)

    @property
    def reserve(self) -> Reserve:
        """The room kept for a full disk."""
        return Reserve(self.root / "reserve")

    def create(self) -> None:
        """Make the folders, for their owner only."""
        for folder in (self.root, self.backups, self.open_by, self.attachment_folder):
            private_folder(folder)


def companions(database: Path) -> list[Path]:
    """The database file and those that belong to it, as far as they exist."""
    files = [database.with_name(database.name + suffix) for suffix in _COMPANIONS]
    return [file for file in files if file.exists()]
