"""Reading what a damaged database still gives, table by table, into another one.

A table that reads to its end replaces the other one's rows: it is newer. Of a table with gaps, the rows that are
whole are added or replace older ones; the rest stays as the copy had it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.adoption import adopt_orphans
from boocode_desktop.storage.connections import connect, writing_engine
from boocode_desktop.storage.failures import is_damage
from boocode_desktop.storage.rows import BrokenRow

_BATCH = 500
_FARTHEST = 1 << 48
_TYPES: dict[type[Any], tuple[type[Any], ...]] = {
    sa.Integer: (int,),
    sa.Boolean: (int,),
    sa.Float: (int, float),
    sa.Text: (str, bytes),
    tables.Words: (str, bytes),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvage:
    """What came back: how many rows were read, the tables that have gaps, and rows dropped as nobody's."""

    rows: int = 0
    incomplete: tuple[str, ...] = ()
    strays: int = 0


@dataclass(slots=True)
class _Table:
    """One table of the damaged file. `whole` is true once `rows` has come to its end without a gap or a bad row."""

    source: sqlite3.Connection
    table: sa.Table
    whole: bool = False
    columns: tuple[str, ...] = field(init=False)
    _holes: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = [row[1] for row in self.source.execute(f'PRAGMA table_info("{self.table.name}")')]
        self.columns = tuple(name for name in found if name in self.table.c)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every row that is whole, once."""
        self.whole = "serial" in self.columns
        self._holes = []
        if not self.whole:
            return
        for values in chain(self._onwards(), self._from_behind()):
            row = dict(zip(self.columns, values, strict=True))
            if _is_whole(self.table, row):
                yield row
            else:
                self.whole = False

    def _onwards(self) -> Iterator[tuple[Any, ...]]:
        """Rows from the first one; what cannot be read is jumped over, further each time."""
        serial = self.columns.index("serial")
        last, step = -1, 1
        hole: int | None = None
        while last < _FARTHEST:
            try:
                for row in self._select(f"WHERE serial > {last} ORDER BY serial"):
                    if hole is not None:
                        self._holes.append((hole, row[serial]))
                    last, step, hole = row[serial], 1, None
                    yield row
            except sqlite3.DatabaseError as error:
                self._note(error)
                hole = last if hole is None else hole
                last, step = last + step, step * 2
            else:
                break
        if hole is not None:
            self._holes.append((hole, _FARTHEST))

    def _from_behind(self) -> Iterator[tuple[Any, ...]]:
        """Of each hole the rows that jumping missed, read from its far end."""
        for before, after in list(self._holes):
            try:
                yield from self._select(f"WHERE serial > {before} AND serial < {after} ORDER BY serial DESC")
            except sqlite3.DatabaseError as error:
                self._note(error)

    def _select(self, rest: str) -> sqlite3.Cursor:
        names = ", ".join(f'"{name}"' for name in self.columns)
        return self.source.execute(f'SELECT {names} FROM "{self.table.name}" NOT INDEXED {rest}')

    def _note(self, error: sqlite3.DatabaseError) -> None:
        if not is_damage(error):
            raise error
        self.whole = False


def salvage(damaged: Path, target: Path) -> Salvage:
    """Bring every readable row of a damaged database into another one, and give a home to those left without."""
    engine = writing_engine(target, foreign_keys=False)
    read, incomplete = 0, []
    try:
        with closing(connect(damaged)) as source, engine.begin() as connection:
            for table in tables.metadata.sorted_tables:
                found = _Table(source, table)
                read += _bring(connection, found)
                if not found.whole:
                    incomplete.append(table.name)
            strays = adopt_orphans(connection)
    finally:
        engine.dispose()
    return Salvage(rows=read, incomplete=tuple(incomplete), strays=strays)


def _bring(connection: sa.Connection, found: _Table) -> int:
    for _row in found.rows():
        pass  # the first pass only tells whether there are gaps
    if not found.whole:
        return _copy(connection, found, upsert=True)
    connection.exec_driver_sql(f'DELETE FROM "{found.table.name}"')
    return _copy(connection, found, upsert=False)


def _copy(connection: sa.Connection, found: _Table, *, upsert: bool) -> int:
    table = found.table
    names = [name for name in found.columns if name != "serial" or not (upsert and _has_key(table))]
    listed = ", ".join(f'"{name}"' for name in names)
    statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(names))})'
    if upsert:
        statement += " ON CONFLICT DO UPDATE SET " + ", ".join(f'"{name}" = excluded."{name}"' for name in names)
    rows, count = found.rows(), 0
    while batch := [tuple(_storable(row[name]) for name in names) for row in islice(rows, _BATCH)]:
        connection.exec_driver_sql(statement, batch)
        count += len(batch)
    return count


def _has_key(table: sa.Table) -> bool:
    """Whether rows are known by more than their serial number, which the copy may have given to another row."""
    return any(isinstance(constraint, sa.UniqueConstraint) for constraint in table.constraints)


def _storable(value: Any) -> Any:
    """Text that is not UTF-8 was read with stand-ins, which SQLite would refuse."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value


def _is_whole(table: sa.Table, row: dict[str, Any]) -> bool:
    """Whether a row has the types of its columns and can be read as its record."""
    for name, value in row.items():
        column = table.c[name]
        if value is None:
            if not column.nullable:
                return False
        elif not isinstance(value, _TYPES[type(column.type)]):
            return False
    row_map = row_maps.BY_TABLE.get(table.name)
    if row_map is None:
        return True
    try:
        row_map.decode(row)
    except BrokenRow:
        return False
    return True
