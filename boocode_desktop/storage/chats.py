"""Chats and what belongs to one: turns, questions, the queue, agents' conversations, the snapshot, the draft."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from boocode_desktop.domain import records as rec
from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.queries import Query
from boocode_desktop.storage.readers import Reading

_chats, _turns, _asks, _queue = tables.chats, tables.turns, tables.asks, tables.queue
_sessions = tables.sessions
_agents, _snapshots, _drafts = tables.agent_sessions, tables.snapshots, tables.drafts

_ID: sa.BindParameter[str] = sa.bindparam("id")
_CHAT = Query(row_maps.CHATS, sa.select(_chats).where(_chats.c.id == _ID))
_ALL_TURNS = Query(row_maps.TURNS, sa.select(_turns).order_by(_turns.c.number, _turns.c.serial))
_TURNS_OF_CHAT = Query(
    row_maps.TURNS, sa.select(_turns).where(_turns.c.chat_id == _ID).order_by(_turns.c.number, _turns.c.serial)
)
_TURNS_OF_SESSION = Query(
    row_maps.TURNS, sa.select(_turns).where(_turns.c.session_id == _ID).order_by(_turns.c.number, _turns.c.serial)
)
_SAME = _turns.alias()
_NEWEST_OF_CHAT = (
    sa.select(_SAME.c.serial)
    .where(_SAME.c.chat_id == _chats.c.id)
    .order_by(_SAME.c.number.desc(), _SAME.c.serial.desc())
    .limit(1)
    .correlate(_chats)
    .scalar_subquery()
)
_STANDING_TURNS = Query(
    row_maps.TURNS,
    sa.select(_turns)
    .where(
        _turns.c.serial.in_(sa.select(_NEWEST_OF_CHAT).select_from(_chats).where(_chats.c.session_id == _ID))
        | (_turns.c.status.is_(None) & (_turns.c.session_id == _ID))
    )
    .order_by(_turns.c.number, _turns.c.serial),
)
_OPEN_TURNS = Query(row_maps.TURNS, sa.select(_turns).where(_turns.c.status.is_(None)).order_by(_turns.c.serial))
_QUEUE = Query(
    row_maps.QUEUE, sa.select(_queue).where(_queue.c.chat_id == _ID).order_by(_queue.c.position, _queue.c.serial)
)
_AGENT_SESSION = Query(
    row_maps.AGENT_SESSIONS,
    sa.select(_agents).where(_agents.c.chat_id == sa.bindparam("chat_id"), _agents.c.agent == sa.bindparam("agent")),
)


def chats(reading: Reading, session_id: str, archived: bool | None) -> Sequence[rec.Chat]:
    """Chats of a session, by number."""
    statement = sa.select(_chats).where(_chats.c.session_id == session_id).order_by(_chats.c.number, _chats.c.serial)
    if archived is not None:
        statement = statement.where(_chats.c.archived == archived)
    return reading.records(row_maps.CHATS, statement)


def chat_titles(reading: Reading, limit: int) -> Sequence[rec.ChatTitle]:
    """The titles of open chats in sessions that are not archived, the one used last first."""
    found = sa.func.json_extract(_chats.c.body, "$.title", type_=sa.String())
    title = sa.case((sa.func.json_valid(_chats.c.body), found), else_="")
    statement = (
        sa.select(_chats.c.id, _chats.c.session_id, _chats.c.number, title)
        .join(_sessions, _sessions.c.id == _chats.c.session_id)
        .where(_chats.c.archived.is_(False), _sessions.c.archived.is_(False), title != "")
        .order_by(_chats.c.updated_at.desc(), _chats.c.serial.desc())
        .limit(limit)
    )
    rows = reading.connection.execute(statement)
    return [rec.ChatTitle(id=i, session_id=s, number=n, title=t) for i, s, n, t in rows]


def chat(reading: Reading, chat_id: str) -> rec.Chat | None:
    """A chat by its id."""
    return reading.first(_CHAT, id=chat_id)


def turns(reading: Reading, chat_id: str, session_id: str) -> Sequence[rec.Turn]:
    """Turns of a chat, a session or both, oldest first."""
    if chat_id:
        found = reading.all(_TURNS_OF_CHAT, id=chat_id)
        return [t for t in found if t.session_id == session_id] if session_id else found
    return reading.all(_TURNS_OF_SESSION, id=session_id) if session_id else reading.all(_ALL_TURNS)


def count_turns(reading: Reading, chat_id: str) -> int:
    """How many turns a chat has."""
    statement = sa.select(sa.func.count()).select_from(_turns).where(_turns.c.chat_id == chat_id)
    return int(reading.connection.execute(statement).scalar_one())


def turn(reading: Reading, turn_id: str) -> rec.Turn | None:
    """A turn by its id."""
    return reading.record(row_maps.TURNS, sa.select(_turns).where(_turns.c.id == turn_id))


def open_turns(reading: Reading) -> Sequence[rec.Turn]:
    """Turns without a status."""
    return reading.all(_OPEN_TURNS)


def newest_turns(reading: Reading, session_id: str) -> Sequence[rec.Turn]:
    """The last turn of a session, or of every session; a fork's copy, which has the same number, counts as later."""
    same = _turns.alias()
    newest = (
        sa.select(same.c.serial)
        .where(same.c.session_id == _sessions.c.id)
        .order_by(same.c.number.desc(), same.c.serial.desc())
        .limit(1)
        .correlate(_sessions)
        .scalar_subquery()
    )
    last_of_each = sa.select(newest).select_from(_sessions)
    if session_id:
        last_of_each = last_of_each.where(_sessions.c.id == session_id)
    statement = sa.select(_turns).where(_turns.c.serial.in_(last_of_each)).order_by(_turns.c.serial)
    return reading.records(row_maps.TURNS, statement)


