"""Copies of the database are whole, made while it is written, and only the newest are kept."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.storage.backups import KEPT, Backups
from boocode_desktop.storage.data_folder import DATABASE, DataFolder
from boocode_desktop.storage.reserve import SIZE
from boocode_desktop.storage.sqlite_store import SqliteStore
from tests.fakes.stored import event, everything, opened, parents


def _seqs(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return [row[0] for row in connection.execute("SELECT seq FROM events ORDER BY seq")]


def test_a_copy_made_while_writing_is_a_prefix_of_what_was_written(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path / "data") as store:
            await store.save(*parents())

            async def write() -> None:
                for seq in range(1, 300):
                    await store.save(event(seq))

            writing = asyncio.create_task(write())
            copies = []
            for number in range(5):
                while await store.last_seq("cha_1") < number * 20:
                    await asyncio.sleep(0)
                target = tmp_path / "copies" / f"{number}.db"
                await store.backup(target)
                copies.append(_seqs(target))
            await writing
            for number, seqs in enumerate(copies):
                assert seqs == list(range(1, len(seqs) + 1))
                assert len(seqs) >= number * 20

    asyncio.run(run())


def test_a_copy_is_one_file_for_its_owner(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path / "data") as store:
            await store.save(*everything())
            await store.backup(tmp_path / "copy.db")

    asyncio.run(run())
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["copy.db"]
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_copy_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path / "data") as store:
            (tmp_path / "copy.db").mkdir()
            with pytest.raises(UserFacingError, match="could not be copied"):
                await store.backup(tmp_path / "copy.db")

    asyncio.run(run())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.db", "data"]


def test_one_copy_a_day_and_only_the_newest_stay(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            for day in range(1, 9):
                old = tmp_path / "backups" / f"daily-2001-01-{day:02}.sqlite3"
                old.write_bytes(b"old")
                os.utime(old, (day, day))
            before_upgrade = tmp_path / "backups" / "before-2001-01-01T000000-schema-0.sqlite3"
            before_upgrade.write_bytes(b"old")
            os.utime(before_upgrade, (1, 1))
            unfinished = tmp_path / "backups" / ".daily-2001-01-01.sqlite3-123"
            unfinished.touch()
            os.utime(unfinished, (1, 1))
            assert await store.backup_daily() is True
            assert await store.backup_daily() is False
            names = sorted(p.name for p in (tmp_path / "backups").iterdir())
            dailies = [n for n in names if n.startswith("daily")]
            assert len(dailies) == KEPT
            assert dailies[:-1] == [f"daily-2001-01-{day:02}.sqlite3" for day in range(5, 9)]
            assert before_upgrade.name in names
            assert unfinished.name not in names

    asyncio.run(run())


def test_a_damaged_database_never_becomes_a_copy(tmp_path: Path) -> None:
    async def fill() -> None:
        async with opened(tmp_path) as store:
            await store.save(*everything())

    asyncio.run(fill())
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
    with (tmp_path / DATABASE).open("r+b") as stream:
        stream.seek((root - 1) * 4096)
        stream.write(bytes(4096))
    with pytest.raises(UserFacingError, match="damaged"):
        Backups(DataFolder(root=tmp_path, attachment_folder=tmp_path)).daily()
    assert not list((tmp_path / "backups").iterdir())


def test_the_reserve_is_made_given_back_and_made_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            reserve = tmp_path / "reserve"
            await _made(store, reserve)
            assert reserve.stat().st_size == SIZE
            assert reserve.stat().st_blocks * 512 >= SIZE
            assert await store.release_reserve() is True
            assert not reserve.exists()
            await _made(store, reserve)
            assert not list(tmp_path.glob(".reserve*"))

    asyncio.run(run())


async def _made(store: SqliteStore, reserve: Path) -> None:
    """The writer makes it whenever nothing waits to be written."""
    while not reserve.exists():
        await store.set_setting("anything", 1)
