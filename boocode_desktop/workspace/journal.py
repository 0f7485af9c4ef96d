"""What is under way on disk, noted in the chain, so that the next operation can clean up after a killed one.

Temporary files are removed; a rewind that did not finish is taken back, file by file, where nobody changed them since.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from boocode_desktop.domain.product import TEMPORARY
from boocode_desktop.workspace.chain import Chain
from boocode_desktop.workspace.deltas import tree_deltas
from boocode_desktop.workspace.safe_files import BlockedPathError, Folder

_NAME = "boocode.pending"


class Journal:
    """The notes of one operation; use as a context manager, which forgets them at its orderly end."""

    def __init__(self, chain: Chain) -> None:
        self._path = chain.path / _NAME

    def temporary(self, folder: Path, path: str) -> None:
        """A temporary file is about to be made."""
        self._note({"temporary": str(folder / path)})

    def rewind(self, start: str, goal: str) -> None:
        """Files are about to go from one tree to another."""
        self._note({"from": start, "to": goal})

    def _note(self, fact: dict[str, str]) -> None:
        with self._path.open("a", encoding="ascii") as file:
            file.write(json.dumps(fact) + "\n")

    def close(self) -> None:
        """The operation is complete."""
        self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def journal(chain: Chain) -> Iterator[Journal]:
    """Notes for an operation; kept when the process dies, forgotten when it ends or fails in an orderly way."""
    notes = Journal(chain)
    try:
        yield notes
    except BaseException:
        settle(chain)
        raise
    notes.close()


def settle(chain: Chain) -> None:
    """Clean up after an operation that was killed. The caller holds the session lock."""
    path = chain.path / _NAME
    if not path.exists():
        return
    for fact in _facts(path):
        if "temporary" in fact:
            _remove_temporary(Path(fact["temporary"]))
        elif "from" in fact:
            _take_back(chain, fact["from"], fact["to"])
    path.unlink(missing_ok=True)


def _facts(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            fact = json.loads(line)
            if isinstance(fact, dict):
                yield fact


def _remove_temporary(path: Path) -> None:
    if path.name.startswith(TEMPORARY):
        with contextlib.suppress(OSError):
            path.unlink()


def _take_back(chain: Chain, start: str, goal: str) -> None:
    folder = Folder(chain.root)
    for delta in tree_deltas(chain, chain.as_tree(start), chain.as_tree(goal), renames=False):
        with contextlib.suppress(BlockedPathError, OSError):
            if folder.read(delta.path) != chain.state(delta.new):
                continue
            before = chain.state(delta.old)
            if before is None:
                folder.remove(delta.path)
            else:
                folder.replace(delta.path, before, durable=False)
