"""What descends from a process right now, by parent links."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from boocode_desktop.processes.process_identity import ProcessIdentity, identify


def descendants(pid: int) -> tuple[ProcessIdentity, ...]:
    """Living children of a process, their children, and so on; those whose parent ended are not found this way."""
    if sys.platform == "linux":
        found = _below(pid, _children_by_parent())
    else:
        found = _below_elsewhere(pid)
    return tuple(process for child in found if (process := identify(child)) is not None)


def _below(pid: int, children: dict[int, list[int]]) -> Iterator[int]:
    waiting = list(children.get(pid, ()))
    while waiting:
        child = waiting.pop()
        yield child
        waiting += children.get(child, ())


def _children_by_parent() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = Path(entry.path, "stat").read_bytes()
            except OSError:
                continue
            children[int(stat.rpartition(b")")[2].split()[1])].append(int(entry.name))
    return children


def _below_elsewhere(pid: int) -> Iterator[int]:
    import psutil  # costs start-up time, and Linux does without

    try:
        yield from (child.pid for child in psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return
