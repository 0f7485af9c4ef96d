"""Leases of sessions: one writing turn per session on this computer, whatever program runs it."""

from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.locks import FileLock


@dataclass(slots=True)
class Lease:
    """A held session, or the token of a reader that holds nothing."""

    lock: FileLock | None = None

    async def release(self) -> None:
        """Give the session back; harmless when repeated."""
        lock, self.lock = self.lock, None
        if lock is not None:
            await lock.release()


@dataclass(frozen=True, slots=True)
class Leases:
    """Hands out leases; the lock files live in `folder`."""

    folder: Path

    async def acquire(self, session_id: str, what: str, *, wait: bool = False, shared: bool = False) -> Lease:
        """Hold a session for writing. Readers (`shared`) hold nothing and never wait.

        Raises:
            BusyError: another process or turn holds it, and `wait` is off.
        """
        if shared:
            return Lease()
        lock = FileLock(self.folder / f"{session_id}.lock")
        await lock.acquire(what, wait=wait)
        return Lease(lock)
