"""What front ends may call: one object, services by subject. The window and the command line use nothing else.

All methods are coroutines on the application's event loop. Listeners are called on it. Errors meant for people are
`UserFacingError`s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.changes import (
    BlameLine,
    CommitPlan,
    Committed,
    FileChange,
    FileDiff,
    FileVersions,
    FolderInfo,
    Hunk,
    PutFile,
    ReviewResult,
    RewindPreview,
    Scope,
    Watch,
    unwatched,
)
from boocode_desktop.domain.events import CommandInfo, Envelope, ImageRef
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.bus import Bus, Subscription
from boocode_desktop.orchestrator.ports.agents import AgentRegistry, Prompt
from boocode_desktop.orchestrator.ports.models import ModelCatalog
from boocode_desktop.orchestrator.ports.store import EntryPage, Store, TracePage
from boocode_desktop.orchestrator.ports.upkeep import DiskUse
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk
from boocode_desktop.orchestrator.views import (
    ChatStanding,
    ChatView,
    Mentions,
    ProjectView,
    Sent,
    SessionView,
    TrustItem,
)

if TYPE_CHECKING:
    from boocode_desktop.orchestrator.skills import Skills
    from boocode_desktop.orchestrator.terminals import Terminal
    from boocode_desktop.orchestrator.workflows import WorkflowShelf


class Projects(Protocol):
    """Folders."""

    async def overview(self) -> Sequence[ProjectView]:
        """Everything the sidebar shows."""

    async def inspect(self, folder: Path) -> FolderInfo: ...
    async def open(self, folder: Path) -> rec.Project:
        """Remember a folder (or the one already remembered)."""

    async def remove(self, project_id: str) -> None:
        """Forget a project without sessions."""

    async def trust_items(self, project_id: str) -> Sequence[TrustItem]: ...
    async def trust(self, project_id: str) -> rec.Project: ...
    async def untrust(self, project_id: str) -> rec.Project: ...


class Sessions(Protocol):
    """Pieces of work."""

    async def view(self, session_id: str) -> SessionView: ...
    async def create(
        self,
        project_id: str,
        *,
        isolation: rec.Isolation = "worktree",
        title: str = "",
        progress: Callable[[str], None] | None = None,
    ) -> rec.Session:
        """A session with its worktree, checkpoint 0 and a first chat."""

    async def rename(self, session_id: str, title: str) -> rec.Session: ...
    async def archive(self, session_id: str) -> None: ...
    async def restore(self, session_id: str) -> None: ...
    async def at_risk(self, session_id: str) -> WorkAtRisk: ...
    async def delete(self, session_id: str, *, force: bool = False) -> None:
        """Raises: UserFacingError naming what would be lost, unless forced."""


class Chats(Protocol):
    """Tabs of a session."""

    async def views(self, session_id: str) -> Sequence[ChatView]: ...
    async def create(self, session_id: str, *, read_only: bool = False) -> rec.Chat: ...
    async def configure(
        self,
        chat_id: str,
        *,
        agent: str | None = None,
        model: str | None = None,
        effort: str | None = None,
        mode: str | None = None,
        read_only: bool | None = None,
    ) -> rec.Chat:
        """Choose who takes the next turn, and whether it may edit."""

    async def rename(self, chat_id: str, title: str) -> rec.Chat: ...
    async def archive(self, chat_id: str) -> None: ...
    async def restore(self, chat_id: str) -> None: ...
    async def fork(self, chat_id: str, *, turn: int) -> rec.Chat:
        """A new chat of the same session with the turns up to and including `turn`; 0 for none of them."""

    async def entries(self, chat_id: str, *, before: int | None = None, limit: int = 50) -> EntryPage:
        """Stored entries, newest page first; a running turn's newest text may be missing: `join` brings it."""

    async def join(self, chat_id: str, after_seq: int, listener: Callable[[Envelope], None]) -> Subscription:
        """Every envelope with a seq above `after_seq`, stored ones first, then live, no gap and no double."""

    def listen(self, chat_id: str, listener: Callable[[Envelope], None]) -> Subscription:
        """What happens in a chat in this process from now on, and nothing of what other programs do there."""

    async def standing(self, chat_id: str, agent: str) -> ChatStanding:
        """How an agent stands in a chat: its memory, its context, its commands."""

    async def found_commands(self, chat_id: str, agent: str) -> Sequence[CommandInfo]:
        """Slash commands that an agent will know here: of its files, and as it told them when it was asked."""

    async def draft(self, chat_id: str) -> str: ...
    async def save_draft(self, chat_id: str, text: str) -> None: ...
    async def attach(self, data: bytes, *, media_type: str, name: str = "") -> ImageRef: ...


