"""One operation at a time on a session's checkpoints, across threads and processes.

The lock belongs to an open file and falls with its owner, so whoever holds it knows that marks left by others (an
`index.lock`, a half-done rewind) are leftovers of the dead.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from boocode_desktop.domain.errors import BusyError

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def session_lock(chain: Path, *, patience_s: float = 60.0) -> Iterator[None]:
    """Hold a session's lock; blocks the calling thread.

    Raises:
        BusyError: somebody else holds it for longer than `patience_s`.
    """
    with file_lock(chain / "boocode.lock", patience_s=patience_s):
        yield


@contextlib.contextmanager
def file_lock(path: Path, *, patience_s: float = 0.0) -> Iterator[None]:
    """Hold the lock of a file, which is made; blocks the calling thread.

    Raises:
        BusyError: somebody else holds it for longer than `patience_s`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        deadline = time.monotonic() + patience_s
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise BusyError("Another operation is still working on this session's files.", "Try again in a moment.")
            time.sleep(0.005)
        yield
    finally:
        os.close(descriptor)
