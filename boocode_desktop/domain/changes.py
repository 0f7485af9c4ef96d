"""What changed in a session, as values: files, hunks, lines, blame, rewinds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Operation = Literal["added", "modified", "deleted", "renamed", "mode", "submodule"]
FileStatus = Literal["open", "partly", "approved", "rejected", "conflict"]
Scope = Literal["turn", "session", "branch", "uncommitted"]
Watch = Callable[[int, int], bool]
"""Called between files with how many are done and how many there are; False ends the work there. From any thread."""


def unwatched(_done: int, _total: int) -> bool:
    """Nobody watches, and nobody stops it."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One changed file. `path` is the relative name for showing; `raw` its bytes on disk, hex, if not UTF-8."""

    path: str
    operation: Operation
    status: FileStatus = "open"
    agents: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    hunks: int = 0
    binary: bool = False
    old_path: str = ""
    raw: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a hunk, without its line end; numbers are 1-based, None on the side that lacks it."""

    kind: Literal["context", "added", "removed"]
    text: str
    old: int | None = None
    new: int | None = None
    no_newline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """A run of changed lines with its context. `index` is 1-based within the file's open hunks."""

    index: int
    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    lines: tuple[DiffLine, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """A file's open hunks against the baseline, and both texts (None when binary, absent or too large)."""

    change: FileChange
    hunks: tuple[Hunk, ...] = ()
    old_text: str | None = None
    new_text: str | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """A file's bytes on one side of a change. `data` is None where `size` bytes are more than is read."""

    size: int
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersions:
    """Both sides of a change as bytes; None where the file was not there."""

    before: FileVersion | None
    after: FileVersion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlameLine:
    """Who wrote a line: an agent's name, `you`, or "" for a line older than the session (turn 0)."""

    line: int
    text: str
    author: str
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RewindPreview:
    """What a rewind would do. `lost` maps paths that cannot come back to the reason."""

    to_turn: int
    files: tuple[FileChange, ...]
    lost: dict[str, str]
    approved: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """What an approve, reject, reverse or undo did. `conflicts` maps paths to what stood in the way; `left` are the
    paths that were not reached, because somebody stopped it."""

    decided: tuple[str, ...] = ()
    conflicts: dict[str, str] | None = None
    decision_ids: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitPlan:
    """What a commit of the approved work would hold: path to `added`, `modified` or `deleted`, in order.

    `left` maps approved paths that cannot be committed to the reason. `branch` is "" for a detached HEAD.
    """

    branch: str
    author: str
    operations: dict[str, str]
    left: dict[str, str]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A commit that was made in the project's repository."""

    commit: str
    branch: str
    summary: str
    paths: tuple[str, ...]
    left: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFile:
    """What writing a whole file by hand does, or would do; lines that only moved count in neither number.

    `same`: the file stands like that already.
    """

    path: str
    existed: bool = False
    added: int = 0
    removed: int = 0
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderInfo:
    """What a folder is: `git` says whether and how it can carry worktrees; `problem` why it cannot.

    `kind`: plain (no git), git, bare, partial-clone, sha256, foreign-owner, lfs counts as git with a note.
    """

    path: str
    kind: Literal["plain", "git", "bare", "partial-clone", "sha256", "foreign-owner", "missing", "broken"]
    branch: str = ""
    head: str = ""
    detached: bool = False
    unborn: bool = False
    dirty: int = 0
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def worktrees(self) -> bool:
        """Whether a session can have its own worktree here."""
        return self.kind == "git"
