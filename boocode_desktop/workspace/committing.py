"""Approved work as a commit in the user's repository: only approved changes, never other staged or unsaved work.

What is committed is the last commit with what was approved since the session began merged into it, so that the user's
own edits in the same files stay uncommitted. No hook and no filter program of the repository runs.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pygit2
from pygit2.enums import FileMode, FilterMode, RepositoryState

from boocode_desktop.domain.changes import CommitPlan, Committed
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.audit import fingerprint
from boocode_desktop.workspace.chain import SUBMODULE, Chain
from boocode_desktop.workspace.deltas import Delta, tree_deltas
from boocode_desktop.workspace.merging import ConflictError, merge_states
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.safe_files import LINK, FileState
from boocode_desktop.workspace.worktrees import user_repository

_STATES = {
    RepositoryState.MERGE: "a merge",
    RepositoryState.REVERT: "a revert",
    RepositoryState.REVERT_SEQUENCE: "a revert",
    RepositoryState.CHERRYPICK: "a cherry-pick",
    RepositoryState.CHERRYPICK_SEQUENCE: "a cherry-pick",
    RepositoryState.BISECT: "a bisect",
}
_KEPT = "What you approved is in your folder. Nothing was committed."


@dataclass(slots=True, kw_only=True)
class _Work:
    """A commit that is being put together. Paths are the repository's; `left` has the names for people."""

    repo: pygit2.Repository
    prefix: str
    parent: pygit2.Commit
    branch: str
    writes: dict[str, FileState | None] = field(default_factory=dict)
    operations: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


def plan_commit(chain: Chain, record: WorktreeRecord) -> CommitPlan:
    """What a commit of the approved work would hold.

    Raises:
        UserFacingError: the repository is in the middle of something, or there is no author.
    """
    work = _work(chain, record)
    author = _signature(work.repo)
    return CommitPlan(
        branch=work.branch,
        author=f"{author.name} <{author.email}>",
        operations=work.operations,
        left=work.left,
    )


def commit(chain: Chain, record: WorktreeRecord, message: str) -> tuple[Committed, WorktreeRecord]:
    """Commit the approved work; the record notes what moved, so that no agent is blamed for it.

    Raises:
        UserFacingError: there is nothing to commit, no message, or the repository is in the middle of something.
    """
    text = message.strip()
    if not text:
        raise UserFacingError("A commit needs a message.", "Say in a line what was done.")
    work = _work(chain, record)
    if not work.writes:
        raise UserFacingError("There is no approved work to commit.", _nothing(work))
    _refuse_unsigned(work.repo)
    author = _signature(work.repo)
    before = fingerprint(record)
    entries = {path: _stored(work.repo, path, state) for path, state in work.writes.items()}
    index = pygit2.Index()
    index.read_tree(work.parent.tree)
    _put(index, entries)
    tree = index.write_tree(work.repo)
    made = work.repo.create_commit("HEAD", author, author, f"{text}\n", tree, [work.parent.id])
    _stage(work.repo, entries)
    done = Committed(
        commit=str(made),
        branch=work.branch,
        summary=text.splitlines()[0],
        paths=tuple(work.operations),
        left=work.left,
    )
    return done, replace(record, fingerprint=_moved(record, before))


def _work(chain: Chain, record: WorktreeRecord) -> _Work:
    repo = user_repository(Path(record.project_path))
    _refuse_unfinished(repo)
    folder = Path(record.project_path).resolve().relative_to(Path(str(repo.workdir)).resolve()).as_posix()
    branch = "" if repo.head_is_detached else repo.head.shorthand
    prefix = "" if folder == "." else f"{folder}/"
    work = _Work(repo=repo, prefix=prefix, parent=repo.head.peel(pygit2.Commit), branch=branch)
    for delta in tree_deltas(chain, chain.tree(record.base), chain.tree(record.baseline), renames=False):
        try:
            _take(work, chain, delta)
        except ConflictError as error:
            work.left[shown(delta.path)] = str(error)
    return work


def _take(work: _Work, chain: Chain, delta: Delta) -> None:
    """Add one approved path.

    Raises:
        ConflictError: it cannot be committed here; the text says why.
    """
    path = work.prefix + delta.path
    if delta.operation == "submodule":
        raise ConflictError("submodules are committed by hand")
    if work.repo.get_attr(path, "filter") not in (None, False):
        raise ConflictError("git runs a filter on it, such as Git LFS: commit it by hand")
    base, theirs = (_filtered(work.repo, path, chain.state(entry)) for entry in (delta.old, delta.new))
    ours = _committed(work.parent.tree, work.repo, path)
    if ours is None and base is not None:
        raise ConflictError("the last commit does not hold it: add it yourself")
    if ours is None and work.repo.path_is_ignored(path):
        raise ConflictError("git ignores it")
    result = merge_states(base, ours, theirs)
    if result == ours:
        return
    _refuse_staged(work, path, ours, result)
    work.writes[path] = result
    work.operations[shown(delta.path)] = "added" if ours is None else "deleted" if result is None else "modified"


