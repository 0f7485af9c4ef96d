"""Projects, sessions, worktrees: what there is, the numbers a session gives out, and dropping them."""

from collections.abc import Sequence

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.storage import attachment_rows, row_maps, tables
from boocode_desktop.storage.queries import Query
from boocode_desktop.storage.readers import Reading

_projects, _sessions, _worktrees = tables.projects, tables.sessions, tables.worktrees

_ID: sa.BindParameter[str] = sa.bindparam("id")
_PROJECT = Query(row_maps.PROJECTS, sa.select(_projects).where(_projects.c.id == _ID))
_SESSION = Query(row_maps.SESSIONS, sa.select(_sessions).where(_sessions.c.id == _ID))
_WORKTREE = Query(row_maps.WORKTREES, sa.select(_worktrees).where(_worktrees.c.session_id == _ID))

CLEARED_AT_ONCE = 2000


def projects(reading: Reading) -> Sequence[rec.Project]:
    """All projects, last opened first."""
    order = sa.select(_projects).order_by(_projects.c.opened_at.desc(), _projects.c.serial.desc())
    return reading.records(row_maps.PROJECTS, order)


def project(reading: Reading, project_id: str) -> rec.Project | None:
    """A project by its id."""
    return reading.first(_PROJECT, id=project_id)


def project_at(reading: Reading, path: str) -> rec.Project | None:
    """The project of a folder."""
    return reading.record(row_maps.PROJECTS, sa.select(_projects).where(_projects.c.path == path))


def sessions(reading: Reading, project_id: str, archived: bool | None) -> Sequence[rec.Session]:
    """Sessions of a project ("" = of all), last used first."""
    statement = sa.select(_sessions).order_by(_sessions.c.updated_at.desc(), _sessions.c.serial.desc())
    if project_id:
        statement = statement.where(_sessions.c.project_id == project_id)
    if archived is not None:
        statement = statement.where(_sessions.c.archived == archived)
    return reading.records(row_maps.SESSIONS, statement)


def session(reading: Reading, session_id: str) -> rec.Session | None:
    """A session by its id."""
    return reading.first(_SESSION, id=session_id)


def worktree(reading: Reading, session_id: str) -> rec.WorktreeRecord | None:
    """Where a session works."""
    return reading.first(_WORKTREE, id=session_id)


def worktrees(reading: Reading) -> Sequence[rec.WorktreeRecord]:
    """Where all sessions work."""
    return reading.records(row_maps.WORKTREES, sa.select(_worktrees).order_by(_worktrees.c.serial))


def allocate_turn(connection: sa.Connection, session_id: str) -> int:
    """The next turn number of a session; the writing transaction keeps other processes out."""
    newest = sa.select(sa.func.max(tables.turns.c.number)).where(tables.turns.c.session_id == session_id)
    return _allocate(connection, session_id, _sessions.c.next_turn, newest)


def allocate_chat(connection: sa.Connection, session_id: str) -> int:
    """The next chat number of a session."""
    newest = sa.select(sa.func.max(tables.chats.c.number)).where(tables.chats.c.session_id == session_id)
    return _allocate(connection, session_id, _sessions.c.next_chat, newest)


def _allocate(
    connection: sa.Connection, session_id: str, counter: "sa.Column[int]", newest: "sa.Select[tuple[int]]"
) -> int:
    """Never a number given before, even where the counter is older than the rows (after a repair)."""
    beyond = sa.func.coalesce(newest.scalar_subquery(), 0) + 1
    following = sa.func.max(counter, beyond) + 1
    statement = sa.update(_sessions).where(_sessions.c.id == session_id).values({counter: following}).returning(counter)
    given: int | None = connection.execute(statement).scalar_one_or_none()
    if given is None:
        raise NotFoundError(f"There is no session {session_id}.", "It may have been deleted meanwhile.")
    return given - 1


def clear_some_history(connection: sa.Connection, session_id: str) -> bool:
    """Drop a part of what a session said and did; whether there was any. In parts, so that nobody waits for long."""
    mine = sa.select(tables.chats.c.id).where(tables.chats.c.session_id == session_id)
    for table in (tables.events, tables.entries, tables.traces):
        some = sa.select(table.c.serial).where(table.c.chat_id.in_(mine)).limit(CLEARED_AT_ONCE)
        if connection.execute(sa.delete(table).where(table.c.serial.in_(some))).rowcount:
            return True
    return False


def delete_session(connection: sa.Connection, session_id: str) -> list[str]:
    """Drop a session and all that hangs on it; the attachments that nothing uses any more."""
    used = attachment_rows.used_by_session(connection, session_id)
    connection.execute(sa.delete(tables.rules).where(tables.rules.c.scope == session_id))
    connection.execute(sa.delete(_sessions).where(_sessions.c.id == session_id))
    return attachment_rows.drop_unused(connection, used)


def delete_project(connection: sa.Connection, project_id: str) -> None:
    """Forget a project that has no sessions.

    Raises:
        UserFacingError: it has sessions.
    """
    owned = sa.select(sa.func.count()).select_from(_sessions).where(_sessions.c.project_id == project_id)
    if connection.execute(owned).scalar_one():
        raise UserFacingError("This project still has sessions.", "Delete its sessions first, archived ones included.")
    connection.execute(sa.delete(tables.rules).where(tables.rules.c.scope == project_id))
    connection.execute(sa.delete(_projects).where(_projects.c.id == project_id))
