"""The threads that read, each with a connection that cannot write."""

import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.storage.failures import in_words
from boocode_desktop.storage.queries import Query
from boocode_desktop.storage.rows import BrokenRow, RowMap
from boocode_desktop.storage.upserts import Row

T = TypeVar("T")
R = TypeVar("R")
READERS = 2


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read as a record."""

    table: str
    serial: int
    reason: str


@dataclass(slots=True)
class Reading:
    """One read: its connection, and the bad rows it met."""

    connection: sa.Connection
    bad: list[BadRow] = field(default_factory=list)

    def records(self, row_map: RowMap[R], statement: sa.Select[Any]) -> list[R]:
        """The records of a statement over a whole table, in its order, without bad rows."""
        return self._decoded(row_map, self.connection.execute(statement).mappings())

    def record(self, row_map: RowMap[R], statement: sa.Select[Any]) -> R | None:
        """The first record of a statement, None if there is none."""
        return next(iter(self.records(row_map, statement.limit(1))), None)

    def all(self, query: Query[R], **parameters: Any) -> list[R]:
        """The records of a compiled query, in its order, without bad rows."""
        return self._decoded(query.row_map, query.rows(self.connection, parameters))

    def first(self, query: Query[R], **parameters: Any) -> R | None:
        """The first record of a compiled query, None if there is none."""
        return next(iter(self.all(query, **parameters)), None)

    def _decoded(self, row_map: RowMap[R], rows: Iterable[Row]) -> list[R]:
        found = []
        for row in rows:
            try:
                found.append(row_map.decode(row))
            except BrokenRow as error:
                self.bad.append(BadRow(row_map.table.name, row["serial"], str(error)))
                stand_in = row_map.mend(row)
                if stand_in is not None:
                    found.append(stand_in)
        return found


class Readers:
    """A small pool. `submit` may be called from any thread."""

    def __init__(self, engine: sa.Engine, on_bad_rows: Callable[[list[BadRow]], None]) -> None:
        self._engine = engine
        self._on_bad_rows = on_bad_rows
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="database reader")

    def submit(self, work: Callable[[Reading], T]) -> "Future[T]":
        """Read in one of the threads.

        Raises:
            UserFacingError: the store is closed.
        """
        try:
            return self._pool.submit(self._read, work)
        except RuntimeError as error:
            raise UserFacingError("The database is closed.", "BooCode is ending; start it again to go on.") from error

    def close(self) -> None:
        """End the threads; reads under way are finished."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._engine.dispose()

    def _read(self, work: Callable[[Reading], T]) -> T:
        try:
            with self._engine.connect() as connection:
                reading = Reading(connection)
                result = work(reading)
        except (DBAPIError, sqlite3.Error) as error:
            raise in_words(error) from error
        if reading.bad:
            self._on_bad_rows(reading.bad)
        return result
