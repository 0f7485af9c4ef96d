"""What happened in chats: events, and the transcript entries folded from them, page by page."""

from collections.abc import Sequence

import sqlalchemy as sa

from boocode_desktop.orchestrator.ports.store import EntryPage, EntryRow, EventRow
from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.readers import Reading

_events, _entries = tables.events, tables.entries
PAGE_LIMIT = 200


def last_seq(reading: Reading, chat_id: str) -> int:
    """The highest stored seq. Runs do not overlap, so it is the end of the last one; a forked chat begins with entries
    that have no events of their own."""
    newest = sa.select(_events.c.until).where(_events.c.chat_id == chat_id).order_by(_events.c.seq.desc()).limit(1)
    copied = sa.select(sa.func.max(_entries.c.position)).where(_entries.c.chat_id == chat_id)
    found = (reading.connection.execute(query).scalar_one_or_none() or 0 for query in (newest, copied))
    return max(found)


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


def events_of_turn(reading: Reading, turn_id: str) -> Sequence[EventRow]:
    """Events of a turn, in order."""
    statement = sa.select(_events).where(_events.c.turn_id == turn_id).order_by(_events.c.seq)
    return reading.records(row_maps.EVENTS, statement)


def entries(reading: Reading, chat_id: str, before: int | None, limit: int) -> EntryPage:
    """A page of entries; entries of one position are never torn apart."""
    limit = max(1, min(limit, PAGE_LIMIT))
    older = _entries.c.chat_id == chat_id
    if before is not None:
        older &= _entries.c.position < before
    newest = sa.select(_entries.c.position).where(older).order_by(_entries.c.position.desc()).limit(limit).subquery()
    first = reading.connection.execute(sa.select(sa.func.min(newest.c.position))).scalar_one_or_none()
    if first is None:
        return EntryPage(rows=(), before=None)
    page = (
        sa.select(_entries).where(older, _entries.c.position >= first).order_by(_entries.c.position, _entries.c.serial)
    )
    rows: tuple[EntryRow, ...] = tuple(reading.records(row_maps.ENTRIES, page))
    more = sa.select(_entries.c.serial).where(_entries.c.chat_id == chat_id, _entries.c.position < first).limit(1)
    left = reading.connection.execute(more).first() is not None
    return EntryPage(rows=rows, before=first if left else None)


def entries_of_turn(reading: Reading, turn_id: str) -> Sequence[EntryRow]:
    """Entries of a turn, in order."""
    statement = (
        sa.select(_entries).where(_entries.c.turn_id == turn_id).order_by(_entries.c.position, _entries.c.serial)
    )
    return reading.records(row_maps.ENTRIES, statement)
