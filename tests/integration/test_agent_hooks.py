"""Hooks of agents as real processes: what each agent is given, what its hook script writes, what a watcher tells."""

import asyncio
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from boocode_desktop.agents.builtin_agents import CLAUDE, CODEX, GEMINI, GOOSE, OPENCODE, QWEN
from boocode_desktop.agents.oneshot.hooks.configs import SPOOL, private_config
from boocode_desktop.agents.oneshot.hooks.statuses import AgentStatus, read_status
from boocode_desktop.agents.oneshot.hooks.watcher import StatusWatcher


@pytest.mark.parametrize(
    ("name", "event", "status"),
    [
        ("UserPromptSubmit", {}, "working"),
        ("PreToolUse", {"tool_name": "Bash"}, "working"),
        ("Notification", {"message": "Claude needs your permission"}, "blocked"),
        ("Notification", {"notification_type": "idle_prompt"}, None),
        ("PermissionRequest", {}, "blocked"),
        ("Stop", {}, "done"),
        ("AfterAgent", {}, "done"),
        ("agent-turn-complete", {"last-assistant-message": "Fixed."}, "done"),
        ("session.idle", {}, "done"),
        ("permission.asked", {}, "blocked"),
        ("SomethingNew", {}, None),
        ("", {"hook_event_name": "Stop"}, "done"),
        (3, "x", None),
    ],
)
def test_what_events_mean(name, event, status):
    found = read_status({"name": name, "event": event})
    assert (found.status if found else None) == status


def commands(settings: Path) -> dict[str, tuple[str, int]]:
    hooks = json.loads(settings.read_text())["hooks"]
    return {name: (group[0]["hooks"][0]["command"], group[0]["hooks"][0]["timeout"]) for name, group in hooks.items()}


def fire(words, event="") -> subprocess.CompletedProcess:
    return subprocess.run(words, input=event, capture_output=True, text=True, env={}, check=False, timeout=30)


async def seen_by_a_watcher(folder: Path, act) -> list[AgentStatus]:
    seen: list[AgentStatus] = []

    async def note(status: AgentStatus) -> None:
        seen.append(status)

    watcher = StatusWatcher(folder, note, every_s=0.01)
    watcher.start()
    await asyncio.to_thread(act)
    await watcher.stop()
    return seen


def test_claudes_hooks_tell_working_blocked_and_done(tmp_path):
    folder = tmp_path / "private folder"
    config = private_config(CLAUDE, folder)
    (arg,) = config.args
    found = commands(Path(arg.removeprefix("--settings=")))
    assert all(seconds == 5 for _, seconds in found.values())
    assert folder.stat().st_mode & 0o777 == 0o700 and (folder / SPOOL).stat().st_mode & 0o777 == 0o600

    def act():
        secret = json.dumps({"hook_event_name": "UserPromptSubmit", "prompt": "my secret plan"})
        for name, event in (
            ("UserPromptSubmit", secret),
            ("PreToolUse", "{}"),
            ("Notification", '{"message": "Claude needs your permission to use Bash"}'),
            ("Stop", "no json"),
        ):
            done = fire(["/bin/sh", "-c", found[name][0]], event)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    seen = asyncio.run(seen_by_a_watcher(folder, act))
    assert [s.status for s in seen] == ["working", "blocked", "done"]
    assert seen[1].message == "Claude needs your permission to use Bash"
    assert "secret" not in (folder / SPOOL).read_text()


def test_codex_gives_its_event_as_the_last_argument(tmp_path):
    flag, value = private_config(CODEX, tmp_path).args
    words = json.loads(value.removeprefix("notify="))
    event = json.dumps({"type": "agent-turn-complete", "last-assistant-message": "Fixed."})
    seen = asyncio.run(seen_by_a_watcher(tmp_path, lambda: fire([*words, event])))
    assert flag == "-c" and seen == [AgentStatus(status="done", message="Fixed.")]


@pytest.mark.parametrize(
    ("spec", "variable"),
    [(QWEN, "QWEN_CODE_SYSTEM_DEFAULTS_PATH"), (GEMINI, "GEMINI_CLI_SYSTEM_DEFAULTS_PATH")],
    ids=["qwen", "gemini"],
)
def test_settings_that_stood_there_stay(tmp_path, spec, variable):
    before = tmp_path / "before.json"
    before.write_text('{"memory": {"x": false}, "hooks": {"Mine": []}}')
    config = private_config(spec, tmp_path / "own", {variable: str(before)})
    after = json.loads(Path(config.env[variable]).read_text())
    assert after["memory"] == {"x": False} and "Mine" in after["hooks"] and len(after["hooks"]) > 4
    assert json.loads(before.read_text())["hooks"] == {"Mine": []}


def test_opencode_gets_a_plugin_beside_its_own_settings(tmp_path):
    config = private_config(OPENCODE, tmp_path, {"OPENCODE_CONFIG_CONTENT": '{"model": "m", "plugin": ["mine"]}'})
    content = json.loads(config.env["OPENCODE_CONFIG_CONTENT"])
    assert content["model"] == "m" and content["plugin"][0] == "mine"
    assert content["plugin"][1].startswith("file://")


def test_an_agent_without_hooks_is_left_as_it_is(tmp_path):
    assert not private_config(GOOSE, tmp_path).tells


def test_lines_without_the_token_and_junk_are_passed_over(tmp_path):
    private_config(CLAUDE, tmp_path)
    good = json.dumps({"token": (tmp_path / "token").read_text(), "name": "Stop", "event": {}})

    def act():
        with (tmp_path / SPOOL).open("a") as spool:
            spool.write('junk\n{"token": "wrong", "name": "Stop"}\n{"name": "Stop", "token": 3}\nnull\n')
            spool.write(good + "\n")

    assert asyncio.run(seen_by_a_watcher(tmp_path, act)) == [AgentStatus(status="done")]


def test_a_hook_never_troubles_its_agent(tmp_path):
    config = private_config(CLAUDE, tmp_path)
    words = shlex.split(commands(Path(config.args[0].removeprefix("--settings=")))["Stop"][0])
    (tmp_path / SPOOL).unlink()
    for arguments in (words, words[:-2], [*words[:-2], str(tmp_path / "no/where"), "Stop"]):
        done = fire(arguments, "{}")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert words[0] == sys.executable
