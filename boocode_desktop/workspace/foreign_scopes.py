"""The scopes that the user's own repository defines: against the branch's start, and against the last commit.

These diffs are for looking: git's own rules for line ends apply to them, so that they agree with `git diff`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, DiffOption

from boocode_desktop.domain.changes import (
    DiffLine,
    FileChange,
    FileDiff,
    FileVersion,
    FileVersions,
    Hunk,
    Operation,
    Scope,
)
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.chain import SUBMODULE
from boocode_desktop.workspace.limits import COMPARE_LIMIT, HUNK_LIMIT, TEXT_LIMIT, TOO_LARGE
from boocode_desktop.workspace.names import matching, raw_hex, shown
from boocode_desktop.workspace.safe_files import Folder
from boocode_desktop.workspace.text_edits import line_text
from boocode_desktop.workspace.worktrees import open_recorded

_FLAGS = (
    DiffOption.INCLUDE_UNTRACKED
    | DiffOption.RECURSE_UNTRACKED_DIRS
    | DiffOption.SHOW_UNTRACKED_CONTENT
    | DiffOption.INCLUDE_TYPECHANGE
    | DiffOption.INDENT_HEURISTIC
)
_OPERATIONS: dict[int, Operation] = {
    DeltaStatus.ADDED: "added",
    DeltaStatus.UNTRACKED: "added",
    DeltaStatus.DELETED: "deleted",
    DeltaStatus.RENAMED: "renamed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDelta:
    """A file that differs in the user's repository, with its paths below the session's root."""

    repo: pygit2.Repository
    diff: pygit2.Diff
    number: int
    path: str
    old_path: str
    delta: pygit2.DiffDelta

    def patch(self) -> pygit2.Patch | None:
        """Its lines; None where it is too large to compare. Reads both files."""
        return None if self.size > COMPARE_LIMIT else self.diff[self.number]

    @property
    def size(self) -> int:
        """The larger of both files, in bytes."""
        return max(len_of(self.repo, self.delta.old_file), self.delta.new_file.size)

    def old_text(self) -> str | None:
        """The text of the side that the repository holds; None where there is none or it is too large to show."""
        file = self.delta.old_file
        if not int(file.mode) or self.size > TEXT_LIMIT:
            return None
        blob = self.repo.get(file.id)
        return blob.data.decode("utf-8", "replace") if isinstance(blob, pygit2.Blob) else None


def len_of(repo: pygit2.Repository, file: pygit2.DiffFile) -> int:
    """The size of the side that the repository holds, in bytes: known without reading it."""
    if not int(file.mode) or int(file.mode) == SUBMODULE:
        return 0
    return int(repo.odb.read_header(file.id)[1])


def foreign_deltas(record: WorktreeRecord, scope: Scope, context: int = 3) -> Iterator[ForeignDelta]:
    """Every file that differs from the commit a scope starts at.

    Raises:
        UserFacingError: that commit is gone.
    """
    repo = open_recorded(record)
    start = record.source_head if scope == "branch" else "" if repo.head_is_unborn else str(repo.head.target)
    commit: object = repo.get(start) if start else None
    if not isinstance(commit, pygit2.Commit):
        raise UserFacingError(
            f"The commit {start[:12] or '(none)'} that this scope starts at is not in the repository any more.",
            "Use the scope `session`: it depends on nothing outside.",
        )
    diff = commit.tree.diff_to_workdir(_FLAGS, context_lines=context)
    diff.find_similar(DiffFind.FIND_RENAMES | DiffFind.FIND_FOR_UNTRACKED)
    inside = Path(record.root).resolve().relative_to(Path(str(repo.workdir)).resolve()).as_posix()
    prefix = "" if inside == "." else inside + "/"
    for number, delta in enumerate(diff.deltas):
        path = _below(delta.new_file.raw_path or delta.old_file.raw_path, prefix)
        if path:
            old = _below(delta.old_file.raw_path, prefix)
            yield ForeignDelta(repo=repo, diff=diff, number=number, path=path, old_path=old, delta=delta)


def _below(raw: bytes, prefix: str) -> str:
    path = os.fsdecode(raw)
    return path.removeprefix(prefix) if path.startswith(prefix) else ""


def foreign_change(found: ForeignDelta, patch: pygit2.Patch | None) -> FileChange:
    """A file as the change list shows it; `patch` is its lines."""
    # Whether a file is binary is known only once its lines were looked for.
    delta = patch.delta if patch is not None else found.delta
    operation = _OPERATIONS.get(delta.status, "modified")
    if SUBMODULE in (int(delta.old_file.mode), int(delta.new_file.mode)):
        operation = "submodule"
    elif operation == "modified" and delta.old_file.id == delta.new_file.id:
        operation = "mode"
    _, added, removed = patch.line_stats if patch is not None else (0, 0, 0)
    return FileChange(
        path=shown(found.path),
        operation=operation,
        added=added,
        removed=removed,
        hunks=len(patch.hunks) if patch is not None else 0,
        binary=bool(delta.is_binary) or patch is None,
        old_path=shown(found.old_path) if operation == "renamed" else "",
        raw=raw_hex(found.path),
        note=TOO_LARGE if patch is None else "",
    )


def foreign_diff(record: WorktreeRecord, scope: Scope, path: str, context: int) -> FileDiff:
    """One file's hunks in such a scope.

    Raises:
        NotFoundError: it does not differ.
    """
    found = _chosen(record, scope, path, context)
    patch = found.patch()
    change = foreign_change(found, patch)
    if patch is None or change.binary:
        return FileDiff(change=change)
    truncated = found.size > TEXT_LIMIT
    shown_hunks = patch.hunks[:HUNK_LIMIT] if truncated else patch.hunks
    hunks = tuple(_hunk(number, hunk) for number, hunk in enumerate(shown_hunks, 1))
    return FileDiff(change=change, hunks=hunks, old_text=found.old_text(), truncated=truncated)


def foreign_versions(record: WorktreeRecord, scope: Scope, path: str) -> FileVersions:
    """Both sides of one file as bytes: as the repository holds the old one, as the new one is on disk.

    Raises:
        NotFoundError: it does not differ.
    """
    found = _chosen(record, scope, path)
    old, new = found.delta.old_file, found.delta.new_file
    before = after = None
    if int(old.mode) and found.delta.status not in (DeltaStatus.ADDED, DeltaStatus.UNTRACKED):
        size = len_of(found.repo, old)
        before = FileVersion(size=size, data=found.repo[old.id].read_raw() if size <= COMPARE_LIMIT else None)
    if int(new.mode) and found.delta.status != DeltaStatus.DELETED:
        there = Folder(Path(record.root)).read(found.path) if new.size <= COMPARE_LIMIT else None
        after = FileVersion(size=len(there.data) if there else new.size, data=there.data if there else None)
    return FileVersions(before=before, after=after)


def _chosen(record: WorktreeRecord, scope: Scope, path: str, context: int = 3) -> ForeignDelta:
    deltas = {found.path: found for found in foreign_deltas(record, scope, context)}
    if not deltas:
        raise NotFoundError(
            f"{path} does not differ in the scope `{scope}`.",
            "It may have changed since it was listed: list the changes again.",
        )
    return deltas[matching(path, deltas)]


def _hunk(index: int, hunk: pygit2.DiffHunk) -> Hunk:
    return Hunk(
        index=index,
        old_start=hunk.old_start,
        old_lines=hunk.old_lines,
        new_start=hunk.new_start,
        new_lines=hunk.new_lines,
        lines=tuple(_lines(hunk)),
        heading=hunk.header.rpartition("@@")[2].strip(),
    )


def _lines(hunk: pygit2.DiffHunk) -> Iterator[DiffLine]:
    for line in hunk.lines:
        if line.origin not in "+- ":
            continue
        kind = {"+": "added", "-": "removed", " ": "context"}[line.origin]
        yield DiffLine(
            kind=kind,  # type: ignore[arg-type]
            text=line_text(line.raw_content),
            old=line.old_lineno if line.old_lineno > 0 else None,
            new=line.new_lineno if line.new_lineno > 0 else None,
            no_newline=not line.raw_content.endswith(b"\n"),
        )
