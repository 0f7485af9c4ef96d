"""A session driven step by step over the real `GitWorkspace`, keeping the records that storage would keep."""

import asyncio
import subprocess
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from boocode_desktop.domain.changes import (
    BlameLine,
    CommitPlan,
    Committed,
    FileChange,
    FileDiff,
    Hunk,
    RewindPreview,
    Scope,
)
from boocode_desktop.domain.records import CheckpointRecord, Decision, Isolation, WorktreeRecord
from boocode_desktop.orchestrator.ports.workspace import Reviewed, WorkAtRisk
from boocode_desktop.workspace.git_workspace import GitWorkspace

T = TypeVar("T")


def git(folder: Path, *args: str, check: bool = True) -> str:
    """Run the real git; its output."""
    done = subprocess.run(["git", *args], cwd=folder, capture_output=True, check=False)
    if check and done.returncode:
        raise AssertionError(f"git {args}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8", "replace")


def repository(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """A repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    # libgit2 reads names for commits from settings alone, and the machine may have none.
    git(folder, "config", "user.name", "Test")
    git(folder, "config", "user.email", "test@example.org")
    write(folder, files if files is not None else {"a.txt": "one\ntwo\nthree\n", "src/b.py": "x = 1\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "start")
    return folder


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files, making their folders."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def contents(folder: Path, *, skip: Sequence[str] = (".git",)) -> dict[str, bytes | str]:
    """Every file below a folder: bytes, or `-> target` for a link, with the execute bit in the name's end."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in skip:
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name + ("*" if path.stat().st_mode & 0o100 else "")] = path.read_bytes()
    return found


@dataclass
class Drive:
    """One session."""

    workspace: GitWorkspace
    worktree: WorktreeRecord
    checkpoints: list[CheckpointRecord]
    decisions: list[Decision] = field(default_factory=list)
    turn: int = 0

    @classmethod
    def start(
        cls, data: Path, folder: Path, *, isolation: Isolation = "worktree", session: str = "ses_0123456789abcdef"
    ) -> "Drive":
        """Create the session's place."""
        workspace = GitWorkspace(data)
        made = run(workspace.create(session, folder, isolation, trusted=True, progress=lambda _: None))
        return cls(workspace=workspace, worktree=made[0], checkpoints=[made[1]])

    def __reduce__(self) -> tuple[object, ...]:
        """A child process goes on with the same session."""
        data = Path(self.worktree.chain).parents[1]
        return _revived, (data, self.worktree, self.checkpoints, self.decisions, self.turn)

    @property
    def root(self) -> Path:
        """The session's root."""
        return Path(self.worktree.root)

    @property
    def folder(self) -> Path:
        """The project folder."""
        return Path(self.worktree.project_path)

    @property
    def head(self) -> CheckpointRecord:
        """The newest checkpoint."""
        return self.checkpoints[-1]

    def checkpoint(self, phase: str, author: str, turn: int | None = None) -> CheckpointRecord:
        """Save the disk."""
        number = self.turn if turn is None else turn
        made = run(self.workspace.checkpoint(self.worktree, after=self.head, turn=number, phase=phase, author=author))
        self.checkpoints.append(made)
        return made

    def play(self, agent: str, files: dict[str, str | bytes | None]) -> CheckpointRecord:
        """A turn of an agent that writes files, or removes them for None."""
        self.turn += 1
        self.checkpoint("before", "you")
        for name, content in files.items():
            if content is None:
                (self.root / name).unlink()
            else:
                write(self.root, {name: content})
        return self.checkpoint("after", agent)

    def changes(self, scope: Scope = "session", *, running: str = "") -> list[FileChange]:
        """The change list, while the agent `running` takes a turn."""
        found = self.workspace.changes(self.worktree, self.checkpoints, self.decisions, scope=scope, running=running)
        return list(run(found))

    def listed(self, scope: Scope = "session") -> dict[str, tuple[str, str]]:
        """Path to operation and status."""
        return {c.path: (c.operation, c.status) for c in self.changes(scope)}

    def diff(self, path: str, scope: Scope = "session", context: int = 3) -> FileDiff:
        """One file's diff."""
        return run(
            self.workspace.diff(self.worktree, self.checkpoints, self.decisions, path, scope=scope, context=context)
        )

    def approve(self, path: str = "", hunk: Hunk | None = None) -> Reviewed:
        """Approve and keep the records."""
        return self._keep(run(self.workspace.approve(self.worktree, self.head, [path] if path else [], hunk)))

    def reject(self, path: str = "", hunk: Hunk | None = None) -> Reviewed:
        """Reject and keep the records."""
        return self._keep(run(self.workspace.reject(self.worktree, self.head, [path] if path else [], hunk)))

    def undo(self, decision: Decision) -> Reviewed:
        """Undo a decision and keep the records."""
        return self._keep(run(self.workspace.undo(self.worktree, self.head, self.stored(decision))))

    def reverse(self, decision: Decision) -> Reviewed:
        """Reverse an approval and keep the records."""
        return self._keep(run(self.workspace.reverse(self.worktree, self.head, self.stored(decision))))

    def stored(self, decision: Decision) -> Decision:
        """The decision as it is stored by now."""
        return next(d for d in self.decisions if d.id == decision.id)

    def rewind(self, commit: str, turn: int) -> tuple[CheckpointRecord, CheckpointRecord]:
        """Rewind and keep the records."""
        before, after = run(self.workspace.rewind(self.worktree, self.checkpoints, commit, turn=turn))
        self.checkpoints += [before, after]
        return before, after

    def preview(self, turn: int) -> RewindPreview:
        """What a rewind would do."""
        return run(self.workspace.rewind_preview(self.worktree, self.checkpoints, self.decisions, turn))

    def blame(self, path: str) -> list[BlameLine]:
        """Who wrote each line."""
        return list(run(self.workspace.blame(self.worktree, self.head, path)))

    def plan_commit(self) -> CommitPlan:
        """What a commit would hold."""
        return run(self.workspace.plan_commit(self.worktree))

    def commit(self, message: str = "Approved work") -> Committed:
        """Commit and keep the record."""
        done, self.worktree = run(self.workspace.commit(self.worktree, message))
        return done

    def at_risk(self) -> WorkAtRisk:
        """What deleting would lose."""
        return run(self.workspace.at_risk(self.worktree, self.checkpoints, self.decisions))

    def audit(self) -> Sequence[str]:
        """Look at the user's repository."""
        self.worktree, sentences = run(self.workspace.audit(self.worktree))
        return sentences

    def _keep(self, reviewed: Reviewed) -> Reviewed:
        known = {decision.id for decision in self.decisions}
        changed = {decision.id: decision for decision in reviewed.decisions}
        self.decisions = [changed.get(d.id, d) for d in self.decisions]
        self.decisions += [d for d in reviewed.decisions if d.id not in known]
        self.worktree = reviewed.worktree or self.worktree
        if reviewed.checkpoint is not None:
            self.checkpoints.append(reviewed.checkpoint)
        return reviewed


def _revived(
    data: Path, worktree: WorktreeRecord, checkpoints: list[CheckpointRecord], decisions: list[Decision], turn: int
) -> Drive:
    return Drive(
        workspace=GitWorkspace(data), worktree=worktree, checkpoints=checkpoints, decisions=decisions, turn=turn
    )


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    return asyncio.run(work)
