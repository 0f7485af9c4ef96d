"""Approve and reject: a file, a hunk or everything. Only this and `reversal` write the project folder."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pygit2

from boocode_desktop.domain.changes import Hunk, ReviewResult
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.records import CheckpointRecord, Decision, WorktreeRecord
from boocode_desktop.orchestrator.ports.workspace import Reviewed
from boocode_desktop.workspace.applying import carry_out
from boocode_desktop.workspace.chain import Chain, Entry, Mark
from boocode_desktop.workspace.changes import pick
from boocode_desktop.workspace.checkpoints import make
from boocode_desktop.workspace.deltas import Delta, tree_deltas
from boocode_desktop.workspace.journal import journal
from boocode_desktop.workspace.merging import ConflictError
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.patches import patch_text
from boocode_desktop.workspace.proposals import (
    Move,
    Write,
    approved_state,
    chosen_edits,
    moves_of,
    plan,
    rejected_state,
)
from boocode_desktop.workspace.safe_files import FileState, Folder
from boocode_desktop.workspace.snapshot import tree_now
from boocode_desktop.workspace.text_edits import Edit
from boocode_desktop.workspace.your_edits import without_session, your_edits


@dataclass(slots=True, kw_only=True)
class _Round:
    """One review command under way."""

    chain: Chain
    record: WorktreeRecord
    head: CheckpointRecord
    disk: pygit2.Tree
    hunk: Hunk | None
    decisions: list[Decision] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)
    baseline: dict[str, Entry | None] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)

    def deltas(self, paths: Sequence[str]) -> list[Delta]:
        """The open changes meant by paths; none means all. Of several, one that is gone stands in nobody's way."""
        found = tree_deltas(self.chain, self.chain.tree(self.record.baseline), self.disk)
        if len(paths) < 2:
            return [pick(found, path) for path in paths] if paths else found
        chosen: dict[str, Delta] = {}
        for path in paths:
            try:
                delta = pick(found, path)
            except NotFoundError:
                self.conflicts[path] = "it does not differ any more"
            else:
                chosen[delta.path] = delta
        return list(chosen.values())

    def edits(self, delta: Delta) -> tuple[Edit, ...] | None:
        """The edits that the command is about; None for the whole file."""
        return None if self.hunk is None else chosen_edits(self.chain, delta, self.hunk)

    def result(self) -> ReviewResult:
        """What was decided."""
        return ReviewResult(
            decided=tuple(decision.path for decision in self.decisions),
            conflicts=self.conflicts or None,
            decision_ids=tuple(decision.id for decision in self.decisions),
        )


def approve(
    chain: Chain, record: WorktreeRecord, head: CheckpointRecord, paths: Sequence[str], hunk: Hunk | None = None
) -> Reviewed:
    """Accept changes: into the project folder, or in place into the baseline alone.

    Raises:
        UserFacingError: no such change, or the hunk is out of date.
    """
    work = _Round(chain=chain, record=record, head=head, disk=tree_now(chain), hunk=hunk)
    for delta in work.deltas(paths):
        try:
            _approve_one(work, delta)
        except ConflictError as error:
            work.conflicts[shown(delta.path)] = str(error)
    if not work.decisions:
        return Reviewed(result=work.result())
    baseline = rebase_line(chain, record.baseline, work.baseline, head)
    decisions = tuple(replace(d, baseline_before=record.baseline, baseline_after=baseline) for d in work.decisions)
    return Reviewed(result=work.result(), decisions=decisions, worktree=replace(record, baseline=baseline))


def rebase_line(
    chain: Chain, baseline: str, edits: Mapping[str, Entry | None], head: CheckpointRecord, *origins: str
) -> str:
    """A baseline that follows `baseline` with some paths replaced."""
    tree = chain.tree_with(chain.tree(baseline), edits)
    parents = list(dict.fromkeys([baseline, head.commit, *origins]))
    return chain.save(tree, parents, Mark(author="you", turn=head.turn_number, phase="baseline"), "Reviewed")