class Turns(Protocol):
    """Prompts and what becomes of them."""

    async def send(self, chat_id: str, prompt: Prompt, *, mode: rec.QueueMode = "after_turn") -> Sent:
        """Start a turn, or queue the prompt when one runs or the worktree is taken."""

    async def cancel(self, chat_id: str) -> None:
        """Stop the running turn; returns when it has ended."""

    async def try_now(self, chat_id: str) -> bool:
        """Cut the wait before the next try of a request short; False when nothing waits that can be."""

    def running(self, chat_id: str) -> str:
        """The id of the running turn, or ""."""

    async def drain(self) -> None:
        """Wait until nothing runs in this process and nothing that waits can start."""

    async def resume(self, chat_id: str) -> Sent:
        """Continue after an interruption: unfinished calls get an `interrupted` result, then the agent goes on."""

    async def queue(self, chat_id: str) -> Sequence[rec.QueuedPrompt]: ...
    async def edit_queued(
        self,
        queue_id: str,
        chat_id: str,
        *,
        text: str | None = None,
        mode: rec.QueueMode | None = None,
        position: int | None = None,
    ) -> None:
        """Change a waiting message; `position` is its place among those that wait, from 0."""

    async def remove_queued(self, queue_id: str, chat_id: str) -> None: ...


class Questions(Protocol):
    """Permissions and questions to a person."""

    async def open(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Ask]: ...
    async def answer(self, request_id: str, *, option_id: str = "", text: str = "") -> None:
        """Answer once; a second answer is refused with a UserFacingError."""

    async def answered(self, *, limit: int = 50) -> Sequence[rec.Ask]:
        """What was asked and answered, newest first."""

    async def rules(self, scopes: Sequence[str] = ("",)) -> Sequence[rec.PermissionRule]:
        """The rules of these scopes: "" for those that hold everywhere, else a session's or a project's id."""

    async def add_rule(self, effect: str, pattern: str, *, scope: str = "") -> rec.PermissionRule: ...
    async def remove_rule(self, rule_id: str) -> None: ...


