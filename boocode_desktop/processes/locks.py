"""A lock between processes, on a file that says who holds it. The system drops it when its holder dies."""

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.codec import from_plain, to_plain
from boocode_desktop.domain.errors import BusyError
from boocode_desktop.processes.process_identity import ProcessIdentity, is_alive, this_process

POLL_S = 0.1
LOCKED_BYTE = 1 << 30
"""Windows locks byte ranges and hides their content: lock one beyond the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOwner:
    """Who holds a lock, and what for, in words that follow "is busy with"."""

    process: ProcessIdentity
    what: str
    since: float


class FileLock:
    """One holder at a time, in one process or several. Its file stays: removing it would let two in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds it."""
        return self._fd is not None

    async def acquire(self, what: str, *, wait: bool = False, timeout_s: float | None = None) -> None:
        """Take the lock.

        Args:
            what: What it is held for; others read it.
            wait: Wait until it is free, instead of failing.
            timeout_s: How long to wait at most.

        Raises:
            BusyError: somebody else holds it.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while not await self._try(what):
            if not wait or (until is not None and time.monotonic() >= until):
                raise busy(await asyncio.to_thread(self.owner))
            await asyncio.sleep(POLL_S)

    async def release(self) -> None:
        """Let go; nothing if it is not held."""
        fd, self._fd = self._fd, None
        if fd is not None:
            await asyncio.to_thread(_release, fd)

    def owner(self) -> LockOwner | None:
        """Who holds it, as far as its file says; None if nobody does. Blocks for a moment."""
        try:
            text = self.path.read_text(encoding="utf-8")
            owner: LockOwner = from_plain(LockOwner, json.loads(text))
        except (OSError, ValueError, TypeError):
            return None
        return owner if is_alive(owner.process) else None

    async def _try(self, what: str) -> bool:
        attempt = asyncio.get_running_loop().run_in_executor(None, _try_lock, self.path, what)
        try:
            self._fd = await asyncio.shield(attempt)
        except asyncio.CancelledError:
            attempt.add_done_callback(_release_result)
            raise
        return self._fd is not None


def busy(owner: LockOwner | None) -> BusyError:
    """The error for a lock that somebody holds."""
    if owner is None:
        return BusyError("This is busy. Somebody else is at work here.", "Try again in a moment.")
    return BusyError(
        f"This is busy. Process {owner.process.pid} is at work here: {owner.what}.",
        "Wait until it is done, or stop it there.",
    )


def _try_lock(path: Path, what: str) -> int | None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if not _lock(fd):
        os.close(fd)
        return None
    owner = LockOwner(process=this_process(), what=what, since=time.time())
    os.ftruncate(fd, 0)
    os.write(fd, json.dumps(to_plain(owner)).encode())
    return fd


def _release(fd: int) -> None:
    os.ftruncate(fd, 0)
    _unlock(fd)
    os.close(fd)


def _release_result(attempt: asyncio.Future[int | None]) -> None:
    fd = attempt.result()
    if fd is not None:
        _release(fd)


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> bool:
        os.lseek(fd, LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(fd, 0, os.SEEK_SET)
        return True

    def _unlock(fd: int) -> None:
        os.lseek(fd, LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)
