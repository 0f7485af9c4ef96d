"""Checkpoints, decisions about changes, and permission rules."""

import functools
from collections.abc import Sequence

import sqlalchemy as sa

from boocode_desktop.domain import records as rec
from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.queries import Query
from boocode_desktop.storage.readers import Reading

_checkpoints, _decisions, _rules = tables.checkpoints, tables.decisions, tables.rules

_ID: sa.BindParameter[str] = sa.bindparam("id")
_CHECKPOINTS = Query(
    row_maps.CHECKPOINTS,
    sa.select(_checkpoints).where(_checkpoints.c.session_id == _ID).order_by(_checkpoints.c.serial),
)
_NEWEST_CHECKPOINT = Query(
    row_maps.CHECKPOINTS,
    sa.select(_checkpoints).where(_checkpoints.c.session_id == _ID).order_by(_checkpoints.c.serial.desc()).limit(1),
)
_DECISIONS = Query(
    row_maps.DECISIONS, sa.select(_decisions).where(_decisions.c.session_id == _ID).order_by(_decisions.c.serial)
)


def checkpoints(reading: Reading, session_id: str) -> Sequence[rec.CheckpointRecord]:
    """Checkpoints of a session in the order they were stored."""
    return reading.all(_CHECKPOINTS, id=session_id)


def newest_checkpoint(reading: Reading, session_id: str) -> rec.CheckpointRecord | None:
    """The checkpoint of a session that was stored last; one that cannot be read is passed over."""
    found = reading.first(_NEWEST_CHECKPOINT, id=session_id)
    return found or next(iter(reversed(checkpoints(reading, session_id))), None)


def decisions(reading: Reading, session_id: str) -> Sequence[rec.Decision]:
    """Decisions of a session in the order they were stored."""
    return reading.all(_DECISIONS, id=session_id)


def rules(reading: Reading, scopes: Sequence[str]) -> Sequence[rec.PermissionRule]:
    """Rules of any of the scopes, oldest first."""
    return reading.all(_rules_of(len(scopes)), **{f"scope_{n}": scope for n, scope in enumerate(scopes)})


@functools.cache
def _rules_of(scopes: int) -> Query[rec.PermissionRule]:
    of_any = _rules.c.scope.in_([sa.bindparam(f"scope_{n}", type_=sa.Text) for n in range(scopes)])
    return Query(row_maps.RULES, sa.select(_rules).where(of_any).order_by(_rules.c.serial))


def delete_rule(connection: sa.Connection, rule_id: str) -> None:
    """Drop a rule."""
    connection.execute(sa.delete(_rules).where(_rules.c.id == rule_id))
