"""kill -9 of the program at random moments of a turn: restart shows it interrupted with all that was acknowledged."""

import asyncio
import json
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.app.core import CoreOptions, open_core
from boocode_desktop.config.paths import Paths
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.orchestrator.ports.agents import Prompt
from tests.fakes.aftermath import assert_gone, assert_nothing_lost, assert_sound, descendants
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, make_repository

MOMENTS = int(os.environ.get("BOOCODE_FAULT_MOMENTS", "20"))
PROMPT = """Do a few things.
@@reason I think about it.
@@slow 6 0.02
@@read a.txt
@@write b.txt one\\ntwo\\n
@@edit a.txt alpha => beta
@@run sleep 0.2
@@slow 8 0.02
@@write c/d.txt deep\\n
@@say Finished."""


@pytest.fixture(scope="module")
def server():
    with OpenAIServer() as running:
        yield running


def run_and_kill(program: Program, repository: Path, delay: float) -> tuple[list[dict[str, Any]], float]:
    """Start a turn, kill it `delay` seconds after its first event; what it printed, and when it died."""
    arguments = ["run", "--json", "-C", str(repository), "--base-url", program.base_url, "--permissions", "allow"]
    child = program.start(*arguments, PROMPT)
    printed: list[dict[str, Any]] = []
    first = threading.Event()

    def read() -> None:
        for line in child.stdout:
            if line.endswith("\n"):
                printed.append(json.loads(line))
                first.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert first.wait(30)
    time.sleep(delay)  # the random moment itself, not a wait for anything
    family = descendants(child.pid)
    died_at = time.time()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    reader.join()
    for pipe in (child.stdin, child.stdout, child.stderr):
        pipe.close()
    assert_gone(family)
    return printed, died_at


async def look_again(home: Path, chat_id: str, session_id: str, *, ended: bool) -> None:
    """What the next start shows, and that work goes on there."""
    core = await open_core(Paths(home=home, settings_file=home / "settings.toml"), CoreOptions(attended=False))
    try:
        (turn,) = await core.store.turns(chat_id=chat_id)
        assert turn.status in ({"completed"} if ended else {"completed", "interrupted"})
        entries = [r.entry for r in (await core.front.chats.entries(chat_id)).rows]
        assert all(e.outcome for e in entries if isinstance(e, ToolEntry))
        page = await core.front.ledger.traces(chat_id)
        assert all(t.outcome for t in page.traces)
        changed = {c.path for c in await core.front.review.changes(session_id)}
        assert changed <= {"a.txt", "b.txt", "c/d.txt"}
        await core.front.chats.configure(chat_id, model="scripted")
        await core.front.turns.send(chat_id, Prompt(text="@@read a.txt\n@@say Back again."))
        await core.turns.drain()
        assert (await core.store.turns(chat_id=chat_id))[-1].status == "completed"
    finally:
        await core.close()


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_kill_app_mid_turn(moment: int, tmp_path: Path, server: OpenAIServer):
    delay = random.Random(moment).uniform(0.0, 1.4)
    program = Program(tmp_path / "boo", base_url=server.base_url)
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    printed, died_at = run_and_kill(program, repository, delay)

    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=died_at)
    ended = printed[-1]["type"] == "turn_finished"
    asyncio.run(look_again(program.home, printed[0]["chat_id"], printed[0]["session_id"], ended=ended))
    assert_sound(program.home)
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert not (repository / "b.txt").exists()
