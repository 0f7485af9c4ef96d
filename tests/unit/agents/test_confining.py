"""Which agents are sandboxed: by wish, by what works here, and by what would break."""

import asyncio
import sys

import pytest

from boocode_desktop.agents.builtin_agents import BUILTIN, CODEX, GOOSE
from boocode_desktop.agents.confining import IN_KEYRING, NOT_KNOWN, AgentConfiner, decide, may_use_keyring, wish_for
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.confinement import Confinement, unconfined
from boocode_desktop.processes.sandbox_agents import AgentLauncher, SandboxError

WORKS = Confinement(kind="sandboxed", by="bubblewrap")
WRITES = Confinement(kind="writes", by="Landlock", reason="bubblewrap is not installed")
NOTHING = unconfined("bubblewrap is not installed")
MINE = AgentSpec(name="mine", label="Mine", commands=("mine",), state=())
UNKNOWN = AgentSpec(name="other", label="Other", commands=("other",))
OFF = AgentSpec(name="off", label="Off", commands=("off",), state=(), sandbox="off")
SCRIPTED = AgentSpec(name="tour", label="Tour", commands=("tour",), state=(), scripted=True)


@pytest.mark.parametrize(
    ("own", "default", "wish"),
    [(None, "auto", "auto"), (None, "off", "off"), ("on", "off", "on"), ("off", "on", "off")],
)
def test_an_agents_own_setting_goes_before_the_one_for_all(own, default, wish):
    assert wish_for(AgentSpec(name="x", label="X", sandbox=own), default) == wish


@pytest.mark.parametrize(
    ("spec", "wish", "works", "keyring", "text"),
    [
        (MINE, "auto", WORKS, False, "sandboxed by bubblewrap"),
        (MINE, "on", WORKS, True, "sandboxed by bubblewrap"),
        (MINE, "auto", WRITES, False, WRITES.text),
        (MINE, "auto", NOTHING, False, NOTHING.text),
        (MINE, "on", NOTHING, False, NOTHING.text),
        (MINE, "off", WORKS, False, "not sandboxed: turned off in the settings"),
        (OFF, "off", WORKS, False, "not sandboxed: turned off for this agent"),
        (UNKNOWN, "auto", WORKS, False, f"not sandboxed: {NOT_KNOWN}"),
        (UNKNOWN, "on", WORKS, False, "sandboxed by bubblewrap"),
        (UNKNOWN, "auto", NOTHING, False, NOTHING.text),
        (MINE, "auto", WORKS, True, f"not sandboxed: {IN_KEYRING}"),
        (SCRIPTED, "auto", WORKS, False, "not sandboxed: it is the scripted agent of this program"),
        (SCRIPTED, "on", WORKS, False, "sandboxed by bubblewrap"),
    ],
)
def test_the_decision(spec, wish, works, keyring, text):
    assert decide(spec, wish, works, keyring=keyring).text == text


BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1/bus"}


@pytest.mark.parametrize(
    ("spec", "env", "file", "may"),
    [
        (GOOSE, BUS, "", True),
        (GOOSE, {**BUS, "GOOSE_DISABLE_KEYRING": "1"}, "", False),
        (GOOSE, {**BUS, "OPENAI_API_KEY": "x"}, "", False),
        (GOOSE, BUS, ".config/goose/secrets.yaml", False),
        (CODEX, BUS, "", False),
    ],
)
def test_whose_keys_may_be_in_the_keyring(tmp_path, spec, env, file, may):
    if file:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text("x")
    assert may_use_keyring(spec, env, tmp_path) is may


def test_of_every_agent_we_know_it_is_known_what_it_writes():
    assert [spec.name for spec in BUILTIN if spec.state is None and spec.protocol != "native"] == []


def confiner(tmp_path, methods, default="auto", **more):
    launcher = AgentLauncher(private=[tmp_path / "data"], scratch=tmp_path / "scratch", home=tmp_path, methods=methods)
    return AgentConfiner(launcher=launcher, default=lambda: default, environ={}, home=tmp_path, **more)


def test_a_wished_sandbox_that_cannot_be_had_starts_nothing(tmp_path):
    made = confiner(tmp_path, (), "on")
    assert asyncio.run(made.confines(MINE))
    with pytest.raises(SandboxError):
        asyncio.run(made.agent_sandbox(MINE, "mine", tmp_path, {}))


def test_an_unwished_one_changes_nothing(tmp_path):
    made = confiner(tmp_path, (), "off")
    assert not asyncio.run(made.confines(MINE))
    sandbox = asyncio.run(made.agent_sandbox(MINE, "mine", tmp_path, {"A": "1"}))
    assert (sandbox.prefix, sandbox.environment, sandbox.sandboxed) == ((), {}, False)


@pytest.mark.skipif(sys.platform != "linux", reason="both sandboxes are for Linux")
def test_in_a_sandbox_an_agent_gets_its_variables_for_it(tmp_path):
    spec = AgentSpec(name="x", label="X", state=("$MINE/",), sandbox_env=(("NO_KEYRING", "1"),))
    made = confiner(tmp_path, ("bubblewrap", "Landlock"), "auto")
    if not asyncio.run(made.confines(spec)):
        pytest.skip("there is no sandbox here")
    root = tmp_path / "tree"
    root.mkdir()
    sandbox = asyncio.run(made.agent_sandbox(spec, "/usr/bin/true", root, {"A": "1", "MINE": str(tmp_path / "own")}))
    assert sandbox.environment["NO_KEYRING"] == "1" and "TMPDIR" in sandbox.environment
    assert "A" not in sandbox.environment
    assert str(tmp_path / "own") in sandbox.prefix
