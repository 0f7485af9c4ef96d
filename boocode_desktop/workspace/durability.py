"""Checkpoints that survive a power cut: what is new in a commit is on the disk before its id is handed out."""

import os
from collections.abc import Iterator
from pathlib import Path

import pygit2

SYNC_LIMIT = 200
"""With more new files than that, waiting for the disk would take longer than anybody wants to wait."""


def sync_commit(repo: pygit2.Repository, commit: pygit2.Commit) -> None:
    """Wait until the loose objects that a commit brought are on the disk. Objects in packs were synced when made."""
    folder = Path(repo.path) / "objects"
    parent = commit.parents[0].tree if commit.parents else None
    names = [str(commit.id)]
    for name in _new_objects(repo, parent, commit.tree):
        names.append(name)
        if len(names) > SYNC_LIMIT:
            break
    for name in names:
        _sync(folder / name[:2] / name[2:])


def _new_objects(repo: pygit2.Repository, old: pygit2.Tree | None, new: pygit2.Tree) -> Iterator[str]:
    """Trees and blobs of a tree that another one does not hold at the same place."""
    waiting: list[tuple[pygit2.Tree | None, pygit2.Tree]] = [(old, new)]
    while waiting:
        before, after = waiting.pop()
        if before is not None and before.id == after.id:
            continue
        yield str(after.id)
        known = {} if before is None else {entry.raw_name: entry for entry in before}
        for entry in after:
            other = known.get(entry.raw_name)
            if other is not None and other.id == entry.id:
                continue
            if isinstance(entry, pygit2.Tree):
                waiting.append((other if isinstance(other, pygit2.Tree) else None, entry))
            else:
                yield str(entry.id)


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
