"""What differs between two trees of a chain."""

import os
from dataclasses import dataclass

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, DiffOption

from boocode_desktop.domain.changes import Operation
from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry


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
    if old.id == new.id:
        return []
    diff = old.diff_to_tree(new, flags=DiffOption.INCLUDE_TYPECHANGE, interhunk_lines=0)
    if renames:
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
