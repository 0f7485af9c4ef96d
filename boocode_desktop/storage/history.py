"""What happened in chats: events, and the transcript entries folded from them, page by page."""

from collections.abc import Sequence

import sqlalchemy as sa

from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow, EventRow
from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.queries import Query
from boocode_desktop.storage.readers import Reading

_events, _entries, _turns = tables.events, tables.entries, tables.turns
PAGE_LIMIT = 200

_CHAT: sa.BindParameter[str] = sa.bindparam("chat_id")
_TURN: sa.BindParameter[str] = sa.bindparam("turn_id")
# A body that is no JSON must not fail the query: its row is dealt with where it is read.
_REWOUND = sa.case((sa.func.json_valid(_turns.c.body), sa.func.json_extract(_turns.c.body, "$.rewound")), else_=0)
_MEMORY = Query(
    row_maps.ENTRIES,
    sa.select(_entries)
    .where(
        _entries.c.chat_id == _CHAT,
        _entries.c.turn_id != _TURN,
        _entries.c.turn_id.not_in(sa.select(_turns.c.id).where(_turns.c.chat_id == _CHAT, _REWOUND)),
    )
    .order_by(_entries.c.position, _entries.c.serial),
)
_LAST_EVENT = sa.select(_events.c.until).where(_events.c.chat_id == _CHAT).order_by(_events.c.seq.desc()).limit(1)
_LAST_ENTRY = sa.select(sa.func.max(_entries.c.position)).where(_entries.c.chat_id == _CHAT)
_LAST_SEQ = sa.select(
    sa.func.max(sa.func.coalesce(_LAST_EVENT.scalar_subquery(), 0), sa.func.coalesce(_LAST_ENTRY.scalar_subquery(), 0))
)
_KIND: sa.ColumnElement[str] = sa.case(
    (sa.func.json_valid(_events.c.body), sa.func.json_extract(_events.c.body, "$.body.type")), else_=""
)
_SAYS = sa.case((_KIND == "usage", sa.func.json_extract(_events.c.body, "$.body.context_used") > 0), else_=sa.true())
_AGENT: sa.ColumnElement[str] = sa.case(
    (sa.func.json_valid(_turns.c.body), sa.func.json_extract(_turns.c.body, "$.agent")), else_=""
)
_NEWEST_LOOKED_AT = 4_000
_ENTRIES_OF_TURN = Query(
    row_maps.ENTRIES,
    sa.select(_entries).where(_entries.c.turn_id == _TURN).order_by(_entries.c.position, _entries.c.serial),
)
_EVENTS_OF_TURN = Query(row_maps.EVENTS, sa.select(_events).where(_events.c.turn_id == _TURN).order_by(_events.c.seq))


def last_seq(reading: Reading, chat_id: str) -> int:
    """The highest stored seq. Runs do not overlap, so it is the end of the last one; a forked chat begins with entries
    that have no events of their own."""
    return int(reading.connection.execute(_LAST_SEQ, {"chat_id": chat_id}).scalar_one())


def events_after(reading: Reading, chat_id: str, seq: int) -> Sequence[EventRow]:
    """Events that end beyond a seq, the run that holds it included."""
    around = sa.select(sa.func.max(_events.c.seq)).where(_events.c.chat_id == chat_id, _events.c.seq <= seq)
    first = sa.func.coalesce(around.scalar_subquery(), 0)
    statement = (
        sa.select(_events)
        .where(_events.c.chat_id == chat_id, _events.c.seq >= first, _events.c.until > seq)
        .order_by(_events.c.seq)
    )
    return reading.records(row_maps.EVENTS, statement)


def newest_events(reading: Reading, chat_id: str, agent: str, kinds: Sequence[str]) -> Sequence[EventRow]:
    """The newest event of each kind from an agent's turns that still count, among the newest few thousand events."""
    turns = sa.select(_turns.c.id).where(
        _turns.c.chat_id == chat_id, _AGENT.in_((agent,)), sa.func.coalesce(_REWOUND, 0) == 0
    )
    window = (
        sa.select(_events.c.seq, _events.c.turn_id, _KIND.label("kind"), _SAYS.label("says"))
        .where(_events.c.chat_id == chat_id)
        .order_by(_events.c.seq.desc())
        .limit(_NEWEST_LOOKED_AT)
        .subquery()
    )
    newest = (
        sa.select(sa.func.max(window.c.seq))
        .where(window.c.kind.in_(kinds), window.c.says, window.c.turn_id.in_(turns))
        .group_by(window.c.kind)
    )
    statement = (
        sa.select(_events).where(_events.c.chat_id == chat_id, _events.c.seq.in_(newest)).order_by(_events.c.seq)
    )
    return reading.records(row_maps.EVENTS, statement)


def events_of_turn(reading: Reading, turn_id: str) -> Sequence[EventRow]:
    """Events of a turn, in order."""
    return reading.all(_EVENTS_OF_TURN, turn_id=turn_id)


def entries(reading: Reading, chat_id: str, before: int | None, limit: int) -> EntryPage:
    """A page of entries; entries of one position are never torn apart."""
    limit = max(1, min(limit, PAGE_LIMIT))
    last = last_seq(reading, chat_id) if before is None else 0
    older = _entries.c.chat_id == chat_id
    if before is not None:
        older &= _entries.c.position < before
    newest = sa.select(_entries.c.position).where(older).order_by(_entries.c.position.desc()).limit(limit).subquery()
    first = reading.connection.execute(sa.select(sa.func.min(newest.c.position))).scalar_one_or_none()
    if first is None:
        return EntryPage(rows=(), before=None, last_seq=last)
    page = (
        sa.select(_entries).where(older, _entries.c.position >= first).order_by(_entries.c.position, _entries.c.serial)
    )
    rows: tuple[EntryRow, ...] = tuple(reading.records(row_maps.ENTRIES, page))
    more = sa.select(_entries.c.serial).where(_entries.c.chat_id == chat_id, _entries.c.position < first).limit(1)
    left = reading.connection.execute(more).first() is not None
    return EntryPage(rows=rows, before=first if left else None, last_seq=last)


def entries_of_turn(reading: Reading, turn_id: str) -> Sequence[EntryRow]:
    """Entries of a turn, in order."""
    return reading.all(_ENTRIES_OF_TURN, turn_id=turn_id)


def memory(reading: Reading, chat_id: str, turn_id: str) -> Sequence[EntryRow]:
    """Entries of a chat in order, without those of rewound turns and of one turn."""
    return reading.all(_MEMORY, chat_id=chat_id, turn_id=turn_id)
