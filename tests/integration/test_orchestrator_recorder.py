"""The recorder over a real database: order, durability of what is acknowledged, joining without gap or double."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.orchestrator.chats import ChatDesk
from boocode_desktop.orchestrator.ports.store import Record
from boocode_desktop.orchestrator.recorder import Recorder
from boocode_desktop.orchestrator.recovery import settle_orphans
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.sqlite_store import SqliteStore

SESSION, CHAT = "ses_1", "cht_1"


def a_turn(number: int = 1) -> rec.Turn:
    return rec.Turn(
        id=f"trn_{number}", session_id=SESSION, chat_id=CHAT, number=number, prompt="Do it", agent="boocode",
        owner_pid=1, owner_started="never",
    )  # fmt: skip


async def seeded(folder: Path) -> SqliteStore:
    store, _report = await open_store(folder)
    await store.save(
        rec.Project(id="prj_1", path="/somewhere", name="p"),
        rec.Session(id=SESSION, project_id="prj_1", title=""),
        rec.Chat(id=CHAT, session_id=SESSION, number=1, title=""),
    )
    return store


def started(number: int = 1) -> ev.TurnStarted:
    return ev.TurnStarted(number=number, prompt="Do it", agent="boocode")


def script() -> list[ev.AgentEvent]:
    call = {"path": "a.py", "api_key": "sk-" + "a" * 40}
    return [
        ev.StepStarted(step=1),
        ev.Reasoning(delta="Hm"),
        ev.Text(delta="One "),
        ev.Text(delta="two."),
        ev.ToolStarted(trace_id="trc_1", step=1, tool="read_file", input=call),
        ev.ToolFinished(trace_id="trc_1", tool="read_file", outcome="success", latency_ms=3.0, output="text"),
        ev.Text(delta="Done."),
    ]


def test_state_events_are_published_after_their_commit_and_text_at_once(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        seen: list[ev.Envelope] = []
        stored_at_publish: list[int] = []
        recorder = Recorder(store, bus).chat(SESSION, CHAT)

        def hear(envelope: ev.Envelope) -> None:
            seen.append(envelope)
            stored_at_publish.append(recorder.stored_seq)

        bus.subscribe(CHAT, hear)
        await recorder.begin(a_turn(), started())
        for event in script():
            await recorder.emit(event)
        await recorder.emit(ev.TurnFinished(status="completed"))
        assert [e.seq for e in seen] == list(range(1, 10))
        for envelope, stored in zip(seen, stored_at_publish, strict=True):
            if not isinstance(envelope.event, (ev.Text, ev.Reasoning)):
                assert stored == envelope.seq
        trace = await store.trace("trc_1")
        assert trace is not None and trace.outcome == "success" and trace.latency_ms == 3.0
        assert "a" * 40 not in str(trace.input)
        page = await store.entries(CHAT)
        folded = Transcript()
        for envelope in seen:
            folded.apply(envelope)
        assert [r.entry for r in page.rows] == folded.listing()
        await store.close()

    asyncio.run(scenario())


@settings(max_examples=25, deadline=None)
@given(after=st.integers(0, 12), pause=st.integers(0, 8))
def test_joining_anywhere_gives_the_rest_without_gap_or_double(tmp_path_factory, after: int, pause: int):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path_factory.mktemp("db")), Bus()
        recorder = Recorder(store, bus)
        chats = ChatDesk(store=store, bus=bus, recorder=recorder, agents=None)  # type: ignore[arg-type]
        chat = recorder.chat(SESSION, CHAT)
        await chat.begin(a_turn(), started())
        whole = [*script(), ev.TurnFinished(status="completed")]
        for event in whole[:pause]:
            await chat.emit(event)
        heard: list[ev.Envelope] = []
        await chats.join(CHAT, after, heard.append)
        for event in whole[pause:]:
            await chat.emit(event)
        assert [e.seq for e in heard] == list(range(after + 1, 10))
        assert [e.event for e in heard] == [started(), *whole][after:]
        await store.close()

    asyncio.run(scenario())


def test_a_turn_of_a_dead_program_is_settled_with_all_its_text(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        chat = Recorder(store, bus).chat(SESSION, CHAT)
        await chat.begin(a_turn(), started())
        for event in [*script()[:5], ev.Text(delta="Cut")]:
            await chat.emit(event)
        await chat.flush()
        settled = await settle_orphans(store, lambda pid, started: False)
        assert [t.id for t in settled] == ["trn_1"]
        turn = await store.turn("trn_1")
        assert turn is not None and turn.status == "interrupted"
        trace = await store.trace("trc_1")
        assert trace is not None and trace.outcome == "interrupted"
        entries = [r.entry for r in (await store.entries(CHAT)).rows]
        assert [e.kind for e in entries] == ["prompt", "reasoning", "text", "tool", "text", "end"]
        assert [e.text for e in entries if e.kind == "text"] == ["One two.", "Cut"]
        assert await settle_orphans(store, lambda pid, started: False) == []
        await store.close()

    asyncio.run(scenario())


def test_a_turn_of_a_living_program_is_left_alone(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        chat = Recorder(store, bus).chat(SESSION, CHAT)
        await chat.begin(a_turn(), started())
        assert await settle_orphans(store, lambda pid, started: True) == []
        assert len(await store.open_turns()) == 1
        await store.close()

    asyncio.run(scenario())


class CountingStore:
    """The real store, which counts its transactions."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.saves = 0

    async def save(self, *records: Record, durable: bool = False) -> None:
        self.saves += 1
        await self._store.save(*records, durable=durable)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def call(number: int, **inputs: object) -> ev.ToolStarted:
    return ev.ToolStarted(trace_id=f"trc_{number}", step=1, tool="read_file", input=inputs)


