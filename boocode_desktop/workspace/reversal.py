"""Taking decisions back: an approval out of the folder again (reverse), or any decision as if never made (undo)."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boocode_desktop.domain.changes import ReviewResult
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.records import CheckpointRecord, Decision, WorktreeRecord
from boocode_desktop.orchestrator.ports.workspace import Reviewed
from boocode_desktop.workspace.applying import carry_out
from boocode_desktop.workspace.chain import Chain, Entry, Mark
from boocode_desktop.workspace.changes import pick
from boocode_desktop.workspace.checkpoints import line_of, make
from boocode_desktop.workspace.deltas import tree_deltas
from boocode_desktop.workspace.journal import journal
from boocode_desktop.workspace.merging import ConflictError, merge_states
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.patches import other_line, other_paths
from boocode_desktop.workspace.proposals import Move, Write, plan
from boocode_desktop.workspace.review import rebase_line
from boocode_desktop.workspace.safe_files import BlockedPathError, FileState, Folder
from boocode_desktop.workspace.text_edits import is_binary, unified


def reverse(chain: Chain, record: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
    """Take what an approval brought out of the project folder, keeping what came there since.

    Raises:
        UserFacingError: the decision is no standing approval.
    """
    if decision.action != "approve" or decision.undone:
        raise UserFacingError("Only an approval that stands can be reversed.", "`boocode changes list` shows them.")
    folder = Folder(Path(record.project_path))
    try:
        moves = _approved_moves(chain, decision)
        baseline = {m.path: chain.keep(_merged(chain, record.baseline, m)) for m in moves}
        writes = plan(folder, moves)
        with journal(chain) as notes:
            carry_out(folder, writes, notes)
    except ConflictError as error:
        return _refused(decision, str(error))
    moved = rebase_line(chain, record.baseline, baseline, head, decision.baseline_before)
    reversal = _reversal(chain, record, decision, writes, moved)
    checkpoint = None
    if record.isolation == "in-place":
        mark = Mark(author="you", turn=head.turn_number, phase="decision")
        checkpoint = make(chain, head, mark, message="Reversed", origins=[moved])
    result = ReviewResult(decided=(decision.path,), decision_ids=(reversal.id,))
    return Reviewed(
        result=result, decisions=(reversal,), worktree=replace(record, baseline=moved), checkpoint=checkpoint
    )


def _approved_moves(chain: Chain, decision: Decision) -> list[Move]:
    """The approval backwards, from the baseline after it to the one before."""
    after, before = chain.tree(decision.baseline_after), chain.tree(decision.baseline_before)
    deltas = tree_deltas(chain, after, before, renames=False)
    paths = [pick(deltas, decision.path).path, *(path for path, _, _ in other_paths(decision.patch))]
    found = [(path, chain.entry(after, path), chain.entry(before, path)) for path in dict.fromkeys(paths)]
    return [Move(path=path, before=chain.state(a), after=chain.state(b)) for path, a, b in found]


def _merged(chain: Chain, baseline: str, move: Move) -> FileState | None:
    ours = chain.state(chain.entry(chain.tree(baseline), move.path))
    return merge_states(move.before, ours, move.after)


def _reversal(
    chain: Chain, record: WorktreeRecord, decision: Decision, writes: Sequence[Write], baseline: str
) -> Decision:
    first, *others = writes
    return Decision(
        id=new_id("dec"),
        session_id=decision.session_id,
        path=decision.path,
        action="reverse",
        hunk=decision.hunk,
        before_folder=_code(chain, first.found),
        after_folder=_code(chain, first.result),
        before_worktree=decision.after_worktree,
        after_worktree=decision.after_worktree,
        baseline_before=record.baseline,
        baseline_after=baseline,
        patch=_patch(chain, decision, first, others),
        at=time.time(),
    )


def _patch(chain: Chain, decision: Decision, first: Write, others: Sequence[Write]) -> str:
    lines = [f"diff --git a/{decision.path} b/{decision.path}"]
    lines += [other_line(w.path, _code(chain, w.found), _code(chain, w.result)) for w in others]
    old = first.found.data if first.found else b""
    new = first.result.data if first.result else b""
    body = "Binary files differ\n" if is_binary(old) or is_binary(new) else unified(old, new)
    return "\n".join(lines) + "\n" + body


def _code(chain: Chain, state: FileState | None) -> str:
    entry = chain.keep(state)
    return entry.code if entry is not None else ""


def undo(chain: Chain, record: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
    """Put back what a decision replaced, byte for byte; a conflict where something changed since.

    Raises:
        UserFacingError: it was undone before.
    """
    if decision.undone:
        raise UserFacingError("This decision was undone already.", "Nothing was changed by asking again.")
    try:
        if decision.action == "reject":
            return _undo_reject(chain, record, head, decision)
        return _undo_baseline(chain, record, head, decision)
    except ConflictError as error:
        return _refused(decision, str(error))


def _undo_reject(chain: Chain, record: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
    path = _path_of(chain, decision, head)
    steps = [(path, _entry(decision.after_worktree), _entry(decision.before_worktree)), *_others_back(decision)]
    folder = Folder(chain.root)
    writes = [_exact(chain, folder, *step) for step in steps]
    with journal(chain) as notes:
        carry_out(folder, writes, notes, durable=False)
    mark = Mark(author="you", turn=head.turn_number, phase="undo")
    origin = _origin(chain, head.commit, path, steps[0][2])
    checkpoint = make(chain, head, mark, message="Undid a rejection", origins=origin)
    return _undone(decision, record, checkpoint)


def _undo_baseline(chain: Chain, record: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
    path = _path_of(chain, decision, head)
    edits = _baseline_back(chain, record, decision, [path, *(other for other, _, _ in other_paths(decision.patch))])
    in_place = record.isolation == "in-place"
    if not in_place or decision.action == "reverse":
        folder = Folder(Path(record.project_path))
        steps = [(path, _entry(decision.after_folder), _entry(decision.before_folder)), *_others_back(decision)]
        writes = [_exact(chain, folder, *step) for step in steps]
        with journal(chain) as notes:
            carry_out(folder, writes, notes)
    moved = rebase_line(chain, record.baseline, edits, head, decision.baseline_before)
    checkpoint = None
    if in_place and decision.action == "reverse":
        mark = Mark(author="you", turn=head.turn_number, phase="undo")
        checkpoint = make(chain, head, mark, message="Undid a reversal", origins=[decision.baseline_before])
    return _undone(decision, replace(record, baseline=moved), checkpoint)


def _baseline_back(
    chain: Chain, record: WorktreeRecord, decision: Decision, paths: Sequence[str]
) -> dict[str, Entry | None]:
    now = chain.tree(record.baseline)
    after, before = chain.tree(decision.baseline_after), chain.tree(decision.baseline_before)
    for path in paths:
        if chain.entry(now, path) != chain.entry(after, path):
            raise ConflictError("it was decided about again since: undo the newer decision first")
    return {path: chain.entry(before, path) for path in paths}


def _exact(chain: Chain, folder: Folder, path: str, now: Entry | None, back: Entry | None) -> Write:
    """A write that is allowed only where the file is exactly as the decision left it."""
    try:
        stamp, found = folder.stamp(path), folder.read(path)
    except BlockedPathError as error:
        raise ConflictError(str(error)) from error
    if found != chain.state(now):
        raise ConflictError("it changed since the decision")
    return Write(path=path, found=found, result=chain.state(back), stamp=stamp)


def _others_back(decision: Decision) -> list[tuple[str, Entry | None, Entry | None]]:
    return [(path, after, before) for path, before, after in other_paths(decision.patch)]


def _path_of(chain: Chain, decision: Decision, head: CheckpointRecord) -> str:
    """The path on disk of a decision's shown path."""
    trees = [chain.tree(head.commit), chain.tree(decision.baseline_before), chain.tree(decision.baseline_after)]
    if any(chain.entry(tree, decision.path) is not None for tree in trees):
        return decision.path
    names = {name for tree in trees for name in chain.paths(tree)}
    return next((name for name in names if shown(name) == decision.path), decision.path)


def _origin(chain: Chain, head: str, path: str, entry: Entry | None) -> list[str]:
    """The newest checkpoint whose file was the one that comes back: its lines keep their authors."""
    for commit_id in line_of(chain, head):
        if chain.entry(chain.tree(commit_id), path) == entry:
            return [commit_id]
    return []


def _entry(code: str) -> Entry | None:
    return Entry.of_code(code)


def _undone(decision: Decision, record: WorktreeRecord, checkpoint: CheckpointRecord | None) -> Reviewed:
    return Reviewed(
        result=ReviewResult(decided=(decision.path,), decision_ids=(decision.id,)),
        decisions=(replace(decision, undone=True),),
        worktree=record,
        checkpoint=checkpoint,
    )


def _refused(decision: Decision, reason: str) -> Reviewed:
    return Reviewed(result=ReviewResult(conflicts={decision.path: reason}))
