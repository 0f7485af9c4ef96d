"""The orchestrator's `Workspace`, over git: every method runs in a thread, one at a time per session."""

import asyncio
import errno
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

import pygit2

from boocode_desktop.domain.changes import (
    BlameLine,
    CommitPlan,
    Committed,
    FileChange,
    FileDiff,
    FileVersions,
    FolderInfo,
    Hunk,
    RewindPreview,
    Scope,
    Watch,
    unwatched,
)
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import CheckpointRecord, Decision, Isolation, WorktreeRecord
from boocode_desktop.orchestrator.ports.workspace import Reviewed, WorkAtRisk
from boocode_desktop.workspace import archives, committing, folders, places, reversal, review, risk
from boocode_desktop.workspace import audit as audits
from boocode_desktop.workspace import blame as blames
from boocode_desktop.workspace import changes as change_lists
from boocode_desktop.workspace import checkpoints as snapshots
from boocode_desktop.workspace import rewind as rewinds
from boocode_desktop.workspace.chain import Chain, Mark
from boocode_desktop.workspace.deltas import tree_deltas
from boocode_desktop.workspace.journal import settle
from boocode_desktop.workspace.session_lock import session_lock
from boocode_desktop.workspace.unfinished import discard

T = TypeVar("T")
Locks = dict[str, asyncio.Lock]


