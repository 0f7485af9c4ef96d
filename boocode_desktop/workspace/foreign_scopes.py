"""The scopes that the user's own repository defines: against the branch's start, and against the last commit.

These diffs are for looking: git's own rules for line ends apply to them, so that they agree with `git diff`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, DiffOption

from boocode_desktop.domain.changes import DiffLine, FileChange, FileDiff, Hunk, Operation, Scope
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.names import matching, raw_hex, shown
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


def foreign_deltas(record: WorktreeRecord, scope: Scope, context: int = 3) -> Iterator["ForeignPatch"]:
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
    for patch in diff:
        if patch is not None:
            found = ForeignPatch(patch, "" if inside == "." else inside + "/")
            if found.path:
                yield found


class ForeignPatch:
    """A libgit2 patch with its path below the session's root ("" if outside)."""

    def __init__(self, patch: pygit2.Patch, prefix: str) -> None:
        self.patch = patch
        self.path = _below(patch.delta.new_file.raw_path or patch.delta.old_file.raw_path, prefix)
        self.old_path = _below(patch.delta.old_file.raw_path, prefix)


def _below(raw: bytes, prefix: str) -> str:
    path = os.fsdecode(raw)
    return path.removeprefix(prefix) if path.startswith(prefix) else ""


def foreign_change(found: ForeignPatch) -> FileChange:
    """A patch as the change list shows it."""
    delta = found.patch.delta
    operation = _OPERATIONS.get(delta.status, "modified")
    if 0o160000 in (int(delta.old_file.mode), int(delta.new_file.mode)):
        operation = "submodule"
    elif operation == "modified" and delta.old_file.id == delta.new_file.id:
        operation = "mode"
    _, added, removed = found.patch.line_stats
    return FileChange(
        path=shown(found.path),
        operation=operation,
        added=added,
        removed=removed,
        hunks=len(found.patch.hunks),
        binary=bool(delta.is_binary),
        old_path=shown(found.old_path) if operation == "renamed" else "",
        raw=raw_hex(found.path),
    )


def foreign_diff(record: WorktreeRecord, scope: Scope, path: str, context: int) -> FileDiff:
    """One file's hunks in such a scope.

    Raises:
        NotFoundError: it does not differ.
    """
    patches = {found.path: found for found in foreign_deltas(record, scope, context)}
    if not patches:
        raise NotFoundError(f"{path} does not differ in the scope `{scope}`.")
    found = patches[matching(path, patches)]
    hunks = tuple(_hunk(number, hunk) for number, hunk in enumerate(found.patch.hunks, 1))
    return FileDiff(change=foreign_change(found), hunks=hunks)


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
