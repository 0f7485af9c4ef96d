"""Checkpoints of sessions: who made which, which one is the newest, and which one stands for a turn."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.records import CheckpointRecord, WorktreeRecord
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workspace import Workspace

YOU = "you"
CLOSING = ("after", "rewind", "undo")
"""Phases of checkpoints that show how a turn left the worktree."""


def checkpoint_of_turn(checkpoints: Sequence[CheckpointRecord], turn: int) -> CheckpointRecord:
    """The state after a turn; 0 is the start of the session.

    Raises:
        NotFoundError: no such turn left a checkpoint.
    """
    if turn == 0:
        base = [c for c in checkpoints if c.phase == "base"]
        if base:
            return base[0]
    after = [c for c in checkpoints if c.turn_number == turn and c.phase == "after"]
    if not after:
        known = sorted({c.turn_number for c in checkpoints if c.phase == "after"})
        turns = ", ".join(map(str, known)) or "none yet"
        raise NotFoundError(f"Turn {turn} left no checkpoint.", f"Turns with a checkpoint: 0 (the start), {turns}.")
    return after[-1]


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Makes and finds checkpoints. The caller holds the session's lease."""

    store: Store
    workspace: Workspace

    async def worktree(self, session_id: str) -> WorktreeRecord:
        """Where a session works.

        Raises:
            NotFoundError: the session has no place.
        """
        found = await self.store.worktree(session_id)
        if found is None:
            raise NotFoundError("This session has no working folder.", "Start a new session.")
        return found

    async def head(self, session_id: str) -> CheckpointRecord:
        """The newest checkpoint of a session.

        Raises:
            NotFoundError: there is none.
        """
        found = await self.store.newest_checkpoint(session_id)
        if found is None:
            raise NotFoundError("This session has no checkpoint.", "Start a new session.")
        return found

    async def root(self, session_id: str) -> Path:
        """The folder a session works in.

        Raises:
            NotFoundError: the session has none.
        """
        return Path((await self.worktree(session_id)).root)

    async def bring_back(self, session_id: str) -> bool:
        """Make a deleted worktree again from its newest checkpoint; whether that was needed."""
        worktree = await self.worktree(session_id)
        if worktree.isolation != "worktree" or await asyncio.to_thread(Path(worktree.root).is_dir):
            return False
        await self.store.save(await self.workspace.recreate(worktree, await self.head(session_id)))
        return True

    async def take(self, session_id: str, *, turn: int, phase: str, author: str) -> CheckpointRecord:
        """Save the worktree as it is. A state equal to the newest one is stored again only after a turn."""
        worktree, head = await self.worktree(session_id), await self.head(session_id)
        made = await self.workspace.checkpoint(worktree, after=head, turn=turn, phase=phase, author=author)
        if made.commit == head.commit and phase != "after":
            return head
        made = replace(made, created_at=made.created_at or time.time())
        await self.store.save(made)
        return made

    async def settle(self, session_id: str, *, before: int | None = None) -> None:
        """Give the newest ended turn its closing checkpoint if the program died before it was made.

        `before` is the number of the turn that begins, if one does.
        """
        head = await self.store.newest_checkpoint(session_id)
        if head is not None and before is not None and head.phase in CLOSING and head.turn_number == before - 1:
            return
        readers = {c.id for c in await self.store.chats(session_id, archived=None) if c.read_only}
        turns = await self.store.turns(session_id=session_id)
        ended = [t for t in turns if t.status is not None and t.chat_id not in readers]
        if not ended:
            return
        last = max(ended, key=lambda t: t.number)
        checkpoints = await self.store.checkpoints(session_id)
        newest = max((c.turn_number for c in checkpoints if c.phase in CLOSING), default=0)
        if newest < last.number and not last.rewound:
            try:
                await self.take(session_id, turn=last.number, phase="after", author=last.agent)
            except UserFacingError:
                return