class GitWorkspace:
    """Worktrees below `data_dir/worktrees`, checkpoints below `data_dir/checkpoints`."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.absolute()
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, Locks] = WeakKeyDictionary()
        # `folders.inspect` judges ownership; libgit2's own check would also refuse our repository over a shared folder.
        pygit2.settings.owner_validation = False

    async def inspect(self, folder: Path) -> FolderInfo:
        """What a folder is and whether sessions can have worktrees there."""
        return await asyncio.to_thread(folders.inspect, folder)

    async def create(
        self, session_id: str, folder: Path, isolation: Isolation, *, trusted: bool, progress: Callable[[str], None]
    ) -> tuple[WorktreeRecord, CheckpointRecord]:
        """The session's place, equal to the folder as it is, and checkpoint 0. A failure leaves nothing behind."""

        made: list[WorktreeRecord] = []

        def work() -> tuple[WorktreeRecord, CheckpointRecord]:
            place = places.create(self._data_dir, session_id, folder, isolation, trusted=trusted, progress=progress)
            made.append(place[0])
            return place

        try:
            return await self._alone(session_id, work)
        except asyncio.CancelledError:
            for worktree in made:
                await asyncio.to_thread(discard, worktree)
            raise

    async def checkpoint(
        self,
        worktree: WorktreeRecord,
        *,
        after: CheckpointRecord,
        turn: int,
        phase: str,
        author: str,
        message: str = "",
    ) -> CheckpointRecord:
        """Save the files on disk as a child of `after`; no new commit where nothing differs."""
        mark = Mark(author=author, turn=turn, phase=phase)
        return await self._with_chain(worktree, lambda chain: snapshots.make(chain, after, mark, message=message))

    async def changes(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        *,
        scope: Scope = "session",
        running: str = "",
    ) -> Sequence[FileChange]:
        """Every file that differs, sorted by path."""

        def work(chain: Chain) -> list[FileChange]:
            session = replace(_session(chain, worktree, checkpoints, decisions), running=running)
            return change_lists.change_list(session, scope)

        return await self._with_chain(worktree, work)

    async def diff(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        path: str,
        *,
        scope: Scope = "session",
        context: int = 3,
        running: str = "",
    ) -> FileDiff:
        """One file against the scope's start."""

        def work(chain: Chain) -> FileDiff:
            session = replace(_session(chain, worktree, checkpoints, decisions), running=running)
            return change_lists.file_diff(session, path, scope, context)

        return await self._with_chain(worktree, work)

    async def versions(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        path: str,
        *,
        scope: Scope = "session",
    ) -> FileVersions:
        """Both sides of one file's change as bytes."""

        def work(chain: Chain) -> FileVersions:
            return change_lists.file_versions(_session(chain, worktree, checkpoints, decisions), path, scope)

        return await self._with_chain(worktree, work)

    async def between(self, worktree: WorktreeRecord, old_commit: str, new_commit: str) -> Sequence[FileChange]:
        """What differs between two checkpoints."""

        def work(chain: Chain) -> list[FileChange]:
            deltas = tree_deltas(chain, chain.tree(old_commit), chain.tree(new_commit))
            return [change_lists.file_change(chain, delta) for delta in deltas]

        return await self._with_chain(worktree, work)

    async def approve(
        self, worktree: WorktreeRecord, head: CheckpointRecord, paths: Sequence[str], hunk: Hunk | None = None
    ) -> Reviewed:
        """Accept files (none named: all) or one file's hunk; conflicts leave the folder alone."""
        return await self._with_chain(worktree, lambda chain: review.approve(chain, worktree, head, paths, hunk))

    async def reject(
        self, worktree: WorktreeRecord, head: CheckpointRecord, paths: Sequence[str], hunk: Hunk | None = None
    ) -> Reviewed:
        """Take files (none named: all) or one file's hunk back to the baseline."""
        return await self._with_chain(worktree, lambda chain: review.reject(chain, worktree, head, paths, hunk))

    async def reverse(self, worktree: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
        """Take an approval out of the project folder again, as an explicit reverse change."""
        return await self._with_chain(worktree, lambda chain: reversal.reverse(chain, worktree, head, decision))

    async def undo(self, worktree: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
        """Undo a decision byte for byte, or say what stands in the way."""
        return await self._with_chain(worktree, lambda chain: reversal.undo(chain, worktree, head, decision))

    async def plan_commit(self, worktree: WorktreeRecord) -> CommitPlan:
        """What a commit of the approved work would hold."""
        return await self._with_chain(worktree, lambda chain: committing.plan_commit(chain, worktree))

    async def commit(self, worktree: WorktreeRecord, message: str) -> tuple[Committed, WorktreeRecord]:
        """Commit the approved work in the project's repository, and nothing else."""
        return await self._with_chain(worktree, lambda chain: committing.commit(chain, worktree, message))

    async def rewind_preview(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        to_turn: int,
    ) -> RewindPreview:
        """What a rewind to the state after turn `to_turn` (0 = the start) would change."""

        def work(chain: Chain) -> RewindPreview:
            return rewinds.preview(chain, worktree, checkpoints, decisions, to_turn)

        return await self._with_chain(worktree, work)

    async def rewind(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        to_commit: str,
        *,
        turn: int,
        watch: Watch = unwatched,
    ) -> tuple[CheckpointRecord, CheckpointRecord]:
        """Make the worktree equal to a checkpoint; a rewind to the first of the two records undoes it."""

        def work(chain: Chain) -> tuple[CheckpointRecord, CheckpointRecord]:
            return rewinds.rewind(chain, worktree, checkpoints, to_commit, turn=turn, watch=watch)

        return await self._with_chain(worktree, work)

    async def blame(self, worktree: WorktreeRecord, head: CheckpointRecord, path: str) -> Sequence[BlameLine]:
        """Who wrote each line of a file as it stands in the worktree."""
        return await self._with_chain(worktree, lambda chain: blames.blame(chain, head, path))

    async def at_risk(
        self, worktree: WorktreeRecord, checkpoints: Sequence[CheckpointRecord], decisions: Sequence[Decision]
    ) -> WorkAtRisk:
        """What would be lost by deleting the session. A vanished worktree counts as its last checkpoint."""

        def work(chain: Chain) -> WorkAtRisk:
            if Path(worktree.root).is_dir():
                session = _session(chain, worktree, checkpoints, decisions)
            else:
                session = change_lists.Session.at(chain, worktree, checkpoints, decisions)
            return risk.at_risk(worktree, change_lists.change_list(session))

        if not Path(worktree.chain).is_dir():
            return WorkAtRisk()
        return await self._with_chain(worktree, work)

    async def audit(self, worktree: WorktreeRecord) -> tuple[WorktreeRecord, Sequence[str]]:
        """What changed in the user's repository since the last look; a rewritten `.git` file is put back."""

        def work() -> tuple[WorktreeRecord, Sequence[str]]:
            found, sentences = audits.audit(worktree)
            return replace(worktree, fingerprint=found), sentences

        return await self._alone(worktree.session_id, work)

    async def remove(self, worktree: WorktreeRecord) -> None:
        """Remove worktree, branch and chain. The caller has asked `at_risk` first."""

        def work() -> None:
            discard(worktree)
            archives.forget(self._data_dir, worktree.session_id)

        await self._alone(worktree.session_id, work)

    async def archive(self, worktree: WorktreeRecord, head: CheckpointRecord) -> Path:
        """Keep a patch and the branch of a session that is put away; the worktree stays until `free`."""
        return await self._with_chain(worktree, lambda chain: archives.keep(worktree, chain, head, self._data_dir))

    async def free(self, worktree: WorktreeRecord) -> int:
        """Give back the disk of an archived session; the bytes that what no checkpoint holds still takes."""
        return await self._with_chain(worktree, lambda chain: archives.free(worktree, chain, self._data_dir))

    async def recreate(self, worktree: WorktreeRecord, head: CheckpointRecord) -> WorktreeRecord:
        """Make a vanished worktree again from its last checkpoint."""

        def work() -> WorktreeRecord:
            with session_lock(_existing(worktree)):
                if archives.read_note(self._data_dir, worktree.session_id) is None:
                    return places.recreate(worktree, head, self._data_dir)
                return archives.bring_back(worktree, Chain.open(worktree), head, self._data_dir)

        return await self._alone(worktree.session_id, work)

    async def is_archived(self, worktree: WorktreeRecord) -> bool:
        """Whether there is an archive to bring the worktree back from."""
        note = await asyncio.to_thread(archives.read_note, self._data_dir, worktree.session_id)
        return note is not None

    async def file_text(self, worktree: WorktreeRecord, commit: str, path: str) -> bytes | None:
        """A file's bytes at a checkpoint, None if absent or no regular file."""

        def work(chain: Chain) -> bytes | None:
            entry = chain.entry(chain.tree(commit), path)
            return chain.data(entry) if entry is not None and entry.mode in (0o100644, 0o100755) else None

        return await self._with_chain(worktree, work)

    async def _with_chain(self, worktree: WorktreeRecord, work: Callable[[Chain], T]) -> T:
        def locked() -> T:
            with session_lock(_existing(worktree)):
                chain = Chain.open(worktree)
                settle(chain)
                return work(chain)

        return await self._alone(worktree.session_id, locked)

    async def _alone(self, session_id: str, work: Callable[[], T]) -> T:
        """Run blocking work in a thread; a cancelled caller keeps the session until the thread has ended."""
        locks = self._locks.setdefault(asyncio.get_running_loop(), {})
        async with locks.setdefault(session_id, asyncio.Lock()):
            thread = asyncio.ensure_future(asyncio.to_thread(_translated, work))
            try:
                return await asyncio.shield(thread)
            except asyncio.CancelledError:
                await asyncio.wait([thread])
                if not thread.cancelled():
                    thread.exception()
                raise


def _session(
    chain: Chain,
    worktree: WorktreeRecord,
    checkpoints: Sequence[CheckpointRecord],
    decisions: Sequence[Decision],
) -> change_lists.Session:
    """The session as its folder is now, or as it was put away."""
    there = Path(worktree.root).is_dir()
    if there or archives.read_note(chain.path.parent.parent, worktree.session_id) is None:
        return change_lists.Session.now(chain, worktree, checkpoints, decisions)
    return change_lists.Session.at(chain, worktree, checkpoints, decisions)


def _existing(worktree: WorktreeRecord) -> Path:
    path = Path(worktree.chain)
    if not path.is_dir():
        raise UserFacingError(
            "The checkpoints of this session are gone from the data folder.",
            "The files in the session's folder are untouched. Copy what you need, then start a new session.",
        )
    return path


def _translated(work: Callable[[], T]) -> T:
    """Turn what git and the system raise into words."""
    try:
        return work()
    except pygit2.GitError as error:
        raise UserFacingError(f"git refused: {error}.", "Nothing was lost. Run `boocode doctor`.") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        hint = "Free disk space, then try again." if full else "Check the folder and its permissions, then try again."
        raise UserFacingError(f"The files could not be read or written: {error}.", hint) from error
