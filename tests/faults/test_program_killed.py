"""kill -9 of the program at random moments of a turn: restart shows it interrupted with all that was acknowledged."""

import asyncio
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import (
    assert_at_rest,
    assert_goes_on,
    assert_gone,
    assert_nothing_lost,
    assert_sound,
    database,
    reopened,
    rows,
    wait_until,
)
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import git, make_repository
from tests.fakes.warm_program import WarmProgram

PROMPT = """Do a few things.
@@reason I think about it.
@@slow 10 0.03
@@read a.txt
@@write b.txt one\\ntwo\\n
@@edit a.txt alpha => beta
@@run sleep 0.2
@@slow 10 0.03
@@write c/d.txt deep\\n
@@say Finished."""
STATES = 30
"""How many events of such a turn are no text."""


@pytest.fixture(scope="module")
def server():
    with OpenAIServer() as running:
        yield running


Moment = Callable[[list[dict[str, Any]]], bool]


def after_seconds(seconds: float) -> Moment:
    """So long after the first event: mostly while text streams, which takes most of the time."""
    until: list[float] = []

    def come(printed: list[dict[str, Any]]) -> bool:
        if not until and printed:
            until.append(time.monotonic() + seconds)
        return bool(until) and time.monotonic() >= until[0]

    return come


def after_states(count: int) -> Moment:
    """After so many events that are no text: between calls, in a call, at checkpoints."""
    return lambda printed: sum(e["type"] not in ("text", "reasoning") for e in printed) >= count


def run_and_kill(program: WarmProgram, repository: Path, moment: Moment) -> tuple[list[dict[str, Any]], float]:
    """Start a turn, kill it when the moment has come; what it printed, and when it died."""
    running = program.start_run(PROMPT, "-C", str(repository), "--permissions", "allow")
    printed: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: printed.extend(running.events()))
    reader.start()
    wait_until(lambda: moment(printed) or not reader.is_alive(), step_s=0.001)
    family = running.family()
    died_at = time.time()
    running.send(signal.SIGKILL)
    running.wait()
    reader.join()
    assert_gone(family)
    return printed, died_at


async def look_again(home: Path, chat_id: str, session_id: str, *, ended: bool) -> None:
    """What the next start shows, and that work goes on there."""
    async with reopened(home) as core:
        (turn,) = await core.store.turns(chat_id=chat_id)
        assert turn.status in ({"completed"} if ended else {"completed", "interrupted"})
        await assert_at_rest(core, chat_id)
        changed = {c.path for c in await core.front.review.changes(session_id)}
        assert changed <= {"a.txt", "b.txt", "c/d.txt"}
        await assert_goes_on(core, chat_id, "@@read a.txt\n@@say Back again.")


@at_random_moments
def test_kill_app_mid_turn(moment: int, tmp_path: Path, server: OpenAIServer):
    chance = random.Random(moment)
    when = after_states(chance.randint(1, STATES)) if moment % 2 else after_seconds(chance.uniform(0.0, 1.1))
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    printed, died_at = run_and_kill(program, repository, when)

    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=died_at)
    ended = printed[-1]["type"] == "turn_finished"
    asyncio.run(look_again(program.home, printed[0]["chat_id"], printed[0]["session_id"], ended=ended))
    assert_sound(program.home)
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert not (repository / "b.txt").exists()


@at_random_moments
def test_kill_app_before_its_turn_began(moment: int, tmp_path: Path, server: OpenAIServer):
    """While it makes its database, the project, the session and the worktree: whatever stands then is whole."""
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    running = program.start_run(PROMPT, "-C", str(repository), "--permissions", "allow")
    time.sleep(random.Random(moment).uniform(0.0, 0.5))  # the random moment itself, not a wait for anything
    family = running.family()
    running.send(signal.SIGKILL)
    printed = list(running.events())
    died_at = time.time()
    running.wait()
    assert_gone(family)

    if database(program.home).exists():
        assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=died_at)
    events = program.run("@@edit a.txt alpha => beta\n@@say Here.", "-C", str(repository))
    assert events[-1]["status"] == "completed"
    listed = program.json("sessions", "list")
    assert len(listed) <= 2 and not [s for s in listed if s["state"] == "running"]
    assert rows(program.home, "SELECT count(*) FROM turns WHERE status IS NULL") == [(0,)]
    for session in listed:
        program.json("sessions", "delete", session["id"], "--force")
    refs = set(git(repository, "for-each-ref", "--format=%(refname)").split()) - {"refs/heads/main"}
    # A kill between the worktree and the session's record leaves a worktree nobody owns: the reaper's, after its hour.
    assert len(refs) == len(list((program.home / "worktrees").iterdir())) <= 1
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert_sound(program.home)
