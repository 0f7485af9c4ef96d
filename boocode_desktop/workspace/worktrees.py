"""The user's repository: one branch and one worktree per session, found again by the recorded git directory."""

import contextlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import CheckoutStrategy, RepositoryOpenFlag

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.removal import remove_tree

GONE = ".gone-"
"""Begins the name of a worktree whose deletion has begun."""
IN_PLACE = "Work in place instead (`--isolation in-place`): checkpoints, review and rewind work there too."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A worktree to be made: `top` is its folder, `root` the part that matches the project folder."""

    top: Path
    root: Path
    branch: str
    gitdir: Path
    head: str


def short_id(session_id: str) -> str:
    """The part of a session id that names its branch."""
    return re.sub(r"[^a-z0-9]", "", session_id.rpartition("_")[2].lower())[-8:] or "session"


def user_repository(folder: Path) -> pygit2.Repository:
    """The repository that a project folder lies in.

    Raises:
        UserFacingError: there is none that libgit2 opens.
    """
    try:
        found = pygit2.discover_repository(str(folder))
        if found is not None:
            return pygit2.Repository(found)
    except pygit2.GitError as error:
        raise UserFacingError(f"git cannot open {folder}: {error}.", IN_PLACE) from error
    raise UserFacingError(f"{folder} is no git repository.", IN_PLACE)


def plan(repo: pygit2.Repository, folder: Path, place: Path, session_id: str) -> Plan:
    """Choose names for a session's worktree of the repository that `folder` lies in."""
    name = _free_name(repo, short_id(session_id))
    return Plan(
        top=place,
        root=place / folder.relative_to(Path(str(repo.workdir)).resolve()),
        branch=f"boocode/{name}",
        gitdir=_common(repo) / "worktrees" / f"boocode-{name}",
        head=str(repo.head.peel(pygit2.Commit).id),
    )


def add(repo: pygit2.Repository, wanted: Plan) -> None:
    """Make the branch and check it out. No hook, filter or monitor of the repository runs."""
    repo.branches.local.create(wanted.branch, repo.revparse_single(wanted.head).peel(pygit2.Commit))
    _add(wanted.gitdir, wanted.top, wanted.branch)
    wanted.root.mkdir(parents=True, exist_ok=True)


def _add(gitdir: Path, place: Path, branch: str) -> None:
    """Write git's entry for a worktree and check its branch out.

    libgit2's own `git_worktree_add` writes these same files, but its binding keeps Python still for the whole checkout.
    """
    gitdir.mkdir(parents=True)
    place.mkdir(parents=True, mode=0o700)
    (gitdir / "HEAD").write_bytes(f"ref: refs/heads/{branch}\n".encode())
    (gitdir / "commondir").write_bytes(b"../..\n")
    (gitdir / "gitdir").write_bytes(os.fsencode(f"{place}/.git\n"))
    (place / ".git").write_bytes(os.fsencode(f"gitdir: {gitdir}\n"))
    made = pygit2.Repository(str(gitdir), RepositoryOpenFlag.NO_SEARCH)
    made.checkout("HEAD", strategy=CheckoutStrategy.FORCE)


def _free_name(repo: pygit2.Repository, wanted: str) -> str:
    taken = {*repo.branches.local, *(f"boocode/{w.removeprefix('boocode-')}" for w in repo.list_worktrees())}
    name, number = wanted, 1
    while f"boocode/{name}" in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _common(repo: pygit2.Repository) -> Path:
    """The git directory that a repository and its worktrees share."""
    path = Path(repo.path)
    with contextlib.suppress(OSError):
        path = path / (path / "commondir").read_text().strip()
    return path.resolve()


def top_of(record: WorktreeRecord) -> Path:
    """The worktree's own folder, of which `root` may be a part."""
    root = Path(record.root)
    with contextlib.suppress(OSError):
        return Path((Path(record.gitdir) / "gitdir").read_text().strip()).parent
    return root


def open_recorded(record: WorktreeRecord) -> pygit2.Repository:
    """The worktree's repository, by the recorded git directory and never by its `.git` file.

    Raises:
        UserFacingError: it is gone, or leads to another folder.
    """
    try:
        repo = pygit2.Repository(record.gitdir, RepositoryOpenFlag.NO_SEARCH)
        workdir = Path(str(repo.workdir)).resolve()
    except pygit2.GitError as error:
        raise UserFacingError(
            f"The repository of this session cannot be opened: {error}.",
            "Its files and checkpoints are kept. Put the repository back, or recreate the worktree.",
        ) from error
    if not Path(record.root).resolve().is_relative_to(workdir):
        raise UserFacingError(
            f"The git data of this session now leads to {workdir}, so nothing was done there.",
            "Something rewrote it. Your checkpoints are safe; delete the session or recreate its worktree.",
        )
    return repo


