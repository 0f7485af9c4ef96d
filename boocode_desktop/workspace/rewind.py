"""Rewind: the worktree as it was at a checkpoint, touching only what differs, after a snapshot that undoes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygit2

from boocode_desktop.domain.changes import RewindPreview, Watch, unwatched
from boocode_desktop.domain.errors import StoppedError, UserFacingError
from boocode_desktop.domain.records import CheckpointRecord, Decision, WorktreeRecord
from boocode_desktop.workspace.applying import put
from boocode_desktop.workspace.chain import SUBMODULE, Chain, Entry, Mark
from boocode_desktop.workspace.changes import file_change
from boocode_desktop.workspace.checkpoints import make, record, standing
from boocode_desktop.workspace.deltas import Delta, tree_deltas
from boocode_desktop.workspace.journal import Journal, journal
from boocode_desktop.workspace.merging import ConflictError
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.safe_files import BlockedPathError, Folder
from boocode_desktop.workspace.snapshot import DiskState, take
from boocode_desktop.workspace.your_edits import replayed, your_edits


def target_of(checkpoints: Sequence[CheckpointRecord], to_turn: int) -> CheckpointRecord:
    """The checkpoint that holds the state after a turn; 0 is the start.

    Raises:
        UserFacingError: there is none.
    """
    if to_turn == 0 and checkpoints:
        return checkpoints[0]
    after = [c for c in checkpoints if c.turn_number == to_turn and c.phase == "after"]
    if after:
        return after[-1]
    # A turn that was killed has no end of its own: the next turn's start saw how it left the files.
    later = [c for c in checkpoints if c.turn_number > to_turn and c.phase == "before"]
    began = any(c.turn_number == to_turn for c in checkpoints)
    if began:
        return later[0] if later else checkpoints[-1]
    raise UserFacingError(f"There is no turn {to_turn} to rewind to.", "`boocode sessions show` lists the turns.")


def preview(
    chain: Chain,
    worktree: WorktreeRecord,
    checkpoints: Sequence[CheckpointRecord],
    decisions: Sequence[Decision],
    to_turn: int,
) -> RewindPreview:
    """What a rewind would change, what cannot come back, and what stays in the project folder."""
    target = target_of(checkpoints, to_turn)
    disk = take(chain)
    goal = _goal(chain, worktree, checkpoints[-1], target.commit, disk.tree)
    files = [file_change(chain, delta) for delta in tree_deltas(chain, disk.tree, goal.tree)]
    later = {c.turn_number for c in standing(chain, checkpoints) if c.turn_number > to_turn}
    return RewindPreview(
        to_turn=to_turn,
        files=tuple(files),
        lost={**_lost(target, disk), **goal.conflicts},
        approved=_staying(chain, worktree, decisions, goal.tree),
        turns=tuple(sorted(later)),
    )


def _lost(target: CheckpointRecord, disk: DiskState) -> dict[str, str]:
    then, now = target.skipped or {}, disk.skipped
    lost = {}
    for path in sorted(then.keys() | now.keys()):
        if then.get(path) == now.get(path):
            continue
        if path not in now:
            lost[path] = f"is gone and was never kept ({then[path]})"
        elif path not in then:
            lost[path] = f"is new and stays as it is ({now[path]})"
        else:
            lost[path] = f"changed since and was never kept ({now[path]})"
    return lost


def _staying(
    chain: Chain, worktree: WorktreeRecord, decisions: Sequence[Decision], goal: pygit2.Tree
) -> tuple[str, ...]:
    """Approved files that the rewind takes out of the worktree, but not out of the folder."""
    if worktree.isolation == "in-place":
        return ()
    approved = {d.path for d in decisions if d.action == "approve" and not d.undone}
    deltas = tree_deltas(chain, chain.tree(worktree.baseline), goal, renames=False)
    return tuple(sorted(approved & {shown(delta.path) for delta in deltas}))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Goal:
    """Where a rewind leads. `origins` are the checkpoints that first held your edits which stay."""

    tree: pygit2.Tree
    conflicts: dict[str, str]
    origins: tuple[str, ...] = ()


def _goal(chain: Chain, worktree: WorktreeRecord, head: CheckpointRecord, to_commit: str, disk: pygit2.Tree) -> _Goal:
    """The tree to go to. In place, your own edits stay; where they do not fit, the file stays as it is."""
    tree = chain.tree(to_commit)
    edits: dict[str, Entry | None] = {}
    moved: dict[str, Entry | None] = {}
    conflicts: dict[str, str] = {}
    origins: list[str] = []
    for delta in tree_deltas(chain, disk, tree, renames=False):
        if SUBMODULE in (delta.old and delta.old.mode, delta.new and delta.new.mode):
            edits[delta.path] = delta.old
            conflicts[shown(delta.path)] = "a submodule stays as it is: set it back yourself"
        elif worktree.isolation == "in-place":
            yours = your_edits(chain, head, disk, delta.path, beyond=to_commit)
            place = yours.origin if delta.new is None else delta.path
            try:
                kept = replayed(chain.state(chain.entry(tree, place)), yours)
            except ConflictError as error:
                edits[delta.path] = delta.old
                conflicts[shown(delta.path)] = f"stays as it is, because you changed it too: {error}"
                continue
            origins += yours.commits
            if place != delta.path:
                edits[delta.path] = None
            (edits if place == delta.path else moved)[place] = chain.keep(kept)
    goal = chain.tree_with(tree, {**edits, **moved}) if edits else tree
    return _Goal(tree=goal, conflicts=conflicts, origins=tuple(dict.fromkeys(origins)))


def rewind(
    chain: Chain,
    worktree: WorktreeRecord,
    checkpoints: Sequence[CheckpointRecord],
    to_commit: str,
    *,
    turn: int,
    watch: Watch = unwatched,
) -> tuple[CheckpointRecord, CheckpointRecord]:
    """Go to a checkpoint; returns the states before and after, the first of which undoes it.

    Raises:
        StoppedError: `watch` ended it; all is as before.
        UserFacingError: the checkpoint is not this session's, or a file could not be written; then all is as before.
    """
    head = checkpoints[-1]
    chain.commit(to_commit)
    before = make(chain, head, Mark(author="you", turn=head.turn_number, phase="before"), message="Before a rewind")
    before = replace(before, phase="rewind")
    disk = chain.tree(before.commit)
    goal = _goal(chain, worktree, head, to_commit, disk)
    with journal(chain) as notes:
        notes.rewind(str(disk.id), str(goal.tree.id))
        stuck = _write(chain, tree_deltas(chain, disk, goal.tree, renames=False), notes, watch)
    parents = [to_commit, before.commit, *goal.origins]
    return before, _arrived(chain, parents, turn, {**goal.conflicts, **stuck})


def _write(chain: Chain, deltas: Sequence[Delta], notes: Journal, watch: Watch) -> dict[str, str]:
    folder = Folder(chain.root)
    stuck: dict[str, str] = {}
    for done, delta in enumerate(sorted(deltas, key=lambda d: d.new is not None)):
        if not watch(done, len(deltas)):
            raise StoppedError("The rewind was stopped.", "Every file is as it was before it.")
        try:
            put(folder, delta.path, chain.state(delta.new), notes, durable=False)
        except BlockedPathError as error:
            stuck[shown(delta.path)] = f"could not be put back: {error}"
    return stuck


def _arrived(chain: Chain, parents: Sequence[str], turn: int, stuck: dict[str, str]) -> CheckpointRecord:
    """The state after a rewind: the checkpoint itself where the disk equals it, so that its history goes on."""
    to_commit, before = parents[:2]
    state = take(chain)
    state = DiskState(tree=state.tree, skipped={**state.skipped, **stuck})
    mark = Mark(author="you", turn=turn, phase="rewind")
    changed = tree_deltas(chain, chain.tree(before), state.tree, renames=False)
    commit = to_commit
    if chain.tree(to_commit).id != state.tree.id:
        commit = chain.save(state.tree, list(dict.fromkeys(parents)), mark, "After a rewind")
    return record(chain, mark, commit, state, files=[delta.path for delta in changed])
