"""A session's work as commits on its branch, one for each stretch of one author; no hook, filter or signing runs.

Only files that differ from the start of the session are committed: what a person had changed before is theirs.
"""

from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import pygit2

from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry, index_entry
from boocode_desktop.workspace.deltas import tree_deltas
from boocode_desktop.workspace.worktrees import open_shared, top_of

MAIL = "session@boocode.invalid"
YOU = frozenset({"", "you"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive checkpoints of one author: the last of them, and the turns they belong to."""

    author: str
    commit: str
    turns: tuple[int, ...]
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Where the session's branch pointed before and after its work was committed; "" where it has none."""

    before: str = ""
    after: str = ""


def stretches(chain: Chain, base: str, head: str) -> list[Stretch]:
    """The way from the start to a checkpoint, oldest first."""
    path: list[pygit2.Commit] = []
    commit = chain.commit(head)
    while str(commit.id) != base and commit.parents:
        path.append(commit)
        commit = commit.parents[0]
    marks = [(chain.mark(commit), commit) for commit in reversed(path)]
    by_author = groupby(marks, key=lambda pair: "" if pair[0].author in YOU else pair[0].author)
    grouped = [list(group) for _, group in by_author]
    return [
        Stretch(
            author=group[-1][0].author,
            commit=str(group[-1][1].id),
            turns=tuple(dict.fromkeys(mark.turn for mark, _ in group)),
            at=group[-1][1].commit_time,
        )
        for group in grouped
    ]


def commit_work(record: WorktreeRecord, chain: Chain, head: str) -> Branch:
    """Commit the way to `head` onto the session's branch. Where the repository or the branch is gone: nothing."""
    repo = open_shared(record)
    name = f"refs/heads/{record.branch}"
    if repo is None or name not in repo.references:
        return Branch()
    before = repo.references[name].peel(pygit2.Commit)
    writer = _Writer(repo, chain, record, before)
    tip = before
    for stretch in stretches(chain, record.base, head):
        tree = writer.tree_of(chain.tree(stretch.commit))
        if tree != tip.tree.id:
            tip = _commit(repo, tip, tree, stretch, record.session_id)
    repo.references[name].set_target(tip.id)
    return Branch(before=str(before.id), after=str(tip.id))


def _commit(
    repo: pygit2.Repository, parent: pygit2.Commit, tree: pygit2.Oid, by: Stretch, session: str
) -> pygit2.Commit:
    you = _you(repo, by.at)
    author = you if by.author in YOU else pygit2.Signature(by.author, MAIL, by.at, 0)
    turns = ", ".join(str(turn) for turn in by.turns)
    text = f"Work of {author.name} (turn {turns})\n\nBooCode-Session: {session}\n"
    made = repo.create_commit(None, author, you, text, tree, [parent.id])
    return repo[made].peel(pygit2.Commit)


def _you(repo: pygit2.Repository, at: int) -> pygit2.Signature:
    try:
        found = repo.default_signature
        return pygit2.Signature(found.name, found.email, at, found.offset)
    except (KeyError, ValueError, pygit2.GitError):
        return pygit2.Signature("you", MAIL, at, 0)


class _Writer:
    """Writes trees of the chain into the user's repository, as differences to the session's start."""

    def __init__(self, repo: pygit2.Repository, chain: Chain, record: WorktreeRecord, before: pygit2.Commit) -> None:
        self._repo = repo
        self._chain = chain
        self._base = chain.tree(record.base)
        self._before = before.tree
        inside = Path(record.root).relative_to(top_of(record)).as_posix()
        self._inside = "" if inside == "." else f"{inside}/"

    def tree_of(self, tree: pygit2.Tree) -> pygit2.Oid:
        """The branch's tree with the session's changes up to a checkpoint."""
        index = pygit2.Index()
        index.read_tree(self._before)
        for delta in tree_deltas(self._chain, self._base, tree, renames=False):
            path = self._inside + delta.path
            if self._is_carried(delta.path, index, path):
                continue
            if delta.new is not None:
                index.add(index_entry(path, self._kept(path, delta.old, delta.new)))
            elif path in index:
                index.remove(path)
        return index.write_tree(self._repo)

    def _kept(self, path: str, old: Entry | None, new: Entry) -> Entry:
        if new.mode == SUBMODULE:
            return new
        return replace(new, oid=str(self._repo.create_blob(self._stored(path, old, new))))

    def _is_carried(self, path: str, index: pygit2.Index, full: str) -> bool:
        """Ignored files that came along by `worktree.toml` (keys among them) belong on no branch."""
        carried = any(f"{path}/".startswith(f"{kept}/") for kept in self._chain.facts.carried)
        return carried and full not in index

    def _stored(self, path: str, old: Entry | None, new: Entry) -> bytes:
        """A file's bytes as git would store them: where a checkout gave it CRLF, without those."""
        data = self._chain.data(new)
        try:
            known = self._before[path]
        except KeyError:
            return data
        stored = bytes(known.read_raw()) if isinstance(known, pygit2.Blob) else b""
        shown = self._chain.data(old)
        if shown != stored and shown.replace(b"\r\n", b"\n") == stored:
            return data.replace(b"\r\n", b"\n")
        return data
