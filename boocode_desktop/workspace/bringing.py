"""Making a fresh worktree equal to the project folder: what is modified, staged, deleted or untracked comes along."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffOption

from boocode_desktop.workspace.copies import clear, copy_file
from boocode_desktop.workspace.skipped import UNTRACKED_LIMIT, too_large
from boocode_desktop.workspace.special_folders import submodule_head

_FLAGS = (
    DiffOption.INCLUDE_UNTRACKED
    | DiffOption.RECURSE_UNTRACKED_DIRS
    | DiffOption.INCLUDE_TYPECHANGE
    | DiffOption.IGNORE_SUBMODULES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came along. All paths are relative to the top of the repository; `submodules` maps to commits."""

    tracked: frozenset[str]
    submodules: dict[str, str]
    left: dict[str, str]


def tracked_files(repo: pygit2.Repository) -> tuple[frozenset[str], dict[str, str]]:
    """What the user's index holds: files, and submodules with the commit they stand at."""
    files, submodules = set(), {}
    top = Path(str(repo.workdir))
    for entry in repo.index:
        if stat.S_IFMT(int(entry.mode)) == 0o160000:
            submodules[entry.path] = submodule_head(top / entry.path) or str(entry.id)
        else:
            files.add(entry.path)
    return frozenset(files), submodules


def bring(repo: pygit2.Repository, target: Path, progress: Callable[[str], None], *, hidden: str = "") -> Brought:
    """Copy into `target`, a checkout of HEAD, whatever the folder has differently; `hidden` is a folder to pass by."""
    source = Path(str(repo.workdir))
    tracked, submodules = tracked_files(repo)
    left: dict[str, str] = {}
    changed = [path for path in _differing(repo) if path.rstrip("/") not in submodules and not _below(path, hidden)]
    for number, path in enumerate(changed):
        if number % 200 == 0:
            progress(f"Bringing along {len(changed):,} changed files")
        reason = _bring_one(source, target, path, tracked=path in tracked)
        if reason:
            left[path] = reason
    for path in _unlike(source, target, tracked - set(changed)):
        copy_file(source / path, target / path)
    return Brought(tracked=tracked, submodules=submodules, left=left)


def _below(path: str, folder: str) -> bool:
    return bool(folder) and f"{path}/".startswith(f"{folder}/")


def _differing(repo: pygit2.Repository) -> list[str]:
    index = repo.index
    head = repo.head.peel(pygit2.Commit).tree
    staged = head.diff_to_index(index, flags=DiffOption.INCLUDE_TYPECHANGE)
    unstaged = index.diff_to_workdir(_FLAGS)
    paths = {
        os.fsdecode(file.raw_path)
        for diff in (staged, unstaged)
        for delta in diff.deltas
        if delta.status != DeltaStatus.IGNORED
        for file in (delta.old_file, delta.new_file)
        if file.raw_path
    }
    return sorted(paths)


def _bring_one(source: Path, target: Path, path: str, *, tracked: bool) -> str:
    """Copy or delete one path; returns why it was left where it is, or ""."""
    place = source / path
    if path.endswith("/"):
        return "a repository inside: left in your folder"
    try:
        info = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        if os.path.lexists(target / path) and not (target / path).is_dir():
            clear(target / path)
        return ""
    if not (stat.S_ISREG(info.st_mode) or stat.S_ISLNK(info.st_mode)):
        return ""
    if info.st_size > UNTRACKED_LIMIT and not tracked:
        return f"{too_large(place)}; left in your folder"
    copy_file(place, target / path)
    return ""


def _unlike(source: Path, target: Path, paths: frozenset[str] | set[str]) -> Iterator[str]:
    """Files that git calls clean but whose bytes a filter changed on checkout (line ends, LFS): size or kind differ."""
    for path in paths:
        try:
            here, there = os.lstat(f"{source}/{path}"), os.lstat(f"{target}/{path}")
        except OSError:
            continue
        unlike = here.st_size != there.st_size or stat.S_IFMT(here.st_mode) != stat.S_IFMT(there.st_mode)
        if unlike and (stat.S_ISREG(here.st_mode) or stat.S_ISLNK(here.st_mode)):
            yield path
