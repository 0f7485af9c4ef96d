"""The store: every method of the `Store` port over the writer, the readers and the attachment files."""

import asyncio
import functools
import itertools
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow, EventRow, Record, TracePage
from boocode_desktop.storage import (
    attachment_rows,
    chats,
    history,
    ledger,
    projects,
    quarantine,
    review,
    row_maps,
    settings,
)
from boocode_desktop.storage.backups import Backups
from boocode_desktop.storage.data_folder import DataFolder
from boocode_desktop.storage.failures import DamagedError
from boocode_desktop.storage.presence import Presence
from boocode_desktop.storage.readers import BadRow, Readers, Reading
from boocode_desktop.storage.writer import Writer

T = TypeVar("T")
P = ParamSpec("P")
_log = logging.getLogger(__name__)
CLOSE_S = 2.0


class SqliteStore:
    """The database of one data folder. `open_store` makes one; several processes may each have theirs.

    A write that was asked for is carried out even when whoever awaits it is cancelled.
    """

    def __init__(self, folder: DataFolder, writer: sa.Engine, readers: sa.Engine, presence: Presence) -> None:
        self._folder = folder
        self._presence = presence
        self._backups = Backups(folder)
        self._damaged = False
        self._set_aside_already: set[BadRow] = set()
        self._writer = Writer(writer, when_idle=self._keep_reserve)
        self._readers = Readers(readers, self._set_aside)

    async def save(self, *records: Record, durable: bool = False) -> None:
        """Upsert in one transaction; `durable` waits for the disk."""
        if records:
            await self._commit(functools.partial(_save, records=records), durable=durable)

    async def projects(self) -> Sequence[rec.Project]:
        """All projects, last opened first."""
        return await self._read(projects.projects)

    async def project(self, project_id: str) -> rec.Project | None:
        """A project by its id."""
        return await self._read(projects.project, project_id)

    async def project_at(self, path: str) -> rec.Project | None:
        """The project of a folder."""
        return await self._read(projects.project_at, path)

    async def delete_project(self, project_id: str) -> None:
        """Forget a project without sessions."""
        await self._write(projects.delete_project, project_id)

    async def sessions(self, *, project_id: str = "", archived: bool | None = False) -> Sequence[rec.Session]:
        """Sessions, last used first; `archived=None` for both kinds."""
        return await self._read(projects.sessions, project_id, archived)

    async def session(self, session_id: str) -> rec.Session | None:
        """A session by its id."""
        return await self._read(projects.session, session_id)

    async def delete_session(self, session_id: str) -> None:
        """Drop a session with everything that hangs on it, the files of its own attachments included."""
        while await self._commit(functools.partial(projects.clear_some_history, session_id=session_id), alone=True):
            pass
        gone = await self._commit(functools.partial(projects.delete_session, session_id=session_id), alone=True)
        if gone:
            await asyncio.to_thread(self._folder.attachments.remove, gone)

    async def allocate_turn(self, session_id: str) -> int:
        """The next turn number of a session, never given twice."""
        return await self._write(projects.allocate_turn, session_id)

    async def allocate_chat(self, session_id: str) -> int:
        """The next chat number of a session, never given twice."""
        return await self._write(projects.allocate_chat, session_id)

    async def worktree(self, session_id: str) -> rec.WorktreeRecord | None:
        """Where a session works."""
        return await self._read(projects.worktree, session_id)

    async def worktrees(self) -> Sequence[rec.WorktreeRecord]:
        """Where all sessions work."""
        return await self._read(projects.worktrees)

    async def chats(self, session_id: str, *, archived: bool | None = False) -> Sequence[rec.Chat]:
        """Chats of a session, by number."""
        return await self._read(chats.chats, session_id, archived)

    async def chat_titles(self, limit: int) -> Sequence[rec.ChatTitle]:
        """The titles of open chats, the one used last first."""
        return await self._read(chats.chat_titles, limit)

    async def chat(self, chat_id: str) -> rec.Chat | None:
        """A chat by its id."""
        return await self._read(chats.chat, chat_id)

    async def turns(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Turn]:
        """Turns of a chat or session, oldest first."""
        return await self._read(chats.turns, chat_id, session_id)

    async def count_turns(self, chat_id: str) -> int:
        """How many turns a chat has."""
        return await self._read(chats.count_turns, chat_id)

    async def turn(self, turn_id: str) -> rec.Turn | None:
        """A turn by its id."""
        return await self._read(chats.turn, turn_id)

    async def open_turns(self) -> Sequence[rec.Turn]:
        """Turns that have no status yet, of any owner."""
        return await self._read(chats.open_turns)

    async def newest_turns(self, *, session_id: str = "") -> Sequence[rec.Turn]:
        """The turn with the highest number of a session, or of every session."""
        return await self._read(chats.newest_turns, session_id)

    async def standing_turns(self, session_id: str) -> Sequence[rec.Turn]:
        """Of each chat of a session the last turn, and those without a status, oldest first."""
        return await self._read(chats.standing_turns, session_id)

    async def last_seq(self, chat_id: str) -> int:
        """The highest stored seq of a chat, 0 if none."""
        return await self._read(history.last_seq, chat_id)

    async def events_after(self, chat_id: str, seq: int) -> Sequence[EventRow]:
        """Stored events with `until > seq`, in order."""
        return await self._read(history.events_after, chat_id, seq)

    async def newest_events(self, chat_id: str, agent: str, kinds: Sequence[str]) -> Sequence[EventRow]:
        """The newest event of each kind from an agent's turns that still count."""
        return await self._read(history.newest_events, chat_id, agent, tuple(kinds))

    async def events_of_turn(self, turn_id: str) -> Sequence[EventRow]:
        """Stored events of a turn, in order."""
        return await self._read(history.events_of_turn, turn_id)

    async def entries(self, chat_id: str, *, before: int | None = None, limit: int = 50) -> EntryPage:
        """A page of entries ending before a position (None = the newest), in order."""
        return await self._read(history.entries, chat_id, before, limit)

    async def memory(self, chat_id: str, *, without_turn: str = "") -> Sequence[EntryRow]:
        """Entries of a chat that still count, in order: those of rewound turns and of the given one are left out."""
        return await self._read(history.memory, chat_id, without_turn)

    async def entries_of_turn(self, turn_id: str) -> Sequence[EntryRow]:
        """Entries of a turn, in order."""
        return await self._read(history.entries_of_turn, turn_id)

    async def traces(self, chat_id: str, *, turn: int | None = None, limit: int = 50, cursor: str = "") -> TracePage:
        """A page of traces, newest first.

        Raises:
            UsageError: the cursor is not one of a page before.
        """
        return await self._read(ledger.traces, chat_id, turn, limit, cursor)

    async def trace(self, trace_id: str) -> rec.Trace | None:
        """A trace by its id."""
        return await self._read(ledger.trace, trace_id)

    async def checkpoints(self, session_id: str) -> Sequence[rec.CheckpointRecord]:
        """Oldest first."""
        return await self._read(review.checkpoints, session_id)

    async def newest_checkpoint(self, session_id: str) -> rec.CheckpointRecord | None:
        """The checkpoint of a session that was stored last."""
        return await self._read(review.newest_checkpoint, session_id)

    async def decisions(self, session_id: str) -> Sequence[rec.Decision]:
        """Oldest first, undone ones included."""
        return await self._read(review.decisions, session_id)

    async def open_asks(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Ask]:
        """Unanswered questions, oldest first."""
        return await self._read(chats.open_asks, chat_id, session_id)

    async def answered_asks(self, limit: int) -> Sequence[rec.Ask]:
        """Questions that have their answer, newest first."""
        return await self._read(chats.answered_asks, limit)

    async def ask(self, ask_id: str) -> rec.Ask | None:
        """A question by its id."""
        return await self._read(chats.ask, ask_id)

    async def queue(self, chat_id: str) -> Sequence[rec.QueuedPrompt]:
        """By position."""
        return await self._read(chats.queue, chat_id)

    async def delete_queued(self, queue_id: str) -> bool:
        """True if it was still there: whoever gets True may deliver it."""
        return await self._write(chats.delete_queued, queue_id)

    async def agent_session(self, chat_id: str, agent: str) -> rec.AgentSession | None:
        """An agent's own conversation in a chat."""
        return await self._read(chats.agent_session, chat_id, agent)

    async def snapshot(self, chat_id: str) -> rec.Snapshot | None:
        """The newest boundary of a chat."""
        return await self._read(chats.snapshot, chat_id)

    async def rules(self, scopes: Sequence[str]) -> Sequence[rec.PermissionRule]:
        """Rules of any of the scopes, oldest first."""
        return await self._read(review.rules, scopes)

    async def delete_rule(self, rule_id: str) -> None:
        """Drop a rule."""
        await self._write(review.delete_rule, rule_id)

    async def usage(self, *, chat_id: str = "", session_id: str = "", project_id: str = "") -> Usage:
        """What was spent in all."""
        return await self._read(ledger.usage, chat_id, session_id, project_id)

    async def usage_rows(
        self, *, chat_id: str = "", session_id: str = "", project_id: str = ""
    ) -> Sequence[rec.UsageRow]:
        """What was spent, request by request, oldest first."""
        return await self._read(ledger.usage_rows, chat_id, session_id, project_id)

    async def setting(self, key: str) -> Any:
        """A stored value, None if absent."""
        return await self._read(settings.setting, key)

    async def set_setting(self, key: str, value: Any) -> None:
        """Keep a value; None forgets it."""
        await self._write(settings.set_setting, key, value)

    async def draft(self, chat_id: str) -> str:
        """What was typed and not sent."""
        return await self._read(chats.draft, chat_id)

    async def save_draft(self, chat_id: str, text: str) -> None:
        """Keep what is typed."""
        await self._write(chats.save_draft, chat_id, text)

    async def add_attachment(self, data: bytes, *, media_type: str, name: str = "") -> ImageRef:
        """Keep bytes by content hash."""
        sha256 = await asyncio.to_thread(self._folder.attachments.write, data)
        image = ImageRef(sha256=sha256, media_type=media_type, name=name)
        await self._write(attachment_rows.remember, image, len(data))
        return image

    async def attachment(self, sha256: str) -> bytes:
        """The bytes of a hash."""
        return await asyncio.to_thread(self._folder.attachments.read, sha256)

    async def backup(self, target: Path) -> None:
        """An online copy of the whole database."""
        await asyncio.to_thread(self._backups.copy_to, target)

    async def backup_daily(self) -> bool:
        """Copy the database if that was not done today, and drop old copies; whether it was done now."""
        return await asyncio.to_thread(self._backups.daily)

    async def release_reserve(self) -> bool:
        """Give back the room kept for a full disk; then what could not be saved may be tried again."""
        return await asyncio.to_thread(self._folder.reserve.release)

    async def close(self) -> None:
        """Write what waits, then close; bounded."""
        closed = await asyncio.to_thread(self._close)
        await self._presence.leave(in_order=closed and not self._damaged)

    def _close(self) -> bool:
        # The writer last: only a connection that may write merges the journal when it is the last to go.
        self._readers.close()
        closed = self._writer.close(CLOSE_S)
        if not closed:
            _log.error("the database did not close within %.0f s; it will be checked at the next start", CLOSE_S)
        return closed

    def _keep_reserve(self) -> None:
        self._folder.reserve.keep()

    def _set_aside(self, bad: list[BadRow]) -> None:
        """Called by a reading thread: the move itself is a write like any other, tried once for each row."""
        new = [row for row in bad if row not in self._set_aside_already]
        self._set_aside_already.update(new)
        try:
            self._writer.submit(functools.partial(quarantine.set_aside, bad=new))
        except UserFacingError:
            _log.warning("%d unreadable rows stay where they are: the database is closing", len(new))

    async def _read(self, query: Callable[Concatenate[Reading, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        return await self._watch(self._readers.submit(lambda reading: query(reading, *arguments, **named)))

    async def _write(
        self, change: Callable[Concatenate[sa.Connection, P], T], *arguments: P.args, **named: P.kwargs
    ) -> T:
        return await self._commit(lambda connection: change(connection, *arguments, **named))

    async def _commit(self, work: Callable[[sa.Connection], T], *, durable: bool = False, alone: bool = False) -> T:
        return await self._watch(self._writer.submit(work, durable=durable, alone=alone))

    async def _watch(self, done: Future[T]) -> T:
        """Await the result, even where the caller is cancelled; damage is checked at the next start."""
        try:
            return await asyncio.shield(asyncio.wrap_future(done))
        except DamagedError:
            self._damaged = True
            raise


def _save(connection: sa.Connection, records: Sequence[Record]) -> None:
    # Parents first, and one statement for all rows of a table; records of a kind keep their order.
    in_order = sorted(records, key=lambda record: row_maps.RANKS[type(record)])
    for kind, group in itertools.groupby(in_order, type):
        row_map = row_maps.BY_RECORD[kind]
        row_map.upsert.run(connection, [row_map.encode(record) for record in group])
    attachment_rows.note_uses(connection, records)
