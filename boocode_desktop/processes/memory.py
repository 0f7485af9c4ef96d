"""How much memory there is, and how much of it we use. On Linux from /proc in well under a millisecond."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineMemory:
    """Bytes the machine has (or our container may use), and bytes of that still to be had."""

    total: int
    available: int


def machine_memory() -> MachineMemory:
    """What there is now, a container's limit included."""
    if sys.platform == "linux":
        info = _proc_table(Path("/proc/meminfo"))
        total, available = info.get("MemTotal", 0), info.get("MemAvailable", 0)
        limit = _number(Path("/sys/fs/cgroup/memory.max"))
        used = _number(Path("/sys/fs/cgroup/memory.current"))
        if limit is not None and used is not None and limit < total:
            return MachineMemory(total=limit, available=max(0, min(available, limit - used)))
        return MachineMemory(total=total, available=available)
    else:
        import psutil  # costs start-up time, and Linux does without

        memory = psutil.virtual_memory()
        return MachineMemory(total=memory.total, available=memory.available)


def resident(pid: int) -> int:
    """Bytes of a process in memory, shared pages included; 0 if it is gone."""
    if sys.platform == "linux":
        return _proc_table(Path(f"/proc/{pid}/status")).get("VmRSS", 0)
    else:
        import psutil  # costs start-up time, and Linux does without

        try:
            return int(psutil.Process(pid).memory_info().rss)
        except psutil.Error:
            return 0


def proportional(pid: int) -> int:
    """Bytes of a process, pages it shares counted in part (Linux; elsewhere the same as `resident`).

    The kernel walks its whole address space for this: some milliseconds, so not on the event loop.
    """
    if sys.platform != "linux":
        return resident(pid)
    else:
        return _proc_table(Path(f"/proc/{pid}/smaps_rollup")).get("Pss", 0) or resident(pid)


def with_offspring(pids: Iterable[int]) -> set[int]:
    """Processes and everything they started that still has its parent. Reads all of /proc: not on the event loop."""
    import psutil  # costs start-up time

    family = set(pids)
    for pid in tuple(family):
        try:
            family.update(child.pid for child in psutil.Process(pid).children(recursive=True))
        except psutil.Error:
            continue
    return family


def _proc_table(path: Path) -> dict[str, int]:
    """Lines such as `VmRSS:   1234 kB`, in bytes; empty if the file cannot be read."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return {}
    rows = (line.partition(":") for line in lines)
    return {name: int(rest.split()[0]) * 1024 for name, _, rest in rows if rest.endswith(" kB")}


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
