"""A damaged database is set aside whole and comes back from its copy and from what can still be read."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import BusyError
from boocode_desktop.orchestrator.ports.store import EventRow
from boocode_desktop.storage.data_folder import DATABASE
from boocode_desktop.storage.opening import OpenReport, open_store
from tests.fakes.moments import at_random_moments
from tests.fakes.stored import CHAT, entry, event, everything, opened, trace

PAGE = 4096
EVENTS = 400
BACKED_UP = 250


def _fill(folder: Path, *, backup: bool) -> None:
    """A database of a hundred pages and more, with a copy from when it was two thirds as long."""

    async def run() -> None:
        async with opened(folder) as store:
            await store.save(*everything())
            for first, last in ((1, BACKED_UP), (BACKED_UP + 1, EVENTS)):
                await store.save(*(event(n, f"{n} " * 150) for n in range(first, last + 1)))
                await store.save(*(entry(n, f"{n} " * 150) for n in range(first, last + 1)))
                await store.save(*(trace(f"trc_{n}") for n in range(first, last + 1)))
                if backup and last == BACKED_UP:
                    await store.backup_daily()

    asyncio.run(run())
    (folder / "open-by" / "opn_died").touch()


def _open(folder: Path) -> tuple[OpenReport, list[EventRow]]:
    """Open, read, write, close; the events that were there."""

    async def run() -> tuple[OpenReport, list[EventRow]]:
        store, report = await open_store(folder)
        events = list(await store.events_after("cha_1", 0))
        for session in await store.sessions(archived=None):
            for chat in await store.chats(session.id, archived=None):
                await store.entries(chat.id, limit=200)
                await store.traces(chat.id, limit=200)
        await store.save(*everything())
        assert await store.allocate_turn("ses_1") >= 2
        await store.close()
        return report, events

    result = asyncio.run(run())
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return result


def _root_of(database: Path, name: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0])


def _overwrite(database: Path, page: int, data: bytes) -> bytes:
    with database.open("r+b") as stream:
        stream.seek((page - 1) * PAGE)
        stream.write(data)
    return database.read_bytes()


@at_random_moments
def test_database_corrupted_by_a_page_of_noise(tmp_path: Path, moment: int) -> None:
    rng = random.Random(moment)
    backup = moment % 4 != 0
    _fill(tmp_path, backup=backup)
    database = tmp_path / DATABASE
    pages = database.stat().st_size // PAGE
    damaged = _overwrite(database, rng.randint(2, pages), rng.randbytes(PAGE))
    report, events = _open(tmp_path)
    assert report.state == "recovered"
    assert "damaged" in report.message
    assert {p.name: p.read_bytes() for p in report.kept}[DATABASE] == damaged
    good = {n: f"{n} " * 150 for n in range(1, EVENTS + 1)}
    assert all(row.body["delta"] == good[row.seq] for row in events)
    if backup:
        assert {row.seq for row in events} >= set(range(1, BACKED_UP + 1))
    assert _open(tmp_path)[0].state == "clean"


@pytest.mark.parametrize("backup", [True, False])
@pytest.mark.parametrize("length", [16, 100, PAGE])
def test_a_zeroed_header_loses_nothing(tmp_path: Path, length: int, backup: bool) -> None:
    _fill(tmp_path, backup=backup)
    _overwrite(tmp_path / DATABASE, 1, bytes(length))
    (tmp_path / "open-by" / "opn_died").unlink()  # this is seen without a check
    report, events = _open(tmp_path)
    assert report.state == "recovered"
    assert [row.seq for row in events] == list(range(1, EVENTS + 1))
    assert "Nothing is missing" in report.message


def test_a_zeroed_header_beside_an_open_journal(tmp_path: Path) -> None:
    """What was only in the journal comes back too, and the journal is kept with its database."""
    _fill(tmp_path / "a", backup=False)
    folder = tmp_path / "b"
    folder.mkdir()

    async def run() -> None:
        async with opened(tmp_path / "a") as store:
            await store.save(event(EVENTS + 1))
            for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
                (folder / name).write_bytes((tmp_path / "a" / name).read_bytes())

    asyncio.run(run())
    _overwrite(folder / DATABASE, 1, bytes(PAGE))
    report, events = _open(folder)
    assert [row.seq for row in events] == list(range(1, EVENTS + 2))
    assert sorted(p.name for p in report.kept) == sorted(DATABASE + end for end in ("", "-wal", "-shm"))


def test_a_table_that_lost_its_root_comes_from_the_copy(tmp_path: Path) -> None:
    _fill(tmp_path, backup=True)
    _overwrite(tmp_path / DATABASE, _root_of(tmp_path / DATABASE, "events"), bytes(PAGE))
    report, events = _open(tmp_path)
    assert [row.seq for row in events] == list(range(1, BACKED_UP + 1))
    assert "events" in report.message


def test_chats_and_sessions_that_are_gone_get_stand_ins(tmp_path: Path) -> None:
    _fill(tmp_path, backup=False)
    for table in ("projects", "sessions", "chats"):
        _overwrite(tmp_path / DATABASE, _root_of(tmp_path / DATABASE, table), bytes(PAGE))

    async def run() -> None:
        store, report = await open_store(tmp_path)
        assert report.state == "recovered"
        (project,) = await store.projects()
        (session,) = await store.sessions(project_id=project.id)
        (chat,) = await store.chats(session.id)
        assert project.path == "/home/ada/engine"
        assert (session.id, session.title) == ("ses_1", "Recovered session")
        assert (chat.id, chat.title) == (CHAT.id, "Recovered chat 1")
        assert len(await store.events_after(CHAT.id, 0)) == EVENTS
        await store.close()

    asyncio.run(run())


@pytest.mark.parametrize("content", [b"not a database at all", random.Random(1).randbytes(50 * PAGE), b"\0" * PAGE * 9])
def test_a_file_of_something_else_without_a_copy(tmp_path: Path, content: bytes) -> None:
    tmp_path.joinpath(DATABASE).write_bytes(content)

    async def run() -> OpenReport:
        store, report = await open_store(tmp_path)
        assert not await store.projects()
        await store.save(*everything())
        await store.close()
        return report

    report = asyncio.run(run())
    assert report.state == "recovered"
    assert "made anew" in report.message
    assert {p.name: p.read_bytes() for p in report.kept}[DATABASE] == content


def test_a_damaged_copy_is_passed_over_for_an_older_one(tmp_path: Path) -> None:
    _fill(tmp_path, backup=True)
    (good,) = (tmp_path / "backups").iterdir()
    bad = good.with_name("daily-2999-01-01.sqlite3")
    bad.write_bytes(good.read_bytes())
    _overwrite(bad, 7, bytes(PAGE))
    tmp_path.joinpath(DATABASE).write_bytes(b"gone")
    report, events = _open(tmp_path)
    assert report.state == "recovered"
    assert [row.seq for row in events] == list(range(1, BACKED_UP + 1))


def test_a_truncated_file(tmp_path: Path) -> None:
    _fill(tmp_path, backup=True)
    data = (tmp_path / DATABASE).read_bytes()
    (tmp_path / DATABASE).write_bytes(data[: len(data) // 2 + 100])
    report, events = _open(tmp_path)
    assert report.state == "recovered"
    assert {row.seq for row in events} >= set(range(1, BACKED_UP + 1))


def test_nothing_is_touched_while_another_program_uses_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*everything())
            (tmp_path / "open-by" / "opn_died").touch()
            damaged = _overwrite(tmp_path / DATABASE, 1, bytes(PAGE))
            with pytest.raises(BusyError, match="another BooCode"):
                await open_store(tmp_path)
            assert (tmp_path / DATABASE).read_bytes() == damaged
            assert (tmp_path / "open-by" / "opn_died").exists()

    asyncio.run(run())


def test_what_was_deleted_since_the_copy_stays_deleted(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*everything())
            await store.backup_daily()
            await store.delete_queued("que_1")

    asyncio.run(run())
    _overwrite(tmp_path / DATABASE, _root_of(tmp_path / DATABASE, "decisions"), bytes(PAGE))
    (tmp_path / "open-by" / "opn_died").touch()

    async def again() -> None:
        async with opened(tmp_path) as store:
            assert not await store.queue("cha_1")
            assert len(await store.decisions("ses_1")) == 1

    asyncio.run(again())
