"""What changed and what becomes of it: approve, reject, reverse, undo, rewind, blame.

Every decision holds the session's lease, is stored durably with what undoes it, and is announced in the session's
newest chat, so that panes read the change list again and agents hear of rejections.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.changes import (
    BlameLine,
    CommitPlan,
    Committed,
    FileChange,
    FileDiff,
    FileVersions,
    Hunk,
    PutFile,
    ReviewResult,
    RewindPreview,
    Scope,
    Watch,
    unwatched,
)
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.permissions import Action, decide
from boocode_desktop.domain.records import CheckpointRecord, Decision, Turn, WorktreeRecord
from boocode_desktop.orchestrator.checkpoints import YOU, Checkpoints, checkpoint_of_turn
from boocode_desktop.orchestrator.commit_messages import drafted_message
from boocode_desktop.orchestrator.deciding import Deciding, Verb, whole
from boocode_desktop.orchestrator.leases import Leases
from boocode_desktop.orchestrator.own_files import file_in, put_text
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.workspace import Reviewed, Workspace
from boocode_desktop.orchestrator.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDesk:
    """Implements `front.Review`."""

    store: Store
    workspace: Workspace
    checkpoints_of: Checkpoints
    leases: Leases
    recorder: Recorder

    async def _place(self, session_id: str) -> tuple[WorktreeRecord, Sequence[CheckpointRecord], Sequence[Decision]]:
        worktree = await self.checkpoints_of.worktree(session_id)
        return worktree, await self.store.checkpoints(session_id), await self.store.decisions(session_id)

    @asynccontextmanager
    async def _held(self, session_id: str, what: str, *, bring_back: bool = False) -> AsyncIterator[None]:
        """The session's lease, with the worktree's state settled: what is on disk now has its author."""
        lease = await self.leases.acquire(session_id, what)
        try:
            if bring_back:
                await self.checkpoints_of.bring_back(session_id)
            await self.checkpoints_of.settle(session_id)
            await self.checkpoints_of.take(
                session_id, turn=await self._newest_turn(session_id), phase="before", author=YOU
            )
            yield
        finally:
            await lease.release()

    async def _newest_turn(self, session_id: str) -> int:
        return max((t.number for t in await self.store.turns(session_id=session_id)), default=0)

    async def changes(self, session_id: str, *, scope: Scope = "session") -> Sequence[FileChange]:
        """Every changed file."""
        worktree, checkpoints, decisions = await self._place(session_id)
        running = await self._running(session_id)
        return await self.workspace.changes(worktree, checkpoints, decisions, scope=scope, running=running)

    async def diff(self, session_id: str, path: str, *, scope: Scope = "session", context: int = 3) -> FileDiff:
        """One file's hunks."""
        worktree, checkpoints, decisions = await self._place(session_id)
        running = await self._running(session_id)
        return await self.workspace.diff(
            worktree, checkpoints, decisions, path, scope=scope, context=context, running=running
        )

    async def _running(self, session_id: str) -> str:
        """The agent whose turn may write at this moment, "" where none does."""
        turns = [t for t in await self.store.open_turns() if t.session_id == session_id]
        readers = {c.id for c in await self.store.chats(session_id, archived=None) if c.read_only} if turns else set()
        return next((t.agent for t in turns if t.chat_id not in readers), "")

    async def versions(self, session_id: str, path: str, *, scope: Scope = "session") -> FileVersions:
        """Both sides of one file's change as bytes."""
        worktree, checkpoints, decisions = await self._place(session_id)
        return await self.workspace.versions(worktree, checkpoints, decisions, path, scope=scope)

    async def approve(
        self, session_id: str, path: str = "", hunk: int | Hunk | None = None, *, watch: Watch = unwatched
    ) -> ReviewResult:
        """Write a file, a hunk, or everything into the project folder."""
        return await self._decide(session_id, path, hunk, self.workspace.approve, "approving", watch)

    async def reject(
        self, session_id: str, path: str = "", hunk: int | Hunk | None = None, *, watch: Watch = unwatched
    ) -> ReviewResult:
        """Take a file, a hunk, or everything back in the worktree."""
        return await self._decide(session_id, path, hunk, self.workspace.reject, "rejecting", watch)

    async def _decide(
        self, session_id: str, path: str, hunk: int | Hunk | None, verb: Verb, what: str, watch: Watch
    ) -> ReviewResult:
        if hunk is not None and not path:
            raise UserFacingError("A hunk belongs to a file.", "Name the file too.")
        async with self._held(session_id, what):
            if path:
                result = await self._deciding.lot(session_id, [path], await self._hunk(session_id, path, hunk), verb)
            else:
                result = await self._deciding.files(session_id, await self._open_paths(session_id), verb, watch)
            await self._announce(session_id)
        return result

    @property
    def _deciding(self) -> Deciding:
        return Deciding(store=self.store, checkpoints_of=self.checkpoints_of)

    async def _open_paths(self, session_id: str) -> list[str]:
        return [c.path for c in await self.changes(session_id) if c.status in ("open", "partly", "conflict")]

    async def _hunk(self, session_id: str, path: str, index: int | Hunk | None) -> Hunk | None:
        """The hunk that somebody saw, or the one with this index in the newest diff.

        Raises:
            NotFoundError: the file did not change, or has no such hunk.
        """
        if index is None or isinstance(index, Hunk):
            return index
        shown = await self.diff(session_id, path)
        found = next((h for h in shown.hunks if h.index == index), None)
        if found is None:
            count = len(shown.hunks)
            raise NotFoundError(f"{path} has no hunk {index}.", f"It has {count} open hunks, counted from 1.")
        return found

    async def reverse(self, session_id: str, path: str) -> ReviewResult:
        """Take what was approved of a file out of the project folder again."""
        async with self._held(session_id, "reversing"):
            standing = [
                d
                for d in await self.store.decisions(session_id)
                if d.path == path and d.action == "approve" and not d.undone
            ]
            if not standing:
                raise NotFoundError(f"Nothing of {path} was approved.", "`boocode changes list` shows the state.")
            result = ReviewResult()
            for decision in reversed(standing):
                result = await self._apply(session_id, decision, self.workspace.reverse)
                if result.conflicts:
                    break
            await self._announce(session_id)
        return result

    async def put_file(self, session_id: str, path: str, text: str, *, dry_run: bool = False) -> PutFile:
        """Write a whole file into the session's folder: a change by the person, made between turns."""
        root = await self.checkpoints_of.root(session_id)
        target = await asyncio.to_thread(file_in, root, path)
        await self._refuse_denied(session_id, root, target)
        if dry_run:
            return await asyncio.to_thread(put_text, root, target, text, dry_run=True)
        async with self._held(session_id, "writing a file", bring_back=True):
            done = await asyncio.to_thread(put_text, root, target, text, dry_run=False)
            await self.checkpoints_of.take(
                session_id, turn=await self._newest_turn(session_id), phase="before", author=YOU
            )
            await self._announce(session_id)
        return done

    async def _refuse_denied(self, session_id: str, root: Path, target: Path) -> None:
        """A person's own wish answers every question, but no deny rule.

        Raises:
            UserFacingError: one denies it.
        """
        session = await self.store.session(session_id)
        rules = await self.store.rules((session_id, session.project_id) if session else (session_id,))
        verdict = decide(Action(kind="write", tool="apply", root=str(root), path=str(target)), rules)
        if verdict.effect == "deny":
            raise UserFacingError(f"Nothing was written: {verdict.why}", "Write elsewhere, or change the rule.")

    async def undo(self, session_id: str, decision_id: str = "") -> ReviewResult:
        """Undo one decision, the newest that stands by default."""
        async with self._held(session_id, "undoing"):
            standing = [d for d in await self.store.decisions(session_id) if not d.undone]
            chosen = [d for d in standing if d.id == decision_id] if decision_id else standing[-1:]
            if not chosen:
                raise NotFoundError("There is no decision to undo.", "")
            result = await self._apply(session_id, chosen[0], self.workspace.undo)
            await self._announce(session_id)
        return result

    async def _apply(
        self,
        session_id: str,
        decision: Decision,
        verb: Callable[[WorktreeRecord, CheckpointRecord, Decision], Awaitable[Reviewed]],
    ) -> ReviewResult:
        """Take a decision back; one that could be is stored as such."""

        async def applied() -> ReviewResult:
            worktree = await self.checkpoints_of.worktree(session_id)
            reviewed = await verb(worktree, await self.checkpoints_of.head(session_id), decision)
            await self._deciding.keep(reviewed)
            if not reviewed.result.conflicts:
                await self.store.save(replace(decision, undone=True), durable=True)
            return reviewed.result

        return await whole(applied())

    async def decisions(self, session_id: str) -> Sequence[Decision]:
        """Decisions of a session, oldest first."""
        return await self.store.decisions(session_id)

    async def checkpoints(self, session_id: str) -> Sequence[CheckpointRecord]:
        """Checkpoints of a session, oldest first."""
        return await self.store.checkpoints(session_id)

    async def blame(self, session_id: str, path: str) -> Sequence[BlameLine]:
        """Who wrote each line of a file as it stands."""
        worktree = await self.checkpoints_of.worktree(session_id)
        return await self.workspace.blame(worktree, await self.checkpoints_of.head(session_id), path)

    async def commit_plan(self, session_id: str) -> CommitPlan:
        """What a commit of the approved work would hold, with a drafted message."""
        plan = await self.workspace.plan_commit(await self.checkpoints_of.worktree(session_id))
        session = await self.store.session(session_id)
        return replace(plan, message=drafted_message(session.title if session else "", plan.operations))

    async def commit(self, session_id: str, message: str) -> Committed:
        """Commit the approved work in the project's repository, under the user's name, and nothing else."""
        lease = await self.leases.acquire(session_id, "committing")
        try:
            worktree = await self.checkpoints_of.worktree(session_id)
            done, record = await self.workspace.commit(worktree, message)
            await self.store.save(record, durable=True)
        finally:
            await lease.release()
        where = f"on {done.branch}" if done.branch else "on no branch"
        words = f"Committed {len(done.paths)} approved file{'s' if len(done.paths) != 1 else ''} {where}."
        await self._announce(session_id, ev.Notice(message=words, hint=done.summary, code="committed"))
        return done

    async def rewind_preview(self, session_id: str, to_turn: int) -> RewindPreview:
        """What a rewind would change."""
        worktree, checkpoints, decisions = await self._place(session_id)
        checkpoint_of_turn(checkpoints, to_turn)
        preview = await self.workspace.rewind_preview(worktree, checkpoints, decisions, to_turn)
        turns = [t for t in await self.store.turns(session_id=session_id) if t.number > to_turn and not t.rewound]
        return replace(preview, turns=tuple(t.number for t in turns))

    async def rewind(self, session_id: str, to_turn: int, *, watch: Watch = unwatched) -> RewindPreview:
        """Make the worktree as it was after a turn, and grey the later turns."""
        async with self._held(session_id, "rewinding", bring_back=True):
            preview = await self.rewind_preview(session_id, to_turn)
            target = checkpoint_of_turn(await self.store.checkpoints(session_id), to_turn)
            turns = await self.store.turns(session_id=session_id)
            gone = [replace(t, rewound=True) for t in turns if t.number > to_turn and not t.rewound]
            await whole(self._go_to(session_id, target, "rewind", gone, watch))
            words = f"Rewound to {'the start' if to_turn == 0 else f'turn {to_turn}'}."
            hint = f"{len(preview.files)} files changed back. It can be undone."
            await self._announce(session_id, ev.Notice(message=words, hint=hint, code="rewound"))
        return preview

    async def undo_rewind(self, session_id: str, *, watch: Watch = unwatched) -> RewindPreview:
        """Undo the newest rewind: files and turns come back.

        Raises:
            NotFoundError: the newest state is no rewind.
        """
        async with self._held(session_id, "undoing the rewind", bring_back=True):
            worktree, checkpoints, _decisions = await self._place(session_id)
            before = _before_rewind(checkpoints)
            files = await self.workspace.between(worktree, checkpoints[-1].commit, before.commit)
            turns = await self.store.turns(session_id=session_id)
            back = [replace(t, rewound=False) for t in _rewound_last(turns)]
            await whole(self._go_to(session_id, before, "undo", back, watch))
            await self._announce(session_id, ev.Notice(message="The rewind was undone.", code="rewind_undone"))
        return RewindPreview(
            to_turn=before.turn_number, files=tuple(files), lost={}, turns=tuple(t.number for t in back)
        )

    async def _go_to(
        self,
        session_id: str,
        target: CheckpointRecord,
        phase: Literal["rewind", "undo"],
        turns: Sequence[Turn],
        watch: Watch,
    ) -> None:
        """The files as a checkpoint holds them, and these turns with it."""
        worktree, checkpoints, _decisions = await self._place(session_id)
        newest = await self._newest_turn(session_id)
        pair = await self.workspace.rewind(worktree, checkpoints, target.commit, turn=newest, watch=watch)
        now = time.time()
        saved = [replace(c, phase=phase, created_at=c.created_at or now) for c in pair]
        await self.store.save(*saved, *turns, durable=True)

    async def _announce(self, session_id: str, notice: ev.Notice | None = None) -> None:
        """Say in the newest chat that the change list is new."""
        chats = await self.store.chats(session_id, archived=None)
        if not chats:
            return
        newest = max(chats, key=lambda c: (not c.archived, c.updated_at))
        recorder = self.recorder.chat(session_id, newest.id)
        changes = await self.changes(session_id)
        if notice is not None:
            await recorder.emit(notice)
        await recorder.emit(
            ev.ChangesUpdated(
                files=len(changes), added=sum(c.added for c in changes), removed=sum(c.removed for c in changes)
            )
        )
        self.recorder.release(newest.id)


def _before_rewind(checkpoints: Sequence[CheckpointRecord]) -> CheckpointRecord:
    """The state that the newest rewind left, which is what undoing it brings back."""
    rewinds = [i for i, c in enumerate(checkpoints) if c.phase == "rewind"]
    later = [c for c in checkpoints[rewinds[-1] + 1 :] if c.phase in ("after", "undo")] if rewinds else []
    if len(rewinds) < 2 or later:
        raise NotFoundError("There is no rewind to undo.", "A rewind can be undone until the next turn.")
    return checkpoints[rewinds[-2]]


def _rewound_last(turns: Sequence[Turn]) -> list[Turn]:
    """The turns that the newest rewind greyed: the rewound ones after the newest standing turn."""
    standing = max((t.number for t in turns if not t.rewound), default=0)
    return [t for t in turns if t.rewound and t.number > standing]
