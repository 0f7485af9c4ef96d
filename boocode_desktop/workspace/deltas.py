"""What differs between two trees of a chain."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, DiffOption

from boocode_desktop.domain.changes import Operation
from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry

FOLDER = 0o040000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """One path that differs. `old_path` differs from `path` in a rename only."""

    path: str
    old_path: str
    old: Entry | None
    new: Entry | None

    @property
    def operation(self) -> Operation:
        """What happened to the file, in one word."""
        if SUBMODULE in (self.old and self.old.mode, self.new and self.new.mode):
            return "submodule"
        if self.old is None:
            return "added"
        if self.new is None:
            return "deleted"
        if self.path != self.old_path:
            return "renamed"
        return "mode" if self.old.oid == self.new.oid else "modified"

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path it touches."""
        return (self.path,) if self.path == self.old_path else (self.old_path, self.path)


def tree_deltas(chain: Chain, old: pygit2.Tree, new: pygit2.Tree, *, renames: bool = True) -> list[Delta]:
    """Every path that differs, sorted."""
    found = sorted(_differing(chain.repo, old, new, b""), key=lambda delta: delta.path)
    if renames and any(delta.old is None for delta in found) and any(delta.new is None for delta in found):
        return _with_renames(old, new)
    return found


def _differing(
    repo: pygit2.Repository, old: pygit2.Tree | None, new: pygit2.Tree | None, under: bytes
) -> Iterator[Delta]:
    """Walk two trees side by side, past folders that are equal.

    libgit2's own comparison reads every folder of both, and keeps Python's lock while it does.
    """
    before, after = _entries(old), _entries(new)
    for name in before.keys() | after.keys():
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        path = under + name
        old_folder, new_folder = _folder(repo, was), _folder(repo, now)
        if old_folder is not None or new_folder is not None:
            yield from _differing(repo, old_folder, new_folder, path + b"/")
            was = was if old_folder is None else None
            now = now if new_folder is None else None
        if was is not None or now is not None:
            shown = os.fsdecode(path)
            yield Delta(path=shown, old_path=shown, old=was, new=now)


def _entries(tree: pygit2.Tree | None) -> dict[bytes, Entry]:
    return {} if tree is None else {e.raw_name or b"": Entry(oid=str(e.id), mode=int(e.filemode)) for e in tree}


def _folder(repo: pygit2.Repository, entry: Entry | None) -> pygit2.Tree | None:
    found = repo[entry.oid] if entry is not None and entry.mode == FOLDER else None
    return found if isinstance(found, pygit2.Tree) else None


def _with_renames(old: pygit2.Tree, new: pygit2.Tree) -> list[Delta]:
    diff = old.diff_to_tree(new, flags=DiffOption.INCLUDE_TYPECHANGE, interhunk_lines=0)
    diff.find_similar(DiffFind.FIND_RENAMES)
    return sorted((_delta(delta) for delta in diff.deltas), key=lambda delta: delta.path)


def _delta(delta: pygit2.DiffDelta) -> Delta:
    new_path = os.fsdecode(delta.new_file.raw_path)
    renamed = delta.status == DeltaStatus.RENAMED
    return Delta(
        path=new_path,
        old_path=os.fsdecode(delta.old_file.raw_path) if renamed else new_path,
        old=None if delta.status == DeltaStatus.ADDED else _entry(delta.old_file),
        new=None if delta.status == DeltaStatus.DELETED else _entry(delta.new_file),
    )


def _entry(file: pygit2.DiffFile) -> Entry:
    return Entry(oid=str(file.id), mode=int(file.mode))
