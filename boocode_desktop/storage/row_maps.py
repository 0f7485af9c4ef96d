"""Which record is kept in which table, and the one that is not flat: a transcript entry."""

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow
from boocode_desktop.storage import tables
from boocode_desktop.storage.rows import BrokenRow, RecordMap, RowMap, Shape, from_json, to_json
from boocode_desktop.storage.upserts import Row, Upsert


@dataclass(frozen=True, kw_only=True)
class EntryMap:
    """Entries of a transcript: `kind` picks the class, `body` holds all its fields."""

    table: sa.Table = tables.entries

    @cached_property
    def kinds(self) -> Mapping[str, Shape[Entry]]:
        """The entry classes by their kind."""
        return {cls.kind: Shape(record=cls) for cls in typing.get_args(Entry)}

    @cached_property
    def upsert(self) -> Upsert:
        """Inserts an entry, or replaces the one of its chat and id."""
        return Upsert(table=self.table, key=("chat_id", "id"))

    def encode(self, record: EntryRow) -> dict[str, Any]:
        """The row of an entry."""
        entry = record.entry
        return {
            "chat_id": record.chat_id,
            "position": record.position,
            "id": entry.id,
            "turn_id": entry.turn_id,
            "kind": entry.kind,
            "body": to_json(entry),
        }

    def decode(self, row: Row) -> EntryRow:
        """The entry of a row.

        Raises:
            BrokenRow: broken JSON, an unknown kind, a field missing.
        """
        kind = self.kinds.get(row["kind"])
        if kind is None:
            raise BrokenRow(f"unknown kind of entry {row['kind']!r}")
        entry = kind.build(kind.read(from_json(row["body"])))
        return EntryRow(chat_id=row["chat_id"], position=row["position"], entry=entry)

    def mend(self, row: Row) -> None:
        """Nothing hangs on an entry."""


def _spent(row: rec.UsageRow) -> dict[str, Any]:
    usage = row.usage
    return {
        "input": usage.input,
        "output": usage.output,
        "reasoning": usage.reasoning,
        "cached": usage.cached,
        "cost": usage.cost,
    }


def _answered(ask: rec.Ask) -> dict[str, Any]:
    return {"answered": ask.answer is not None}


def _project_again(row: Row) -> dict[str, Any]:
    return {"name": PurePath(row["path"]).name or row["path"]}


def _session_again(_row: Row) -> dict[str, Any]:
    return {"title": "Recovered session"}


def _chat_again(row: Row) -> dict[str, Any]:
    return {"title": f"Chat {row['number']}"}


def _worktree_again(_row: Row) -> dict[str, Any]:
    return {}


PROJECTS = RecordMap(record=rec.Project, table=tables.projects, stand_in=_project_again)
SESSIONS = RecordMap(record=rec.Session, table=tables.sessions, stand_in=_session_again)
WORKTREES = RecordMap(record=rec.WorktreeRecord, table=tables.worktrees, key=("session_id",), stand_in=_worktree_again)
CHATS = RecordMap(record=rec.Chat, table=tables.chats, stand_in=_chat_again)
TURNS = RecordMap(record=rec.Turn, table=tables.turns)
EVENTS = RecordMap(record=EventRow, table=tables.events, key=("chat_id", "seq"))
ENTRIES = EntryMap()
TRACES = RecordMap(record=rec.Trace, table=tables.traces)
CHECKPOINTS = RecordMap(record=rec.CheckpointRecord, table=tables.checkpoints)
DECISIONS = RecordMap(record=rec.Decision, table=tables.decisions)
ASKS = RecordMap(record=rec.Ask, table=tables.asks, extra=_answered)
QUEUE = RecordMap(record=rec.QueuedPrompt, table=tables.queue)
AGENT_SESSIONS = RecordMap(record=rec.AgentSession, table=tables.agent_sessions, key=("chat_id", "agent"))
SNAPSHOTS = RecordMap(record=rec.Snapshot, table=tables.snapshots, key=("chat_id",))
RULES = RecordMap(record=rec.PermissionRule, table=tables.rules)
USAGE = RecordMap(record=rec.UsageRow, table=tables.usage, extra=_spent)

BY_RECORD: Mapping[type[Any], RowMap[Any]] = {
    rec.Project: PROJECTS,
    rec.Session: SESSIONS,
    rec.WorktreeRecord: WORKTREES,
    rec.Chat: CHATS,
    rec.Turn: TURNS,
    EventRow: EVENTS,
    EntryRow: ENTRIES,
    rec.Trace: TRACES,
    rec.CheckpointRecord: CHECKPOINTS,
    rec.Decision: DECISIONS,
    rec.Ask: ASKS,
    rec.QueuedPrompt: QUEUE,
    rec.AgentSession: AGENT_SESSIONS,
    rec.Snapshot: SNAPSHOTS,
    rec.PermissionRule: RULES,
    rec.UsageRow: USAGE,
}
"""Every record, parents before those that hang on them."""

RANKS: Mapping[type[Any], int] = {kind: rank for rank, kind in enumerate(BY_RECORD)}
"""The place of each kind in that order."""

BY_TABLE: Mapping[str, RowMap[Any]] = {row_map.table.name: row_map for row_map in BY_RECORD.values()}
