"""git as the orchestrator needs it: worktrees, the checkpoint chain, changes, approvals, rewinds, blame.

Stateless: the caller keeps `WorktreeRecord`s, checkpoints and decisions, and hands them in. All methods run in a
thread, one at a time per session, and verify commit ids before use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from boocode_desktop.domain.changes import (
    BlameLine,
    CommitPlan,
    Committed,
    FileChange,
    FileDiff,
    FileVersions,
    FolderInfo,
    Hunk,
    ReviewResult,
    RewindPreview,
    Scope,
    Watch,
    unwatched,
)
from boocode_desktop.domain.records import CheckpointRecord, Decision, Isolation, WorktreeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """An applied decision: the record to store, the moved baseline, and a checkpoint where the worktree changed."""

    result: ReviewResult
    decisions: tuple[Decision, ...] = ()
    worktree: WorktreeRecord | None = None
    checkpoint: CheckpointRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkAtRisk:
    """What deleting a session would lose; empty means nothing."""

    unapproved: tuple[str, ...] = ()
    unmerged_commits: int = 0
    detail: str = ""

    @property
    def any(self) -> bool:
        """Whether anything would be lost."""
        return bool(self.unapproved or self.unmerged_commits)


class Workspace(Protocol):
    """Raises (every method): UserFacingError with what happened, what was kept and what to do."""

    async def inspect(self, folder: Path) -> FolderInfo:
        """What a folder is and whether sessions can have worktrees there."""

    async def create(
        self, session_id: str, folder: Path, isolation: Isolation, *, trusted: bool, progress: Callable[[str], None]
    ) -> tuple[WorktreeRecord, CheckpointRecord]:
        """The session's place, starting from the folder as it is (modified and untracked files come along), and
        checkpoint 0. `progress` may be called from a thread."""

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
        """Save the files on disk as a child of `after`. The same tree gives a record with the same commit and no
        files."""

    async def changes(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        *,
        scope: Scope = "session",
        running: str = "",
    ) -> Sequence[FileChange]:
        """Every file that differs, sorted by path, with who changed it and its review status.

        `running` is the agent that takes a turn at this moment, "" for none.
        """

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
        """One file against the scope's start; `running` as for the list."""

    async def versions(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        path: str,
        *,
        scope: Scope = "session",
    ) -> FileVersions:
        """Both sides of one file's change as bytes; what is too large is not read."""

    async def between(self, worktree: WorktreeRecord, old_commit: str, new_commit: str) -> Sequence[FileChange]:
        """What differs between two checkpoints."""

    async def approve(
        self, worktree: WorktreeRecord, head: CheckpointRecord, paths: Sequence[str], hunk: Hunk | None = None
    ) -> Reviewed:
        """Write files (none named: all) or one file's hunk into the project folder; three-way merge where the user
        changed a file meanwhile."""

    async def reject(
        self, worktree: WorktreeRecord, head: CheckpointRecord, paths: Sequence[str], hunk: Hunk | None = None
    ) -> Reviewed:
        """Take files (none named: all) or one file's hunk back in the worktree to the baseline."""

    async def reverse(self, worktree: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
        """Take an approval out of the project folder again, as an explicit reverse change."""

    async def undo(self, worktree: WorktreeRecord, head: CheckpointRecord, decision: Decision) -> Reviewed:
        """Undo a decision, byte for byte where nothing changed since, else a conflict."""

    async def plan_commit(self, worktree: WorktreeRecord) -> CommitPlan:
        """What a commit of the approved work would hold; `message` is left empty."""

    async def commit(self, worktree: WorktreeRecord, message: str) -> tuple[Committed, WorktreeRecord]:
        """Commit the approved work in the project's repository, and nothing else; the record to store."""

    async def rewind_preview(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        decisions: Sequence[Decision],
        to_turn: int,
    ) -> RewindPreview:
        """What a rewind to the state after turn `to_turn` (0 = the start) would change."""

    async def rewind(
        self,
        worktree: WorktreeRecord,
        checkpoints: Sequence[CheckpointRecord],
        to_commit: str,
        *,
        turn: int,
        watch: Watch = unwatched,
    ) -> tuple[CheckpointRecord, CheckpointRecord]:
        """Make the worktree equal to a checkpoint; returns (state before, state after), the first one undoes it.

        Raises:
            StoppedError: `watch` ended it; every file is as it was before.
        """

    async def blame(self, worktree: WorktreeRecord, head: CheckpointRecord, path: str) -> Sequence[BlameLine]:
        """Who wrote each line of a file as it stands in the worktree."""

    async def at_risk(
        self, worktree: WorktreeRecord, checkpoints: Sequence[CheckpointRecord], decisions: Sequence[Decision]
    ) -> WorkAtRisk:
        """What would be lost by deleting the session."""

    async def audit(self, worktree: WorktreeRecord) -> tuple[WorktreeRecord, Sequence[str]]:
        """Compare the repository's config, hooks and refs with the recorded fingerprint; one sentence per change."""

    async def remove(self, worktree: WorktreeRecord) -> None:
        """Remove worktree, branch and chain. The caller has asked `at_risk` first."""

    async def archive(self, worktree: WorktreeRecord, head: CheckpointRecord) -> Path:
        """Keep what an archived session is brought back from: a patch of what is not approved (its path is returned),
        and the work committed on the session's branch. The worktree stays until `free`."""

    async def free(self, worktree: WorktreeRecord) -> int:
        """Give back the disk of an archived session, again where that was interrupted. Returns the bytes still taken
        by what no checkpoint holds."""

    async def is_archived(self, worktree: WorktreeRecord) -> bool:
        """Whether `recreate` would bring the worktree back from an archive, branch and ignored files included."""

    async def recreate(self, worktree: WorktreeRecord, head: CheckpointRecord) -> WorktreeRecord:
        """Make a vanished or archived worktree again from its last checkpoint."""

    async def file_text(self, worktree: WorktreeRecord, commit: str, path: str) -> bytes | None:
        """A file's bytes at a checkpoint, None if absent or no regular file."""
