"""The schema a database should have, and making a new database that has it."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from boocode_desktop.storage.tables import SCHEMA_VERSION, metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A version (SQLite's `user_version`), and the folders of the migrations that lead to it."""

    version: int = SCHEMA_VERSION
    migrations: tuple[Path, ...] = (Path(__file__).parent / "migrations",)


def create(connection: sa.Connection) -> None:
    """Make all tables in an empty database, always in the same order, so that they get the same pages in the file."""
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))
    set_version(connection, SCHEMA_VERSION)


def set_version(connection: sa.Connection, version: int) -> None:
    """Write the version, in the transaction of what it stands for."""
    connection.exec_driver_sql(f"PRAGMA user_version = {version:d}")
