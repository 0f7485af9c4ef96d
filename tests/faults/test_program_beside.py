"""Several programs on one data folder: one writes a session, the others are told `busy` or wait their turn."""

import asyncio
import random
import signal
import time
from pathlib import Path

import pytest

from tests.fakes.aftermath import (
    assert_at_rest,
    assert_goes_on,
    assert_nothing_lost,
    assert_sound,
    reopened,
    rows,
    stored_events,
    wait_until,
)
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram


@pytest.fixture
def server():
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, server: OpenAIServer):
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    yield program
    program.close()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})


def test_second_instance_headless_finds_the_session_busy_and_nothing_of_it_is_touched(
    program: WarmProgram, repository: Path, server: OpenAIServer
):
    holder = program.start_run("@@gate hold\n@@write b.txt x\n@@say First.", "-C", str(repository))
    first = holder.until("step_started")[0]
    server.wait_reached("hold")
    session, chat = first["session_id"], first["chat_id"]
    before = rows(program.home, "SELECT count(*) FROM events WHERE chat_id = ?", chat)

    out, errors = program.call(
        "run", "--json", "--base-url", program.base_url, "--session", session, "@@say Me too.", code=1
    )
    assert "busy" in "".join(out) and str(holder.pid) in "".join(out)
    assert "busy" in "".join(errors)
    for words in (
        ("sessions", "delete", session, "--force"),
        ("rewind", "--session", session, "--to-turn", "0"),
        ("changes", "approve", "--session", session),
    ):
        _out, errors = program.call(*words, code=1)
        assert "busy" in "".join(errors), words
    assert program.json("sessions", "show", session)["state"] == "running"
    assert rows(program.home, "SELECT count(*) FROM events WHERE chat_id = ?", chat) == before

    server.release("hold")
    assert holder.until("turn_finished")[-1]["status"] == "completed"
    assert holder.wait() == 0
    assert rows(program.home, "SELECT count(*) FROM turns WHERE chat_id = ?", chat) == [(1,)]


SLOW_TO_READ = """
import asyncio, pathlib
from boocode_desktop.orchestrator.leases import Leases
from boocode_desktop.storage.sqlite_store import SqliteStore
read, acquire = SqliteStore.events_after, Leases.acquire
async def slow_read(self, chat_id, seq):
    pathlib.Path({mark!r}).touch()
    while not all(turn.finished_at for turn in await self.turns(chat_id=chat_id)):
        await asyncio.sleep(0.05)
    return await read(self, chat_id, seq)
async def marked(self, *given, **named):
    pathlib.Path({mark!r}).touch()
    return await acquire(self, *given, **named)
SqliteStore.events_after, Leases.acquire = slow_read, marked
"""


def test_what_the_holder_does_meanwhile_is_not_printed_by_the_one_that_waits(
    program: WarmProgram, repository: Path, server: OpenAIServer, tmp_path: Path
):
    holder = program.start_run("@@gate hold\n@@say First.", "-C", str(repository))
    session = holder.until("step_started")[0]["session_id"]
    server.wait_reached("hold")
    mark = tmp_path / "looked"
    slow = SLOW_TO_READ.format(mark=str(mark))
    waiter = program.start_run("@@say Second.", "--session", session, "--queue", before=slow)
    wait_until(mark.exists)
    server.release("hold")
    assert holder.until("turn_finished")[-1]["status"] == "completed"
    assert {event["turn_id"] for event in waiter.until("turn_finished")} == {
        rows(program.home, "SELECT id FROM turns WHERE number = 2")[0][0]
    }
    assert waiter.wait() == 0


def test_queue_waits_until_the_holder_is_done(program: WarmProgram, repository: Path, server: OpenAIServer):
    holder = program.start_run("@@gate hold\n@@write b.txt one\n@@say First.", "-C", str(repository))
    session = holder.until("step_started")[0]["session_id"]
    server.wait_reached("hold")
    waiter = program.start_run("@@edit b.txt one => two\n@@say Second.", "--session", session, "--queue")
    server.release("hold")
    assert holder.until("turn_finished")[-1]["status"] == "completed"
    events = waiter.until("turn_finished")
    assert (events[0]["type"], events[0]["number"], events[-1]["status"]) == ("turn_started", 2, "completed")
    assert (holder.wait(), waiter.wait()) == (0, 0)
    assert (Path(events[0]["worktree"]) / "b.txt").read_text() == "two"


