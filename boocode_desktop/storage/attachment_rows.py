"""Which attachments there are and which chats use them: the rows; `attachments` has the files."""

import time
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.transcript import ImageEntry, PromptEntry
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow, Record
from boocode_desktop.storage import tables

_attachments, _uses = tables.attachments, tables.attachment_uses
FORGOTTEN_AFTER_S = 7 * 86_400


def remember(connection: sa.Connection, image: ImageRef, size: int) -> None:
    """Keep the row of an attachment."""
    row = {"sha256": image.sha256, "media_type": image.media_type, "name": image.name, "size": size}
    statement = insert(_attachments).values({**row, "added_at": time.time()})
    again = statement.on_conflict_do_update(index_elements=["sha256"], set_={"added_at": time.time()})
    connection.execute(again)


def note_uses(connection: sa.Connection, records: Iterable[Record]) -> None:
    """Remember which chat uses which attachment, for the day a session is deleted."""
    uses = [{"chat_id": chat_id, "sha256": sha256} for r in records for chat_id, sha256 in _uses_of(r)]
    if uses:
        connection.execute(insert(_uses).on_conflict_do_nothing(), uses)


def _uses_of(record: Record) -> list[tuple[str, str]]:
    match record:
        case rec.Turn() | rec.QueuedPrompt():
            return [(record.chat_id, image.sha256) for image in record.images]
        case EntryRow(entry=PromptEntry(images=images)):
            return [(record.chat_id, image.sha256) for image in images]
        case EntryRow(entry=ImageEntry(image=image)):
            return [(record.chat_id, image.sha256)]
        case EventRow(body={"image": {"sha256": str(sha256)}}):
            return [(record.chat_id, sha256)]
        case _:
            return []


def used_by_session(connection: sa.Connection, session_id: str) -> set[str]:
    """The attachments that a session's chats use."""
    chats = sa.select(tables.chats.c.id).where(tables.chats.c.session_id == session_id)
    return set(connection.execute(sa.select(_uses.c.sha256).where(_uses.c.chat_id.in_(chats))).scalars())


def drop_unused(connection: sa.Connection, candidates: set[str]) -> list[str]:
    """Drop the rows nothing uses among `candidates`, and those attached long ago and never sent; their hashes."""
    unused = ~sa.exists().where(_uses.c.sha256 == _attachments.c.sha256)
    forgotten = _attachments.c.added_at < time.time() - FORGOTTEN_AFTER_S
    rows: Any = connection.execute(sa.select(_attachments.c.sha256, forgotten).where(unused)).all()
    gone = [sha256 for sha256, old in rows if old or sha256 in candidates]
    for sha256 in gone:
        connection.execute(sa.delete(_attachments).where(_attachments.c.sha256 == sha256))
    return gone
