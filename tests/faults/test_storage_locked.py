"""Another program holds the database: writes say so after a while, reads go on, and then writes do too."""

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import BusyError
from boocode_desktop.storage.data_folder import DATABASE
from tests.fakes.moments import at_random_moments
from tests.fakes.stored import event, opened, parents

WAIT_S = 0.3


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds are for people."""
    monkeypatch.setattr("boocode_desktop.storage.connections.LOCK_WAIT_S", WAIT_S)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 5000")
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_database_locked_too_long_refuses_writes_in_time_and_takes_them_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents(), event(1))
            with _held(tmp_path):
                start = time.monotonic()
                saves = [asyncio.create_task(store.save(event(n))) for n in range(2, 40)]
                assert await store.last_seq("cha_1") == 1
                results = await asyncio.gather(*saves, return_exceptions=True)
                waited = time.monotonic() - start
            assert all(isinstance(r, BusyError) for r in results)
            assert WAIT_S * 0.9 <= waited < WAIT_S * 10  # together, not one after the other
            await asyncio.gather(*(store.save(event(n)) for n in range(2, 40)))
            assert await store.last_seq("cha_1") == 39

    asyncio.run(run())


def test_a_lock_that_is_given_back_in_time_is_only_a_delay(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            with _held(tmp_path):
                saving = asyncio.create_task(store.save(event(1)))
                await store.last_seq("cha_1")
            await saving
            assert await store.last_seq("cha_1") == 1

    asyncio.run(run())


def test_database_locked_at_its_first_start_is_told_when_opening(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()

    async def run() -> None:
        with _held(tmp_path), pytest.raises(BusyError, match="locked"):
            async with opened(tmp_path):
                pass
        async with opened(tmp_path) as store:
            await store.save(*parents())

    asyncio.run(run())


@at_random_moments
def test_database_locked_for_moments_is_only_a_delay(tmp_path: Path, moment: int) -> None:
    """Somebody else holds the lock again and again, shorter than our patience: every write waits and arrives."""
    chance = random.Random(moment)
    done = threading.Event()

    def hold_now_and_then() -> None:
        while not done.is_set():
            with _held(tmp_path):
                done.wait(chance.uniform(0, WAIT_S / 6))
            done.wait(chance.uniform(0, WAIT_S / 6))

    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            holder = threading.Thread(target=hold_now_and_then)
            holder.start()
            try:
                for first in range(1, 60, 6):
                    await asyncio.gather(*(store.save(event(n)) for n in range(first, first + 6)))
            finally:
                done.set()
                holder.join()
            assert [row.seq for row in await store.events_after("cha_1", 0)] == list(range(1, 61))

    asyncio.run(run())
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
