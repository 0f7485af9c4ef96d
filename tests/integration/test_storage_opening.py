"""Opening says what it found; it checks after a crash, upgrades what is older and leaves what is newer alone."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import BusyError, UserFacingError
from boocode_desktop.processes.locks import FileLock
from boocode_desktop.storage import tables
from boocode_desktop.storage.data_folder import DATABASE
from boocode_desktop.storage.opening import OpenReport, open_store
from boocode_desktop.storage.schema import Schema
from tests.fakes.stored import CHAT, PROJECT, SESSION, event, everything, opened, parents

OLD_DATABASES = Path(__file__).parents[1] / "old_databases"
NEXT = Schema(version=2, migrations=(*Schema().migrations, OLD_DATABASES / "next_schema"))


def _open_and_close(folder: Path, schema: Schema | None = None) -> OpenReport:
    async def run() -> OpenReport:
        store, report = await open_store(folder, schema=schema)
        await store.close()
        return report

    return asyncio.run(run())


def _fill(folder: Path) -> None:
    async def run() -> None:
        async with opened(folder) as store:
            await store.save(*everything())

    asyncio.run(run())


def _version(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_folder_gets_a_database_and_the_next_opening_finds_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    assert _open_and_close(folder) == OpenReport(state="fresh")
    assert _open_and_close(folder) == OpenReport(state="clean")
    assert [p.name for p in folder.iterdir() if p.name.startswith(DATABASE)] == [DATABASE]
    assert not list((folder / "open-by").iterdir())


def test_closing_leaves_one_file(tmp_path: Path) -> None:
    """The journal is merged although readers were at work too."""

    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*everything())
            await asyncio.gather(*(store.chat("cha_1") for _ in range(20)))
            assert (tmp_path / f"{DATABASE}-wal").exists()

    asyncio.run(run())
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(DATABASE)] == [DATABASE]


def test_an_empty_file_counts_as_no_database(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    assert _open_and_close(tmp_path).state == "fresh"


def test_opening_an_existing_database_does_not_load_alembic(tmp_path: Path) -> None:
    _fill(tmp_path)
    program = (
        "import asyncio, sys, pathlib\n"
        "from boocode_desktop.storage.opening import open_store\n"
        "store, report = asyncio.run(open_store(pathlib.Path(sys.argv[1])))\n"
        "asyncio.run(store.close())\n"
        "print(report.state, 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["clean", "False"]


def test_several_processes_may_make_the_database_at_once(tmp_path: Path) -> None:
    async def run() -> list[str]:
        both = await asyncio.gather(*(open_store(tmp_path) for _ in range(4)))
        for store, _report in both:
            await store.save(*parents())
        for store, _report in both:
            await store.close()
        return sorted(report.state for _store, report in both)

    assert asyncio.run(run()) == ["clean", "clean", "clean", "fresh"]


def test_opening_waits_for_whoever_opens_and_then_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boocode_desktop.storage.opening.OPENING_S", 0.2)

    async def run() -> None:
        lock = FileLock(tmp_path / "opening.lock")
        await lock.acquire("repairing")
        with pytest.raises(BusyError, match="repairing"):
            await open_store(tmp_path)
        await lock.release()

    asyncio.run(run())


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    _fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(UserFacingError, match="newer BooCode") as caught:
        _open_and_close(tmp_path)
    assert "Update" in caught.value.hint
    assert (tmp_path / DATABASE).read_bytes() == before
    assert not list((tmp_path / "open-by").iterdir())


def test_a_newer_database_with_an_open_journal_is_left_alone(tmp_path: Path) -> None:
    _fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as user:
        user.execute("PRAGMA user_version = 99")
        user.commit()
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in (DATABASE, f"{DATABASE}-wal"):
            shutil.copyfile(tmp_path / name, copy / name)
    before = {name: (copy / name).read_bytes() for name in (DATABASE, f"{DATABASE}-wal")}
    with pytest.raises(UserFacingError, match="schema 99"):
        _open_and_close(copy)
    assert {name: (copy / name).read_bytes() for name in before} == before


def test_after_a_crash_the_database_is_checked_once(tmp_path: Path) -> None:
    _fill(tmp_path)
    _break_a_page(tmp_path / DATABASE)
    assert _open_and_close(tmp_path).state == "clean"  # not looked at: it was closed in good order
    (tmp_path / "open-by" / "opn_died").touch()
    assert _open_and_close(tmp_path).state == "recovered"
    assert not list((tmp_path / "open-by").iterdir())
    assert _open_and_close(tmp_path).state == "clean"


def _break_a_page(database: Path) -> None:
    """The root of a table that opening does not read."""
    with closing(sqlite3.connect(database)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quarantine'").fetchone()
    with database.open("r+b") as stream:
        stream.seek((root - 1) * 4096)
        stream.write(b"\xff" * 4096)


def test_another_process_alive_is_no_crash(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            _second, report = await open_store(tmp_path)
            assert report.state == "clean"
            assert len(list((tmp_path / "open-by").iterdir())) == 2
            await _second.close()
            assert len(list((tmp_path / "open-by").iterdir())) == 1

    asyncio.run(run())


def test_damage_met_while_running_is_checked_at_the_next_start(tmp_path: Path) -> None:
    _fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'chats'").fetchone()
    with (tmp_path / DATABASE).open("r+b") as stream:
        stream.seek((root - 1) * 4096)
        stream.write(b"\xff" * 4096)

    async def run() -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(UserFacingError, match="damaged"):
                await store.chat("cha_1")

    asyncio.run(run())
    assert _open_and_close(tmp_path).state == "recovered"


@pytest.mark.parametrize("old", sorted(OLD_DATABASES.glob("v*.db")), ids=lambda p: p.stem)
def test_a_database_of_an_earlier_version_opens(tmp_path: Path, old: Path) -> None:
    shutil.copyfile(old, tmp_path / DATABASE)

    async def run() -> None:
        async with opened(tmp_path) as store:
            assert await store.project("prj_1") == PROJECT
            assert await store.chat("cha_1") == CHAT
            session = await store.session("ses_1")
            assert session is not None and session.title == SESSION.title
            assert [e.seq for e in await store.events_after("cha_1", 0)] == [1, 2]
            assert len((await store.entries("cha_1")).rows) == 3
            await store.save(event(3))
            assert await store.last_seq("cha_1") == 3

    asyncio.run(run())
    assert _version(tmp_path / DATABASE) == tables.SCHEMA_VERSION


def test_every_released_schema_has_a_kept_database() -> None:
    assert {_version(p) for p in OLD_DATABASES.glob("v*.db")} >= set(range(1, tables.SCHEMA_VERSION + 1))


def test_an_older_database_is_copied_then_upgraded(tmp_path: Path) -> None:
    _fill(tmp_path)
    report = _open_and_close(tmp_path, NEXT)
    assert report.state == "clean"
    (copy,) = report.kept
    assert (_version(tmp_path / DATABASE), _version(copy)) == (2, 1)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("SELECT id, mood FROM chats").fetchall() == [("cha_1", "calm")]
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert os.stat(copy).st_mode & 0o077 == 0


def test_an_upgrade_waits_for_other_programs_to_close(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            with pytest.raises(BusyError, match="another BooCode"):
                await open_store(tmp_path, schema=NEXT)

    asyncio.run(run())
    assert _version(tmp_path / DATABASE) == 1
