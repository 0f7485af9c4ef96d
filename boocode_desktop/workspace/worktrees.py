"""The user's repository: one branch and one worktree per session, found again by the recorded git directory."""

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import CheckoutStrategy, RepositoryOpenFlag

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.removal import remove_tree

IN_PLACE = "Work in place instead (`--isolation in-place`): checkpoints, review and rewind work there too."


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeWorktree:
    """A new worktree: `top` is its folder, `root` the part that matches the project folder."""

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


def add(repo: pygit2.Repository, folder: Path, place: Path, session_id: str) -> MadeWorktree:
    """Make the branch and check it out at `place`. No hook, filter or monitor of the repository runs."""
    head = repo.head.peel(pygit2.Commit)
    name = _free_name(repo, short_id(session_id))
    branch = repo.branches.local.create(f"boocode/{name}", head)
    try:
        gitdir = _add(repo, f"boocode-{name}", place, str(branch.branch_name))
    except BaseException:
        branch.delete()
        shutil.rmtree(place, ignore_errors=True)
        raise
    inside = folder.relative_to(Path(str(repo.workdir)).resolve())
    (place / inside).mkdir(parents=True, exist_ok=True)
    return MadeWorktree(top=place, root=place / inside, branch=f"boocode/{name}", gitdir=gitdir, head=str(head.id))


def _add(repo: pygit2.Repository, name: str, place: Path, branch: str) -> Path:
    """Write git's entry for the worktree and check the branch out; returns its git directory.

    libgit2's own `git_worktree_add` writes these same files, but its binding keeps Python still for the whole checkout.
    """
    gitdir = _common(repo) / "worktrees" / name
    gitdir.mkdir(parents=True)
    place.mkdir(parents=True, mode=0o700)
    try:
        (gitdir / "HEAD").write_bytes(f"ref: refs/heads/{branch}\n".encode())
        (gitdir / "commondir").write_bytes(b"../..\n")
        (gitdir / "gitdir").write_bytes(os.fsencode(f"{place}/.git\n"))
        (place / ".git").write_bytes(os.fsencode(f"gitdir: {gitdir}\n"))
        made = pygit2.Repository(str(gitdir), RepositoryOpenFlag.NO_SEARCH)
        made.checkout("HEAD", strategy=CheckoutStrategy.FORCE)
    except BaseException:
        shutil.rmtree(gitdir, ignore_errors=True)
        raise
    return gitdir


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
    """Remove the worktree's folder, git's entry for it and its branch; whatever is already gone is skipped."""
    top = _recorded_top(record)
    remove_tree(top)
    repo = open_shared(record)
    if repo is None:
        return
    name = Path(record.gitdir).name
    if name in repo.list_worktrees():
        repo.lookup_worktree(name).prune(True)
    with contextlib.suppress(KeyError, pygit2.GitError):
        branch = repo.branches.local[record.branch]
        if not branch.is_checked_out():
            branch.delete()


def recreate(record: WorktreeRecord, place: Path) -> Path:
    """Add the worktree again at the same place, on its old branch where that is left; returns its git directory."""
    repo = open_shared(record)
    if repo is None:
        raise UserFacingError(
            "The repository of this session is gone.", "Put it back, or copy the files out of the last checkpoint."
        )
    name = Path(record.gitdir).name
    if name in repo.list_worktrees():
        repo.lookup_worktree(name).prune(True)
    if record.branch not in repo.branches.local:
        commit: object = repo.get(record.source_head)
        start = commit if isinstance(commit, pygit2.Commit) else repo.head.peel(pygit2.Commit)
        repo.branches.local.create(record.branch, start)
    return _add(repo, name, place, record.branch)
