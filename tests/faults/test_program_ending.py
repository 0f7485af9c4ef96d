"""SIGTERM and SIGINT while a turn runs: the program ends within 3 s, says so, and everything is found again."""

import asyncio
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import (
    assert_at_rest,
    assert_goes_on,
    assert_gone,
    assert_nothing_lost,
    assert_sound,
    reopened,
    rows,
)
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import Running, WarmProgram

PROMPT = """Do a few things.
@@slow 10 0.03
@@write b.txt one\\n
@@run sleep 0.3
@@slow 10 0.03
@@run bash -c "trap '' TERM INT; sleep 30 & wait; sleep 30"
@@say Finished."""
PATIENCE_S = 3.0


@pytest.fixture(scope="module")
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


def end_after(running: Running, delay: float, *signals: int) -> tuple[list[dict[str, Any]], float, int]:
    """Signal it `delay` seconds after its first event: what it printed, how long its end took, its exit code."""
    printed = running.until("turn_started")
    reader = threading.Thread(target=lambda: printed.extend(running.events()))
    reader.start()
    time.sleep(delay)  # the random moment itself, not a wait for anything
    family = running.family()
    asked = time.monotonic()
    for number in signals:
        running.send(number)
    code = running.wait()
    took = time.monotonic() - asked
    reader.join()
    assert_gone(family, within_s=PATIENCE_S)
    return printed, took, code


async def look_again(home: Path, chat_id: str) -> None:
    async with reopened(home) as core:
        await assert_at_rest(core, chat_id)
        (turn,) = await core.store.turns(chat_id=chat_id)
        assert turn.status == "interrupted"
        await assert_goes_on(core, chat_id)


@at_random_moments
def test_exit_with_work_running(program: WarmProgram, repository: Path, moment: int):
    delay = random.Random(moment).uniform(0.0, 1.5)
    running = program.start_run(PROMPT, "-C", str(repository), "--permissions", "allow")
    number = signal.SIGTERM if moment % 2 else signal.SIGINT
    printed, took, code = end_after(running, delay, number)
    assert took < PATIENCE_S
    assert code == 130
    assert (printed[-1]["type"], printed[-1]["status"]) == ("turn_finished", "interrupted")
    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=time.time() + 1)
    asyncio.run(look_again(program.home, printed[0]["chat_id"]))
    assert not (repository / "b.txt").exists()


def test_impatient_signals_lose_nothing(program: WarmProgram, repository: Path):
    running = program.start_run(PROMPT, "-C", str(repository), "--permissions", "allow")
    printed, took, _code = end_after(running, 0.8, *([signal.SIGINT] * 5), signal.SIGTERM)
    assert took < PATIENCE_S
    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=time.time())
    asyncio.run(look_again(program.home, printed[0]["chat_id"]))


def test_the_reader_of_the_output_goes_away(program: WarmProgram, repository: Path, server: OpenAIServer):
    """`boocode run … | head -1`: the turn ends, and what it did is stored."""
    running = program.start_run("@@gate head\n@@write b.txt x\n@@slow 50 0.01\n@@say x", "-C", str(repository))
    first = running.until("turn_started")[0]
    running.close_output()
    server.release("head")
    assert running.wait() == 0
    assert running.errors == []
    assert rows(program.home, "SELECT status FROM turns WHERE id = ?", first["turn_id"]) == [("completed",)]
    assert_sound(program.home)


def test_the_reader_of_a_list_goes_away(program: WarmProgram, repository: Path):
    program.run("@@say Hi.", "-C", str(repository))
    running = program.start("sessions", "list")
    running.close_output()
    assert running.wait() in (0, 1)
    assert not [line for line in running.errors if "Traceback" in line or "BrokenPipe" in line]
