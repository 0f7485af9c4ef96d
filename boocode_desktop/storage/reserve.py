"""A file that only takes room, so that there is some to give back when the disk is full."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

SIZE = 8 * 1024 * 1024
_ROOM_LEFT = 8 * SIZE
_CHUNK = bytes(1024 * 1024)


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve of one data folder. All methods block; call them from a thread."""

    file: Path

    def keep(self) -> bool:
        """Make the file if it is missing and there is plenty of room; whether it is there."""
        if self.file.exists():
            return True
        if shutil.disk_usage(self.file.parent).free < SIZE + _ROOM_LEFT:
            return False
        temporary = self.file.with_name(f".{self.file.name}-{os.getpid()}")
        try:
            _fill(temporary)
            temporary.replace(self.file)
        except OSError:
            temporary.unlink(missing_ok=True)
            return False
        return True

    def release(self) -> bool:
        """Give the room back; whether there was any to give."""
        try:
            self.file.unlink()
        except FileNotFoundError:
            return False
        return True


def _fill(file: Path) -> None:
    """Take the room for real: a sparse file would reserve nothing."""
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(stream.fileno(), 0, SIZE)
            return
        for _ in range(SIZE // len(_CHUNK)):
            stream.write(_CHUNK)
