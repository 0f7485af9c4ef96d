"""A new database and a migrated one have the same schema, and the queries people wait for use its indexes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from boocode_desktop.storage import schema, tables
from boocode_desktop.storage.connections import connect, writing_engine
from boocode_desktop.storage.first_page import page_size
from boocode_desktop.storage.schema import Schema
from boocode_desktop.storage.upgrading import upgrade


def _new(database: Path) -> Path:
    engine = writing_engine(database)
    with engine.begin() as connection:
        schema.create(connection)
    engine.dispose()
    return database


def _described(database: Path) -> list[tuple[object, ...]]:
    with closing(connect(database)) as connection:
        rows = connection.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master ORDER BY rootpage")
        return [(*row[:4], " ".join((row[4] or "").split())) for row in rows]


def test_migrating_from_nothing_gives_what_a_new_database_gets(tmp_path: Path) -> None:
    fresh = _new(tmp_path / "fresh.db")
    migrated = tmp_path / "migrated.db"
    upgrade(migrated, Schema(), 0)
    assert _described(migrated) == _described(fresh)
    with closing(connect(migrated)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (tables.SCHEMA_VERSION,)


def test_two_new_databases_have_the_same_first_page(tmp_path: Path) -> None:
    """Repairs rely on it."""
    one, two = _new(tmp_path / "one.db"), _new(tmp_path / "two.db")
    size = page_size(one.read_bytes()[:100])
    assert size == 4096
    assert one.read_bytes()[100:size] == two.read_bytes()[100:size]


@pytest.mark.parametrize(("written", "size"), [(b"\x10\x00", 4096), (b"\x00\x01", 65_536)])
def test_the_page_size_is_read_from_the_header(written: bytes, size: int) -> None:
    assert page_size(bytes(16) + written + bytes(82)) == size


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM entries WHERE chat_id = 'c' AND position < 9 ORDER BY position DESC LIMIT 50",
        "SELECT * FROM entries WHERE turn_id = 't' ORDER BY position, serial",
        "SELECT * FROM events WHERE chat_id = 'c' AND seq >= 4 AND until > 4 ORDER BY seq",
        "SELECT * FROM events WHERE turn_id = 't' ORDER BY seq",
        "SELECT until FROM events WHERE chat_id = 'c' ORDER BY seq DESC LIMIT 1",
        "SELECT * FROM traces WHERE chat_id = 'c' AND serial < 9 ORDER BY serial DESC LIMIT 50",
        "SELECT * FROM traces WHERE chat_id = 'c' AND turn_number = 2 AND serial < 9 ORDER BY serial DESC",
        "SELECT * FROM turns WHERE status IS NULL ORDER BY serial",
        "SELECT * FROM turns WHERE session_id = 's' ORDER BY number, serial",
        "SELECT * FROM checkpoints WHERE session_id = 's' ORDER BY serial",
        "SELECT * FROM queue WHERE chat_id = 'c' ORDER BY position, serial",
    ],
)
def test_what_is_asked_often_is_neither_scanned_nor_sorted(tmp_path: Path, query: str) -> None:
    with closing(sqlite3.connect(_new(tmp_path / "a.db"))) as connection:
        plan = " / ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert "SCAN" not in plan.replace("USING INDEX turns_open", "").replace("SCAN turns", "")
    assert "TEMP B-TREE" not in plan


def test_what_hangs_on_a_parent_is_found_by_an_index(tmp_path: Path) -> None:
    """Else deleting a session would read every row of every table."""
    with closing(sqlite3.connect(_new(tmp_path / "a.db"))) as connection:
        for table in tables.metadata.sorted_tables:
            for key in table.foreign_keys:
                query = f'SELECT 1 FROM "{table.name}" WHERE "{key.parent.name}" = ?'
                (step,) = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("x",)).fetchall()
                assert "USING" in step[3] and "INDEX" in step[3], (table.name, key.parent.name)