def _approve_one(work: _Round, delta: Delta) -> None:
    chain = work.chain
    edits = work.edits(delta)
    goal = approved_state(chain, delta, edits)
    moves = moves_of(chain, delta, goal)
    writes: Sequence[Write] = ()
    if work.record.isolation == "worktree":
        folder = Folder(Path(work.record.project_path))
        writes = plan(folder, moves)
        for write in writes:
            chain.keep(write.found)
        with journal(chain) as notes:
            carry_out(folder, writes, notes)
    elif delta.operation == "submodule":
        goal = None
    for move in moves:
        work.baseline[move.path] = chain.keep(move.after) if delta.operation != "submodule" else delta.new
    new = delta.new.code if delta.new is not None else ""
    work.decisions.append(_decision(work, "approve", delta, moves, writes, (new, new), edits))


def _decision(
    work: _Round,
    action: str,
    delta: Delta,
    moves: Sequence[Move],
    writes: Sequence[Write],
    worktree: tuple[str, str],
    edits: Sequence[Edit] | None,
) -> Decision:
    chain = work.chain
    target = {write.path: write for write in writes}.get(delta.path)
    return Decision(
        id=new_id("dec"),
        session_id=work.record.session_id,
        path=shown(delta.path),
        action="approve" if action == "approve" else "reject",
        hunk=None if work.hunk is None else work.hunk.index,
        before_folder=_code(chain, target.found) if target else "",
        after_folder=_code(chain, target.result) if target else "",
        before_worktree=worktree[0],
        after_worktree=worktree[1],
        baseline_before=work.record.baseline,
        baseline_after=work.record.baseline,
        patch=patch_text(chain, delta, edits, others=[write for write in writes if write.path != delta.path]),
        at=time.time(),
    )


def _code(chain: Chain, state: FileState | None) -> str:
    entry = chain.keep(state)
    return entry.code if entry is not None else ""


def reject(
    chain: Chain, record: WorktreeRecord, head: CheckpointRecord, paths: Sequence[str], hunk: Hunk | None = None
) -> Reviewed:
    """Take changes back to the baseline. In place, only what the session made and nobody changed since.

    Raises:
        UserFacingError: no such change, or the hunk is out of date.
    """
    work = _Round(chain=chain, record=record, head=head, disk=tree_now(chain), hunk=hunk)
    for delta in work.deltas(paths):
        try:
            _reject_one(work, delta)
        except ConflictError as error:
            work.conflicts[shown(delta.path)] = str(error)
    if not work.decisions:
        return Reviewed(result=work.result())
    mark = Mark(author="you", turn=head.turn_number, phase="decision")
    checkpoint = make(chain, head, mark, message="Rejected", origins=[record.baseline, *work.origins])
    return Reviewed(result=work.result(), decisions=tuple(work.decisions), worktree=record, checkpoint=checkpoint)


def _reject_one(work: _Round, delta: Delta) -> None:
    chain = work.chain
    if delta.operation == "submodule":
        raise ConflictError("submodules are shown, but never entered: set it back yourself")
    edits = work.edits(delta)
    origin = delta.path
    if work.record.isolation == "in-place":
        yours = your_edits(work.chain, work.head, work.disk, delta.path)
        goal, origin = without_session(chain, delta, edits, yours), yours.origin
        work.origins += yours.commits
    else:
        goal = rejected_state(chain, delta, edits)
    moves = _reject_moves(chain, delta, goal, origin, whole=edits is None)
    folder = Folder(chain.root)
    writes = plan(folder, moves)
    with journal(chain) as notes:
        carry_out(folder, writes, notes, durable=False)
    before = delta.new.code if delta.new is not None else ""
    after = "" if moves[0].after is None else _code(chain, moves[0].after)
    others = [write for write in writes if write.path != delta.path]
    decision = _decision(work, "reject", delta, moves, (), (before, after), edits)
    work.decisions.append(replace(decision, patch=patch_text(chain, delta, edits, others=others)))


def _reject_moves(chain: Chain, delta: Delta, goal: FileState | None, origin: str, *, whole: bool) -> list[Move]:
    """A rejection as moves; what was moved goes back where it was, which is `origin` where the baseline lacks it."""
    new = chain.state(delta.new)
    place = delta.path
    if whole and delta.path != delta.old_path:
        place = delta.old_path
    elif whole and delta.old is None and goal is not None:
        place = origin
    if place == delta.path:
        return [Move(path=delta.path, before=new, after=goal)]
    return [Move(path=delta.path, before=new, after=None), Move(path=place, before=None, after=goal)]
