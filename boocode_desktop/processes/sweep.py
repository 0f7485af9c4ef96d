"""At start: end children of a program of ours that died without ending them. Never anybody else's."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.child_records import ChildRecord, read_records
from boocode_desktop.processes.child_specs import CHILD_TOKEN
from boocode_desktop.processes.process_groups import group_of
from boocode_desktop.processes.process_identity import ProcessIdentity, identify, is_alive


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did: names of children whose leftovers were ended, and how many processes that were."""

    names: tuple[str, ...] = ()
    processes: int = 0

    @property
    def words(self) -> str:
        """A sentence for people, "" if there was nothing to end."""
        if not self.processes:
            return ""
        names = ", ".join(sorted(set(self.names)))
        return f"BooCode ended unexpectedly before and left something running, which was ended now: {names}."


def sweep(folder: Path) -> Swept:
    """End what ownerless records point to, remove those records. Blocks up to a second: run it in a thread."""
    names: list[str] = []
    processes = 0
    for path, record in read_records(folder):
        if record is not None and is_alive(record.owner):
            continue
        ended = end_leftovers(record) if record is not None else 0
        if record is not None and ended:
            names.append(record.name)
            processes += ended
        path.unlink(missing_ok=True)
    return Swept(names=tuple(names), processes=processes)


def end_leftovers(record: ChildRecord) -> int:
    """SIGKILL to everything that is provably of this child; how many processes that were at least."""
    if not is_alive(record.child):
        return end_bearers(record.token)
    group_of(record.pgid).kill()
    return 1 + end_bearers(record.token)


def end_bearers(token: str, *, limit_s: float = 1.0) -> int:
    """SIGKILL to all that carry a token until none is left, since they may be forking; how many were ended."""
    ended: set[ProcessIdentity] = set()
    until = time.monotonic() + limit_s
    while (left := bearers(token)) and time.monotonic() < until:
        ended.update(process for process in left if _kill(process))
        time.sleep(0.005)
    return len(ended)


def bearers(token: str) -> Sequence[ProcessIdentity]:
    """Living processes that carry a child's token in their environment; never ourselves."""
    mark = f"{CHILD_TOKEN}={token}"
    carries = _carries_linux if sys.platform == "linux" else _carries_elsewhere
    pids = [pid for pid in _all_pids() if pid != os.getpid() and carries(pid, mark)]
    return tuple(process for pid in pids if (process := identify(pid)) is not None)


def _all_pids() -> list[int]:
    if sys.platform == "linux":
        return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]
    else:
        import psutil  # costs start-up time, and Linux does without

        return psutil.pids()


def _carries_linux(pid: int, mark: str) -> bool:
    try:
        return mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _carries_elsewhere(pid: int, mark: str) -> bool:
    import psutil  # costs start-up time, and Linux does without

    name, _, token = mark.partition("=")
    try:
        return psutil.Process(pid).environ().get(name) == token
    except (psutil.Error, OSError):
        return False


def _kill(process: ProcessIdentity) -> bool:
    if not is_alive(process):
        return False
    try:
        if sys.platform == "win32":
            os.kill(process.pid, signal.SIGTERM)  # which ends it at once there
        else:
            os.kill(process.pid, signal.SIGKILL)
    except OSError:
        return False
    return True