def open_shared(record: WorktreeRecord) -> pygit2.Repository | None:
    """The repository that the worktree belongs to; None where it is gone."""
    try:
        return pygit2.Repository(str(Path(record.gitdir).parent.parent), RepositoryOpenFlag.NO_SEARCH)
    except pygit2.GitError:
        return None


def pointer_problem(record: WorktreeRecord) -> str:
    """What is wrong with the worktree's `.git` file, "" if nothing."""
    if record.isolation == "in-place":
        return ""
    top = _recorded_top(record)
    try:
        text = os.fsdecode((top / ".git").read_bytes()) if not (top / ".git").is_symlink() else "(a symbolic link)"
    except FileNotFoundError:
        return "The worktree's .git file was deleted."
    except OSError:
        return "The worktree's .git file was replaced by something else."
    if text.strip().rstrip("/") == f"gitdir: {record.gitdir}":
        return ""
    return f"The worktree's .git file was rewritten: it says {text.strip()[:200]!r}."


def repair_pointer(record: WorktreeRecord) -> None:
    """Put the worktree's `.git` file back."""
    place = _recorded_top(record) / ".git"
    if place.is_dir() and not place.is_symlink():
        place.rename(place.with_name(f".git-replaced-{os.getpid()}"))
    temporary = place.with_name(".boocode-tmp-git")
    temporary.write_bytes(os.fsencode(f"gitdir: {record.gitdir}\n"))
    temporary.replace(place)


def _recorded_top(record: WorktreeRecord) -> Path:
    root = Path(record.root)
    name = Path(record.gitdir).name
    for folder in (root, *root.parents):
        if folder.parent.name == "worktrees" and (folder.name == record.session_id or folder.name == name):
            return folder
    return root


def remove(record: WorktreeRecord) -> None:
    """Remove the worktree's folder, git's entry for it and its branch; whatever is already gone is skipped.

    The branch stays where somebody has it checked out elsewhere.
    """
    _remove_at_once(_recorded_top(record))
    _forget(Path(record.gitdir))
    repo = open_shared(record)
    if repo is None:
        return
    with contextlib.suppress(KeyError, pygit2.GitError):
        branch = repo.branches.local[record.branch]
        if not branch.is_checked_out():
            branch.delete()


def _remove_at_once(top: Path) -> None:
    """Gone in one step, so that a killed deletion does not look like a worktree whose files somebody deleted."""
    if top.parent.name == "worktrees" and top.is_dir() and not top.is_symlink():
        gone = top.with_name(f"{GONE}{top.name}-{secrets.token_hex(4)}")
        top.rename(gone)
        top = gone
    remove_tree(top)


def _forget(gitdir: Path) -> None:
    """Remove git's entry for a worktree of ours."""
    if gitdir.parent.name == "worktrees" and gitdir.name.startswith("boocode-"):
        remove_tree(gitdir)
        with contextlib.suppress(OSError):
            gitdir.parent.rmdir()


def forget(record: WorktreeRecord) -> None:
    """Remove git's entry for a worktree that is not there any more; its branch stays."""
    _forget(Path(record.gitdir))


def recreate(record: WorktreeRecord, place: Path) -> None:
    """Add the worktree again at the same place, on its old branch where that is left.

    Raises:
        UserFacingError: the repository is gone, or somebody has the branch checked out.
    """
    _forget(Path(record.gitdir))
    repo = open_shared(record)
    if repo is None:
        raise UserFacingError(
            "The repository of this session is gone.", "Put it back, or copy the files out of the last checkpoint."
        )
    if record.branch not in repo.branches.local:
        commit: object = repo.get(record.source_head)
        start = commit if isinstance(commit, pygit2.Commit) else repo.head.peel(pygit2.Commit)
        repo.branches.local.create(record.branch, start)
    elif repo.branches.local[record.branch].is_checked_out():
        raise UserFacingError(
            f"The branch {record.branch} is checked out somewhere else.",
            "Switch to another branch there, then try again.",
        )
    _add(Path(record.gitdir), place, record.branch)
