"""One window per data folder: the lock decides which process has it. Light, because it comes before the first paint."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(slots=True)
class WindowLock:
    """Held by the process that owns the window; the system drops it when that process dies."""

    folder: Path
    _file: IO[bytes] | None = None

    def take(self) -> bool:
        """Whether this process is the one with the window now. Never waits."""
        file = (self.folder / "window.lock").open("ab")
        if _locked(file):
            self._file = file
            return True
        file.close()
        return False

    def release(self) -> None:
        """Let the next one be first."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _locked(file: IO[bytes]) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
