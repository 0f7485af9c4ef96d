"""Sessions whose making was killed: noted before anything is made, swept by whoever comes next."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from boocode_desktop.domain.errors import BusyError
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.workspace import worktrees
from boocode_desktop.workspace.removal import remove_tree
from boocode_desktop.workspace.session_lock import file_lock

_SUFFIX = ".making"


@contextlib.contextmanager
def making(record: WorktreeRecord) -> Iterator[None]:
    """Note a session that is being made, until it is complete or cleaned up after a failure."""
    note = Path(record.chain).with_suffix(_SUFFIX)
    note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock(note):
        note.write_text(json.dumps(asdict(record)), encoding="ascii")
        try:
            yield
        except BaseException:
            discard(record)
            raise
        finally:
            note.unlink(missing_ok=True)


def sweep(data_dir: Path) -> None:
    """Remove what killed makers left behind; those at work are left alone."""
    for note in sorted((data_dir / "checkpoints").glob(f"*{_SUFFIX}")):
        with contextlib.suppress(BusyError), file_lock(note):
            record = _noted(note)
            if record is not None:
                discard(record)
            note.unlink(missing_ok=True)


def _noted(note: Path) -> WorktreeRecord | None:
    try:
        return WorktreeRecord(**json.loads(note.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None


def discard(record: WorktreeRecord) -> None:
    """Remove a session's worktree, branch and chain. A folder worked in place is left as it is."""
    if record.isolation == "worktree":
        worktrees.remove(record)
    remove_tree(Path(record.chain))
