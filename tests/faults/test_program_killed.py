"""kill -9 of the program at random moments of a turn: restart shows it interrupted with all that was acknowledged."""

import json
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

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


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_kill_app_mid_turn(moment: int, tmp_path: Path, server: OpenAIServer):
    delay = random.Random(moment).uniform(0.0, 1.4)
    program = Program(tmp_path / "boo", base_url=server.base_url)
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    printed, died_at = run_and_kill(program, repository, delay)

    chat_id, session_id = printed[0]["chat_id"], printed[0]["session_id"]
    shown = program.json("chats", "show", chat_id)
    assert_sound(program.home)
    assert_nothing_lost(printed, program.home, died_at=died_at)
    ended = printed[-1]["type"] == "turn_finished"
    turn = shown["turns"][0]
    assert turn["status"] in ({"completed"} if ended else {"completed", "interrupted"})
    assert all(p["outcome"] for p in turn["parts"] if p["kind"] == "tool")
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert not (repository / "b.txt").exists()
    traces = program.json("traces", "--chat", chat_id)["traces"]
    assert all(t["outcome"] for t in traces)

    events = program.run("@@read a.txt\n@@say Back again.", "--session", session_id)
    assert events[-1]["status"] == "completed"
    changed = {c["path"] for c in program.json("changes", "list", "--session", session_id)}
    assert changed <= {"a.txt", "b.txt", "c/d.txt"}
