"""What is remembered of an agent's answer and for how long, what identifies its program, and what keeps it quiet."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from boocode_desktop.agents.builtin_agents import GOOSE, QWEN
from boocode_desktop.agents.environments import agent_environment, handed_through, quieted
from boocode_desktop.agents.probe_cache import ProbeCache
from boocode_desktop.agents.probe_results import FRESH_S, RETRY_S, ProbeResult
from boocode_desktop.agents.programs import fingerprint, look_for, package_version
from boocode_desktop.agents.specs import QuietFile
from boocode_desktop.domain.events import CommandInfo
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities, AgentMode

FULL = ProbeResult(
    at=5.0,
    seconds=0.3,
    version="1",
    capabilities=AgentCapabilities(image=True, resume=True),
    models=(ModelInfo(id="m", efforts=("low", "high")),),
    modes=(AgentMode(id="a", name="A"),),
    commands=(CommandInfo(name="go", hint="where"),),
    log=("a line",),
)


@pytest.mark.parametrize(
    ("problem", "age", "fresh"),
    [
        ("", 0, True),
        ("", FRESH_S - 1, True),
        ("", FRESH_S, False),
        ("", -1, False),
        ("broken", RETRY_S - 1, True),
        ("broken", RETRY_S, False),
    ],
)
def test_how_long_an_answer_holds(problem, age, fresh):
    assert ProbeResult(at=1_000_000.0, problem=problem).fresh(1_000_000.0 + age) is fresh


def test_an_answer_is_the_same_after_a_start(tmp_path):
    cache = ProbeCache(tmp_path / "data" / "agents.json")
    cache.put("goose", "f", FULL)
    cache.save()
    again = ProbeCache(tmp_path / "data" / "agents.json")
    assert again.get("goose", "f") is None
    again.load()
    assert again.get("goose", "f") == FULL and again.get("goose", "g") is None and again.get("qwen", "f") is None


def test_two_processes_lose_nothing_of_each_other_and_the_newer_answer_stays(tmp_path):
    one, other = ProbeCache(tmp_path / "a.json"), ProbeCache(tmp_path / "a.json")
    one.put("goose", "f", FULL)
    one.put("qwen", "f", replace(FULL, at=9.0))
    one.save()
    other.put("kimi", "f", FULL)
    other.put("qwen", "f", replace(FULL, at=7.0))
    other.save()
    one.load()
    assert one.get("kimi", "f") == FULL
    kept = ProbeCache(tmp_path / "a.json")
    kept.load()
    found = kept.get("qwen", "f")
    assert kept.get("goose", "f") == FULL and found is not None and found.at == 9.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": 1, "agents": {"a": 5}}',
        '{"format": 99, "agents": {}}',
        '{"format": 1, "agents": {"a": {"fingerprint": "f", "result": {"at": "soon", "models": []}}}}',
    ],
)
def test_a_damaged_memory_counts_as_none_and_is_replaced(tmp_path, text):
    file = tmp_path / "a.json"
    file.write_text(text)
    cache = ProbeCache(file)
    cache.load()
    assert cache.get("a", "f") is None
    cache.put("a", "f", FULL)
    cache.save()
    assert json.loads(file.read_text())["agents"]["a"]["result"]["version"] == "1"


def test_a_disk_that_refuses_costs_no_answer(tmp_path):
    (tmp_path / "file").write_text("")
    cache = ProbeCache(tmp_path / "file" / "a.json")
    cache.put("a", "f", FULL)
    cache.save()
    assert cache.get("a", "f") == FULL


# Programs.


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_another_version_of_a_program_is_another_program(tmp_path):
    path = program(tmp_path / "bin" / "goose")
    search = str(path.parent)
    before = look_for(GOOSE, search)
    assert before is not None and before.path == str(path) and look_for(GOOSE, search) == before
    keys = {fingerprint(GOOSE, before)}
    os.utime(path, ns=(1, 1))
    program(tmp_path / "new")
    (tmp_path / "new").replace(path)  # as npm does: the same size and time of writing
    os.utime(path, ns=(before.modified_ns, before.modified_ns))
    after = look_for(GOOSE, search)
    assert after is not None and after.modified_ns == before.modified_ns and after.size == before.size
    keys |= {fingerprint(GOOSE, after), fingerprint(replace(GOOSE, args=("acp",)), after)}
    keys |= {fingerprint(replace(GOOSE, env=(("A", "b"),)), after)}
    assert len(keys) == 4
    assert fingerprint(replace(GOOSE, label="G", enabled=False), after) == fingerprint(GOOSE, after)


def test_a_program_is_found_behind_its_link_with_the_version_of_its_package(tmp_path):
    package = tmp_path / "node_modules" / "@scope" / "qwen"
    target = program(package / "bin" / "cli.js")
    (package / "package.json").write_text('{"version": "0.15.10"}')
    (tmp_path / "node_modules" / ".bin").mkdir()
    (tmp_path / "node_modules" / ".bin" / "qwen").symlink_to(target)
    found = look_for(QWEN, str(tmp_path / "node_modules" / ".bin"))
    assert found is not None and found.target == str(target) and found.version == "0.15.10"
    assert found.path.endswith(".bin/qwen")
    assert look_for(QWEN, str(tmp_path)) is None and look_for(QWEN, "") is None


@pytest.mark.parametrize(
    ("folder", "text", "version"),
    [
        ("node_modules/a", '{"version": "1"}', "1"),
        ("node_modules/a", '{"version": 1}', ""),
        ("node_modules/a", "[]", ""),
        ("node_modules/a", "{", ""),
        ("project", '{"version": "1"}', ""),
    ],
)
def test_the_version_of_a_package_is_read_from_packages_alone(tmp_path, folder, text, version):
    (tmp_path / folder / "bin").mkdir(parents=True)
    (tmp_path / folder / "package.json").write_text(text)
    assert package_version(tmp_path / folder / "bin" / "x") == version


# Quiet settings and variables.


def test_quiet_settings_are_set_unless_the_person_set_them(tmp_path):
    assert dict(quieted(GOOSE, {}, tmp_path).env)["GOOSE_DISABLE_SESSION_NAMING"] == "true"
    assert not quieted(GOOSE, {"GOOSE_DISABLE_SESSION_NAMING": ""}, tmp_path).env
    named = replace(GOOSE, env=(("GOOSE_DISABLE_SESSION_NAMING", "false"),))
    assert quieted(named, {}, tmp_path).env == (("GOOSE_DISABLE_SESSION_NAMING", "false"),)


def test_a_quiet_file_is_written_and_named_to_the_agent(tmp_path):
    spec = replace(QWEN, quiet_files=tuple(replace(file, unless=()) for file in QWEN.quiet_files))
    for _ in range(2):
        path = Path(dict(quieted(spec, {}, tmp_path / "s").env)["QWEN_CODE_SYSTEM_DEFAULTS_PATH"])
        assert json.loads(path.read_text())["memory"]["enableManagedAutoMemory"] is False
        path.write_text("changed")
    assert path.parent == tmp_path / "s" and spec.quiet_files and not quieted(spec, {}, tmp_path / "s").quiet_files


def test_a_quiet_file_stays_away_where_there_is_one_already(tmp_path):
    own = tmp_path / "own.json"
    own.write_text("{}")
    file = QuietFile(variable="DEFAULTS", name="d.json", text="{}", unless=(str(own),))
    spec = replace(GOOSE, quiet_env=(), quiet_files=(file,))
    assert not quieted(spec, {}, tmp_path / "s").env and not (tmp_path / "s").exists()
    assert not quieted(replace(spec, quiet_files=(replace(file, unless=()),)), {"DEFAULTS": "x"}, tmp_path / "s").env


def test_a_disk_that_refuses_the_quiet_file_costs_only_quiet(tmp_path):
    (tmp_path / "file").write_text("")
    spec = replace(QWEN, quiet_files=tuple(replace(file, unless=()) for file in QWEN.quiet_files))
    assert quieted(spec, {}, tmp_path / "file").env == QWEN.env


def test_an_agent_gets_its_own_variables_and_nobody_elses():
    environ = {
        "PATH": "/bin",
        "GOOSE_MODEL": "m",
        "OPENAI_API_KEY": "k",
        "DEEPSEEK_API_KEY": "k",
        "HTTPS_PROXY": "http://u:p@x",
    }
    env = agent_environment(environ, GOOSE.env_prefixes)
    assert {"GOOSE_MODEL", "OPENAI_API_KEY", "HTTPS_PROXY"} <= env.keys() and "DEEPSEEK_API_KEY" not in env
    assert handed_through(environ, GOOSE.env_prefixes) == ["GOOSE_MODEL", "HTTPS_PROXY", "OPENAI_API_KEY"]
