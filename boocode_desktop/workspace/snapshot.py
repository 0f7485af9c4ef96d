"""The files on disk as a tree of the chain, whatever HEAD or the user's index say.

Tracked means: in the chain's own index, which holds the last snapshot with its stat data, so only what changed since is
read. Untracked files join it, ignored ones only where they are carried; what does not fit is named in `skipped`.
"""

import contextlib
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

import pygit2
from pygit2.enums import DeltaStatus, DiffOption

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.product import TEMPORARY
from boocode_desktop.workspace.chain import Chain
from boocode_desktop.workspace.indexing import add_file, add_packed, distrust_recent
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.packing import WORTHWHILE
from boocode_desktop.workspace.skipped import UNTRACKED_LIMIT, IgnoredSummary, too_large
from boocode_desktop.workspace.special_folders import add_carried, add_nested, add_submodules

_FLAGS = (
    DiffOption.INCLUDE_UNTRACKED
    | DiffOption.RECURSE_UNTRACKED_DIRS
    | DiffOption.INCLUDE_TYPECHANGE
    | DiffOption.INCLUDE_UNREADABLE
    | DiffOption.IGNORE_SUBMODULES
)
_ATTEMPTS = 4
STALE_S = 600.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskState:
    """A snapshot. `skipped` maps shown names to what is known of files that it does not hold."""

    tree: pygit2.Tree
    skipped: dict[str, str]


@dataclass(slots=True, kw_only=True)
class _Work:
    """What one look at the disk found."""

    remove: list[str] = field(default_factory=list)
    add: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def _nobody(_words: str) -> None:
    """Nobody watches the progress."""


def take(chain: Chain, *, always: Collection[str] = (), progress: Callable[[str], None] = _nobody) -> DiskState:
    """Snapshot the disk. `always` are paths to hold however large or ignored: what the user's git tracks.

    Raises:
        UserFacingError: a file could not be read or saved; then there is no snapshot.
    """
    return _attempted(chain, lambda index: _taken(chain, index, always, progress))


def _attempted(chain: Chain, work: Callable[[pygit2.Index], T]) -> T:
    """Do something with the index; again, where a file vanished or grew between the look and the reading."""
    _require_root(chain)
    clear_stale_lock(chain)
    for attempt in range(_ATTEMPTS):
        index = _index(chain)
        try:
            return work(index)
        except (pygit2.GitError, OSError, KeyError) as error:
            chain.repo.index.read(True)
            if attempt == _ATTEMPTS - 1:
                raise UserFacingError(
                    f"No checkpoint was made, because a file could not be saved: {error}.",
                    "The files are untouched. Free disk space or fix the file's permissions, then try again.",
                ) from error
    raise AssertionError("unreachable")


def clear_stale_lock(chain: Chain) -> None:
    """Remove an `index.lock` of ours: the caller holds the session lock, so its owner is dead."""
    (chain.path / "index.lock").unlink(missing_ok=True)


def _require_root(chain: Chain) -> None:
    if not chain.root.is_dir():
        raise UserFacingError(
            f"The session's folder {chain.root} was deleted.",
            "Everything up to the last checkpoint is kept. Recreate the folder from it by your next message or by "
            "`boocode rewind`, or delete the session.",
        )


def _index(chain: Chain) -> pygit2.Index:
    try:
        index: pygit2.Index = chain.repo.index
        index.read(False)
    except pygit2.GitError:
        # The index only saves time: without it everything is read again.
        (chain.path / "index").unlink(missing_ok=True)
        chain.repo = pygit2.Repository(str(chain.path))
        index = chain.repo.index
    return index


def tree_now(chain: Chain) -> pygit2.Tree:
    """The disk as a tree, for comparing: what the snapshot does not hold is not looked at.

    Raises:
        UserFacingError: a file could not be read or saved.
    """
    return _attempted(chain, lambda index: _tree(chain, index, _look(chain, index, _FLAGS), (), _nobody))


