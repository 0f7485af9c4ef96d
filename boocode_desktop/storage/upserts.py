"""Writing rows: insert, or replace the one with the same key.

The statement is compiled once and runs on SQLite's own connection, inside the transaction that SQLAlchemy began: a
tool call writes a dozen rows, and SQLAlchemy's way from statement to cursor costs more than the rows do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from boocode_desktop.storage.tables import KEPT_BY_UPSERT, RAISED_BY_UPSERT, Words, storable

Row = Mapping[Any, Any]
"""Column names to values, as SQLAlchemy gives them."""


@dataclass(frozen=True, kw_only=True)
class Upsert:
    """The statement for one table and its key."""

    table: sa.Table
    key: tuple[str, ...]

    def run(self, connection: sa.Connection, rows: Iterable[Row]) -> None:
        """Write rows, in order."""
        raw: Any = connection.connection.driver_connection
        raw.executemany(self._text, [self._values(row) for row in rows])

    def _values(self, row: Row) -> tuple[Any, ...]:
        return tuple(storable(row[name]) if words else row[name] for name, words in self._columns)

    @cached_property
    def _columns(self) -> tuple[tuple[str, bool], ...]:
        """The columns written, in order, and which of them hold words."""
        written = [c for c in self.table.c if c.name not in KEPT_BY_UPSERT]
        return tuple((c.name, isinstance(c.type, Words)) for c in written)

    @cached_property
    def _text(self) -> str:
        names = [name for name, _words in self._columns]
        statement = sqlite.insert(self.table).values({name: sa.bindparam(name) for name in names})
        new = statement.excluded
        values: dict[str, Any] = {name: new[name] for name in names if name not in self.key}
        for name in RAISED_BY_UPSERT.intersection(values):
            values[name] = sa.func.max(self.table.c[name], new[name])
        compiled = statement.on_conflict_do_update(index_elements=self.key, set_=values).compile(
            dialect=sqlite.dialect(paramstyle="qmark")
        )
        assert list(compiled.positiontup or ()) == names
        return compiled.string
