"""Files into the chain's index: one by one, many through a pack, or where git itself would refuse."""

import os
import stat
from collections.abc import Callable

import pygit2
from pygit2.enums import DiffOption

from boocode_desktop.workspace.chain import Chain, Entry, index_entry
from boocode_desktop.workspace.names import storable
from boocode_desktop.workspace.packing import pack_files

RACY_NS = 50_000_000
"""A file changed this short before it was read is read again next time: clocks of file systems are coarse."""


def add_packed(chain: Chain, index: pygit2.Index, paths: list[str], progress: Callable[[str], None]) -> frozenset[str]:
    """Add many files through one pack; returns those it took."""
    wanted = [path for path in paths if storable(path) and not path.endswith(".gitmodules")]
    words = f"of {len(wanted):,} files"
    packed = pack_files(chain.path / "objects", chain.root, wanted, lambda done: progress(f"Saved {done:,} {words}"))
    for path, (oid, mode) in packed.items():
        index.add(index_entry(path, Entry(oid=oid, mode=mode)))
    # Entries made like this have no stat data: one more look fills it in.
    index.diff_to_workdir(DiffOption.UPDATE_INDEX | DiffOption.IGNORE_SUBMODULES)
    return frozenset(packed)


def add_file(index: pygit2.Index, path: str) -> bool:
    """Add a file as it is on disk; False where git cannot hold its name."""
    if not storable(path):
        return False
    try:
        index.add(path)
    except pygit2.GitError as error:
        if "invalid path" in str(error):
            return False
        raise
    return True


def distrust_recent(chain: Chain, index: pygit2.Index, path: str, started: int) -> None:
    """Drop the stat data of a file that may change unseen: within the clock tick in which it was read.

    `started` is when the reading of files began, in nanoseconds.
    """
    try:
        recent = os.lstat(f"{chain.root}/{path}").st_mtime_ns > started - RACY_NS
    except OSError:
        recent = True
    if recent and path in index:
        found = index[path]
        index.add(index_entry(path, Entry(oid=str(found.id), mode=int(found.mode))))


def add_anyway(chain: Chain, index: pygit2.Index, path: str) -> bool:
    """Like `add_file`, where a nested `.git` makes git itself refuse."""
    try:
        if add_file(index, path):
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
