"""Connections to the database file: their pragmas, and the two engines (one writes, the others only read)."""

import functools
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool, QueuePool

from boocode_desktop.storage.failures import LOCK_WAIT_S

WAL_KEPT = 16 * 1024 * 1024
"""Bytes of journal that stay on the disk between checkpoints."""


def connect(database: Path, *, writing: bool = False) -> sqlite3.Connection:
    """A plain connection. Text that is not UTF-8 does not raise; transactions are begun by hand."""
    mode = "rwc" if writing else "ro"
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=LOCK_WAIT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = functools.partial(str, encoding="utf-8", errors="surrogateescape")
    return connection


def writing_engine(database: Path, *, foreign_keys: bool = True) -> sa.Engine:
    """The engine of a writer: every transaction begins as a writing one, so that it never has to be upgraded.

    Without `foreign_keys`, a table may be made anew under its children: what migrations and repairs need.
    """
    engine = sa.create_engine(
        "sqlite://", creator=lambda: _for_writing(database, foreign_keys), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(database: Path, *, size: int) -> sa.Engine:
    """The engine of at most `size` readers, which cannot write."""
    return sa.create_engine(
        "sqlite://",
        creator=lambda: _for_reading(database),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
    )


def _for_writing(database: Path, foreign_keys: bool) -> sqlite3.Connection:
    return _tuned(
        connect(database, writing=True),
        "PRAGMA journal_mode = WAL",
        f"PRAGMA journal_size_limit = {WAL_KEPT}",
        "PRAGMA synchronous = NORMAL",
        f"PRAGMA foreign_keys = {int(foreign_keys)}",
    )


def _for_reading(database: Path) -> sqlite3.Connection:
    # Sorting in memory keeps reads working on a full disk.
    return _tuned(connect(database), "PRAGMA temp_store = MEMORY")


def _tuned(connection: sqlite3.Connection, *pragmas: str) -> sqlite3.Connection:
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin_immediate(connection: sa.Connection) -> None:
    raw: Any = connection.connection.driver_connection
    raw.execute("BEGIN IMMEDIATE")
