"""Checkpoints: a snapshot of the disk with an author, a turn and a reason."""

import time
from collections.abc import Iterator, Sequence
from typing import Literal, cast, get_args

from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.workspace.chain import Chain, Mark
from boocode_desktop.workspace.deltas import tree_deltas
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.snapshot import DiskState, take

Phase = Literal["base", "before", "after", "rewind", "undo", "decision"]
SESSION_PHASES: frozenset[str] = frozenset({"rewind", "undo", "decision"})
"""Phases in which a person's own commands, not their editor, changed the files."""


def make(
    chain: Chain,
    after: CheckpointRecord,
    mark: Mark,
    *,
    message: str = "",
    disk: DiskState | None = None,
    origins: Sequence[str] = (),
) -> CheckpointRecord:
    """Save the disk as a child of `after`. `origins` are further commits that lines may have come from."""
    state = take(chain) if disk is None else disk
    parent = chain.commit(after.commit)
    if parent.tree.id == state.tree.id:
        return record(chain, mark, after.commit, state)
    parents = list(dict.fromkeys([after.commit, *origins]))
    commit = chain.save(state.tree, parents, mark, message)
    changed = tree_deltas(chain, parent.tree, state.tree, renames=False)
    return record(chain, mark, commit, state, files=[delta.path for delta in changed])


def record(chain: Chain, mark: Mark, commit: str, state: DiskState, *, files: Sequence[str] = ()) -> CheckpointRecord:
    """The record of a checkpoint."""
    return CheckpointRecord(
        id=new_id("chk"),
        session_id=chain.facts.session_id,
        turn_number=mark.turn,
        phase=_phase(mark.phase),
        author=mark.author,
        commit=commit,
        files=tuple(shown(path) for path in files),
        skipped=state.skipped or None,
        created_at=time.time(),
    )


def _phase(text: str) -> Phase:
    for phase in get_args(Phase):
        if phase == text:
            return cast(Phase, phase)
    raise ValueError(f"no checkpoint phase is called {text!r}")


def line_of(chain: Chain, commit_id: str) -> Iterator[str]:
    """A checkpoint and its forebears back to the base, newest first: the states the session really went through."""
    commit = chain.commit(commit_id)
    while True:
        yield str(commit.id)
        if not commit.parents:
            return
        commit = commit.parents[0]


def standing(chain: Chain, checkpoints: Sequence[CheckpointRecord]) -> list[CheckpointRecord]:
    """The checkpoints that led to the newest one; those that were rewound are left out."""
    if not checkpoints:
        return []
    line = set(line_of(chain, checkpoints[-1].commit))
    return [checkpoint for checkpoint in checkpoints if checkpoint.commit in line]
