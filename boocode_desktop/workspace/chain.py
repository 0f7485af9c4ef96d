"""The session's own repository: blobs, trees and checkpoint commits that no agent's shell can reach.

Its work tree is the session's root, its attributes switch every conversion off, its excludes are a copy of the user's.
Nothing is shared with the user's object store, so nothing there can take a checkpoint away.
"""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pygit2
from pygit2.enums import FileMode, RepositoryOpenFlag

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.durability import sync_commit
from boocode_desktop.workspace.safe_files import FILE, FileState

BYTE_EXACT = "* -text -eol -filter -ident -working-tree-encoding\n"
SUBMODULE = 0o160000
_SETTINGS: dict[str, bool | int | str] = {
    "core.bare": False,
    "core.autocrlf": False,
    "core.safecrlf": False,
    "core.filemode": os.name != "nt",
    "core.symlinks": os.name != "nt",
    "core.trustctime": True,
    "core.checkStat": "default",
    "core.ignoreStat": False,
    "core.fsmonitor": False,
    "core.protectNTFS": False,
    "core.protectHFS": False,
    "core.precomposeUnicode": False,
    "core.logAllRefUpdates": False,
    "core.compression": 1,
    "core.looseCompression": 1,
    "gc.auto": 0,
    "gc.pruneExpire": "never",
}
_TRAILER = re.compile(r"^BooCode-(\w+): (.*)$", re.MULTILINE)
_MAIL = "session@boocode.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a tree holds at a path."""

    oid: str
    mode: int = FILE

    @property
    def code(self) -> str:
        """The text that records keep: the blob id, with the mode where it is no plain file."""
        return self.oid if self.mode == FILE else f"{self.oid}:{self.mode:o}"

    @classmethod
    def of_code(cls, code: str) -> "Entry | None":
        """The entry of `code`; None for "", an absent file."""
        oid, _, mode = code.partition(":")
        return cls(oid=oid, mode=int(mode, 8) if mode else FILE) if oid else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFacts:
    """What a chain knows about its session. Paths are relative to the root.

    `submodules` and `nested` (folders with a git repository of their own) grow as they are found. `hidden` is our data
    folder where somebody keeps it inside the root.
    """

    session_id: str
    root: str
    carried: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    submodules: dict[str, str] | None = None
    nested: tuple[str, ...] = ()
    hidden: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a checkpoint commit says about itself."""

    author: str
    turn: int
    phase: str


class Chain:
    """An open checkpoint repository."""

    def __init__(self, path: Path, repo: pygit2.Repository, facts: ChainFacts) -> None:
        self.path = path
        self.repo = repo
        self.facts = facts
        self.root = Path(facts.root)

    @classmethod
    def create(cls, path: Path, facts: ChainFacts, *, exclude: str) -> "Chain":
        """Make the repository; nothing is written below the root."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        repo = pygit2.init_repository(str(path), bare=True)
        path.chmod(0o700)
        for key, value in _SETTINGS.items():
            repo.config[key] = value
        empty = path / "info" / "no-excludes"
        empty.write_bytes(b"")
        repo.config["core.excludesFile"] = str(empty)
        repo.config["core.worktree"] = facts.root
        (path / "info" / "attributes").write_text(BYTE_EXACT)
        (path / "info" / "exclude").write_bytes(os.fsencode(exclude))
        shutil.rmtree(path / "hooks", ignore_errors=True)
        _save_facts(path, facts)
        return cls(path, pygit2.Repository(str(path)), facts)

    @classmethod
    def open(cls, record: WorktreeRecord) -> "Chain":
        """Open a session's chain and verify that it is this session's and this root's.

        Raises:
            UserFacingError: it is missing, unreadable or another's.
        """
        path = Path(record.chain)
        try:
            facts = _load_facts(path)
            # libgit2 opens no repository whose work tree is gone, but its checkpoints can still be read.
            there = Path(facts.root).is_dir()
            repo = pygit2.Repository(str(path), RepositoryOpenFlag.NO_SEARCH if there else RepositoryOpenFlag.BARE)
        except (OSError, ValueError, TypeError, pygit2.GitError) as error:
            raise UserFacingError(
                f"The checkpoints of this session cannot be opened ({error}).",
                "The files in the session's folder are untouched. Copy what you need, then start a new session.",
            ) from error
        if (facts.session_id, facts.root) != (record.session_id, record.root):
            raise UserFacingError(
                "The checkpoints found belong to another session or another folder, so nothing was done.",
                "Run `boocode doctor`.",
            )
        return cls(path, repo, facts)

    def adopt_submodule(self, path: str, commit: str) -> None:
        """Remember one more submodule, so that it is kept as one line."""
        self.facts = replace(self.facts, submodules={**(self.facts.submodules or {}), path: commit})
        _save_facts(self.path, self.facts)

    def adopt_nested(self, path: str) -> None:
        """Remember a folder with a git repository of its own."""
        if path not in self.facts.nested:
            self.facts = replace(self.facts, nested=(*self.facts.nested, path))
            _save_facts(self.path, self.facts)

    def commit(self, commit_id: str) -> pygit2.Commit:
        """A checkpoint by its recorded id, verified.

        Raises:
            UserFacingError: no such checkpoint of this session.
        """
        found: object = None
        with contextlib.suppress(ValueError):
            found = self.repo.get(commit_id)
        if not isinstance(found, pygit2.Commit) or _trailers(found).get("Session") != self.facts.session_id:
            raise UserFacingError(
                f"The checkpoint {commit_id[:12] or '(none)'} is not one of this session's.",
                "Nothing was changed. Run `boocode doctor`.",
            )
        return found

    def tree(self, commit_id: str) -> pygit2.Tree:
        """The files of a checkpoint."""
        return self.commit(commit_id).tree

    def as_tree(self, tree_id: pygit2.Oid | str) -> pygit2.Tree:
        """A tree of this repository by its id."""
        tree = self.repo[tree_id]
        assert isinstance(tree, pygit2.Tree)
        return tree

    def entry(self, tree: pygit2.Tree, path: str) -> Entry | None:
        """What a tree holds at a path; None if nothing, or a folder."""
        try:
            found = tree[path]
        except KeyError:
            return None
        if found.filemode == FileMode.TREE:
            return None
        return Entry(oid=str(found.id), mode=int(found.filemode))

    def paths(self, tree: pygit2.Tree) -> list[str]:
        """Every path of a tree."""
        index = pygit2.Index()
        index.read_tree(tree)
        return [entry.path for entry in index]

    def data(self, entry: Entry | None) -> bytes:
        """An entry's bytes; empty for an absent file or a submodule."""
        if entry is None or entry.mode == SUBMODULE:
            return b""
        return bytes(self.repo[entry.oid].read_raw())

    def size(self, entry: Entry | None) -> int:
        """An entry's size in bytes, without reading it."""
        if entry is None or entry.mode == SUBMODULE:
            return 0
        return self.repo.odb.read_header(entry.oid)[1]

    def state(self, entry: Entry | None) -> FileState | None:
        """An entry as a file to write."""
        return None if entry is None else FileState(mode=entry.mode, data=self.data(entry))

    def keep(self, state: FileState | None) -> Entry | None:
        """Store a file's bytes."""
        if state is None:
            return None
        return Entry(oid=str(self.repo.create_blob(state.data)), mode=state.mode)

    def tree_with(self, tree: pygit2.Tree, edits: Mapping[str, Entry | None]) -> pygit2.Tree:
        """A tree with some paths replaced or, for None, removed."""
        index = pygit2.Index()
        index.read_tree(tree)
        for path in [path for path, entry in edits.items() if entry is None and path in index]:
            index.remove(path)
        for path, entry in edits.items():
            if entry is not None:
                index.add(index_entry(path, entry))
        return self.as_tree(index.write_tree(self.repo))

    def save(self, tree: pygit2.Tree, parents: Sequence[str], mark: Mark, message: str = "") -> str:
        """Make a checkpoint commit and keep it by a ref; returns its id."""
        facts = {
            "Session": self.facts.session_id,
            "Author": _one_line(mark.author),
            "Turn": str(mark.turn),
            "Phase": mark.phase,
        }
        body = "\n".join(f"BooCode-{key}: {value}" for key, value in facts.items())
        signature = pygit2.Signature(_person(mark.author), _MAIL)
        text = f"{_one_line(message) or mark.phase}\n\n{body}\n"
        commit = str(self.repo.create_commit(None, signature, signature, text, tree.id, list(parents)))
        sync_commit(self.repo, self.commit(commit))
        self.repo.references.create(f"refs/boocode/{commit}", commit, force=True)
        return commit

    def mark(self, commit: pygit2.Commit) -> Mark:
        """Who made a checkpoint, when and why."""
        found = _trailers(commit)
        return Mark(author=found.get("Author", ""), turn=int(found.get("Turn") or 0), phase=found.get("Phase", ""))


def index_entry(path: str, entry: Entry) -> pygit2.IndexEntry:
    """An index entry without stat data: git compares contents the next time it looks."""
    return pygit2.IndexEntry(path, pygit2.Oid(hex=entry.oid), FileMode(entry.mode))


def _trailers(commit: pygit2.Commit) -> dict[str, str]:
    text = commit.raw_message.decode("utf-8", "replace")
    return dict(_TRAILER.findall(text.partition("\n\n")[2]))


def _one_line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().replace("\0", " ").split())


def _person(author: str) -> str:
    return re.sub(r"[<>\x00-\x1f]", "", _one_line(author)).strip(" .,:;\"'") or "boocode"


def _save_facts(path: Path, facts: ChainFacts) -> None:
    temporary = path / "boocode.json.new"
    temporary.write_text(json.dumps(asdict(facts)), encoding="ascii")
    temporary.replace(path / "boocode.json")


def _load_facts(path: Path) -> ChainFacts:
    plain = json.loads((path / "boocode.json").read_text(encoding="ascii"))
    lists = {key: tuple(plain[key]) for key in ("carried", "linked", "nested")}
    return ChainFacts(**{**plain, **lists})
