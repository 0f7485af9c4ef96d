"""In place, people and agents share one folder: a person's own edits stay when the session's are taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygit2

from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.workspace.chain import Chain
from boocode_desktop.workspace.checkpoints import SESSION_PHASES
from boocode_desktop.workspace.deltas import Delta, tree_deltas
from boocode_desktop.workspace.merging import ConflictError, merge_states
from boocode_desktop.workspace.proposals import rejected_state
from boocode_desktop.workspace.safe_files import FileState
from boocode_desktop.workspace.text_edits import Edit, edits, split_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class YourEdit:
    """A person's edit of one file, and the checkpoint that noticed it ("" for what is not saved yet)."""

    before: FileState | None
    after: FileState | None
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Yours:
    """A person's edits of a file, oldest first. `origin` is its name before the session moved it."""

    edits: tuple[YourEdit, ...]
    origin: str

    @property
    def commits(self) -> list[str]:
        """The checkpoints that noticed them."""
        return [edit.commit for edit in self.edits if edit.commit]


def your_edits(chain: Chain, head: CheckpointRecord, disk: pygit2.Tree, path: str, *, beyond: str = "") -> Yours:
    """What a person did to a file: all of it, or what a commit does not know of.

    What differs from the newest checkpoint is theirs too: no turn runs while somebody decides.
    """
    trail = _Trail(chain, path)
    trail.step(chain.tree(head.commit), disk, "", yours=True)
    trail.follow(head.commit, _ancestors(chain, beyond) if beyond else frozenset())
    return Yours(edits=tuple(reversed(trail.edits)), origin=trail.name)


class _Trail:
    """A file followed back in time, under the names it had."""

    def __init__(self, chain: Chain, name: str) -> None:
        self.chain = chain
        self.name = name
        self.edits: list[YourEdit] = []

    def follow(self, commit_id: str, known: frozenset[str]) -> None:
        """Go back to the first checkpoint that is known."""
        while commit_id not in known:
            commit = self.chain.commit(commit_id)
            if not commit.parents:
                return
            mark = self.chain.mark(commit)
            if mark.phase == "rewind" and len(commit.parents) > 1:
                self._rewound(commit, known)
            else:
                yours = mark.author == "you" and mark.phase not in SESSION_PHASES
                self.step(commit.parents[0].tree, commit.tree, commit_id, yours=yours)
            commit_id = str(commit.parents[0].id)

    def _rewound(self, commit: pygit2.Commit, known: frozenset[str]) -> None:
        """A rewind that kept edits of yours: they were made on the way that it left."""
        goal, left = commit.parents[:2]
        branch = _Trail(self.chain, self.name)
        branch.step(left.tree, commit.tree, "", yours=False)
        branch.follow(str(left.id), known | _ancestors(self.chain, str(goal.id)))
        self.edits += branch.edits
        self.step(goal.tree, commit.tree, "", yours=False)

    def step(self, old: pygit2.Tree, new: pygit2.Tree, commit: str, *, yours: bool) -> None:
        """From one state to the one before it."""
        before, after = self.chain.entry(old, self.name), self.chain.entry(new, self.name)
        if yours and before != after:
            edit = YourEdit(before=self.chain.state(before), after=self.chain.state(after), commit=commit)
            self.edits.append(edit)
        elif not yours and before is None and after is not None:
            moved = (d.old_path for d in tree_deltas(self.chain, old, new) if d.path == self.name)
            self.name = next(moved, self.name)


def _ancestors(chain: Chain, commit: str) -> frozenset[str]:
    return frozenset(str(found.id) for found in chain.repo.walk(commit))


def replayed(target: FileState | None, yours: Yours) -> FileState | None:
    """`target` with a person's own edits made again on it.

    Raises:
        ConflictError: an edit no longer fits.
    """
    state = target
    for edit in yours.edits:
        state = merge_states(edit.before, state, edit.after)
    return state


def without_session(chain: Chain, delta: Delta, chosen: Sequence[Edit] | None, yours: Yours) -> FileState | None:
    """The file without the session's changes, or without some edits of it, with yours kept.

    Raises:
        ConflictError: you changed the same lines.
    """
    plain = rejected_state(chain, delta, chosen)
    if not yours.edits:
        return plain
    try:
        kept = replayed(chain.state(delta.old), yours)
    except ConflictError as error:
        raise ConflictError(f"you changed it too: {error}") from error
    if chosen is None:
        if kept == chain.state(delta.new) and yours.origin == delta.path:
            raise ConflictError("what is left of it is yours")
        return kept
    if kept is None or not _only_session(chain, delta, chosen, kept):
        raise ConflictError("you changed lines of this hunk too")
    return plain


def _only_session(chain: Chain, delta: Delta, chosen: Sequence[Edit], kept: FileState) -> bool:
    """Whether the chosen edits are the session's alone: they also stand between your version and the disk."""
    disk, old_lines, kept_lines = chain.data(delta.new), split_lines(chain.data(delta.old)), split_lines(kept.data)
    session = {(e.new_lo, e.new_hi, tuple(kept_lines[e.old_lo : e.old_hi])) for e in edits(kept.data, disk)}
    return all((e.new_lo, e.new_hi, tuple(old_lines[e.old_lo : e.old_hi])) in session for e in chosen)
