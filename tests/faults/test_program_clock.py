"""The clock of the computer jumps while a turn runs: order, timers and what is shown do not depend on it."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_at_rest, assert_goes_on, assert_sound, reopened, stored_events
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram

JUMPING = """
import random, time
real, chance = time.time, random.Random({seed})
offset = 0.0

def jumping():
    global offset
    if chance.random() < 0.2:
        offset = chance.choice((-3.2e7, -86400.0, -3600.0, 0.0, 30.0, 3600.0, 3.2e7))
    return real() + offset

time.time = jumping
"""
PROMPT = """@@reason Hm.
@@slow 5 0.01
@@read a.txt
@@write b.txt x\\n
@@run sleep 0.05
@@slow 5 0.01
@@say Finished."""


@at_random_moments
def test_clock_jump(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, moment: int):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    before = JUMPING.format(seed=random.Random(moment).random())
    with OpenAIServer() as server:
        program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
        first = program.run(PROMPT, "-C", str(repository), "--permissions", "allow", before=before)
        session, chat = first[0]["session_id"], first[0]["chat_id"]
        second = program.run("@@edit b.txt x => y\n@@say Again.", "--session", session, before=before)

    assert [first[-1]["status"], second[-1]["status"]] == ["completed", "completed"]
    events = [*first, *second]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert all(e["latency_ms"] >= 0 for e in events if e["type"] == "tool_finished")
    assert all(0 <= e["duration_ms"] < 60_000 for e in events if e["type"] == "turn_finished")
    stored = stored_events(program.home, chat)
    assert [e["seq"] for e in stored] == [e["seq"] for e in events]

    async def look_again() -> None:
        async with reopened(program.home) as core:
            await assert_at_rest(core, chat)
            rows = (await core.front.chats.entries(chat)).rows
            assert [r.position for r in rows] == sorted(r.position for r in rows)
            prompts = [r.entry.text for r in rows if r.entry.kind == "prompt"]
            assert [p.split("\n")[0] for p in prompts] == ["@@reason Hm.", "@@edit b.txt x => y"]
            traces = (await core.front.ledger.traces(chat)).traces
            assert [t.tool for t in reversed(traces)] == ["read_file", "create_file", "run_command", "edit_file"]
            assert all((t.latency_ms or 0) >= 0 for t in traces)
            (change,) = await core.front.review.changes(session)
            assert (change.path, change.operation) == ("b.txt", "added")
            await core.front.review.approve(session)
            await assert_goes_on(core, chat)

    asyncio.run(look_again())
    assert (repository / "b.txt").read_text() == "y\n"
    assert_sound(program.home)
