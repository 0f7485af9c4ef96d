"""Traces and usage: what was called and what it cost."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import UsageError
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.store import TracePage
from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.history import PAGE_LIMIT
from boocode_desktop.storage.readers import Reading

_traces, _usage, _sessions = tables.traces, tables.usage, tables.sessions
_CURSOR = "before-"


def traces(reading: Reading, chat_id: str, turn: int | None, limit: int, cursor: str) -> TracePage:
    """A page of traces, newest first by when they were stored."""
    limit = max(1, min(limit, PAGE_LIMIT))
    statement = sa.select(_traces).where(_traces.c.chat_id == chat_id).order_by(_traces.c.serial.desc())
    if turn is not None:
        statement = statement.where(_traces.c.turn_number == turn)
    if cursor:
        statement = statement.where(_traces.c.serial < _serial_of(cursor))
    serials = [
        row[0] for row in reading.connection.execute(statement.with_only_columns(_traces.c.serial).limit(limit + 1))
    ]
    if not serials:
        return TracePage(traces=(), next_cursor=None)
    last = serials[:limit][-1]
    rows: tuple[rec.Trace, ...] = tuple(reading.records(row_maps.TRACES, statement.where(_traces.c.serial >= last)))
    return TracePage(traces=rows, next_cursor=f"{_CURSOR}{last}" if len(serials) > limit else None)


def _serial_of(cursor: str) -> int:
    number = cursor.removeprefix(_CURSOR)
    if number == cursor or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise UsageError(f"{cursor!r} is no cursor of a page of traces.", "Use `next_cursor` of the page before it.")
    return int(number)


def trace(reading: Reading, trace_id: str) -> rec.Trace | None:
    """A trace by its id."""
    return reading.record(row_maps.TRACES, sa.select(_traces).where(_traces.c.id == trace_id))


def usage(reading: Reading, chat_id: str, session_id: str, project_id: str) -> Usage:
    """The sum over a chat, a session or a project (all of them where nothing is given)."""
    counts = [sa.func.coalesce(sa.func.sum(_usage.c[name]), 0) for name in ("input", "output", "reasoning", "cached")]
    statement = _narrowed(sa.select(*counts, sa.func.sum(_usage.c.cost)), chat_id, session_id, project_id)
    spent = reading.connection.execute(statement).one()
    return Usage(input=spent[0], output=spent[1], reasoning=spent[2], cached=spent[3], cost=spent[4])


def usage_rows(reading: Reading, chat_id: str, session_id: str, project_id: str) -> Sequence[rec.UsageRow]:
    """The rows behind the sum, oldest first."""
    statement = _narrowed(sa.select(_usage).order_by(_usage.c.serial), chat_id, session_id, project_id)
    return reading.records(row_maps.USAGE, statement)


def _narrowed(statement: "sa.Select[Any]", chat_id: str, session_id: str, project_id: str) -> "sa.Select[Any]":
    if chat_id:
        statement = statement.where(_usage.c.chat_id == chat_id)
    if session_id:
        statement = statement.where(_usage.c.session_id == session_id)
    if project_id:
        owned = sa.select(_sessions.c.id).where(_sessions.c.project_id == project_id)
        statement = statement.where(_usage.c.session_id.in_(owned))
    return statement
