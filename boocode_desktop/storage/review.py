"""Checkpoints, decisions about changes, and permission rules."""

from collections.abc import Sequence

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.readers import Reading

_checkpoints, _decisions, _rules = tables.checkpoints, tables.decisions, tables.rules


def checkpoints(reading: Reading, session_id: str) -> Sequence[rec.CheckpointRecord]:
    """Checkpoints of a session in the order they were stored."""
    mine = _checkpoints.c.session_id == session_id
    return reading.records(row_maps.CHECKPOINTS, sa.select(_checkpoints).where(mine).order_by(_checkpoints.c.serial))


def decisions(reading: Reading, session_id: str) -> Sequence[rec.Decision]:
    """Decisions of a session in the order they were stored."""
    mine = _decisions.c.session_id == session_id
    return reading.records(row_maps.DECISIONS, sa.select(_decisions).where(mine).order_by(_decisions.c.serial))


def rules(reading: Reading, scopes: Sequence[str]) -> Sequence[rec.PermissionRule]:
    """Rules of any of the scopes, oldest first."""
    statement = sa.select(_rules).where(_rules.c.scope.in_(list(scopes))).order_by(_rules.c.serial)
    return reading.records(row_maps.RULES, statement)


def delete_rule(connection: sa.Connection, rule_id: str) -> None:
    """Drop a rule."""
    connection.execute(sa.delete(_rules).where(_rules.c.id == rule_id))
