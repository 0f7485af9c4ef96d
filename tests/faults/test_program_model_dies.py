"""The model's server dies or freezes in the middle of an answer: text is kept, the error is clear, work goes on."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import (
    assert_at_rest,
    assert_goes_on,
    assert_nothing_lost,
    assert_sound,
    reopened,
)
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram

ROOT = Path(__file__).parents[2]
WORDS = 60


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("model_dies") / "repo", {"a.txt": "alpha\n"})


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path_factory.mktemp("model_dies") / "boo")
    yield program
    program.close()


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(e["delta"] for e in events if e["type"] == "text")


async def look_again(home: Path, chat_id: str, said: str) -> None:
    async with reopened(home) as core:
        await assert_at_rest(core, chat_id)
        entries = (await core.front.chats.entries(chat_id)).rows
        shown = [r.entry.text for r in entries if r.entry.kind == "text"]
        assert "".join(shown).strip() == said.strip()
        await assert_goes_on(core, chat_id)


def assert_kept(program: WarmProgram, events: list[dict[str, Any]]) -> None:
    """What came is kept, the turn failed with a reason and a way on."""
    error = next(e for e in events if e["type"] == "error")
    assert error["message"] and error["hint"]
    assert (events[-1]["type"], events[-1]["status"]) == ("turn_finished", "failed")
    assert_sound(program.home)
    assert_nothing_lost(events, program.home, died_at=time.time() + 1)
    asyncio.run(look_again(program.home, events[0]["chat_id"], text_of(events)))


@at_random_moments
def test_model_server_dies_mid_stream(program: WarmProgram, repository: Path, moment: int):
    pieces = random.Random(moment).randrange(1, WORDS)
    before = "@@write b.txt x\n" if moment % 2 else ""
    prompt = f"{before}@@drop {pieces}"
    with OpenAIServer() as server:
        events = program.run(prompt, "-C", str(repository), "--base-url", server.base_url, "--max-wait", "1", code=1)
        after_the_call = [r for r in server.chats if r.body["messages"][-1]["role"] == ("tool" if before else "user")]
    assert text_of(events) == "word " * pieces
    assert len(after_the_call) == 1, "an answer that began is never asked for again: it would be doubled"
    assert_kept(program, events)
    assert not (repository / "b.txt").exists()


def test_model_server_is_killed_mid_stream(program: WarmProgram, repository: Path):
    with ServerProcess() as (server, url):
        running = program.start_run("@@slow 200 0.01", "-C", str(repository), "--base-url", url, "--max-wait", "1")
        events = running.until("text")
        server.kill()
        events += list(running.events())
        assert running.wait() == 1
    assert_kept(program, events)


class ServerProcess:
    """The scripted server in a process of its own."""

    def __enter__(self) -> tuple["subprocess.Popen[str]", str]:
        argv = [sys.executable, "-m", "tests.fakes.openai_server", "--parent"]
        self._process = subprocess.Popen(
            argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert self._process.stdout is not None
        return self._process, self._process.stdout.readline().split()[1]

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def far_server() -> Iterator[tuple["subprocess.Popen[str]", str]]:
    with ServerProcess() as made:
        yield made


@at_random_moments
def test_suspend_and_resume(
    program: WarmProgram, repository: Path, far_server: tuple["subprocess.Popen[str]", str], moment: int
):
    """The program, or the server, stands still for a while in the middle of a turn: nothing is lost or doubled."""
    server, url = far_server
    chance = random.Random(moment)
    prompt = "@@slow 10 0.02\n@@write b.txt x\n@@run sleep 0.1\n@@slow 10 0.02\n@@say End."
    running = program.start_run(prompt, "-C", str(repository), "--base-url", url, "--permissions", "allow")
    events = running.until("turn_started")
    time.sleep(chance.uniform(0, 0.6))  # the random moment itself, not a wait for anything
    frozen = server.pid if moment % 2 else running.pid
    try:
        os.kill(frozen, signal.SIGSTOP)
        time.sleep(0.3)  # the suspension itself
    except ProcessLookupError:
        pass
    finally:
        if moment % 2:
            os.kill(frozen, signal.SIGCONT)
        else:
            running.send(signal.SIGCONT)
    events += list(running.events())
    assert running.wait() == 0
    assert events[-1]["status"] == "completed"
    assert [e["outcome"] for e in events if e["type"] == "tool_finished"] == ["success", "success"]
    assert text_of(events).count("End.") == 1
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert not [e for e in events if e["type"] in ("retry", "error")]
    assert_nothing_lost(events, program.home, died_at=time.time() + 1)
    assert_sound(program.home)
