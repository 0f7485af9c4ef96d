"""Deleting a session leaves nothing of it: no row, no file. What others use stays."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.storage import tables
from boocode_desktop.storage.data_folder import DATABASE
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.sqlite_store import SqliteStore
from tests.fakes.stored import CHAT, SESSION, TURN, event, everything, opened, parents


def _counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return {
            t.name: connection.execute(f'SELECT count(*) FROM "{t.name}"').fetchone()[0]
            for t in tables.metadata.sorted_tables
        }


async def _another_session(store: SqliteStore) -> None:
    session = replace(SESSION, id="ses_2")
    chat = replace(CHAT, id="cha_2", session_id="ses_2")
    await store.save(session, chat, event(1, chat_id="cha_2", turn_id="trn_2"))


def test_everything_that_hangs_on_a_session_goes_with_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*everything())
            await store.save_draft("cha_1", "half a thought")
            filled = _counts(tmp_path)
            assert {t for t, n in filled.items() if not n} == {"attachments", "settings", "quarantine"}
            await _another_session(store)
            await store.delete_session("ses_1")
            await store.delete_session("ses_1")
            left = {t: n for t, n in _counts(tmp_path).items() if n}
            assert left == {"projects": 1, "sessions": 1, "chats": 1, "events": 1}
            with pytest.raises(NotFoundError, match="no longer exists"):
                await store.save(event(3))

    asyncio.run(run())


def test_a_long_session_is_deleted_while_others_go_on(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents(), *(event(n) for n in range(1, 9000)))
            await _another_session(store)
            deleting = asyncio.create_task(store.delete_session("ses_1"))
            between = 0
            while not deleting.done():
                await store.save(event(2 + between, chat_id="cha_2", turn_id="trn_2"))
                between += 1
            await deleting
            assert between > 1
            assert _counts(tmp_path)["events"] == between + 1

    asyncio.run(run())


def test_attachments_go_with_the_last_session_that_used_them(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            await _another_session(store)
            mine, shared, unsent = [
                await store.add_attachment(data, media_type="image/png") for data in (b"mine", b"shared", b"unsent")
            ]
            queued = rec.QueuedPrompt(id="q", chat_id="cha_2", text="", images=(shared,))
            await store.save(replace(TURN, images=(mine, shared)), queued)
            await store.delete_session("ses_1")
            with pytest.raises(NotFoundError):
                await store.attachment(mine.sha256)
            assert await store.attachment(shared.sha256) == b"shared"
            assert await store.attachment(unsent.sha256) == b"unsent"
            await store.delete_session("ses_2")
            with pytest.raises(NotFoundError):
                await store.attachment(shared.sha256)
            assert _counts(tmp_path)["attachments"] == 1

    asyncio.run(run())


def test_an_attachment_is_kept_once_by_its_content(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            one = await store.add_attachment(b"\x89PNG", media_type="image/png", name="a.png")
            two = await store.add_attachment(b"\x89PNG", media_type="image/png", name="b.png")
            assert one.sha256 == two.sha256
            assert (one.name, two.name) == ("a.png", "b.png")
            files = [p for p in (tmp_path / "attachments").rglob("*") if p.is_file()]
            assert [p.relative_to(tmp_path / "attachments").parts for p in files] == [(one.sha256[:2], one.sha256)]
            assert await store.attachment(one.sha256) == b"\x89PNG"

    asyncio.run(run())


def test_attachments_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    async def run() -> None:
        store, _report = await open_store(tmp_path / "database", attachments=tmp_path / "attachments")
        image = await store.add_attachment(b"x", media_type="image/png")
        await store.close()
        assert (tmp_path / "attachments" / image.sha256[:2] / image.sha256).read_bytes() == b"x"
        assert not (tmp_path / "database" / "attachments").exists()

    asyncio.run(run())


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ab", "g" * 64, "A" * 64, "../" * 21 + "x"])
def test_what_is_no_hash_reads_no_file(tmp_path: Path, name: str) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(NotFoundError):
                await store.attachment(name)

    asyncio.run(run())


def test_a_damaged_attachment_is_told_and_mended_by_attaching_it_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with opened(tmp_path) as store:
            image = await store.add_attachment(b"good", media_type="image/png")
            file = tmp_path / "attachments" / image.sha256[:2] / image.sha256
            file.write_bytes(b"bad")
            with pytest.raises(UserFacingError, match="damaged"):
                await store.attachment(image.sha256)
            await store.add_attachment(b"good", media_type="image/png")
            assert await store.attachment(image.sha256) == b"good"

    asyncio.run(run())
