"""The files on disk as a tree of the chain, whatever HEAD or the user's index say.

Tracked means: in the chain's own index, which holds the last snapshot with its stat data, so only what changed since is
read. Untracked files join it, ignored ones only where they are carried; what does not fit is named in `skipped`.
"""

import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffOption

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry, index_entry
from boocode_desktop.workspace.names import shown, storable
from boocode_desktop.workspace.packing import WORTHWHILE, pack_files
from boocode_desktop.workspace.safe_files import TEMPORARY
from boocode_desktop.workspace.skipped import IgnoredSummary, too_large

UNTRACKED_LIMIT = 10 * 1024 * 1024
NESTED_LIMIT = 10_000
RACY_NS = 50_000_000
"""A file changed this short before its snapshot is read again next time: clocks of file systems are coarse."""
_FLAGS = (
    DiffOption.INCLUDE_UNTRACKED
    | DiffOption.RECURSE_UNTRACKED_DIRS
    | DiffOption.INCLUDE_IGNORED
    | DiffOption.INCLUDE_TYPECHANGE
    | DiffOption.INCLUDE_UNREADABLE
    | DiffOption.IGNORE_SUBMODULES
)
_SUBMODULE_PATH = re.compile(rb"^[ \t]*path[ \t]*=[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)
_ATTEMPTS = 4


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
    _require_root(chain)
    clear_stale_lock(chain)
    for attempt in range(_ATTEMPTS):
        index = _index(chain)
        try:
            return _taken(chain, index, always, progress)
        except (pygit2.GitError, OSError, KeyError) as error:
            # A file may vanish or grow between the look and the reading; then look again.
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


def _taken(chain: Chain, index: pygit2.Index, always: Collection[str], progress: Callable[[str], None]) -> DiskState:
    work = _look(chain, index)
    for path in work.remove:
        index.remove(path)
    _add_tracked(chain, index, work, always)
    _add_files(chain, index, work, progress)
    for folder in work.nested:
        _add_nested(chain, index, folder, work.skipped)
    for path in chain.facts.carried:
        _add_carried(chain, index, path)
    _add_submodules(chain, index)
    tree = index.write_tree()
    if work.add or work.remove or work.nested or chain.facts.carried or chain.facts.submodules:
        index.write()
    return DiskState(tree=chain.as_tree(tree), skipped=_skipped(chain, work))


def _add_tracked(chain: Chain, index: pygit2.Index, work: _Work, always: Collection[str]) -> None:
    """What the user's git tracks belongs in, be it large or ignored."""
    known = set(work.add)
    for path in sorted(always):
        work.skipped.pop(path, None)
        if path not in known and path not in index and os.path.lexists(chain.root / path):
            work.add.append(path)


def _look(chain: Chain, index: pygit2.Index) -> _Work:
    work = _Work()
    submodules = chain.facts.submodules or {}
    for delta in index.diff_to_workdir(_FLAGS).deltas:
        path = os.fsdecode(delta.new_file.raw_path)
        if path.rstrip("/") in submodules:
            continue
        if path.rpartition("/")[2].startswith(TEMPORARY) or path.rstrip("/") == chain.facts.hidden:
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


def _add_files(chain: Chain, index: pygit2.Index, work: _Work, progress: Callable[[str], None]) -> None:
    packed = _add_packed(chain, index, work.add, progress) if len(work.add) >= WORTHWHILE else frozenset[str]()
    for path in work.add:
        if path not in packed and not _add(chain, index, path):
            work.skipped[path] = "git cannot hold this name"
    now = time.time_ns()
    for path in work.add:
        _distrust_recent(chain, index, path, now)
    for path, reason in work.skipped.items():
        work.skipped[path] = reason or too_large(chain.root / path)


def _add_packed(chain: Chain, index: pygit2.Index, paths: list[str], progress: Callable[[str], None]) -> frozenset[str]:
    """Add many files through one pack; returns those it took."""
    wanted = [path for path in paths if storable(path) and not path.endswith(".gitmodules")]
    words = f"of {len(wanted):,} files"
    packed = pack_files(chain.path / "objects", chain.root, wanted, lambda done: progress(f"Saved {done:,} {words}"))
    for path, (oid, mode) in packed.items():
        index.add(index_entry(path, Entry(oid=oid, mode=mode)))
    # Entries made like this have no stat data: one more look fills it in.
    index.diff_to_workdir(DiffOption.UPDATE_INDEX | DiffOption.IGNORE_SUBMODULES)
    return frozenset(packed)


def _add(chain: Chain, index: pygit2.Index, path: str) -> bool:
    if not storable(path):
        return False
    try:
        index.add(path)
    except pygit2.GitError as error:
        if "invalid path" in str(error):
            return False
        raise
    return True


def _distrust_recent(chain: Chain, index: pygit2.Index, path: str, now: int) -> None:
    """Drop the stat data of a file that may change again within the same tick of the file system's clock."""
    try:
        recent = now - os.lstat(f"{chain.root}/{path}").st_mtime_ns < RACY_NS
    except OSError:
        recent = True
    if recent and path in index:
        found = index[path]
        index.add(index_entry(path, Entry(oid=str(found.id), mode=int(found.mode))))


def _add_nested(chain: Chain, index: pygit2.Index, folder: str, skipped: dict[str, str]) -> None:
    """A folder with a git repository of its own: its files are kept, its history is not."""
    if folder in _declared_submodules(chain):
        chain.adopt_submodule(folder, "")
        return
    chain.adopt_nested(folder)
    files = list(_walk(chain.root, folder, lambda path: _ignored(chain, path)))
    if len(files) > NESTED_LIMIT:
        skipped[f"{folder}/"] = f"a repository inside with more than {NESTED_LIMIT:,} files is not kept"
        return
    for path in files:
        if (chain.root / path).lstat().st_size > UNTRACKED_LIMIT:
            skipped[path] = too_large(chain.root / path)
        elif not _add_entry(chain, index, path):
            skipped[path] = "git cannot hold this name"


def _add_carried(chain: Chain, index: pygit2.Index, path: str) -> None:
    """Ignored files that belong to the session: what is new below them joins the index."""
    place = chain.root / path
    if place.is_dir() and not place.is_symlink():
        files: Iterator[str] = _walk(chain.root, path, lambda _: False)
    else:
        files = iter([path] if os.path.lexists(place) else [])
    for file in files:
        if file not in index:
            _add_entry(chain, index, file)


def _add_entry(chain: Chain, index: pygit2.Index, path: str) -> bool:
    """Like `_add`, where a nested `.git` makes git itself refuse."""
    try:
        if _add(chain, index, path):
            return True
    except pygit2.GitError:
        pass
    if not storable(path):
        return False
    place = chain.root / path
    info = place.lstat()
    if stat.S_ISLNK(info.st_mode):
        target = os.fsencode(os.readlink(place))  # noqa: PTH115
        index.add(index_entry(path, _blob(chain, target, 0o120000)))
    else:
        executable = bool(info.st_mode & stat.S_IXUSR)
        index.add(index_entry(path, _blob(chain, place.read_bytes(), 0o100755 if executable else 0o100644)))
    return True


def _blob(chain: Chain, data: bytes, mode: int) -> Entry:
    return Entry(oid=str(chain.repo.create_blob(data)), mode=mode)


def _walk(root: Path, folder: str, ignored: Callable[[str], bool]) -> Iterator[str]:
    waiting = [folder]
    while waiting:
        inside = waiting.pop()
        for entry in sorted(os.scandir(f"{root}/{inside}"), key=lambda e: e.name):
            path = f"{inside}/{entry.name}"
            if entry.name == ".git" or not storable(entry.name) or ignored(path):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                yield path


def _ignored(chain: Chain, path: str) -> bool:
    try:
        return bool(chain.repo.path_is_ignored(path))
    except UnicodeEncodeError:
        return False


def _add_submodules(chain: Chain, index: pygit2.Index) -> None:
    for path, commit in (chain.facts.submodules or {}).items():
        place = chain.root / path
        head = submodule_head(place) or commit
        if place.is_symlink() or place.is_file():
            _add(chain, index, path)
        elif head:
            index.add(index_entry(path, Entry(oid=head, mode=SUBMODULE)))


def submodule_head(place: Path) -> str:
    """The commit a submodule's folder stands at, "" where there is none."""
    if not (place / ".git").exists():
        return ""
    try:
        repo = pygit2.Repository(str(place))
        return str(repo.head.target)
    except (pygit2.GitError, KeyError):
        return ""


def _declared_submodules(chain: Chain) -> frozenset[str]:
    try:
        text = (chain.root / ".gitmodules").read_bytes()
    except OSError:
        return frozenset()
    return frozenset(os.fsdecode(found) for found in _SUBMODULE_PATH.findall(text))


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
