"""The database as the orchestrator needs it. Every method is safe to await on the event loop; writes are ordered.

`save` upserts any of the records below in one transaction, in the order given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A stored event, or a run of text pieces joined (`seq` to `until`, with the length of each piece)."""

    chat_id: str
    seq: int
    until: int
    session_id: str
    turn_id: str
    at: float
    body: dict[str, Any]
    lengths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """A folded transcript entry; `position` is the seq of its first event and orders the chat."""

    chat_id: str
    position: int
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """Entries in order, and the position before which the next older page begins (None at the start).

    `last_seq` is the highest seq that was stored when the newest page was read, 0 for older pages.
    """

    rows: tuple[EntryRow, ...]
    before: int | None
    last_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePage:
    """Traces, newest first, and the cursor of the next page (None at the end)."""

    traces: tuple[rec.Trace, ...]
    next_cursor: str | None


Record = (
    rec.Project
    | rec.Session
    | rec.WorktreeRecord
    | rec.Chat
    | rec.Turn
    | rec.Trace
    | rec.CheckpointRecord
    | rec.Decision
    | rec.Ask
    | rec.QueuedPrompt
    | rec.AgentSession
    | rec.Snapshot
    | rec.PermissionRule
    | rec.UsageRow
    | EventRow
    | EntryRow
)


class Store(Protocol):
    """Everything that is remembered.

    Raises (every method): UserFacingError when the disk is full or the database is locked or damaged.
    """

    async def save(self, *records: Record, durable: bool = False) -> None:
        """Upsert in one transaction; `durable` waits for the disk (approvals, finished turns)."""

    async def projects(self) -> Sequence[rec.Project]:
        """All projects, last opened first."""

    async def project(self, project_id: str) -> rec.Project | None: ...
    async def project_at(self, path: str) -> rec.Project | None: ...
    async def delete_project(self, project_id: str) -> None: ...
    async def sessions(self, *, project_id: str = "", archived: bool | None = False) -> Sequence[rec.Session]:
        """Sessions, last used first; `archived=None` for both kinds."""

    async def session(self, session_id: str) -> rec.Session | None: ...
    async def delete_session(self, session_id: str) -> None:
        """Drop a session with everything that hangs on it."""

    async def allocate_turn(self, session_id: str) -> int:
        """The next turn number of a session, never given twice."""

    async def allocate_chat(self, session_id: str) -> int:
        """The next chat number of a session, never given twice."""

    async def worktree(self, session_id: str) -> rec.WorktreeRecord | None: ...
    async def worktrees(self) -> Sequence[rec.WorktreeRecord]: ...
    async def chats(self, session_id: str, *, archived: bool | None = False) -> Sequence[rec.Chat]: ...
    async def chat_titles(self, limit: int) -> Sequence[rec.ChatTitle]:
        """The open chats with a title of every session that is not archived, the one used last first."""

    async def chat(self, chat_id: str) -> rec.Chat | None: ...
    async def turns(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Turn]:
        """Turns of a chat or session, oldest first."""

    async def count_turns(self, chat_id: str) -> int:
        """How many turns a chat has."""
        ...

    async def turn(self, turn_id: str) -> rec.Turn | None: ...
    async def open_turns(self) -> Sequence[rec.Turn]:
        """Turns that have no status yet, of any owner."""

    async def newest_turns(self, *, session_id: str = "") -> Sequence[rec.Turn]:
        """The turn with the highest number of a session, or of every session."""

    async def standing_turns(self, session_id: str) -> Sequence[rec.Turn]:
        """Of each chat of a session the last turn, and those without a status, oldest first."""
        ...

    async def last_seq(self, chat_id: str) -> int:
        """The highest stored seq of a chat, 0 if none."""

    async def events_after(self, chat_id: str, seq: int) -> Sequence[EventRow]:
        """Stored events with `until > seq`, in order. Rows that cannot be read are skipped and logged."""

    async def newest_events(self, chat_id: str, agent: str, kinds: Sequence[str]) -> Sequence[EventRow]:
        """The newest event of each kind (`ClassVar type`) from an agent's turns in a chat, without rewound ones.

        Of `usage` only those that say how full the context is. Looks at the newest few thousand events.
        """

    async def events_of_turn(self, turn_id: str) -> Sequence[EventRow]: ...
    async def entries(self, chat_id: str, *, before: int | None = None, limit: int = 50) -> EntryPage:
        """A page of entries ending before a position (None = the newest), in order. Bad rows are quarantined."""

    async def memory(self, chat_id: str, *, without_turn: str = "") -> Sequence[EntryRow]:
        """Entries of a chat that still count, in order: those of rewound turns and of the given one are left out."""

    async def entries_of_turn(self, turn_id: str) -> Sequence[EntryRow]: ...
    async def traces(
        self, chat_id: str, *, turn: int | None = None, limit: int = 50, cursor: str = ""
    ) -> TracePage: ...
    async def trace(self, trace_id: str) -> rec.Trace | None: ...
    async def checkpoints(self, session_id: str) -> Sequence[rec.CheckpointRecord]:
        """Oldest first."""

    async def newest_checkpoint(self, session_id: str) -> rec.CheckpointRecord | None:
        """The checkpoint of a session that was stored last."""

    async def decisions(self, session_id: str) -> Sequence[rec.Decision]:
        """Oldest first, undone ones included."""

    async def open_asks(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Ask]: ...
    async def answered_asks(self, limit: int) -> Sequence[rec.Ask]:
        """Questions that have their answer, newest first."""

    async def ask(self, ask_id: str) -> rec.Ask | None: ...
    async def queue(self, chat_id: str) -> Sequence[rec.QueuedPrompt]:
        """By position."""

    async def delete_queued(self, queue_id: str) -> bool:
        """True if it was still there: whoever gets True may deliver it."""

    async def agent_session(self, chat_id: str, agent: str) -> rec.AgentSession | None: ...
    async def snapshot(self, chat_id: str) -> rec.Snapshot | None: ...
    async def rules(self, scopes: Sequence[str]) -> Sequence[rec.PermissionRule]: ...
    async def delete_rule(self, rule_id: str) -> None: ...
    async def usage(self, *, chat_id: str = "", session_id: str = "", project_id: str = "") -> Usage: ...
    async def usage_rows(
        self, *, chat_id: str = "", session_id: str = "", project_id: str = ""
    ) -> Sequence[rec.UsageRow]: ...
    async def setting(self, key: str) -> Any:
        """A stored value (window geometry, drafts of settings, …), None if absent."""

    async def set_setting(self, key: str, value: Any) -> None: ...

    async def draft(self, chat_id: str) -> str: ...
    async def save_draft(self, chat_id: str, text: str) -> None: ...
    async def add_attachment(self, data: bytes, *, media_type: str, name: str = "") -> ImageRef:
        """Keep bytes by content hash."""

    async def attachment(self, sha256: str) -> bytes: ...
    async def backup(self, target: Path) -> None:
        """An online copy of the whole database."""

    async def close(self) -> None:
        """Write what waits, then close; bounded."""
