"""What sessions take on the disk, counted by walking their folders, within a time."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from boocode_desktop.orchestrator.ports.upkeep import DiskUse

BUDGET_S = 20.0
_BLOCK = 512


class _Clock:
    """Says when the time is over; asked after every folder."""

    def __init__(self, budget_s: float) -> None:
        self._until = time.monotonic() + budget_s

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._until


def measure(data_dir: Path, *, budget_s: float = BUDGET_S) -> DiskUse:
    """Count. Blocks, at most about `budget_s`."""
    clock = _Clock(budget_s)
    seen: set[tuple[int, int]] = set()
    sizes = [_size(data_dir / name, clock, seen) for name in ("checkpoints", "archives", "worktrees")]
    return DiskUse(
        live=len(live_names(data_dir)),
        checkpoints=sizes[0],
        archives=sizes[1],
        worktrees=sizes[2],
        complete=not clock.over,
        at=time.time(),
    )


def folder_size(top: Path, *, seconds: float) -> tuple[int, bool]:
    """What a file or folder takes in bytes of disk, and whether there was time to count all of it. Blocks."""
    clock = _Clock(seconds)
    if top.is_file():
        return top.stat().st_size, True
    return _size(top, clock, set()), not clock.over


def live_names(data_dir: Path) -> list[str]:
    """The worktrees that are there, by the ids of their sessions."""
    try:
        with os.scandir(data_dir / "worktrees") as entries:
            return sorted(e.name for e in entries if not e.name.startswith(".") and e.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _size(top: Path, clock: _Clock, seen: set[tuple[int, int]]) -> int:
    total, waiting = 0, [str(top)]
    while waiting and not clock.over:
        for entry in _entries(waiting.pop()):
            try:
                info = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif info.st_nlink > 1:
                if (info.st_dev, info.st_ino) in seen:
                    continue
                seen.add((info.st_dev, info.st_ino))
            total += getattr(info, "st_blocks", -(-info.st_size // _BLOCK)) * _BLOCK
    return total


def _entries(folder: str) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            yield from list(entries)
    except OSError:
        return
