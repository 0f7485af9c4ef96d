"""Carrying out planned writes: all of them, or back to what stood there."""

import contextlib
from collections.abc import Sequence

from boocode_desktop.workspace.journal import Journal
from boocode_desktop.workspace.merging import ConflictError
from boocode_desktop.workspace.proposals import Write
from boocode_desktop.workspace.safe_files import BlockedPathError, FileState, Folder


def carry_out(folder: Folder, writes: Sequence[Write], notes: Journal, *, durable: bool = True) -> None:
    """Make planned writes; new files first, removals last, so that nothing is gone before its successor stands.

    Raises:
        ConflictError: somebody changed a file since the plan was made; what was written before is back.
        OSError: the disk refused; what was written before is back.
    """
    done: list[Write] = []
    try:
        for write in sorted(writes, key=lambda w: w.result is None):
            if folder.stamp(write.path) != write.stamp:
                raise ConflictError("somebody is changing it right now")
            if write.result != write.found:
                done.append(write)
                put(folder, write.path, write.result, notes, durable=durable)
    except BaseException as error:
        for write in reversed(done):
            with contextlib.suppress(OSError, BlockedPathError):
                put(folder, write.path, write.found, notes, durable=durable)
        if isinstance(error, BlockedPathError):
            raise ConflictError(str(error)) from error
        raise


def put(folder: Folder, path: str, state: FileState | None, notes: Journal, *, durable: bool) -> None:
    """Write or remove one file."""
    if state is None:
        folder.remove(path)
    else:
        folder.replace(path, state, durable=durable, before=lambda name: notes.temporary(folder.path, name))
