"""Secrets that pass through a turn are in no trace and in no log; messages may hold what was said."""

import json
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_sound, rows
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram

TAIL = "CanaryCanary7Canary9Canary3"
SECRETS = {
    "OPENAI_API_KEY": f"sk-proj-{TAIL}AbCdEfGhIj",
    "ANTHROPIC_API_KEY": f"sk-ant-api03-{TAIL}-{TAIL}",
    "GITHUB_TOKEN": "ghp_" + (TAIL * 3)[:36],
    "AWS_SECRET_ACCESS_KEY": (TAIL + "abcdefghijklmnopqrstuvwxyz")[:40],
    "DATABASE_URL": f"postgres://admin:{TAIL}@db.example.org/x",
    "MY_PASSWORD": TAIL,
}


@pytest.fixture
def program(tmp_path: Path):
    with OpenAIServer(api_key=SECRETS["OPENAI_API_KEY"]) as server:
        program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
        program.environment |= {**SECRETS, "BOOCODE_API_KEY": SECRETS["OPENAI_API_KEY"]}
        yield program
        program.close()


def leaks(home: Path) -> list[str]:
    """Where a canary can be read: traces, logs, run files; not messages, which hold what was said."""
    found = [f"trace {row}" for row in rows(home, "SELECT * FROM traces") if TAIL in repr(row)]
    for folder in ("logs", "run"):
        found += [str(p) for p in (home / folder).rglob("*") if p.is_file() and TAIL.encode() in p.read_bytes()]
    return found


def test_secrets_in_traces_and_logs(program: WarmProgram, tmp_path: Path):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    (repository / ".env").write_text("\n".join(f"{k}={v}" for k, v in SECRETS.items()))
    shown = "; ".join(f"echo {name}={value}" for name, value in SECRETS.items())
    prompt = "\n".join(
        [
            "@@read .env",
            "@@run env",
            f"@@call run_command {json.dumps({'command': 'bash', 'args': ['-c', shown]})}",
            f"@@call run_command {json.dumps({'command': 'curl', 'args': ['-H', 'Authorization: Bearer ' + TAIL]})}",
            f"@@call create_file {json.dumps({'path': 'b.env', 'content': shown})}",
            f"@@call read_file {json.dumps({'path': 'no/' + SECRETS['GITHUB_TOKEN']})}",
            f"@@call no_such_tool {json.dumps({'api_key': TAIL})}",
            "@@read b.env",
            "@@say Done.",
        ]
    )
    events = program.run(prompt, "-C", str(repository), "--permissions", "allow")
    outputs = {e["tool"]: e for e in events if e["type"] == "tool_finished"}
    assert outputs["create_file"]["outcome"] == "success"
    assert len(rows(program.home, "SELECT id FROM traces")) == 8
    assert leaks(program.home) == []
    assert TAIL not in json.dumps(program.json("traces", "--chat", events[0]["chat_id"]))
    assert_sound(program.home)


def test_no_command_gets_the_keys_of_the_program(program: WarmProgram, tmp_path: Path):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    events = program.run("@@run env\n@@say Done.", "-C", str(repository), "--permissions", "allow")
    finished = next(e for e in events if e["type"] == "tool_finished")
    assert finished["outcome"] == "success"
    assert TAIL not in finished["output"]


def test_a_wrong_key_is_told_without_the_key(program: WarmProgram, tmp_path: Path):
    repository = make_repository(tmp_path / "repo", {"a.txt": "alpha\n"})
    program.environment["BOOCODE_API_KEY"] = f"sk-wrong-{TAIL}"
    running = program.start_run("@@say Hi.", "-C", str(repository), "--max-wait", "0")
    out = "".join(running.lines())
    assert running.wait() == 1
    assert "key" in out.lower()
    assert TAIL not in out + "".join(running.errors)
    assert leaks(program.home) == []
