"""Connections to the database file: their pragmas, and the two engines (one writes, the others only read)."""

import functools
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool, QueuePool

from boocode_desktop.storage.failures import LOCK_WAIT_S


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


def _for_writing(database: Path) -> sqlite3.Connection:
    connection = connect(database, writing=True)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def writing_engine(database: Path) -> sa.Engine:
    """The engine of the one writer: every transaction begins as a writing one, so that it never has to be upgraded."""
    engine = sa.create_engine("sqlite://", creator=lambda: _for_writing(database), poolclass=NullPool)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(database: Path, *, size: int) -> sa.Engine:
    """The engine of at most `size` readers, which cannot write."""
    return sa.create_engine(
        "sqlite://", creator=lambda: connect(database), poolclass=QueuePool, pool_size=size, max_overflow=0
    )


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
