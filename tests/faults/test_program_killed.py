"""kill -9 of the program at random moments of a turn: restart shows it interrupted with all that was acknowledged."""

import asyncio
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import (
    MOMENTS,
    assert_at_rest,
    assert_goes_on,
    assert_gone,
    assert_nothing_lost,
    assert_sound,
    reopened,
)
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
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


@pytest.fixture(scope="module")
def server():
    with OpenAIServer() as running:
        yield running


def run_and_kill(program: WarmProgram, repository: Path, delay: float) -> tuple[list[dict[str, Any]], float]:
    """Start a turn, kill it `delay` seconds after its first event; what it printed, and when it died."""
    running = program.start_run(PROMPT, "-C", str(repository), "--permissions", "allow")
    printed: list[dict[str, Any]] = []
    first = threading.Event()

    def read() -> None:
        for event in running.events():
            printed.append(event)
            first.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert first.wait(30)
    time.sleep(delay)  # the random moment itself, not a wait for anything
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


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_kill_app_mid_turn(moment: int, tmp_path: Path, server: OpenAIServer):
    delay = random.Random(moment).uniform(0.0, 1.1)
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    printed, died_at = run_and_kill(program, repository, delay)

    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=died_at)
    ended = printed[-1]["type"] == "turn_finished"
    asyncio.run(look_again(program.home, printed[0]["chat_id"], printed[0]["session_id"], ended=ended))
    assert_sound(program.home)
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert not (repository / "b.txt").exists()
