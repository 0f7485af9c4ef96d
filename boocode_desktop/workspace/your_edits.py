"""In place, people and agents share one folder: a person's own edits stay when the session's are taken back."""

from collections.abc import Iterable, Sequence

import pygit2

from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.workspace.chain import Chain
from boocode_desktop.workspace.checkpoints import SESSION_PHASES, line_of
from boocode_desktop.workspace.deltas import Delta
from boocode_desktop.workspace.merging import ConflictError, replay
from boocode_desktop.workspace.proposals import rejected_state
from boocode_desktop.workspace.safe_files import FileState
from boocode_desktop.workspace.text_edits import Edit, edits, split_lines

YourEdit = tuple[FileState | None, FileState | None]


def your_edits(
    chain: Chain, head: CheckpointRecord, disk: pygit2.Tree, path: str, *, since: str = ""
) -> list[YourEdit]:
    """What a person did to a file (before, after), oldest first, since a commit or the session's start.

    What differs from the newest checkpoint is theirs too: no turn runs while somebody decides.
    """
    found = _step(chain, chain.tree(head.commit), disk, path)
    for commit_id in line_of(chain, head.commit):
        commit = chain.commit(commit_id)
        if commit_id == since or not commit.parents:
            break
        mark = chain.mark(commit)
        if mark.author == "you" and mark.phase not in SESSION_PHASES:
            found += _step(chain, commit.parents[0].tree, commit.tree, path)
    return found[::-1]


def _step(chain: Chain, old: pygit2.Tree, new: pygit2.Tree, path: str) -> list[YourEdit]:
    before, after = chain.entry(old, path), chain.entry(new, path)
    return [] if before == after else [(chain.state(before), chain.state(after))]


def without_session(
    chain: Chain, delta: Delta, chosen: Sequence[Edit] | None, yours: Iterable[YourEdit]
) -> FileState | None:
    """The file without the session's changes, or without some edits of it, with yours kept.

    Raises:
        ConflictError: you changed the same lines.
    """
    own = list(yours)
    plain = rejected_state(chain, delta, chosen)
    if not own:
        return plain
    try:
        kept = replay(chain.state(delta.old), own)
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
