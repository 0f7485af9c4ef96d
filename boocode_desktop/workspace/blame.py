"""Who wrote each line: lines followed back through the chain, whose commits are authored by agents, turn by turn.

git's own blame (libgit2's) looks for renames in one parent before it looks at the others, so that a line which a
rejection or rewind brought back may be given to whoever brought it back. Here unchanged files come first, then renames,
then line by line, and the diffs are the ones that the hunks show.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pygit2

from boocode_desktop.domain.changes import BlameLine
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.workspace.chain import Chain, Entry, Mark
from boocode_desktop.workspace.deltas import tree_deltas
from boocode_desktop.workspace.names import matching, shown
from boocode_desktop.workspace.snapshot import tree_now
from boocode_desktop.workspace.text_edits import edits, is_binary, line_text, split_lines


def blame(chain: Chain, head: CheckpointRecord, path: str) -> list[BlameLine]:
    """Every line of a file as it stands on disk.

    Raises:
        UserFacingError: there is no such text file.
    """
    disk = tree_now(chain)
    name = path if chain.entry(disk, path) is not None else matching(path, chain.paths(disk))
    entry = chain.entry(disk, name)
    data = chain.data(entry)
    if entry is None or is_binary(data):
        raise UserFacingError(
            f"{shown(name)} is binary: its lines have no authors.", "Look at its checkpoints instead."
        )
    commit = chain.commit(head.commit)
    if chain.entry(commit.tree, name) != entry:
        mark = Mark(author="you", turn=head.turn_number, phase="before")
        commit = chain.commit(chain.save(disk, [head.commit], mark, "The files as they are"))
    marks = line_marks(chain, commit, name, entry)
    return [
        BlameLine(line=number, text=line_text(line), author=marks[number - 1].author, turn=marks[number - 1].turn)
        for number, line in enumerate(split_lines(data), 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspect:
    """A file in a commit that may have brought some lines: number in that file to number in the file asked about."""

    commit: pygit2.Commit
    name: str
    entry: Entry
    lines: dict[int, int]


def line_marks(chain: Chain, commit: pygit2.Commit, name: str, entry: Entry) -> dict[int, Mark]:
    """The checkpoint that brought each line of a file, by 0-based number."""
    count = len(split_lines(chain.data(entry)))
    marks: dict[int, Mark] = {}
    waiting = [_Suspect(commit=commit, name=name, entry=entry, lines={n: n for n in range(count)})]
    while waiting:
        suspect = waiting.pop()
        passed = list(_passed_on(chain, suspect))
        waiting += passed
        innocent = {line for other in passed for line in other.lines.values()}
        guilty = [line for line in suspect.lines.values() if line not in innocent]
        if guilty:
            marks.update(dict.fromkeys(guilty, _mark(chain, suspect.commit)))
    return marks


def _mark(chain: Chain, commit: pygit2.Commit) -> Mark:
    mark = chain.mark(commit)
    return Mark(author="", turn=0, phase="base") if mark.phase == "base" else mark


def _passed_on(chain: Chain, suspect: _Suspect) -> Iterator[_Suspect]:
    """What the parents are suspected of instead."""
    here: list[_Suspect] = []
    for parent in suspect.commit.parents:
        entry = chain.entry(parent.tree, suspect.name)
        if entry is not None:
            here.append(_Suspect(commit=parent, name=suspect.name, entry=entry, lines={}))
    same = [other for other in here if other.entry.oid == suspect.entry.oid]
    if not same:
        here += _renamed(chain, suspect)
        same = [other for other in here if other.entry.oid == suspect.entry.oid]
    if same:
        yield _Suspect(commit=same[0].commit, name=same[0].name, entry=same[0].entry, lines=suspect.lines)
        return
    left = dict(suspect.lines)
    for other in here:
        if left:
            lines = _shared(chain.data(other.entry), chain.data(suspect.entry), left)
            found = set(lines.values())
            left = {number: line for number, line in left.items() if line not in found}
            yield _Suspect(commit=other.commit, name=other.name, entry=other.entry, lines=lines)


def _renamed(chain: Chain, suspect: _Suspect) -> Iterator[_Suspect]:
    for parent in suspect.commit.parents:
        if chain.entry(parent.tree, suspect.name) is None:
            for delta in tree_deltas(chain, parent.tree, suspect.commit.tree):
                if delta.path == suspect.name and delta.old is not None:
                    yield _Suspect(commit=parent, name=delta.old_path, entry=delta.old, lines={})


def _shared(old: bytes, new: bytes, lines: dict[int, int]) -> dict[int, int]:
    """The lines that stand in the older text too, by their number there."""
    shared: dict[int, int] = {}
    changes = edits(old, new)
    shift, at = 0, 0
    for number in sorted(lines):
        while at < len(changes) and changes[at].new_hi <= number:
            shift = changes[at].old_hi - changes[at].new_hi
            at += 1
        if at == len(changes) or number < changes[at].new_lo:
            shared[number + shift] = lines[number]
    return shared