def _taken(chain: Chain, index: pygit2.Index, always: Collection[str], progress: Callable[[str], None]) -> DiskState:
    work = _look(chain, index, _FLAGS | DiffOption.INCLUDE_IGNORED)
    return DiskState(tree=_tree(chain, index, work, always, progress), skipped=_skipped(chain, work))


def _tree(
    chain: Chain,
    index: pygit2.Index,
    work: _Work,
    always: Collection[str],
    progress: Callable[[str], None],
) -> pygit2.Tree:
    for path in work.remove:
        index.remove(path)
    _add_tracked(chain, index, work, always)
    _add_files(chain, index, work, progress)
    for folder in work.nested:
        add_nested(chain, index, folder, work.skipped)
    for path in chain.facts.carried:
        add_carried(chain, index, path)
    add_submodules(chain, index)
    tree = index.write_tree()
    if work.add or work.remove or work.nested or chain.facts.carried or chain.facts.submodules:
        index.write()
    return chain.as_tree(tree)


def _add_tracked(chain: Chain, index: pygit2.Index, work: _Work, always: Collection[str]) -> None:
    """What the user's git tracks belongs in, be it large or ignored."""
    known = set(work.add)
    for path in sorted(always):
        work.skipped.pop(path, None)
        if path not in known and path not in index and os.path.lexists(chain.root / path):
            work.add.append(path)


def _look(chain: Chain, index: pygit2.Index, flags: DiffOption) -> _Work:
    work = _Work()
    submodules = chain.facts.submodules or {}
    for delta in index.diff_to_workdir(flags).deltas:
        path = os.fsdecode(delta.new_file.raw_path)
        if path.rstrip("/") in submodules:
            continue
        if path.rpartition("/")[2].startswith(TEMPORARY):
            _drop_stale(f"{chain.root}/{path}")
            continue
        if path.rstrip("/") == chain.facts.hidden:
            continue
        match delta.status:
            case DeltaStatus.DELETED:
                work.remove.append(path)
            case DeltaStatus.IGNORED:
                work.ignored.append(path)
            case DeltaStatus.UNTRACKED if path.endswith("/"):
                work.nested.append(path.rstrip("/"))
            case DeltaStatus.UNTRACKED if delta.new_file.size > UNTRACKED_LIMIT:
                work.skipped[path] = ""
            case DeltaStatus.UNREADABLE:
                raise UserFacingError(
                    f"No checkpoint was made, because {shown(path)} cannot be read.",
                    "The files are untouched. Give yourself read permission on it, or ignore it, then try again.",
                )
            case _:
                work.add.append(path)
    return work


def _drop_stale(path: str) -> None:
    """Remove what a killed program of ours left in the middle of a write; one at work is younger than this."""
    with contextlib.suppress(OSError):
        if time.time() - os.lstat(path).st_mtime > STALE_S:
            os.unlink(path)  # noqa: PTH108


def _add_files(chain: Chain, index: pygit2.Index, work: _Work, progress: Callable[[str], None]) -> None:
    started = time.time_ns()
    packed = add_packed(chain, index, work.add, progress) if len(work.add) >= WORTHWHILE else frozenset[str]()
    for path in work.add:
        if path not in packed and not add_file(index, path):
            work.skipped[path] = "git cannot hold this name"
    for path in work.add:
        distrust_recent(chain, index, path, started)
    for path, reason in work.skipped.items():
        work.skipped[path] = reason or too_large(chain.root / path)


def _skipped(chain: Chain, work: _Work) -> dict[str, str]:
    skipped = {shown(path): reason for path, reason in work.skipped.items()}
    summary = IgnoredSummary()
    carried = chain.facts.carried
    for path in work.ignored:
        bare = path.rstrip("/")
        if any(bare == kept or bare.startswith(f"{kept}/") for kept in carried):
            continue
        if summary.full:
            skipped["…"] = "more ignored files than are listed here"
            break
        skipped[shown(path)] = summary.add(chain.root, path)
    for path in chain.facts.nested:
        if (chain.root / path / ".git").exists():
            skipped[shown(f"{path}/.git")] = "the history of a repository inside is not kept, its files are"
    for path in chain.facts.linked:
        skipped[path] = "linked to the project folder: not isolated"
    return skipped
