"""A row that is no record is set aside, told once, and stops nothing."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.domain import records as rec
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.storage.data_folder import DATABASE
from tests.fakes.stored import TURN, everything, opened

LISTS: dict[str, Callable[[Store], Awaitable[Any]]] = {
    "turns": lambda s: s.turns(chat_id="cha_1"),
    "events": lambda s: s.events_after("cha_1", 0),
    "traces": lambda s: s.trace("trc_1"),
    "checkpoints": lambda s: s.checkpoints("ses_1"),
    "decisions": lambda s: s.decisions("ses_1"),
    "asks": lambda s: s.open_asks(),
    "queue": lambda s: s.queue("cha_1"),
    "agent_sessions": lambda s: s.agent_session("cha_1", "boocode"),
    "snapshots": lambda s: s.snapshot("cha_1"),
    "rules": lambda s: s.rules(["ses_1"]),
    "usage": lambda s: s.usage_rows(),
}
DAMAGE = ("'{'", "'[1]'", "CAST(x'7b22ff' AS TEXT)", "x'00ff'")


def _fill(folder: Path) -> None:
    async def run() -> None:
        async with opened(folder) as store:
            await store.save(*everything())

    asyncio.run(run())


def _change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


def _set_aside(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return [row[0] for row in connection.execute("SELECT from_table FROM quarantine ORDER BY serial")]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("table", LISTS)
def test_one_bad_row(tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str, damage: str) -> None:
    _fill(tmp_path)
    _change(tmp_path, f'UPDATE "{table}" SET body = {damage} WHERE serial = 1')

    async def run() -> tuple[int, int]:
        async with opened(tmp_path) as store:
            counts = []
            for _ in range(3):
                found = await LISTS[table](store)
                counts.append(len(found) if isinstance(found, (list, tuple)) else int(found is not None))
                await store.set_setting("x", 1)
            assert len(set(counts)) == 1
            return counts[0], len(await store.events_after("cha_1", 0))

    with caplog.at_level(logging.WARNING):
        found, events = asyncio.run(run())
    assert (found, events) == ((1, 1) if table == "events" else (0, 2))
    assert _set_aside(tmp_path) == [table]
    assert len([r for r in caplog.records if "quarantine" in r.message]) == 1


@pytest.mark.parametrize("change", ["kind = 'hologram'", "body = '{}'", "body = 'null'"])
def test_a_bad_entry_leaves_the_rest_of_its_page(tmp_path: Path, change: str) -> None:
    _fill(tmp_path)
    _change(tmp_path, f"UPDATE entries SET {change} WHERE position = 2")

    async def run() -> list[int]:
        async with opened(tmp_path) as store:
            return [row.position for row in (await store.entries("cha_1")).rows]

    assert asyncio.run(run()) == [1, 3]
    assert _set_aside(tmp_path) == ["entries"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_bad_turn_hides_no_entry_from_the_memory_of_a_chat(tmp_path: Path, damage: str) -> None:
    _fill(tmp_path)
    _change(tmp_path, f"UPDATE turns SET body = {damage}")

    async def run() -> list[int]:
        async with opened(tmp_path) as store:
            return [row.position for row in await store.memory("cha_1")]

    assert asyncio.run(run()) == [1, 2, 3]


def test_a_bad_newest_checkpoint_is_passed_over(tmp_path: Path) -> None:
    _fill(tmp_path)

    async def run() -> tuple[rec.CheckpointRecord | None, rec.CheckpointRecord | None]:
        async with opened(tmp_path) as store:
            (first,) = await store.checkpoints("ses_1")
            await store.save(replace(first, id="chk_newer"))
            newest = await store.newest_checkpoint("ses_1")
            _change(tmp_path, "UPDATE checkpoints SET body = '{' WHERE id = 'chk_newer'")
            assert await store.newest_checkpoint("ses_1") == first
            return newest, replace(first, id="chk_newer")

    newest, expected = asyncio.run(run())
    assert newest == expected


def test_a_bad_row_with_children_is_mended_where_it_stands(tmp_path: Path) -> None:
    _fill(tmp_path)
    for table in ("projects", "sessions", "chats", "worktrees"):
        _change(tmp_path, f"UPDATE {table} SET body = '{{'")

    async def run() -> None:
        async with opened(tmp_path) as store:
            for _ in range(2):
                (project,) = await store.projects()
                (session,) = await store.sessions()
                (chat,) = await store.chats("ses_1")
                worktree = await store.worktree("ses_1")
                assert (project.name, session.title, chat.title) == ("engine", "Recovered session", "Chat 1")
                assert worktree is not None and worktree.root == "/data/worktrees/ses_1"
                assert len(await store.turns(chat_id="cha_1")) == 1
                await store.set_setting("x", 1)

    asyncio.run(run())
    assert sorted(_set_aside(tmp_path)) == ["chats", "projects", "sessions", "worktrees"]


def test_a_row_written_anew_meanwhile_is_not_set_aside(tmp_path: Path) -> None:
    _fill(tmp_path)
    _change(tmp_path, "UPDATE turns SET body = '{'")

    async def run() -> rec.Turn | None:
        async with opened(tmp_path) as store:
            reading = asyncio.gather(store.turn("trn_1"), store.save(TURN))
            await reading
            await store.set_setting("x", 1)
            await store.save(replace(TURN, status="completed"))
            return await store.turn("trn_1")

    assert asyncio.run(run()) == replace(TURN, status="completed")


def test_an_unreadable_setting_counts_as_not_set(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.set_setting("window", {"x": 1})
            _change(tmp_path, "UPDATE settings SET body = '{' WHERE key = 'window'")
            assert await store.setting("window") is None
            await store.set_setting("window", 2)
            assert await store.setting("window") == 2

    asyncio.run(run())
    assert "window" in caplog.text
