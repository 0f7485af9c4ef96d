"""Turns over the real database and real git: queue, steering, cancelling, questions, feedback, leases."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError, BusyError, UserFacingError
from boocode_desktop.domain.permissions import Action
from boocode_desktop.orchestrator.leases import Leases
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from tests.fakes.program import make_repository
from tests.fakes.rig import Rig, WrittenAgent, rig


def play(tmp_path: Path, scenario: Callable[[Rig], Awaitable[None]], *agents: WrittenAgent, **options) -> None:
    async def whole() -> None:
        folder = make_repository(tmp_path / "repo", {"a.txt": "one\ntwo\nthree\n"})
        async with rig(tmp_path / "home", folder, *agents, **options) as made:
            await scenario(made)

    asyncio.run(whole())


def writer(name: str = "boocode") -> WrittenAgent:
    async def script(host: TurnHost, prompt: Prompt) -> None:
        (host.root / "a.txt").write_text(f"{prompt.text}\ntwo\nthree\n")
        await host.emit(ev.Text(delta="Done."))

    return WrittenAgent(name, script)


def waiter(gate: asyncio.Event, name: str = "boocode") -> WrittenAgent:
    async def script(host: TurnHost, prompt: Prompt) -> None:
        await host.emit(ev.Text(delta=f"working on {prompt.text}"))
        await gate.wait()
        for queued in await host.take_steering():
            await host.emit(ev.Text(delta=f"heard {queued.text}"))

    return WrittenAgent(name, script)


def test_a_turn_leaves_checkpoints_and_changes(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        events = await made.ask("ONE")
        assert isinstance(events[0], ev.TurnStarted)
        assert isinstance(events[-1], ev.TurnFinished) and events[-1].status == "completed"
        points = [e for e in events if isinstance(e, ev.CheckpointMade)]
        assert points[-1].files == ("a.txt",)
        (change,) = await made.review.changes(made.session.id)
        assert (change.path, change.agents, change.status) == ("a.txt", ("boocode",), "open")
        assert (made.folder / "a.txt").read_text() == "one\ntwo\nthree\n"
        session = await made.store.session(made.session.id)
        assert session is not None and session.title == "ONE"

    play(tmp_path, scenario, writer())


def test_what_a_turn_wrote_is_its_agents_while_it_still_runs(tmp_path: Path):
    written, gate = asyncio.Event(), asyncio.Event()

    async def script(host: TurnHost, _prompt: Prompt) -> None:
        (host.root / "a.txt").write_text("ONE\ntwo\nthree\n")
        written.set()
        await gate.wait()

    async def scenario(made: Rig) -> None:
        await made.turns.send(made.chat.id, Prompt(text="edit"))
        await written.wait()
        for scope in ("session", "turn"):
            (change,) = await made.review.changes(made.session.id, scope=scope)
            assert (change.path, change.agents) == ("a.txt", ("boocode",))
        assert (await made.review.diff(made.session.id, "a.txt", scope="turn")).change.agents == ("boocode",)
        gate.set()
        await made.turns.drain()
        (change,) = await made.review.changes(made.session.id)
        assert change.agents == ("boocode",)

    play(tmp_path, scenario, WrittenAgent("boocode", script))


def test_messages_during_a_turn_wait_and_are_delivered_in_order(tmp_path: Path):
    gate = asyncio.Event()
    agent = waiter(gate)

    async def scenario(made: Rig) -> None:
        await made.turns.send(made.chat.id, Prompt(text="first"))
        second = await made.turns.send(made.chat.id, Prompt(text="second"))
        third = await made.turns.send(made.chat.id, Prompt(text="third"))
        assert second.queue_id and third.queue_id
        assert [q.text for q in await made.turns.queue(made.chat.id)] == ["second", "third"]
        await made.turns.edit_queued(third.queue_id, made.chat.id, text="third, edited", position=-1)
        gate.set()
        await made.turns.drain()
        assert agent.prompts == ["first", "third, edited", "second"]
        assert await made.turns.queue(made.chat.id) == []

    play(tmp_path, scenario, agent)


def test_waiting_messages_are_moved_and_one_that_interrupts_goes_first(tmp_path: Path):
    gate = asyncio.Event()
    agent = waiter(gate)

    async def scenario(made: Rig) -> None:
        await made.turns.send(made.chat.id, Prompt(text="first"))
        waiting = [await made.turns.send(made.chat.id, Prompt(text=text)) for text in ("a", "b", "c", "d")]
        await made.turns.edit_queued(waiting[0].queue_id, made.chat.id, position=2)
        assert [q.text for q in await made.turns.queue(made.chat.id)] == ["b", "c", "a", "d"]
        await made.turns.edit_queued(waiting[3].queue_id, made.chat.id, position=0)
        await made.turns.edit_queued(waiting[1].queue_id, made.chat.id, position=99)
        assert [q.text for q in await made.turns.queue(made.chat.id)] == ["d", "c", "a", "b"]
        gate.set()
        await made.turns.edit_queued(waiting[0].queue_id, made.chat.id, mode="interrupt")
        await made.turns.drain()
        assert agent.prompts == ["first", "a", "d", "c", "b"]

    play(tmp_path, scenario, agent)


def test_the_time_a_person_takes_is_not_the_latency_of_the_call(tmp_path: Path):
    whole: list[float] = []

    async def script(host: TurnHost, _prompt: Prompt) -> None:
        await host.emit(ev.ToolStarted(trace_id="trc_1", step=1, tool="run_command", input={}))
        began = time.monotonic()
        action = Action(kind="run", tool="run_command", root=str(host.root), argv=("make",), cwd=str(host.root))
        await host.authorize(action, trace_id="trc_1")
        waited = (time.monotonic() - began) * 1000
        whole.append(waited + 5)
        await host.emit(ev.ToolFinished(trace_id="trc_1", tool="run_command", outcome="success", latency_ms=waited + 5))

    async def scenario(made: Rig) -> None:
        asked = asyncio.ensure_future(made.until(ev.PermissionRequested))
        await made.turns.send(made.chat.id, Prompt(text="build it"))
        request = await asked
        assert isinstance(request, ev.PermissionRequested)
        await made.questions.answer(request.request_id, option_id=request.options[0].id)
        await made.turns.drain()
        trace = await made.store.trace("trc_1")
        assert trace is not None and trace.latency_ms is not None
        assert trace.latency_ms < whole[0]

    play(tmp_path, scenario, WrittenAgent("boocode", script))


def test_steering_reaches_the_running_turn(tmp_path: Path):
    gate = asyncio.Event()

    async def scenario(made: Rig) -> None:
        await made.turns.send(made.chat.id, Prompt(text="first"))
        await made.turns.send(made.chat.id, Prompt(text="left!"), mode="steer")
        gate.set()
        await made.turns.drain()
        events = [e.event for e in made.heard]
        assert any(isinstance(e, ev.Steered) and e.text == "left!" for e in events)
        assert any(isinstance(e, ev.Text) and e.delta == "heard left!" for e in events)
        assert len(await made.store.turns(chat_id=made.chat.id)) == 1

    play(tmp_path, scenario, waiter(gate))


def test_cancelling_keeps_the_text_and_lets_the_queue_wait(tmp_path: Path):
    gate = asyncio.Event()

    async def scenario(made: Rig) -> None:
        started = asyncio.create_task(made.until(ev.Text))
        await asyncio.sleep(0)
        await made.turns.send(made.chat.id, Prompt(text="first"))
        await made.turns.send(made.chat.id, Prompt(text="second"))
        await started
        await made.turns.cancel(made.chat.id)
        await made.turns.drain()
        (turn,) = await made.store.turns(chat_id=made.chat.id)
        assert turn.status == "cancelled"
        entries = [r.entry for r in (await made.chats.entries(made.chat.id)).rows]
        assert "working on first" in [e.text for e in entries if e.kind == "text"]
        assert [q.text for q in await made.turns.queue(made.chat.id)] == ["second"]

    play(tmp_path, scenario, waiter(gate))


def test_interrupting_stops_the_turn_and_goes_first(tmp_path: Path):
    gate = asyncio.Event()
    agent = waiter(gate)

    async def scenario(made: Rig) -> None:
        started = asyncio.create_task(made.until(ev.Text))
        await asyncio.sleep(0)
        await made.turns.send(made.chat.id, Prompt(text="first"))
        await made.turns.send(made.chat.id, Prompt(text="later"))
        await started
        again = asyncio.create_task(made.until(ev.TurnStarted))
        await asyncio.sleep(0)
        await made.turns.send(made.chat.id, Prompt(text="now"), mode="interrupt")
        event = await again
        assert isinstance(event, ev.TurnStarted) and event.prompt == "now"
        gate.set()
        await made.turns.drain()
        statuses = [t.status for t in await made.store.turns(chat_id=made.chat.id)]
        assert statuses == ["cancelled", "completed", "completed"]

    play(tmp_path, scenario, agent)


def test_another_chat_of_the_session_waits_for_the_worktree(tmp_path: Path):
    gate = asyncio.Event()
    agent = waiter(gate)

    async def scenario(made: Rig) -> None:
        other = await made.chats.create(made.session.id)
        reader = await made.chats.create(made.session.id, read_only=True)
        await made.turns.send(made.chat.id, Prompt(text="first"))
        waits = await made.turns.send(other.id, Prompt(text="second"))
        assert waits.queue_id and not waits.turn_id
        runs = await made.turns.send(reader.id, Prompt(text="reading"))
        assert runs.turn_id
        gate.set()
        await made.turns.drain()
        assert sorted(agent.prompts) == ["first", "reading", "second"]

    play(tmp_path, scenario, agent)


def test_edits_after_a_read_only_turn_are_yours(tmp_path: Path):
    async def quiet(_host: TurnHost, _prompt: Prompt) -> None:
        return

    async def scenario(made: Rig) -> None:
        reader = await made.chats.create(made.session.id, read_only=True)
        await made.turns.send(reader.id, Prompt(text="look"))
        await made.turns.drain()
        (await made.root() / "a.txt").write_text("mine\ntwo\nthree\n")
        await made.ask("nothing to do")
        lines = await made.review.blame(made.session.id, "a.txt")
        assert [line.author for line in lines if line.text.startswith("mine")] == ["you"]

    play(tmp_path, scenario, WrittenAgent("boocode", quiet))


def test_a_session_held_by_another_process_is_busy(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        lease = await Leases(tmp_path / "home" / "locks").acquire(made.session.id, "a test")
        with pytest.raises(BusyError):
            await made.turns.send(made.chat.id, Prompt(text="first"))
        await lease.release()
        assert isinstance((await made.ask("again"))[-1], ev.TurnFinished)

    play(tmp_path, scenario, writer())


def test_a_failing_agent_keeps_its_text_and_says_why(tmp_path: Path):
    async def script(host: TurnHost, prompt: Prompt) -> None:
        await host.emit(ev.Text(delta="Half "))
        raise AdapterError("The agent died.", "Look at its log.")

    async def scenario(made: Rig) -> None:
        events = await made.ask("go")
        assert any(isinstance(e, ev.Error) and e.message == "The agent died." for e in events)
        assert isinstance(events[-1], ev.TurnFinished) and events[-1].status == "failed"
        entries = [r.entry for r in (await made.chats.entries(made.chat.id)).rows]
        assert "Half " in [e.text for e in entries if e.kind == "text"]

    play(tmp_path, scenario, WrittenAgent("boocode", script))


def run_action(host: TurnHost) -> Action:
    return Action(kind="run", tool="run_command", root=str(host.root), argv=("make", "all"), cwd=str(host.root))


def asker(allowed: list[bool]) -> WrittenAgent:
    async def script(host: TurnHost, prompt: Prompt) -> TurnResult:
        allowed.append((await host.authorize(run_action(host), title="Run this command?")).allowed)
        return TurnResult()

    return WrittenAgent("boocode", script)


def test_always_for_this_session_is_asked_once(tmp_path: Path):
    allowed: list[bool] = []

    async def scenario(made: Rig) -> None:
        asked = asyncio.create_task(made.until(ev.PermissionRequested))
        await asyncio.sleep(0)
        await made.turns.send(made.chat.id, Prompt(text="first"))
        request = await asked
        assert isinstance(request, ev.PermissionRequested)
        assert (request.argv, request.rule) == (("make", "all"), "run: make all")
        assert [a.id for a in await made.questions.open(chat_id=made.chat.id)] == [request.request_id]
        with pytest.raises(UserFacingError):
            await made.questions.answer(request.request_id, option_id="nonsense")
        await made.questions.answer(request.request_id, option_id="session")
        await made.turns.drain()
        await made.ask("second")
        assert allowed == [True, True]
        assert await made.questions.open(chat_id=made.chat.id) == []
        with pytest.raises(UserFacingError):
            await made.questions.answer(request.request_id, option_id="once")

    play(tmp_path, scenario, asker(allowed))


def test_the_setting_for_commands_holds_from_the_next_one(tmp_path: Path):
    allowed: list[bool] = []
    wanted = ["deny"]

    async def scenario(made: Rig) -> None:
        await made.ask("first")
        wanted[0] = "allow"
        await made.ask("second")
        assert allowed == [False, True]
        await made.questions.add_rule("deny", "run: make *")
        await made.ask("third")
        assert allowed == [False, True, False]
        assert await made.questions.open(chat_id=made.chat.id) == []

    play(tmp_path, scenario, asker(allowed), commands=lambda: wanted[0])


def test_a_rule_that_asks_asks_whatever_the_setting_says(tmp_path: Path):
    allowed: list[bool] = []

    async def scenario(made: Rig) -> None:
        await made.questions.add_rule("ask", "run: make *")
        asked = asyncio.create_task(made.until(ev.PermissionRequested))
        await asyncio.sleep(0)
        await made.turns.send(made.chat.id, Prompt(text="go"))
        request = await asked
        assert isinstance(request, ev.PermissionRequested)
        await made.questions.answer(request.request_id, option_id="once")
        await made.turns.drain()
        assert allowed == [True]

    play(tmp_path, scenario, asker(allowed), commands=lambda: "allow")


def test_where_nobody_can_be_asked_the_setting_allows_nothing(tmp_path: Path):
    allowed: list[bool] = []

    async def scenario(made: Rig) -> None:
        await made.ask("go")
        assert allowed == [False]

    play(tmp_path, scenario, asker(allowed), attended=False, commands=lambda: "allow")


@pytest.mark.parametrize(("policy", "expected"), [("ask", False), ("deny", False), ("allow", True)])
def test_headless_policies(tmp_path: Path, policy: str, expected: bool):
    allowed: list[bool] = []

    async def scenario(made: Rig) -> None:
        await made.ask("go")
        assert allowed == [expected]

    play(tmp_path, scenario, asker(allowed), attended=False, policy=policy)


def test_a_rejection_is_told_to_the_agent_once(tmp_path: Path):
    agent = writer()

    async def scenario(made: Rig) -> None:
        await made.ask("ONE")
        await made.review.reject(made.session.id, "a.txt")
        assert (await made.root() / "a.txt").read_text() == "one\ntwo\nthree\n"
        await made.ask("TWO")
        await made.ask("THREE")
        assert "rejected" in agent.prompts[1] and "a.txt" in agent.prompts[1]
        assert agent.prompts[2] == "THREE"

    play(tmp_path, scenario, agent)


def test_rewinding_greys_turns_and_undo_brings_them_back(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        for text in ("ONE", "TWO", "THREE"):
            await made.ask(text)
        path = await made.root() / "a.txt"
        preview = await made.review.rewind(made.session.id, 1)
        assert preview.turns == (2, 3)
        assert path.read_text().startswith("ONE\n")
        assert [t.rewound for t in await made.store.turns(chat_id=made.chat.id)] == [False, True, True]
        await made.review.undo_rewind(made.session.id)
        assert path.read_text().startswith("THREE\n")
        assert [t.rewound for t in await made.store.turns(chat_id=made.chat.id)] == [False, False, False]

    play(tmp_path, scenario, writer())


def test_approving_writes_the_folder_and_undo_takes_it_back(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await made.ask("ONE")
        result = await made.review.approve(made.session.id, "a.txt", 1)
        assert result.decided == ("a.txt",)
        assert (made.folder / "a.txt").read_text() == "ONE\ntwo\nthree\n"
        await made.review.undo(made.session.id)
        assert (made.folder / "a.txt").read_text() == "one\ntwo\nthree\n"

    play(tmp_path, scenario, writer())


def test_closing_interrupts_and_resume_goes_on(tmp_path: Path):
    gate = asyncio.Event()
    agent = waiter(gate)

    async def scenario(made: Rig) -> None:
        started = asyncio.create_task(made.until(ev.Text))
        await asyncio.sleep(0)
        await made.turns.send(made.chat.id, Prompt(text="first"))
        await started
        await made.turns.close()
        (turn,) = await made.store.turns(chat_id=made.chat.id)
        assert turn.status == "interrupted"

    play(tmp_path, scenario, agent)


def test_deleting_a_session_with_work_is_refused(tmp_path: Path):
    async def scenario(made: Rig) -> None:
        await made.ask("ONE")
        with pytest.raises(UserFacingError) as refused:
            await made.sessions.delete(made.session.id)
        assert "a.txt" in refused.value.hint
        root = await made.root()
        await made.sessions.delete(made.session.id, force=True)
        assert not root.exists()
        assert await made.store.session(made.session.id) is None

    play(tmp_path, scenario, writer())


def test_a_wait_for_the_next_try_is_cut_short_by_a_person(tmp_path: Path):
    async def scenario() -> None:
        gate = asyncio.Event()

        async def script(host: TurnHost, prompt: Prompt) -> None:
            await host.wait_begins(ev.Retry(attempt=1, delay_s=600.0, reason="busy"), gate.set)
            await gate.wait()
            await host.emit(ev.Text(delta="there"))

        folder = make_repository(tmp_path / "repo", {"a.txt": "one\n"})
        async with rig(tmp_path / "home", folder, WrittenAgent("boocode", script)) as made:
            heard: list[ev.Envelope] = []
            waiting = asyncio.Event()

            def hear(envelope: ev.Envelope) -> None:
                heard.append(envelope)
                if isinstance(envelope.event, ev.Retry):
                    waiting.set()

            assert not await made.turns.try_now(made.chat.id)
            made.bus.subscribe(made.chat.id, hear)
            await made.turns.send(made.chat.id, Prompt(text="go"))
            await waiting.wait()
            assert await made.turns.try_now(made.chat.id)
            assert not await made.turns.try_now(made.chat.id)
            await made.turns.drain()
            tries = [e.event for e in heard if isinstance(e.event, ev.Retry)]
            assert [(t.delay_s, t.skippable) for t in tries] == [(600.0, True), (0.0, False)]
            rows = (await made.chats.entries(made.chat.id)).rows
            assert [r.entry.text for r in rows if r.entry.kind == "text"] == ["there"]

    asyncio.run(scenario())
