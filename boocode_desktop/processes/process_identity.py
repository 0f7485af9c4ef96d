"""Which process a number means: a process id is used again, an id with its start time is not."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIdentity:
    """A process for good: its id, and when it started in the computer's own words ("" if that is unknown)."""

    pid: int
    started: str


def identify(pid: int) -> ProcessIdentity | None:
    """The living process of that id; None where there is none, or only a zombie. Reads a file, milliseconds at most."""
    started = _linux_start(pid) if sys.platform == "linux" else _other_start(pid)
    return None if started is None else ProcessIdentity(pid=pid, started=started)


def this_process() -> ProcessIdentity:
    """Ourselves."""
    return identify(os.getpid()) or ProcessIdentity(pid=os.getpid(), started="")


def is_alive(process: ProcessIdentity) -> bool:
    """Whether exactly that process still runs."""
    return bool(process.started) and identify(process.pid) == process


def _linux_start(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    state, *fields = stat.rpartition(b")")[2].split()
    return None if state in (b"Z", b"X") else f"{boot}:{int(fields[18])}"


def _other_start(pid: int) -> str | None:
    import psutil  # costs start-up time, and Linux does without

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.3f}"
    except psutil.Error:
        return None