def standing_turns(reading: Reading, session_id: str) -> Sequence[rec.Turn]:
    """Of each chat of a session the last turn, and those without a status."""
    return reading.all(_STANDING_TURNS, id=session_id)


def open_asks(reading: Reading, chat_id: str, session_id: str) -> Sequence[rec.Ask]:
    """Unanswered questions of a chat, a session or everywhere, oldest first."""
    statement = sa.select(_asks).where(_asks.c.answered == sa.false()).order_by(_asks.c.serial)
    if chat_id:
        statement = statement.where(_asks.c.chat_id == chat_id)
    if session_id:
        statement = statement.where(_asks.c.session_id == session_id)
    return reading.records(row_maps.ASKS, statement)


def answered_asks(reading: Reading, limit: int) -> Sequence[rec.Ask]:
    """Questions that have their answer, newest first."""
    statement = sa.select(_asks).where(_asks.c.answered == sa.true()).order_by(_asks.c.serial.desc()).limit(limit)
    return reading.records(row_maps.ASKS, statement)


def ask(reading: Reading, ask_id: str) -> rec.Ask | None:
    """A question by its id."""
    return reading.record(row_maps.ASKS, sa.select(_asks).where(_asks.c.id == ask_id))


def queue(reading: Reading, chat_id: str) -> Sequence[rec.QueuedPrompt]:
    """Messages that wait in a chat, by position."""
    return reading.all(_QUEUE, id=chat_id)


def delete_queued(connection: sa.Connection, queue_id: str) -> bool:
    """Whether it was still there; only one caller of all processes gets True."""
    return connection.execute(sa.delete(_queue).where(_queue.c.id == queue_id)).rowcount > 0


def agent_session(reading: Reading, chat_id: str, agent: str) -> rec.AgentSession | None:
    """An agent's own conversation in a chat."""
    return reading.first(_AGENT_SESSION, chat_id=chat_id, agent=agent)


def snapshot(reading: Reading, chat_id: str) -> rec.Snapshot | None:
    """The newest boundary of a chat."""
    statement = sa.select(_snapshots).where(_snapshots.c.chat_id == chat_id)
    return reading.record(row_maps.SNAPSHOTS, statement)


def draft(reading: Reading, chat_id: str) -> str:
    """What was typed and not sent."""
    statement = sa.select(_drafts.c.text).where(_drafts.c.chat_id == chat_id)
    return reading.connection.execute(statement).scalar_one_or_none() or ""


def save_draft(connection: sa.Connection, chat_id: str, text: str) -> None:
    """Keep what is typed; nothing typed leaves no row."""
    if not text:
        connection.execute(sa.delete(_drafts).where(_drafts.c.chat_id == chat_id))
        return
    statement = insert(_drafts).values(chat_id=chat_id, text=text)
    connection.execute(statement.on_conflict_do_update(index_elements=["chat_id"], set_={"text": text}))
