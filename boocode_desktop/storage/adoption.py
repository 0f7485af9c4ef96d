"""After a repair: rows whose chat, session or project is gone get a stand-in for it, so that people can reach them."""

from collections.abc import Iterable
from pathlib import PurePath

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.storage import row_maps, tables

_projects, _sessions, _chats = tables.projects, tables.sessions, tables.chats
_BELOW_CHATS = (tables.turns, tables.events, tables.traces, tables.asks)
_BELOW_SESSIONS = (tables.chats, tables.turns, tables.worktrees, tables.checkpoints, tables.decisions, tables.usage)


def adopt_orphans(connection: sa.Connection) -> int:
    """Make stand-ins where their ids are known, then drop rows that still hang on nothing; how many those were."""
    for chat_id, session_id in _lost_chats(connection):
        _make_chat(connection, chat_id, session_id)
    for session_id in _lost_sessions(connection):
        _make_session(connection, session_id)
    for session_id, project_id in _sessions_without_project(connection):
        _rehouse(connection, session_id, project_id)
    return _drop_strays(connection)


def _lost_chats(connection: sa.Connection) -> Iterable[tuple[str, str]]:
    named = sa.union(*(sa.select(t.c.chat_id, t.c.session_id).where(t.c.session_id != "") for t in _BELOW_CHATS))
    lost = named.subquery()
    statement = (
        sa.select(lost.c.chat_id, sa.func.max(lost.c.session_id))
        .where(lost.c.chat_id.not_in(sa.select(_chats.c.id)))
        .group_by(lost.c.chat_id)
        .order_by(lost.c.chat_id)
    )
    return [(chat_id, session_id) for chat_id, session_id in connection.execute(statement)]


def _lost_sessions(connection: sa.Connection) -> Iterable[str]:
    lost = sa.union(*(sa.select(t.c.session_id) for t in _BELOW_SESSIONS)).subquery()
    missing = sa.select(lost.c.session_id).where(lost.c.session_id.not_in(sa.select(_sessions.c.id)))
    return list(connection.execute(missing.order_by(lost.c.session_id)).scalars())


def _sessions_without_project(connection: sa.Connection) -> Iterable[tuple[str, str]]:
    missing = _sessions.c.project_id.not_in(sa.select(_projects.c.id))
    statement = sa.select(_sessions.c.id, _sessions.c.project_id).where(missing).order_by(_sessions.c.serial)
    return [(session_id, project_id) for session_id, project_id in connection.execute(statement)]


def _make_chat(connection: sa.Connection, chat_id: str, session_id: str) -> None:
    numbers = sa.select(sa.func.coalesce(sa.func.max(_chats.c.number), 0)).where(_chats.c.session_id == session_id)
    number = connection.execute(numbers).scalar_one() + 1
    chat = rec.Chat(id=chat_id, session_id=session_id, number=number, title=f"Recovered chat {number}")
    row_maps.CHATS.upsert.run(connection, [row_maps.CHATS.encode(chat)])


def _make_session(connection: sa.Connection, session_id: str) -> None:
    turns = tables.turns
    newest = sa.select(sa.func.coalesce(sa.func.max(turns.c.started_at), 0.0)).where(turns.c.session_id == session_id)
    session = rec.Session(
        id=session_id,
        project_id=f"lost-{session_id}",
        title="Recovered session",
        updated_at=connection.execute(newest).scalar_one(),
    )
    row_maps.SESSIONS.upsert.run(connection, [row_maps.SESSIONS.encode(session)])


def _rehouse(connection: sa.Connection, session_id: str, project_id: str) -> None:
    """Into the project of the session's folder, where there is one, else into a new one for that folder."""
    worktrees = tables.worktrees
    folder = sa.select(worktrees.c.project_path).where(worktrees.c.session_id == session_id)
    path = connection.execute(folder).scalar_one_or_none() or f"lost folder of {session_id}"
    if connection.execute(sa.select(_projects.c.id).where(_projects.c.id == project_id)).first() is not None:
        return  # made a moment ago for another of its sessions
    found = connection.execute(sa.select(_projects.c.id).where(_projects.c.path == path)).scalar_one_or_none()
    if found is None:
        project = rec.Project(id=project_id, path=path, name=PurePath(path).name or path)
        row_maps.PROJECTS.upsert.run(connection, [row_maps.PROJECTS.encode(project)])
        return
    connection.execute(sa.update(_sessions).where(_sessions.c.id == session_id).values(project_id=found))


def _drop_strays(connection: sa.Connection) -> int:
    """Rows that hang on nothing; dropping one may leave others without a parent."""
    dropped = 0
    while strays := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        for table, serial, _parent, _key in strays:
            deleted = connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE serial = ?', (serial,))
            dropped += deleted.rowcount
    return dropped
