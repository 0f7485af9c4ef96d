"""Reading rows: statements over whole tables that are compiled once and run on SQLite's own connection.

Before a turn's request leaves a dozen small questions are asked, and SQLAlchemy's way from statement to cursor and
from cursor to row costs several times what SQLite needs to answer them.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from boocode_desktop.storage.rows import RowMap
from boocode_desktop.storage.tables import Words, plain_words, storable
from boocode_desktop.storage.upserts import Row

R = TypeVar("R")


class Query(Generic[R]):
    """A `select` of a whole table, with a named bind parameter for each thing that varies."""

    def __init__(self, row_map: RowMap[R], statement: "sa.Select[Any]") -> None:
        self.row_map = row_map
        self._statement = statement

    def rows(self, connection: sa.Connection, parameters: dict[str, Any]) -> Iterator[Row]:
        """The rows with their columns by name."""
        text, places, constants = self._compiled
        raw: Any = connection.connection.driver_connection
        given = constants | parameters
        values = [given[name] for name in places]
        found = raw.execute(text, [storable(v) if isinstance(v, str) else v for v in values]).fetchall()
        names, words, flags = self._columns
        for row in found:
            by_name = dict(zip(names, row, strict=True))
            for name in words:
                if type(by_name[name]) is bytes:
                    by_name[name] = plain_words(by_name[name])
            for name in flags:
                by_name[name] = bool(by_name[name])
            yield by_name

    @cached_property
    def _compiled(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """The text, the names of its parameters in order, and the values of those that never vary."""
        dialect = sqlite.dialect(paramstyle="qmark")
        compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        return compiled.string, tuple(compiled.positiontup or ()), dict(compiled.params)

    @cached_property
    def _columns(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The columns in order; those of words, which may come as bytes; and those of flags, which come as numbers."""
        columns = self.row_map.table.c
        words = tuple(c.name for c in columns if isinstance(c.type, Words))
        flags = tuple(c.name for c in columns if isinstance(c.type, sa.Boolean))
        return tuple(c.name for c in columns), words, flags
