"""What a folder is, and whether a session can have a worktree there."""

import os
from pathlib import Path
from typing import Literal

import pygit2
from pygit2.enums import DiffOption

from boocode_desktop.domain.changes import FolderInfo


def inspect(folder: Path) -> FolderInfo:
    """Look at a folder; never raises, `problem` says what is wrong."""
    path = str(folder)
    if not folder.is_dir():
        return FolderInfo(path=path, kind="missing", problem=f"The folder {folder} does not exist.")
    gitdir = _gitdir(folder)
    if gitdir is None:
        return FolderInfo(path=path, kind="plain", problem="The folder is not in a git repository.")
    if not _ours(gitdir):
        problem = (
            f"The repository belongs to another user. To allow it: git config --global --add safe.directory {folder}"
        )
        return FolderInfo(path=path, kind="foreign-owner", problem=problem)
    try:
        kind = _unsupported(gitdir)
        if kind is not None:
            return FolderInfo(path=path, kind=kind[0], problem=kind[1])
        return _opened(folder, pygit2.Repository(str(gitdir)))
    except (pygit2.GitError, KeyError, OSError) as error:
        return FolderInfo(path=path, kind="broken", problem=f"git cannot open the repository: {error}.")


def _gitdir(folder: Path) -> Path | None:
    try:
        found = pygit2.discover_repository(str(folder))
    except pygit2.GitError:
        found = None
    if found is not None:
        return Path(found)
    for place in (folder, *folder.resolve().parents):
        if _is_repository(place / ".git"):
            return place / ".git"
    return None


def _is_repository(found: Path) -> bool:
    """Whether git would stop here on its way up: at a file, or at a folder with what every repository holds."""
    if found.is_file():
        return True
    return (found / "HEAD").is_file() and all((found / name).is_dir() for name in ("objects", "refs"))


def _ours(gitdir: Path) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    place = gitdir.parent if gitdir.name == ".git" else gitdir
    if place.stat().st_uid in (os.geteuid(), int(os.environ.get("SUDO_UID") or os.geteuid())):
        return True
    try:
        allowed = list(pygit2.Config.get_global_config().get_multivar("safe.directory"))
    except (OSError, KeyError):
        return False
    return "*" in allowed or str(place.resolve()) in allowed


def _unsupported(gitdir: Path) -> tuple[Literal["sha256", "partial-clone"], str] | None:
    config = _config_of(gitdir)
    if config is None:
        return None
    if _value(config, "extensions.objectformat").lower() == "sha256":
        return "sha256", "The repository uses SHA-256 object names, which cannot carry worktrees here yet."
    remotes = [entry.name for entry in config if entry.name.startswith("remote.")]
    promised = any(name.endswith((".promisor", ".partialclonefilter")) for name in remotes)
    if promised or _value(config, "extensions.partialclone"):
        return "partial-clone", "The repository is a partial clone: parts of its history are not on this computer."
    return None


def _config_of(gitdir: Path) -> pygit2.Config | None:
    for place in (gitdir, _common_of(gitdir)):
        if (place / "config").is_file():
            return pygit2.Config(str(place / "config"))
    return None


def _common_of(gitdir: Path) -> Path:
    try:
        return gitdir / (gitdir / "commondir").read_text().strip()
    except OSError:
        return gitdir


def _value(config: pygit2.Config, key: str) -> str:
    try:
        return str(config[key])
    except KeyError:
        return ""


def _opened(folder: Path, repo: pygit2.Repository) -> FolderInfo:
    path = str(folder)
    if repo.is_bare or not repo.workdir:
        return FolderInfo(path=path, kind="bare", problem="The repository is bare: it has no files to work on.")
    top = Path(repo.workdir).resolve()
    inside = folder.resolve()
    if not inside.is_relative_to(top):
        return FolderInfo(path=path, kind="plain", problem="The folder is git's own data folder.")
    if inside != top and repo.path_is_ignored(inside.relative_to(top).as_posix() + "/"):
        note = f"The repository {top} ignores this folder."
        return FolderInfo(path=path, kind="plain", problem="The folder is not in a git repository.", notes=(note,))
    unborn = repo.head_is_unborn
    return FolderInfo(
        path=path,
        kind="git",
        branch="" if unborn or repo.head_is_detached else repo.head.shorthand,
        head="" if unborn else str(repo.head.target),
        detached=not unborn and repo.head_is_detached,
        unborn=unborn,
        dirty=_dirty(repo),
        problem="The repository has no commit yet." if unborn else "",
        notes=tuple(_notes(repo, top, inside)),
    )


def _dirty(repo: pygit2.Repository) -> int:
    flags = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS | DiffOption.IGNORE_SUBMODULES
    changed = {d.new_file.raw_path for d in repo.index.diff_to_workdir(flags).deltas}
    if not repo.head_is_unborn:
        head = repo.head.peel(pygit2.Commit).tree
        changed |= {d.new_file.raw_path for d in head.diff_to_index(repo.index).deltas}
    return len(changed)


def _notes(repo: pygit2.Repository, top: Path, folder: Path) -> list[str]:
    notes = []
    if folder != top:
        notes.append(f"Part of the repository {top}: the worktree holds all of it, the session works in this part.")
    modules = repo.listall_submodules()
    if modules:
        notes.append(f"{len(modules)} submodule(s): shown as one line each, never entered.")
    if _uses_lfs(top):
        notes.append("Uses Git LFS: files that were not fetched are pointers here.")
    return notes


def _uses_lfs(top: Path) -> bool:
    try:
        return b"filter=lfs" in (top / ".gitattributes").read_bytes()
    except OSError:
        return False