@at_random_moments
def test_kill_app_while_another_waits(program: WarmProgram, repository: Path, server: OpenAIServer, moment: int):
    holder = program.start_run("@@slow 20 0.02\n@@write b.txt x\n@@slow 20 0.02", "-C", str(repository))
    printed = holder.until("turn_started")
    session, chat = printed[0]["session_id"], printed[0]["chat_id"]
    waiter = program.start_run("@@say Second.", "--session", session, "--queue")
    time.sleep(random.Random(moment).uniform(0, 0.8))  # the random moment itself, not a wait for anything
    died_at = time.time()
    holder.send(signal.SIGKILL)
    printed += list(holder.events())
    events = waiter.until("turn_finished")
    assert events[-1]["status"] == "completed"
    assert waiter.wait() == 0

    statuses = rows(program.home, "SELECT status FROM turns WHERE chat_id = ? ORDER BY number", chat)
    assert statuses in ([("interrupted",), ("completed",)], [("completed",), ("completed",)])
    seqs = [seq for (seq,) in rows(program.home, "SELECT seq FROM events WHERE chat_id = ? ORDER BY seq", chat)]
    assert len(seqs) == len(set(seqs))
    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=died_at)

    async def look_again() -> None:
        async with reopened(program.home) as core:
            await assert_at_rest(core, chat)

    asyncio.run(look_again())


def test_many_at_once_in_one_folder(program: WarmProgram, repository: Path):
    runs = [program.start_run(f"@@write f{n}.txt {n}\n@@say Done.", "-C", str(repository)) for n in range(6)]
    found = [run.until("turn_finished") for run in runs]
    assert [run.wait() for run in runs] == [0] * 6
    assert [events[-1]["status"] for events in found] == ["completed"] * 6
    assert len({events[0]["session_id"] for events in found}) == 6
    assert len(rows(program.home, "SELECT id FROM projects")) == 1
    assert_sound(program.home)


def test_two_programs_take_turns_in_one_chat(program: WarmProgram, repository: Path):
    """One that stays open, as a window does, and others between its turns: no event takes another's number."""
    chat = program.run("@@say 1", "-C", str(repository))[0]["chat_id"]

    async def alternate() -> None:
        async with reopened(program.home) as core:
            for number in (2, 4, 6):
                await assert_goes_on(core, chat, f"@@say {number}")
                await asyncio.to_thread(program.run, f"@@say {number + 1}", "--chat", chat)

    asyncio.run(alternate())
    stored = stored_events(program.home, chat)
    assert [e["seq"] for e in stored] == list(range(1, len(stored) + 1))
    assert [e["number"] for e in stored if e["type"] == "turn_started"] == [1, 2, 3, 4, 5, 6, 7]
    assert [e["delta"] for e in stored if e["type"] == "text"] == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_program_that_stays_open_sees_that_another_was_killed(
    program: WarmProgram, repository: Path, server: OpenAIServer
):
    async def watch() -> None:
        async with reopened(program.home) as core:
            holder = program.start_run("@@run sleep 30\n@@say 1", "-C", str(repository), "--permissions", "allow")
            first = (await asyncio.to_thread(holder.until, "tool_started"))[0]
            view = await core.front.sessions.view(first["session_id"])
            assert (view.state, view.elsewhere) == ("running", True)
            holder.send(signal.SIGKILL)
            holder.wait()
            view = await core.front.sessions.view(first["session_id"])
            assert (view.state, view.elsewhere) == ("interrupted", False)
            await core.front.chats.configure(first["chat_id"], model="scripted")
            await core.front.turns.resume(first["chat_id"])
            await core.turns.drain()
            turns = await core.store.turns(chat_id=first["chat_id"])
            assert [t.status for t in turns] == ["interrupted", "completed"]
            await assert_at_rest(core, first["chat_id"])

    asyncio.run(watch())
