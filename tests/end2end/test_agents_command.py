"""`boocode agents …` as scripts use it: JSON, exit codes, nothing asked, and the same file for every process."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.acp_rig import SCRIPT
from tests.fakes.warm_program import WarmProgram

ALL = ["boocode", "opencode", "qwen", "goose", "claude", "codex", "gemini", "kimi"]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[WarmProgram]:
    """The program, with a goose that works and a qwen that wants a login."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, mode in (("goose", "models"), ("qwen", "auth")):
        path = folder / name
        # Whole in one file: a sandboxed agent sees its own program, and not what lies beside this test.
        path.write_text(f"#!{sys.executable}\nimport sys\nsys.argv[1:1] = [{mode!r}]\n{SCRIPT.read_text()}")
        path.chmod(0o755)
    program = WarmProgram(tmp_path / "boo", environment={"PATH": f"{folder}:/usr/bin:/bin"})
    yield program
    program.close()


def words_of(program, *argv, code=0):
    out, errors = program.call(*argv, code=code)
    return "".join(out), "".join(errors)


def by_name(agents):
    return {agent["name"]: agent for agent in agents}


def test_agents_are_listed_probed_switched_added_and_removed(program: WarmProgram):
    listed = program.json("agents", "list")
    assert [agent["name"] for agent in listed] == ALL
    assert {a["name"]: a["state"] for a in listed if a["state"] != "unavailable"} == dict.fromkeys(
        ("boocode", "qwen", "goose"), "ready"
    )
    probed = by_name(program.json("agents", "probe", code=1))
    assert probed["qwen"]["state"] == "error" and probed["qwen"]["problem"].startswith("sign in: qwen")
    assert [model["id"] for model in probed["goose"]["models"]] == ["fake/a", "fake/b"]
    assert set(probed) == {"boocode", "qwen", "goose"}
    remembered = by_name(program.json("agents", "list"))
    assert remembered["goose"]["models"] == probed["goose"]["models"] and remembered["qwen"]["state"] == "error"
    assert program.json("agents", "probe", "goose")["state"] == "ready"
    assert program.json("agents", "probe", "kimi", code=1)["state"] == "unavailable"

    assert program.json("agents", "disable", "goose")["state"] == "disabled"
    out, _ = words_of(program, "agents", "add", "--json", "mine", "--", "goose", "--x", "y")
    assert json.loads(out)["command"][1:] == ["--x", "y"]
    assert program.json("agents", "add", "--label", "C", "--env", "A=b", "cline")["label"] == "C"
    states = {name: agent["state"] for name, agent in by_name(program.json("agents", "list")).items()}
    assert (states["goose"], states["mine"], states["cline"]) == ("disabled", "ready", "unavailable")
    assert program.json("agents", "remove", "mine") == {"name": "mine", "done": "removed"}
    assert program.json("agents", "enable", "goose")["state"] == "ready"
    assert "[cline]" in (program.home / "agents.toml").read_text()
    assert by_name(program.json("agents", "catalogue"))["cline"]["added"] is True


def test_people_read_tables_reports_and_what_to_do(program: WarmProgram):
    assert "sign in: qwen" in words_of(program, "agents", "probe", "qwen", code=1)[0]
    report, _ = words_of(program, "agents", "diagnose", "qwen")
    assert "Looked for: qwen" in report and "State: error" in report
    shown, errors = words_of(program, "agents", "install", "kimi")
    assert shown == "npm install -g @moonshot-ai/kimi-code\n" and "Nothing was run" in errors
    assert program.json("agents", "install", "kimi")["ran"] is False
    doctor, _ = words_of(program, "doctor", code=None)
    assert "sign in: qwen" in doctor and "other agents" in doctor
    assert "diagnose" in words_of(program, "agents", "--help")[0]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("enable", "nobody"), 1, "There is no agent"),
        (("probe", "nobody"), 1, "There is no agent"),
        (("diagnose", "nobody"), 1, "There is no agent"),
        (("remove", "goose"), 1, "nothing to remove"),
        (("install", "cursor"), 1, "No command is known"),
        (("add", "goose", "--", "x"), 2, "already"),
        (("add", "unheard-of"), 2, "No command is known"),
        (("add", "Bad Name", "--", "x"), 2, "cannot be an agent's name"),
        (("add", "--env", "A", "mine", "--", "x"), 2, "sets no variable"),
        (("add",), 2, "--help"),
        (("dance",), 2, "--help"),
    ],
)
def test_wrong_words_end_with_a_sentence_and_a_code(program: WarmProgram, arguments, code, words):
    assert words in words_of(program, "agents", *arguments, code=code)[1]


def test_a_broken_file_is_told_and_left_and_hinders_no_work(program: WarmProgram):
    program.home.mkdir()
    (program.home / "agents.toml").write_text("[goose\n")
    listed, errors = words_of(program, "agents", "list")
    assert "agents.toml could not be read" in errors and "goose" in listed
    _, errors = words_of(program, "agents", "disable", "goose", code=1)
    assert "Nothing was changed" in errors and (program.home / "agents.toml").read_text() == "[goose\n"
    assert "agents.toml" in words_of(program, "doctor", code=None)[0]
