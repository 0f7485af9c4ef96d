"""What a one-shot agent may do, how it is called, and when an agent is spoken to one-shot: tables."""

from dataclasses import replace
from pathlib import Path

import pytest

from boocode_desktop.agents.builtin_agents import BUILTIN, CLAUDE, CODEX, QWEN
from boocode_desktop.agents.making import Workshop, make_agent
from boocode_desktop.agents.oneshot import access as rights
from boocode_desktop.agents.oneshot.agent import OneShotAgent
from boocode_desktop.agents.oneshot.fallback import as_one_shot, spoken
from boocode_desktop.agents.oneshot.ways import ARGUMENT_LIMIT, WAYS, Turn, compose
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.processes.children import Children


@pytest.mark.parametrize(
    ("read_only", "trusted", "sandboxed", "commands", "expected", "asks"),
    [
        (False, True, True, True, "full", True),
        (False, True, True, False, "edit", True),
        (False, True, False, True, "edit", False),
        (False, True, False, False, "edit", False),
        (False, False, True, True, "read", False),
        (True, True, True, True, "read", False),
        (True, False, False, False, "read", False),
    ],
)
def test_access_is_the_least_that_circumstances_leave(read_only, trusted, sandboxed, commands, expected, asks):
    now = rights.Circumstances(read_only=read_only, trusted=trusted, sandboxed=sandboxed, commands=commands)
    assert rights.wanted_access(now) == expected
    assert rights.may_ask_for_commands(now) is asks


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("edit", {"read", "edit", "full"}, "edit"),
        ("edit", {"read", "full"}, "read"),
        ("full", {"read", "edit"}, "edit"),
        ("edit", {"full"}, None),
        ("read", {"full"}, None),
    ],
)
def test_a_program_is_never_let_do_more(wanted, offered, expected):
    assert rights.nearest(wanted, frozenset(offered)) == expected


EVIL = "--dangerously-skip-permissions\n/etc/hosts"


@pytest.mark.parametrize(("name", "access"), [(name, access) for name, way in WAYS.items() for access in way.held])
def test_what_people_write_never_becomes_an_option(name, access):
    way = WAYS[name]
    turn = Turn(text=EVIL, session="-x", fresh="-y", model="--yolo", effort="--evil", access=access)
    call = compose(way, turn)
    assert not {"--yolo", "--evil", "-x", "-y", EVIL} & set(call.args)
    if way.prompt:
        assert f"{way.prompt}={EVIL}" in call.args
    else:
        assert call.stdin.decode() == EVIL and not any("hosts" in arg for arg in call.args)


def test_how_each_program_is_called():
    turn = Turn(text="x", model="m", effort="high", access="read")
    assert compose(WAYS["qwen"], turn).args == (
        "--output-format=stream-json",
        "--include-partial-messages",
        "--approval-mode=default",
        "--model=m",
    )
    fresh, again = replace(turn, fresh="n"), replace(turn, session="n", effort="")
    assert compose(WAYS["goose"], fresh).args[-2:] == ("--name=n", "--model=m")
    assert compose(WAYS["goose"], again).args[-3:] == ("--resume", "--name=n", "--model=m")
    assert compose(WAYS["goose"], fresh).env == {"GOOSE_MODE": "chat"}
    assert "--variant=high" in compose(WAYS["opencode"], turn).args
    assert '"bash": "deny"' in compose(WAYS["opencode"], replace(turn, access="edit")).env["OPENCODE_PERMISSION"]


def test_a_prompt_that_must_be_an_argument_is_bounded():
    with pytest.raises(AdapterError, match="too long"):
        compose(WAYS["kimi"], Turn(text="é" * (ARGUMENT_LIMIT // 2 + 1), access="full"))
    assert "\0" not in "".join(compose(WAYS["kimi"], Turn(text="a\0b", access="full")).args)


def put(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("spec", "there", "protocol", "program"),
    [
        (CLAUDE, ("claude-agent-acp", "claude"), "acp", "claude-agent-acp"),
        (CLAUDE, ("claude",), "one-shot", "claude"),
        (CLAUDE, (), "acp", None),
        (QWEN, ("qwen",), "acp", "qwen"),
        (CODEX, ("codex",), "acp", None),
        (replace(CLAUDE, protocol="one-shot"), ("claude-agent-acp", "claude"), "one-shot", "claude"),
        (replace(QWEN, protocol="one-shot"), ("qwen",), "one-shot", "qwen"),
    ],
)
def test_the_warm_form_is_preferred_and_the_other_one_is_the_fallback(tmp_path, spec, there, protocol, program):
    found, path = spoken(spec, put(tmp_path / "bin", *there))
    assert found.protocol == protocol
    assert (Path(path).name if path else None) == program
    assert protocol != "one-shot" or found.args == ()


def test_what_people_set_stays():
    mine = replace(CLAUDE, protocol="one-shot", commands=("/opt/claude",), args=("--debug",))
    assert (as_one_shot(mine).commands, as_one_shot(mine).args) == (("/opt/claude",), ("--debug",))


@pytest.mark.parametrize("spec", [spec for spec in BUILTIN if spec.oneshot], ids=lambda spec: spec.name)
def test_every_known_way_exists(spec):
    assert spec.oneshot in WAYS


def test_an_agent_is_made_by_the_way_its_program_is_named(tmp_path):
    shop = Workshop(children=Children(tmp_path), folder=tmp_path, environ={"PATH": ""})
    mine = AgentSpec(name="mine", label="Mine", protocol="one-shot", commands=("/opt/bin/qwen",))
    assert isinstance(make_agent(mine, shop), OneShotAgent)
    with pytest.raises(UserFacingError, match="not known"):
        make_agent(replace(mine, commands=("/opt/bin/other",)), shop)
