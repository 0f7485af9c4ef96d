"""What is saved is what is read, through a real database."""

import asyncio
import sqlite3
import typing
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow, Record, Store
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.sqlite_store import SqliteStore
from tests.fakes import stored
from tests.fakes.stored import CHAT, PROJECT, SESSION, TURN, event, everything, opened, parents, records_of


def _with_store(folder: Path, use: Callable[[SqliteStore], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(folder) as store:
            await use(store)

    asyncio.run(run())


async def _read_back(store: Store, record: Any) -> Any:
    """The same record, asked for in the way its kind is."""
    match record:
        case rec.Project():
            return await store.project(record.id)
        case rec.Session():
            return await store.session(record.id)
        case rec.WorktreeRecord():
            return await store.worktree(record.session_id)
        case rec.Chat():
            return await store.chat(record.id)
        case rec.Turn():
            return await store.turn(record.id)
        case rec.Trace():
            return await store.trace(record.id)
        case rec.CheckpointRecord():
            return next(r for r in await store.checkpoints(record.session_id) if r.id == record.id)
        case rec.Decision():
            return next(r for r in await store.decisions(record.session_id) if r.id == record.id)
        case rec.Ask():
            return await store.ask(record.id)
        case rec.QueuedPrompt():
            return next(r for r in await store.queue(record.chat_id) if r.id == record.id)
        case rec.AgentSession():
            return await store.agent_session(record.chat_id, record.agent)
        case rec.Snapshot():
            return await store.snapshot(record.chat_id)
        case rec.PermissionRule():
            return next(r for r in await store.rules([record.scope]) if r.id == record.id)
        case rec.UsageRow():
            return next(r for r in await store.usage_rows(session_id=record.session_id) if r.id == record.id)
        case EventRow():
            rows = await store.events_of_turn(record.turn_id)
            return next(r for r in rows if (r.chat_id, r.seq) == (record.chat_id, record.seq))
        case EntryRow():
            rows = await store.entries_of_turn(record.entry.turn_id)
            return next(r for r in rows if (r.chat_id, r.entry.id) == (record.chat_id, record.entry.id))


def _below_the_parents(kind: type[Any]) -> st.SearchStrategy[Any]:
    fixed: dict[str, Any] = {"session_id": "ses_1", "chat_id": "cha_1", "project_id": "prj_1"}
    return records_of(kind, **{k: v for k, v in fixed.items() if k in kind.__dataclass_fields__})


ANY_RECORD = st.one_of(
    *(_below_the_parents(kind) for kind in typing.get_args(Record) if kind not in (EntryRow, rec.Project)),
    records_of(rec.Project, path="/another"),
    st.builds(
        EntryRow,
        chat_id=st.just("cha_1"),
        position=st.integers(0, 99),
        entry=st.one_of([records_of(kind) for kind in typing.get_args(Entry)]),
    ),
)


def test_random_records_come_back_as_they_were(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        store, _report = runner.run(open_store(tmp_path))

        @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
        @given(ANY_RECORD)
        def check(record: Any) -> None:
            async def round_trip() -> Any:
                if isinstance(record, rec.Session):
                    await store.delete_session(record.id)
                before = await store.project_at("/another")
                if before is not None:
                    await store.delete_project(before.id)
                await store.save(*parents(), record)
                return await _read_back(store, record)

            assert runner.run(round_trip()) == record

        check()
        runner.run(store.close())


def test_one_of_each_survives_closing(tmp_path: Path) -> None:
    async def check() -> None:
        async with opened(tmp_path) as store:
            await store.save(*everything())
        async with opened(tmp_path) as store:
            for record in everything():
                assert await _read_back(store, record) == record

    asyncio.run(check())


def test_saving_again_replaces_and_keeps_the_order(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents(), stored.trace("a"), stored.trace("b"))
        await store.save(replace(stored.trace("a"), output="done"))
        assert [(t.id, t.output) for t in (await store.traces("cha_1")).traces] == [("b", ""), ("a", "done")]

    _with_store(tmp_path, use)


def test_a_save_is_all_or_nothing(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents())
        orphan = rec.Chat(id="cha_2", session_id="nowhere", number=1, title="x")
        with pytest.raises(NotFoundError):
            await store.save(event(1), orphan, event(2))
        assert await store.last_seq("cha_1") == 0

    _with_store(tmp_path, use)


def test_one_bad_save_in_a_burst_fails_alone(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents())
        rows = {n: event(n) for n in range(1, 51)}
        rows[21] = replace(rows[21], chat_id="none")
        rows[31] = replace(rows[31], body={"delta": {1, 2}})
        saves = [store.save(row) for row in rows.values()]
        results = await asyncio.gather(*saves, return_exceptions=True)
        failed = {n: type(r) for n, r in enumerate(results, 1) if r is not None}
        assert failed == {21: NotFoundError, 31: TypeError}
        assert [e.seq for e in await store.events_after("cha_1", 0)] == [n for n in range(1, 51) if n not in failed]

    _with_store(tmp_path, use)


def test_writes_happen_in_the_order_they_were_asked_for(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents())
        await asyncio.gather(*(store.save_draft("cha_1", f"draft {n}") for n in range(200)))
        assert await store.draft("cha_1") == "draft 199"

    _with_store(tmp_path, use)


def test_a_write_is_carried_out_although_its_caller_is_cancelled(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents())
        tasks = [asyncio.create_task(store.save(event(n))) for n in range(1, 30)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(o, asyncio.CancelledError) for o in outcomes)
        await store.save(event(30))
        assert [e.seq for e in await store.events_after("cha_1", 0)] == list(range(1, 31))

    _with_store(tmp_path, use)


def test_closing_writes_what_waits_and_refuses_what_comes_after(tmp_path: Path) -> None:
    async def check() -> None:
        async with opened(tmp_path) as store:
            await store.save(*parents())
            waiting = [asyncio.create_task(store.save(event(n))) for n in range(1, 100)]
            await asyncio.sleep(0)
            await store.close()
            await asyncio.gather(*waiting)
            for late in (store.save(event(100)), store.last_seq("cha_1")):
                with pytest.raises(UserFacingError, match="closed"):
                    await late
        async with opened(tmp_path) as store:
            assert await store.last_seq("cha_1") == 99

    asyncio.run(check())


def test_projects_and_sessions_are_listed_newest_first(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        other = rec.Project(id="prj_2", path="/b", name="b", opened_at=9.0)
        old = rec.Session(id="ses_0", project_id="prj_2", title="old", updated_at=1.0, archived=True)
        await store.save(*parents(), other, old)
        assert [p.id for p in await store.projects()] == ["prj_2", "prj_1"]
        assert await store.project_at("/b") == other
        assert await store.project_at("/c") is None
        assert [s.id for s in await store.sessions()] == ["ses_1"]
        assert [s.id for s in await store.sessions(archived=True)] == ["ses_0"]
        assert [s.id for s in await store.sessions(archived=None)] == ["ses_1", "ses_0"]
        assert [s.id for s in await store.sessions(project_id="prj_2", archived=None)] == ["ses_0"]

    _with_store(tmp_path, use)


def test_a_project_with_sessions_stays(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents())
        with pytest.raises(UserFacingError, match="still has sessions"):
            await store.delete_project("prj_1")
        await store.delete_session("ses_1")
        await store.delete_project("prj_1")
        assert not await store.projects()

    _with_store(tmp_path, use)


def test_numbers_are_given_once_and_never_go_back(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents())
        assert await store.allocate_chat("ses_1") == 2
        assert [await store.allocate_turn("ses_1") for _ in range(3)] == [1, 2, 3]
        await store.save(SESSION)
        assert await store.allocate_turn("ses_1") == 4
        await store.save(rec.Turn(id="t9", session_id="ses_1", chat_id="cha_1", number=9, prompt="", agent=""))
        assert await store.allocate_turn("ses_1") == 10
        session = await store.session("ses_1")
        assert session is not None and session.next_turn == 11
        with pytest.raises(NotFoundError):
            await store.allocate_turn("nowhere")

    _with_store(tmp_path, use)


def test_open_turns_and_questions_are_those_without_an_end(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        ended = rec.Turn(
            id="t2", session_id="ses_1", chat_id="cha_1", number=2, prompt="", agent="", status="interrupted"
        )
        ask = rec.Ask(id="a1", session_id="ses_1", chat_id="cha_1", turn_id="trn_1", kind="tool", body={})
        answered = rec.Ask(
            id="a2", session_id="ses_1", chat_id="cha_1", turn_id="trn_1", kind="tool", body={}, answer={"option": "x"}
        )
        await store.save(*parents(), TURN, ended, ask, answered)
        assert [t.id for t in await store.open_turns()] == ["trn_1"]
        assert [t.id for t in await store.turns(chat_id="cha_1")] == ["trn_1", "t2"]
        for asks in (store.open_asks(), store.open_asks(chat_id="cha_1"), store.open_asks(session_id="ses_1")):
            assert [a.id for a in await asks] == ["a1"]
        assert not await store.open_asks(chat_id="another")
        later = rec.Ask(
            id="a3", session_id="ses_1", chat_id="cha_1", turn_id="trn_1", kind="tool", body={}, answer={"option": "y"}
        )
        await store.save(later)
        assert [a.id for a in await store.answered_asks(10)] == ["a3", "a2"]
        assert [a.id for a in await store.answered_asks(1)] == ["a3"]

    _with_store(tmp_path, use)


def test_a_queued_prompt_is_taken_once(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        prompts = [rec.QueuedPrompt(id=f"q{n}", chat_id="cha_1", text=str(n), position=-n) for n in range(3)]
        await store.save(*parents(), *prompts)
        assert [q.id for q in await store.queue("cha_1")] == ["q2", "q1", "q0"]
        taken = await asyncio.gather(*(store.delete_queued("q1") for _ in range(5)))
        assert sorted(taken) == [False] * 4 + [True]

    _with_store(tmp_path, use)


def test_usage_is_summed_by_chat_session_and_project(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        spent = [Usage(input=n, output=1, cached=n, cost=None if n == 1 else 0.5) for n in range(1, 4)]
        rows = [
            rec.UsageRow(
                id=f"u{n}", session_id="ses_1", chat_id=f"c{n % 2}", turn_id="", step=n, agent="", model="", usage=usage
            )
            for n, usage in enumerate(spent, 1)
        ]
        await store.save(*parents(), *rows)
        assert await store.usage() == Usage(input=6, output=3, cached=6, cost=1.0)
        assert await store.usage(chat_id="c0") == spent[1]
        assert await store.usage(project_id="prj_1", session_id="ses_1") == await store.usage()
        assert await store.usage(project_id="another") == Usage()
        assert [r.id for r in await store.usage_rows(chat_id="c1")] == ["u1", "u3"]

    _with_store(tmp_path, use)


def test_settings_drafts_and_rules_can_be_forgotten(tmp_path: Path) -> None:
    async def use(store: SqliteStore) -> None:
        await store.save(*parents(), rec.PermissionRule(id="r", effect="deny", pattern="run: rm *"))
        await store.set_setting("window", {"size": [1, 2]})
        await store.save_draft("cha_1", "half a thou\udc80ght")
        assert await store.setting("window") == {"size": [1, 2]}
        assert await store.draft("cha_1") == "half a thou\udc80ght"
        assert [r.id for r in await store.rules(["", "ses_1"])] == ["r"]
        await store.set_setting("window", None)
        await store.save_draft("cha_1", "")
        await store.delete_rule("r")
        assert await store.setting("window") is None
        assert await store.draft("cha_1") == ""
        assert not await store.rules([""])

    _with_store(tmp_path, use)


def test_the_folder_and_its_files_are_for_their_owner_only(tmp_path: Path) -> None:
    async def check() -> None:
        folder = tmp_path / "data"
        folder.mkdir(mode=0o755)
        async with opened(folder) as store:
            await store.save(PROJECT, SESSION, CHAT)
            await store.add_attachment(b"png", media_type="image/png")
            await store.backup_daily()
            for path in [folder, *folder.rglob("*")]:
                assert path.stat().st_mode & 0o077 == 0, path

    asyncio.run(check())


def test_titles_of_open_chats_of_every_session_newest_first(tmp_path: Path) -> None:
    other, archived = (replace(SESSION, id=i, archived=i == "ses_3") for i in ("ses_2", "ses_3"))
    chats = [
        replace(CHAT, id="cha_1", title="Old", updated_at=1.0),
        replace(CHAT, id="cha_2", number=2, title="New", updated_at=9.0),
        replace(CHAT, id="cha_3", number=3, title="Closed", archived=True),
        replace(CHAT, id="cha_4", number=4, title=""),
        replace(CHAT, id="cha_5", session_id="ses_2", title="Elsewhere", updated_at=5.0),
        replace(CHAT, id="cha_6", session_id="ses_3", title="Put away"),
    ]

    async def use(store: SqliteStore) -> None:
        await store.save(PROJECT, SESSION, other, archived, *chats)
        assert [(c.id, c.title) for c in await store.chat_titles(10)] == [
            ("cha_2", "New"),
            ("cha_5", "Elsewhere"),
            ("cha_1", "Old"),
        ]
        assert [c.id for c in await store.chat_titles(1)] == ["cha_2"]
        with sqlite3.connect(tmp_path / "boocode.sqlite3") as broken:
            broken.execute("UPDATE chats SET body = '{half' WHERE id = 'cha_2'")
        assert [c.id for c in await store.chat_titles(10)] == ["cha_5", "cha_1"], "a broken row hides no other"

    _with_store(tmp_path, use)
