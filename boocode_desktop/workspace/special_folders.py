"""Folders that git treats specially: repositories inside, submodules, and ignored ones that are carried."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pygit2

from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry, index_entry
from boocode_desktop.workspace.indexing import add_anyway, add_file
from boocode_desktop.workspace.names import storable
from boocode_desktop.workspace.skipped import UNTRACKED_LIMIT, too_large

NESTED_LIMIT = 10_000
_SUBMODULE_PATH = re.compile(rb"^[ \t]*path[ \t]*=[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)


def add_nested(chain: Chain, index: pygit2.Index, folder: str, skipped: dict[str, str]) -> None:
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
        elif not add_anyway(chain, index, path):
            skipped[path] = "git cannot hold this name"


def add_carried(chain: Chain, index: pygit2.Index, path: str) -> None:
    """Ignored files that belong to the session: what is new below them joins the index."""
    place = chain.root / path
    if place.is_dir() and not place.is_symlink():
        files: Iterator[str] = _walk(chain.root, path, lambda _: False)
    else:
        files = iter([path] if os.path.lexists(place) else [])
    for file in files:
        if file not in index:
            add_anyway(chain, index, file)


def add_submodules(chain: Chain, index: pygit2.Index) -> None:
    """Each submodule as one line: the commit it stands at."""
    for path, commit in (chain.facts.submodules or {}).items():
        place = chain.root / path
        head = submodule_head(place) or commit
        if place.is_symlink() or place.is_file():
            add_file(index, path)
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
