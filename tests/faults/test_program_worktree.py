"""The folder of a session or the repository is not as it was left: said in words, nothing lost, work goes on."""

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import assert_nothing_lost, assert_sound
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import git, make_repository
from tests.fakes.warm_program import WarmProgram


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, server: OpenAIServer) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    yield program
    program.close()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})


def error_of(events: list[dict[str, Any]]) -> str:
    return "".join(f"{e['message']} {e['hint']}" for e in events if e["type"] == "error")


def test_worktree_deleted_between_turns(program: WarmProgram, repository: Path):
    """The chat stays readable; the next turn, or a rewind, makes the folder again as it was."""
    first = program.run("@@edit a.txt alpha => beta\n@@write b.txt x\n@@say One.", "-C", str(repository))
    session, chat, root = first[0]["session_id"], first[0]["chat_id"], Path(first[0]["worktree"])
    shutil.rmtree(root)
    assert [t["number"] for t in program.json("chats", "show", chat)["turns"]] == [1]
    assert program.json("sessions", "show", session)["id"] == session
    _out, errors = program.call("changes", "approve", "--session", session, code=1)
    assert "was deleted" in "".join(errors) and "rewind" in "".join(errors)

    program.json("rewind", "--session", session, "--to-turn", "1")
    assert ((root / "a.txt").read_text(), (root / "b.txt").read_text()) == ("beta\n", "x")
    shutil.rmtree(root)
    events = program.run("@@read a.txt\n@@say Two.", "--session", session)
    assert "worktree_recreated" in [e.get("code") for e in events]
    assert ((root / "a.txt").read_text(), (root / "b.txt").read_text()) == ("beta\n", "x")
    assert program.run("@@read a.txt\n@@say Three.", "--session", session)[-1]["status"] == "completed"
    changes = {c["path"]: c["operation"] for c in program.json("changes", "list", "--session", session)}
    assert changes == {"a.txt": "modified", "b.txt": "added"}
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert_sound(program.home)


@at_random_moments
def test_worktree_deleted_in_mid_turn(program: WarmProgram, repository: Path, moment: int):
    prompt = "@@write b.txt x\n@@slow 10 0.02\n@@edit a.txt alpha => beta\n@@slow 10 0.02\n@@read a.txt\n@@say End."
    running = program.start_run(prompt, "-C", str(repository))
    events = running.until("turn_started")
    time.sleep(random.Random(moment).uniform(0, 0.6))  # the random moment itself, not a wait for anything
    shutil.rmtree(events[0]["worktree"], ignore_errors=True)
    events += list(running.events())
    assert running.wait() in (0, 1)
    assert events[-1]["type"] == "turn_finished"
    assert not [line for line in running.errors if "Traceback" in line]
    assert "BooCode made a mistake" not in error_of(events)
    assert_nothing_lost(events, program.home, died_at=time.time() + 1)
    session = events[0]["session_id"]
    program.call("changes", "list", "--session", session, code=None)
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert Path(events[0]["worktree"], "a.txt").read_text() == "alpha\n"
    assert program.run("@@read a.txt\n@@say On.", "--session", session)[-1]["status"] == "completed"
    assert (repository / "a.txt").read_text() == "alpha\n"
    assert_sound(program.home)


def test_index_lock_present_through_the_program(program: WarmProgram, repository: Path):
    lock = repository / ".git" / "index.lock"
    lock.write_text("somebody else's")
    events = program.run("@@edit a.txt alpha => beta\n@@call git_status {}\n@@say One.", "-C", str(repository))
    session = events[0]["session_id"]
    assert events[-1]["status"] == "completed"
    program.json("changes", "approve", "--session", session)
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (repository / "a.txt").read_text() == "beta\n"
    assert lock.read_text() == "somebody else's", "never deleted unasked"
    program.json("sessions", "delete", session, "--force")
    assert lock.exists()
    assert_sound(program.home)


def test_the_repository_is_moved_away_and_comes_back(program: WarmProgram, repository: Path, tmp_path: Path):
    session = program.run("@@edit a.txt alpha => beta\n@@say One.", "-C", str(repository))[0]["session_id"]
    repository.rename(tmp_path / "elsewhere")
    _out, errors = program.call("changes", "approve", "--session", session, code=1)
    assert "Traceback" not in "".join(errors) and "made a mistake" not in "".join(errors)
    assert not repository.exists()
    assert [c["path"] for c in program.json("changes", "list", "--session", session)] == ["a.txt"]
    (tmp_path / "elsewhere").rename(repository)
    program.json("changes", "approve", "--session", session)
    assert (repository / "a.txt").read_text() == "beta\n"
    assert_sound(program.home)


def test_head_detached_or_no_commits(program: WarmProgram, repository: Path, tmp_path: Path):
    git(repository, "checkout", "-q", "--detach")
    assert program.run("@@edit a.txt alpha => beta\n@@say One.", "-C", str(repository))[-1]["status"] == "completed"
    unborn = tmp_path / "unborn"
    unborn.mkdir()
    git(unborn, "init", "-q")
    _out, errors = program.call("run", "-C", str(unborn), "--base-url", program.base_url, "@@say Hi.", code=1)
    assert "--isolation in-place" in "".join(errors)
    events = program.run("@@write a.txt x\n@@say Hi.", "-C", str(unborn), "--isolation", "in-place")
    assert events[-1]["status"] == "completed"
    assert git(unborn, "for-each-ref") == ""