def _committed(tree: pygit2.Tree, repo: pygit2.Repository, path: str) -> FileState | None:
    try:
        found = tree[path]
    except KeyError:
        return None
    if found.filemode in (FileMode.TREE, SUBMODULE):
        raise ConflictError("the last commit holds a folder of that name")
    return FileState(mode=int(found.filemode), data=bytes(repo[found.id].read_raw()))


def _filtered(repo: pygit2.Repository, path: str, state: FileState | None) -> FileState | None:
    """The file as git stores it: line ends as its attributes and settings say."""
    if state is None or state.mode == LINK:
        return state
    filters = repo.load_filter_list(path, FilterMode.TO_ODB)
    return state if filters is None else replace(state, data=filters.apply_to_buffer(state.data))


def _refuse_staged(work: _Work, path: str, ours: FileState | None, result: FileState | None) -> None:
    """Staged changes of the same file are somebody's unfinished work."""
    index = work.repo.index
    if path not in index:
        state = None
    else:
        staged = index[path]
        state = FileState(mode=int(staged.mode), data=bytes(work.repo[staged.id].read_raw()))
    if state not in (ours, result):
        raise ConflictError("you staged other changes of it: commit or unstage them first")


def _stored(repo: pygit2.Repository, path: str, state: FileState | None) -> pygit2.IndexEntry | None:
    if state is None:
        return None
    return pygit2.IndexEntry(path, repo.create_blob(state.data), FileMode(state.mode))


def _put(index: pygit2.Index, entries: dict[str, pygit2.IndexEntry | None]) -> None:
    for path, entry in entries.items():
        if entry is not None:
            index.add(entry)
        elif path in index:
            index.remove(path)


def _stage(repo: pygit2.Repository, entries: dict[str, pygit2.IndexEntry | None]) -> None:
    """Let the index follow, so that the commit does not look undone; everything else that is staged stays."""
    index = repo.index
    index.read()
    _put(index, entries)
    index.write()


def _refuse_unfinished(repo: pygit2.Repository) -> None:
    if repo.is_bare or not repo.workdir:
        raise UserFacingError("The repository has no files to commit.", _KEPT)
    if repo.head_is_unborn:
        raise UserFacingError("The repository has no commit yet.", f"Make the first one yourself. {_KEPT}")
    state = repo.state()
    if state != RepositoryState.NONE:
        what = _STATES.get(state, "a rebase")
        raise UserFacingError(f"Your repository is in the middle of {what}.", f"Finish or abort it first. {_KEPT}")
    repo.index.read()
    if repo.index.conflicts is not None:
        raise UserFacingError("Your repository has unresolved conflicts.", f"Resolve them first. {_KEPT}")
    if os.path.lexists(Path(repo.path) / "index.lock"):
        raise UserFacingError("Another git command works in your repository.", f"Try again when it is done. {_KEPT}")


def _refuse_unsigned(repo: pygit2.Repository) -> None:
    if "commit.gpgsign" in repo.config and repo.config.get_bool("commit.gpgsign"):
        raise UserFacingError(
            "Your settings ask for signed commits, and BooCode cannot sign.", f"Commit with git itself. {_KEPT}"
        )


def _signature(repo: pygit2.Repository) -> pygit2.Signature:
    try:
        return repo.default_signature
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise UserFacingError(
            "git does not know your name.",
            f'Run `git config --global user.name "…"` and `git config --global user.email …`. {_KEPT}',
        ) from error


def _nothing(work: _Work) -> str:
    reasons = list(_reasons(work))
    return " ".join(reasons) if reasons else "Approve hunks or files first, or they are committed already."


def _reasons(work: _Work) -> Iterator[str]:
    for path, why in list(work.left.items())[:3]:
        yield f"{path}: {why}."


def _moved(record: WorktreeRecord, before: dict[str, str]) -> dict[str, str]:
    """The recorded fingerprint with what the commit itself moved."""
    after, recorded = fingerprint(record), record.fingerprint or {}
    ours = {name: value for name, value in after.items() if before.get(name) != value}
    return {**recorded, **ours}
