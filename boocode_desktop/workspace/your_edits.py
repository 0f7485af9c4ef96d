"""In place, people and agents share one folder: a person's own edits stay when the session's are taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pygit2

from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.workspace.chain import Chain
from boocode_desktop.workspace.checkpoints import SESSION_PHASES, line_of
from boocode_desktop.workspace.deltas import Delta
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


def your_edits(
    chain: Chain, head: CheckpointRecord, disk: pygit2.Tree, path: str, *, beyond: str = ""
) -> list[YourEdit]:
    """What a person did to a file, oldest first: all of it, or what a commit does not know of.

    What differs from the newest checkpoint is theirs too: no turn runs while somebody decides.
    """
    known = {str(commit.id) for commit in chain.repo.walk(beyond)} if beyond else set()
    found = _step(chain, chain.tree(head.commit), disk, path, "")
    for commit_id in line_of(chain, head.commit):
        commit = chain.commit(commit_id)
        if commit_id not in known and commit.parents and _yours(chain, commit, known):
            found += _step(chain, commit.parents[0].tree, commit.tree, path, commit_id)
    return found[::-1]


def _yours(chain: Chain, commit: pygit2.Commit, known: set[str]) -> bool:
    """Whether a checkpoint holds a person's edits. That of a rewind holds those which the rewind kept."""
    mark = chain.mark(commit)
    if mark.phase == "rewind":
        return not any(str(parent.id) in known for parent in commit.parents[1:2])
    return mark.author == "you" and mark.phase not in SESSION_PHASES


def _step(chain: Chain, old: pygit2.Tree, new: pygit2.Tree, path: str, commit: str) -> list[YourEdit]:
    before, after = chain.entry(old, path), chain.entry(new, path)
    if before == after:
        return []
    return [YourEdit(before=chain.state(before), after=chain.state(after), commit=commit)]


def replayed(target: FileState | None, yours: Iterable[YourEdit]) -> FileState | None:
    """`target` with a person's own edits made again on it.

    Raises:
        ConflictError: an edit no longer fits.
    """
    state = target
    for edit in yours:
        state = merge_states(edit.before, state, edit.after)
    return state


def without_session(
    chain: Chain, delta: Delta, chosen: Sequence[Edit] | None, yours: Sequence[YourEdit]
) -> FileState | None:
    """The file without the session's changes, or without some edits of it, with yours kept.

    Raises:
        ConflictError: you changed the same lines.
    """
    plain = rejected_state(chain, delta, chosen)
    if not yours:
        return plain
    try:
        kept = replayed(chain.state(delta.old), yours)
    except ConflictError as error:
        raise ConflictError(f"you changed it too: {error}") from error
    if chosen is None:
        return kept
    if kept is None or not _only_session(chain, delta, chosen, kept):
        raise ConflictError("you changed lines of this hunk too")
    return plain


def _only_session(chain: Chain, delta: Delta, chosen: Sequence[Edit], kept: FileState) -> bool:
    """Whether the chosen edits are the session's alone: they also stand between your version and the disk."""
    disk, old_lines, kept_lines = chain.data(delta.new), split_lines(chain.data(delta.old)), split_lines(kept.data)
    session = {(e.new_lo, e.new_hi, tuple(kept_lines[e.old_lo : e.old_hi])) for e in edits(kept.data, disk)}
    return all((e.new_lo, e.new_hi, tuple(old_lines[e.old_lo : e.old_hi])) in session for e in chosen)
