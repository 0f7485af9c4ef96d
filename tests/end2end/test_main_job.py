"""The main job through the command line: ask, watch, review, approve, rewind; the folder untouched until approved."""

from pathlib import Path

import pytest

from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, git, make_repository

FILES = {"calc.py": "def add(a, b):\n    return a - b\n\n\ndef sub(a, b):\n    return a - b\n", "README.md": "# Calc\n"}
EDITS = """Fix the sum.
@@reason Let me look.
@@read calc.py
@@edit calc.py return a - b\\n\\n\\ndef sub => return a + b\\n\\n\\ndef sub
@@write docs/notes.md # Notes\\n
@@say Done: the sum is right now."""


@pytest.fixture
def server():
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, server: OpenAIServer) -> Program:
    return Program(tmp_path / "boo", base_url=server.base_url)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "calc", FILES)


def types(events):
    return [e["type"] for e in events]


def test_a_turn_from_prompt_to_approved_change(program: Program, repository: Path):
    before = {p.name: p.read_bytes() for p in repository.iterdir() if p.is_file()}
    status = git(repository, "status", "--porcelain=v1", "-b")

    events = program.run(EDITS, "-C", str(repository))

    assert events[0]["type"] == "turn_started"
    assert events[-1]["type"] == "turn_finished"
    assert events[-1]["status"] == "completed"
    assert [e["seq"] for e in events] == list(range(events[0]["seq"], events[0]["seq"] + len(events)))
    assert {"reasoning", "text", "tool_started", "tool_finished", "step_started", "usage", "checkpoint"} <= set(
        types(events)
    )
    tools = [(e["tool"], e["outcome"]) for e in events if e["type"] == "tool_finished"]
    assert tools == [("read_file", "success"), ("edit_file", "success"), ("create_file", "success")]

    session = events[0]["session_id"]
    changes = program.json("changes", "list", "--session", session)
    assert {(c["path"], c["operation"], c["status"]) for c in changes} == {
        ("calc.py", "modified", "open"),
        ("docs/notes.md", "added", "open"),
    }
    assert all(c["agents"] == ["boocode"] for c in changes)
    assert {p.name: p.read_bytes() for p in repository.iterdir() if p.is_file()} == before
    assert git(repository, "status", "--porcelain=v1", "-b") == status

    program.json("changes", "approve", "--session", session, "--file", "calc.py")
    assert "return a + b" in (repository / "calc.py").read_text()
    assert not (repository / "docs").exists()

    blame = program.json("blame", "calc.py", "--session", session)
    assert [(b["author"], b["turn"]) for b in blame if "a + b" in b["text"]] == [("boocode", 1)]
    git(repository, "config", "user.name", "Boo")
    git(repository, "config", "user.email", "boo@example.org")
    assert list(program.json("changes", "commit", "--session", session, "--dry-run")["operations"]) == ["calc.py"]
    assert program.json("changes", "commit", "--session", session, "-m", "Add, not subtract")["paths"] == ["calc.py"]
    assert git(repository, "log", "-1", "--format=%s").strip() == "Add, not subtract"
    traces = program.json("traces", "--chat", events[0]["chat_id"])
    assert [t["tool"] for t in reversed(traces["traces"])] == ["read_file", "edit_file", "create_file"]

    preview = program.json("rewind", "--session", session, "--to-turn", "0", "--dry-run")
    assert {f["path"] for f in preview["files"]} == {"calc.py", "docs/notes.md"}
    worktree = Path(events[0]["worktree"])
    program.json("rewind", "--session", session, "--to-turn", "0")
    assert (worktree / "calc.py").read_text() == FILES["calc.py"]
    assert not (worktree / "docs").exists()
    program.json("rewind", "--session", session, "--undo")
    assert "return a + b" in (worktree / "calc.py").read_text()
    assert (worktree / "docs" / "notes.md").exists()


def test_a_second_turn_sends_the_same_prefix(program: Program, repository: Path, server: OpenAIServer):
    first = program.run("@@read calc.py\n@@say One.", "-C", str(repository))
    program.run("@@say Two.", "--session", first[0]["session_id"])
    bodies = [r.body for r in server.chats]
    last, earlier = bodies[-1], bodies[-2]
    assert last["messages"][: len(earlier["messages"])] == earlier["messages"]
    assert last["tools"] == earlier["tools"]


def test_a_denied_command_names_its_rule(program: Program, repository: Path):
    events = program.run("@@run touch made.txt\n@@say Sorry.", "-C", str(repository))
    finished = next(e for e in events if e["type"] == "tool_finished")
    assert finished["outcome"] == "denied"
    assert "run: touch made.txt" in finished["error"] + finished["output"]
    assert not (Path(events[0]["worktree"]) / "made.txt").exists()


def test_allow_runs_the_command(program: Program, repository: Path):
    events = program.run("@@run touch made.txt\n@@say Made.", "-C", str(repository), "--permissions", "allow")
    assert (Path(events[0]["worktree"]) / "made.txt").exists()
    assert not (repository / "made.txt").exists()


def test_a_folder_without_git_must_be_asked_for(program: Program, tmp_path: Path):
    plain = tmp_path / "plain"
    plain.mkdir()
    done = program.call("run", "-C", str(plain), "--base-url", program.base_url, "@@say Hi.", code=2)
    assert "--isolation in-place" in done.stderr
    events = program.run("@@write a.txt hello\n@@say Hi.", "-C", str(plain), "--isolation", "in-place")
    assert (plain / "a.txt").read_text() == "hello"
    session = events[0]["session_id"]
    program.json("changes", "reject", "--session", session)
    assert not (plain / "a.txt").exists()


def test_no_model_says_what_to_do(program: Program, repository: Path):
    program.base_url = ""
    events = program.run("Hello", "-C", str(repository), code=1)
    error = next(e for e in events if e["type"] == "error")
    assert error["hint"]


def test_without_a_display_the_window_names_the_ways_out(program: Program):
    program.environment["QT_QPA_PLATFORM"] = ""
    done = program.call(code=1)
    assert "boocode tour" in done.stderr
    assert "boocode run" in done.stderr
