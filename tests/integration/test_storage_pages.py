"""Pages put together are the whole, whatever the limit; events after a number are all that follow it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UsageError
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.sqlite_store import SqliteStore
from tests.fakes.stored import PROJECT, SESSION, entry, event, opened, parents, trace

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


async def _empty(store: SqliteStore) -> None:
    await store.delete_session("ses_1")
    await store.save(*parents())


async def _all_pages(store: SqliteStore, limit: int) -> list[EntryRow]:
    page = await store.entries("cha_1", limit=limit)
    rows = list(page.rows)
    while page.before is not None:
        page = await store.entries("cha_1", before=page.before, limit=limit)
        assert page.rows
        rows[:0] = page.rows
    return rows


def test_pages_of_entries_put_together_are_the_chat(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        store, _report = runner.run(open_store(tmp_path))

        @SLOW
        @given(st.lists(st.integers(1, 60), max_size=80), st.integers(1, 30))
        def check(positions: list[int], limit: int) -> None:
            """Several entries may share a position."""
            rows = [entry(p, turn_id=f"t{n}") for n, p in enumerate(positions)]

            async def pages() -> list[EntryRow]:
                await _empty(store)
                await store.save(*rows)
                return await _all_pages(store, limit)

            assert runner.run(pages()) == sorted(rows, key=lambda r: r.position)

        check()
        runner.run(store.close())


def test_events_after_a_number_are_all_that_end_beyond_it(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        store, _report = runner.run(open_store(tmp_path))

        @SLOW
        @given(st.lists(st.integers(1, 5), max_size=30), st.integers(0, 160))
        def check(lengths: list[int], after: int) -> None:
            rows: list[EventRow] = []
            seq = 1
            for length in lengths:
                rows.append(replace(event(seq, "x" * length), until=seq + length - 1))
                seq += length

            async def read() -> tuple[list[EventRow], int]:
                await _empty(store)
                await store.save(*rows)
                return list(await store.events_after("cha_1", after)), await store.last_seq("cha_1")

            found, last = runner.run(read())
            assert found == [r for r in rows if r.until > after]
            assert last == seq - 1

        check()
        runner.run(store.close())


def test_pages_of_traces_go_back_without_gap_or_double(tmp_path: Path) -> None:
    async def check() -> None:
        async with opened(tmp_path) as store:
            await store.save(PROJECT, SESSION, *parents())
            await store.save(*(trace(f"t{n}", turn_number=n % 2) for n in range(45)))
            seen, cursor = [], ""
            while True:
                page = await store.traces("cha_1", limit=10, cursor=cursor)
                seen += [t.id for t in page.traces]
                await store.save(trace(f"new{len(seen)}"))
                if page.next_cursor is None:
                    break
                cursor = page.next_cursor
            assert seen == [f"t{n}" for n in reversed(range(45))]
            odd = await store.traces("cha_1", turn=1, limit=200)
            assert [t.turn_number for t in odd.traces] == [1] * len(odd.traces)
            assert odd.next_cursor is None

    asyncio.run(check())


def test_a_page_holds_200_rows_at_most(tmp_path: Path) -> None:
    async def check() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents(), *(trace(f"t{n}") for n in range(250)), *(entry(n) for n in range(1, 251)))
            assert len((await store.traces("cha_1", limit=10_000)).traces) == 200
            assert len((await store.entries("cha_1", limit=10_000)).rows) == 200
            assert len((await store.entries("cha_1", limit=-3)).rows) == 1

    asyncio.run(check())


@pytest.mark.parametrize("cursor", ["x", "before-", "before--1", "before-²", "12", "before-" + "9" * 40])
def test_a_made_up_cursor_is_refused(tmp_path: Path, cursor: str) -> None:
    async def check() -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(UsageError, match="no cursor"):
                await store.traces("cha_1", cursor=cursor)

    asyncio.run(check())
