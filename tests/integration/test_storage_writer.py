"""The writing thread: what waits is committed together, and a durable write waits for the disk."""

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
import sqlalchemy as sa

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.storage.connections import connect, writing_engine
from boocode_desktop.storage.writer import Writer

NORMAL, FULL = 1, 2


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A writer over an empty table."""
    made = Writer(writing_engine(tmp_path / "a.db"))
    made.submit(lambda c: c.exec_driver_sql("CREATE TABLE a (n INTEGER UNIQUE)")).result()
    yield made
    assert made.close(5)


def _synchronous(connection: sa.Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


def _insert(writer: Writer, number: int) -> None:
    writer.submit(lambda c: c.exec_driver_sql("INSERT INTO a VALUES (?)", (number,)))


def test_a_durable_write_commits_to_the_disk_and_the_next_does_not(writer: Writer) -> None:
    assert writer.submit(_synchronous).result() == NORMAL
    assert writer.submit(_synchronous, durable=True).result() == FULL
    assert writer.submit(_synchronous).result() == NORMAL


def _hold(writer: Writer) -> threading.Event:
    """Keep the writer busy, so that what is submitted next waits together."""
    begun, go_on = threading.Event(), threading.Event()

    def block(_connection: sa.Connection) -> None:
        begun.set()
        go_on.wait(10)

    writer.submit(block, alone=True)
    assert begun.wait(10)
    return go_on


def test_one_durable_write_makes_its_group_durable(writer: Writer) -> None:
    go_on = _hold(writer)
    group = [writer.submit(_synchronous, durable=n == 2) for n in range(4)]
    go_on.set()
    assert [done.result() for done in group] == [FULL] * 4


def test_what_waits_is_one_transaction(tmp_path: Path, writer: Writer) -> None:
    go_on = _hold(writer)
    reader = connect(tmp_path / "a.db")
    seen: list[int] = []

    def insert(connection: sa.Connection) -> None:
        connection.exec_driver_sql("INSERT INTO a SELECT count(*) FROM a")
        seen.append(reader.execute("SELECT count(*) FROM a").fetchone()[0])

    group = [writer.submit(insert) for _ in range(50)]
    go_on.set()
    wait(group)
    assert seen == [0] * 50
    assert reader.execute("SELECT count(*) FROM a").fetchone() == (50,)
    reader.close()


def test_a_write_that_asks_for_it_is_alone(tmp_path: Path, writer: Writer) -> None:
    go_on = _hold(writer)
    reader = connect(tmp_path / "a.db")
    _insert(writer, 1)
    alone = writer.submit(lambda c: reader.execute("SELECT count(*) FROM a").fetchone()[0], alone=True)
    _insert(writer, 2)
    go_on.set()
    assert alone.result() == 1  # what came before is committed already
    writer.submit(lambda c: None).result()
    assert reader.execute("SELECT count(*) FROM a").fetchone() == (2,)
    reader.close()


def test_a_failing_write_takes_no_other_with_it(writer: Writer) -> None:
    go_on = _hold(writer)
    _insert(writer, 7)
    twice = writer.submit(lambda c: c.exec_driver_sql("INSERT INTO a VALUES (7)"))
    broken = writer.submit(lambda c: [][0])
    _insert(writer, 8)
    go_on.set()
    with pytest.raises(UserFacingError):
        twice.result()
    with pytest.raises(IndexError):
        broken.result()
    numbers = writer.submit(lambda c: c.exec_driver_sql("SELECT n FROM a ORDER BY n").scalars().all()).result()
    assert numbers == [7, 8]


def test_closing_gives_up_in_time(tmp_path: Path) -> None:
    writer = Writer(writing_engine(tmp_path / "b.db"))
    go_on = _hold(writer)
    assert writer.close(0.05) is False
    go_on.set()
    assert writer.close(10) is True
    with pytest.raises(UserFacingError, match="closed"):
        writer.submit(_synchronous)