class Review(Protocol):
    """What changed and what becomes of it. `path=""` means every file; `hunk` is a hunk that somebody saw, which is
    refused where its lines are different by now, or a `Hunk.index` of the newest diff.

    `watch` is told how many files are done; where it ends the work, what is decided stays decided and the rest is named
    in `left`, and a rewind is taken back (`StoppedError`).
    """

    async def changes(self, session_id: str, *, scope: Scope = "session") -> Sequence[FileChange]: ...
    async def diff(self, session_id: str, path: str, *, scope: Scope = "session", context: int = 3) -> FileDiff: ...
    async def versions(self, session_id: str, path: str, *, scope: Scope = "session") -> FileVersions:
        """Both sides of a change as bytes, for what is not text."""

    async def approve(
        self, session_id: str, path: str = "", hunk: int | Hunk | None = None, *, watch: Watch = unwatched
    ) -> ReviewResult: ...
    async def reject(
        self, session_id: str, path: str = "", hunk: int | Hunk | None = None, *, watch: Watch = unwatched
    ) -> ReviewResult: ...
    async def reverse(self, session_id: str, path: str) -> ReviewResult: ...
    async def put_file(self, session_id: str, path: str, text: str, *, dry_run: bool = False) -> PutFile:
        """Write a whole file into the session's folder for the person: a change of theirs, to be reviewed.

        With `dry_run` only what it would do is found out.

        Raises: UserFacingError when a rule denies it, the path leads outside, or a turn is writing.
        """

    async def undo(self, session_id: str, decision_id: str = "") -> ReviewResult:
        """Undo a decision ("" = the newest one that stands)."""

    async def decisions(self, session_id: str) -> Sequence[rec.Decision]: ...
    async def checkpoints(self, session_id: str) -> Sequence[rec.CheckpointRecord]: ...
    async def blame(self, session_id: str, path: str) -> Sequence[BlameLine]: ...
    async def commit_plan(self, session_id: str) -> CommitPlan:
        """What a commit of the approved work would hold, with a drafted message."""

    async def commit(self, session_id: str, message: str) -> Committed:
        """Commit the approved work in the project's repository, under the user's name, and nothing else."""

    async def rewind_preview(self, session_id: str, to_turn: int) -> RewindPreview: ...
    async def rewind(self, session_id: str, to_turn: int, *, watch: Watch = unwatched) -> RewindPreview: ...
    async def undo_rewind(self, session_id: str, *, watch: Watch = unwatched) -> RewindPreview: ...


class Upkeep(Protocol):
    """The folders of sessions in our data folder."""

    last: tuple[str, ...]
    """What the newest look did, a sentence each."""

    async def disk(self) -> DiskUse:
        """What sessions take; counted off the loop and kept for ten minutes."""

    async def tidy(self) -> Sequence[str]:
        """End what nobody owns, never anything that holds work; a sentence for each thing done."""


class MentionFinder(Protocol):
    """Files and symbols by a few letters."""

    async def find(self, session_id: str, query: str, *, limit: int = 12, fresh: bool = False) -> Mentions:
        """The best files and symbols of a session's folder; `fresh` looks in the background for new ones."""

    async def close(self) -> None:
        """Stop looking."""


class SkillShelf(Protocol):
    """Ways of working that people and projects keep for agents."""

    async def of_session(self, session_id: str) -> "Skills":
        """What a session has: usable ones, those of an untrusted folder, broken ones."""


class Workflows(Protocol):
    """The library of workflow scripts. They are read and checked, not run."""

    async def of_session(self, session_id: str) -> "WorkflowShelf":
        """Those in a session's worktree as they are there now, and the person's own."""

    async def of_folder(self, folder: Path) -> "WorkflowShelf":
        """Those of a folder, or of the project that it lies in, and the person's own."""


class Ledger(Protocol):
    """What was called and what it cost."""

    async def traces(
        self, chat_id: str, *, turn: int | None = None, limit: int = 50, cursor: str = ""
    ) -> TracePage: ...
    async def usage(self, *, chat_id: str = "", session_id: str = "", project_id: str = "") -> Usage: ...


class Terminals(Protocol):
    """Shells of the person. They live until they are closed or the program ends."""

    def listing(self) -> "Sequence[Terminal]": ...
    async def open(
        self, *, session_id: str = "", cwd: Path | None = None, name: str = "", agent: str = ""
    ) -> "Terminal":
        """A shell, or an agent's program, in a session's worktree, else in `cwd`, else in the person's home."""

    async def restart(self, terminal_id: str) -> "Terminal": ...
    def rename(self, terminal_id: str, name: str) -> None: ...
    async def close_terminal(self, terminal_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Everything a front end gets. `bus` publishes all chats' envelopes (subscribe to "" for all)."""

    bus: Bus
    store: Store
    projects: Projects
    sessions: Sessions
    chats: Chats
    turns: Turns
    questions: Questions
    review: Review
    ledger: Ledger
    agents: AgentRegistry
    models: ModelCatalog
    upkeep: Upkeep | None = None
    terminals: Terminals
    mentions: MentionFinder | None = None
    skills: SkillShelf | None = None
    workflows: Workflows | None = None