def test_events_that_come_together_share_a_commit_and_keep_their_order(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        counting = CountingStore(store)
        recorder = Recorder(counting, bus).chat(SESSION, CHAT)  # type: ignore[arg-type]
        heard: list[tuple[ev.Envelope, int]] = []
        await recorder.begin(a_turn(), started())
        bus.subscribe(CHAT, lambda envelope: heard.append((envelope, recorder.stored_seq)))
        counting.saves = 0
        await asyncio.gather(*(recorder.emit(call(number)) for number in range(10)))
        assert counting.saves == 1
        assert [e.seq for e, _stored in heard] == list(range(2, 12))
        assert [e.event for e, _stored in heard] == [call(number) for number in range(10)]
        assert all(stored >= e.seq for e, stored in heard)
        snapshot = await store.snapshot(CHAT)
        assert snapshot is not None and snapshot.pending_calls == tuple(f"trc_{n}" for n in range(10))
        assert len((await store.traces(CHAT)).traces) == 10
        await store.close()

    asyncio.run(scenario())


def test_text_among_state_events_keeps_its_place(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        recorder = Recorder(store, bus).chat(SESSION, CHAT)
        heard: list[ev.Envelope] = []
        await recorder.begin(a_turn(), started())
        bus.subscribe(CHAT, heard.append)
        said = [call(1), ev.Text(delta="One "), ev.Text(delta="two."), call(2), call(3)]
        await asyncio.gather(*(recorder.emit(event) for event in said))
        assert [e.event for e in heard] == said
        assert [e.seq for e in heard] == [2, 3, 4, 5, 6]
        rows = await store.events_after(CHAT, 1)
        assert [(r.seq, r.until) for r in rows] == [(2, 2), (3, 4), (5, 5), (6, 6)]
        await store.close()

    asyncio.run(scenario())


def test_an_event_that_cannot_be_stored_takes_no_other_down(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        recorder = Recorder(store, bus).chat(SESSION, CHAT)
        heard: list[ev.Envelope] = []
        await recorder.begin(a_turn(), started())
        bus.subscribe(CHAT, heard.append)
        said = [call(1), call(2, broken=object()), call(3)]
        results = await asyncio.gather(*(recorder.emit(event) for event in said), return_exceptions=True)
        assert results[0] is None and isinstance(results[1], TypeError) and results[2] is None
        assert [e.event for e in heard] == [call(1), call(3)]
        assert [e.seq for e in heard] == [2, 3]
        assert [r.seq for r in await store.events_after(CHAT, 0)] == [1, 2, 3]
        assert {t.id for t in recorder.open_calls} == {"trc_1", "trc_3"}
        await store.close()

    asyncio.run(scenario())


def test_a_turn_that_cannot_be_stored_has_not_begun(tmp_path: Path):
    async def scenario() -> None:
        store, bus = await seeded(tmp_path), Bus()
        recorder = Recorder(store, bus).chat(SESSION, CHAT)
        nowhere = rec.Session(id="ses_2", project_id="prj_unknown", title="")
        with pytest.raises(UserFacingError):
            await recorder.begin(a_turn(), started(), extra=(nowhere,))
        assert recorder.turn is None and await store.turn("trn_1") is None
        await recorder.begin(a_turn(), started())
        assert recorder.stored_seq == 1
        await store.close()

    asyncio.run(scenario())


class Clock:
    """Says what time it is when it is told so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_call_that_is_stopped_while_a_person_is_asked_took_only_its_own_time(tmp_path: Path):
    clock = Clock()

    def asks(request_id: str) -> ev.PermissionRequested:
        return ev.PermissionRequested(
            request_id=request_id, kind="tool", title="Run it?", options=(), trace_id="trc_1", tool="run_command"
        )

    async def scenario() -> None:
        store = await seeded(tmp_path)
        recorder = Recorder(store, Bus(), clock=clock).chat(SESSION, CHAT)
        await recorder.begin(replace(a_turn(), started_at=clock.now), started())
        for later, event in (
            (0.0, ev.ToolStarted(trace_id="trc_1", step=1, tool="run_command", input={})),
            (2.0, asks("ask_1")),
            (60.0, ev.PermissionResolved(request_id="ask_1", option_id="once")),
            (1.0, asks("ask_2")),
            (600.0, ev.TurnFinished(status="cancelled", stop_reason="cancelled", duration_ms=663_000.0)),
        ):
            clock.now += later
            await recorder.emit(event)
        trace = await store.trace("trc_1")
        assert trace is not None and trace.outcome == "cancelled"
        assert trace.latency_ms == pytest.approx(3_000.0)
        await store.close()

    asyncio.run(scenario())


def test_a_turn_of_a_dead_program_ran_until_its_last_sign_of_life(tmp_path: Path):
    clock = Clock()

    async def scenario() -> None:
        store = await seeded(tmp_path)
        recorder = Recorder(store, Bus(), clock=clock).chat(SESSION, CHAT)
        await recorder.begin(replace(a_turn(), started_at=clock.now), started())
        clock.now += 5.0
        await recorder.emit(ev.ToolStarted(trace_id="trc_1", step=1, tool="run_command", input={}))
        clock.now += 2.0
        await recorder.emit(ev.StepStarted(step=2))
        await recorder.flush()
        await settle_orphans(store, lambda _pid, _started: False)
        trace = await store.trace("trc_1")
        assert trace is not None and (trace.outcome, trace.latency_ms) == ("interrupted", pytest.approx(2_000.0))
        rows = await store.events_of_turn("trn_1")
        assert rows[-1].body["duration_ms"] == pytest.approx(7_000.0)
        await store.close()

    asyncio.run(scenario())
