"""What approving a change would do to the project folder, worked out before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.changes import Hunk
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace.chain import SUBMODULE, Chain
from boocode_desktop.workspace.deltas import Delta
from boocode_desktop.workspace.merging import ConflictError, leads_outside, merge_states
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.safe_files import LINK, BlockedPathError, FileState, Folder
from boocode_desktop.workspace.text_edits import Edit, apply_edits, is_binary, locate, revert_edits


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One path that goes from one state to another; None is absent."""

    path: str
    before: FileState | None
    after: FileState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A move worked out against a folder: what stood there, what will, and a stamp to notice a late change."""

    path: str
    found: FileState | None
    result: FileState | None
    stamp: tuple[int, ...] | None


def moves_of(chain: Chain, delta: Delta, result: FileState | None) -> list[Move]:
    """A delta as moves, with `result` as the new file."""
    old = chain.state(delta.old)
    if delta.path == delta.old_path:
        return [Move(path=delta.path, before=old, after=result)]
    return [Move(path=delta.path, before=None, after=result), Move(path=delta.old_path, before=old, after=None)]


def chosen_edits(chain: Chain, delta: Delta, hunk: Hunk) -> tuple[Edit, ...]:
    """The edits of a hunk in a delta of today.

    Raises:
        UserFacingError: the file has no hunks, or changed since the hunk was shown.
    """
    if delta.operation == "submodule" or LINK in (delta.old and delta.old.mode, delta.new and delta.new.mode):
        raise UserFacingError(f"{shown(delta.path)} has no hunks.", "Decide about the whole file.")
    old, new = chain.data(delta.old), chain.data(delta.new)
    if is_binary(old) or is_binary(new):
        raise UserFacingError(f"{shown(delta.path)} is binary and has no hunks.", "Decide about the whole file.")
    found = locate(old, new, hunk)
    if found is None:
        raise UserFacingError(
            f"{shown(delta.path)} changed since this hunk was shown, so nothing was done.",
            "Look at the new diff and decide again.",
        )
    return tuple(found)


def approved_state(chain: Chain, delta: Delta, edits: Sequence[Edit] | None) -> FileState | None:
    """The file as it is once a delta, or only some of its edits, is accepted."""
    new = chain.state(delta.new)
    if edits is None:
        return new
    old = chain.state(delta.old)
    data = apply_edits(chain.data(delta.old), chain.data(delta.new), edits)
    if new is None and not data:
        return None
    mode = old.mode if old is not None else new.mode if new is not None else 0o100644
    return FileState(mode=mode, data=data)


def rejected_state(chain: Chain, delta: Delta, edits: Sequence[Edit] | None) -> FileState | None:
    """The file as it is once a delta, or only some of its edits, is taken back."""
    old = chain.state(delta.old)
    if edits is None:
        return old
    new = chain.state(delta.new)
    data = revert_edits(chain.data(delta.old), chain.data(delta.new), edits)
    if old is None and not data:
        return None
    mode = new.mode if new is not None else old.mode if old is not None else 0o100644
    return FileState(mode=mode, data=data)


def plan(folder: Folder, moves: Sequence[Move]) -> list[Write]:
    """The writes that make the moves in a folder that may have changed meanwhile.

    Raises:
        ConflictError: one of them cannot be made.
    """
    writes = []
    for move in moves:
        for state in (move.before, move.after):
            if state is not None and state.mode == SUBMODULE:
                raise ConflictError("submodules are shown, but never entered: update it yourself")
        if move.after is not None and move.after.mode == LINK and leads_outside(move.path, move.after.data):
            raise ConflictError("the symbolic link leads out of the folder")
        try:
            stamp = folder.stamp(move.path)
            found = folder.read(move.path)
        except BlockedPathError as error:
            raise ConflictError(str(error)) from error
        result = merge_states(move.before, found, move.after)
        writes.append(Write(path=move.path, found=found, result=result, stamp=stamp))
    return writes


def clash(chain: Chain, record: WorktreeRecord, delta: Delta) -> str:
    """Why approving a delta would end in a conflict, "" if it would not."""
    if record.isolation == "in-place" or delta.operation == "submodule":
        return ""
    try:
        plan(Folder(Path(record.project_path)), moves_of(chain, delta, chain.state(delta.new)))
    except (ConflictError, OSError) as error:
        return str(error)
    return ""
