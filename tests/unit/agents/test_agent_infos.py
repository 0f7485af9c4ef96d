"""How an agent is shown: a table over what is known of it."""

from dataclasses import replace

import pytest

from boocode_desktop.agents.agent_infos import describe, merged_models
from boocode_desktop.agents.builtin_agents import GOOSE, NATIVE
from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.agents.programs import Program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.product import VERSION
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities, AgentMode

PROGRAM = Program(path="/bin/goose", target="/opt/goose", size=1, modified_ns=1, changed_ns=1, version="1.0")
GOOD = ProbeResult(
    at=100.0,
    version="1.52",
    capabilities=AgentCapabilities(image=True),
    models=(ModelInfo(id="a"), ModelInfo(id="b")),
    model="a",
    modes=(AgentMode(id="auto", name="Auto"),),
    mode="auto",
    efforts=("low",),
)
BAD = ProbeResult(at=100.0, problem="sign in: goose configure", hint="Then refresh.", sign_in=True)


def shown(spec=GOOSE, program=PROGRAM, result=None, looked=True, asking=False):
    return describe(spec, program, result, looked=looked, asking=asking)


@pytest.mark.parametrize(
    ("options", "state", "version"),
    [
        ({"looked": False, "program": None}, "loading", ""),
        ({"program": None}, "unavailable", ""),
        ({"program": None, "result": GOOD}, "unavailable", ""),
        ({}, "ready", "1.0"),
        ({"asking": True}, "loading", "1.0"),
        ({"result": GOOD}, "ready", "1.52"),
        ({"result": GOOD, "asking": True}, "ready", "1.52"),
        ({"result": BAD}, "error", "1.0"),
        ({"result": BAD, "asking": True}, "error", "1.0"),
        ({"spec": replace(GOOSE, enabled=False), "result": GOOD}, "disabled", ""),
        ({"spec": NATIVE, "program": None, "looked": False}, "ready", VERSION),
        ({"spec": replace(NATIVE, enabled=False)}, "disabled", ""),
    ],
)
def test_states(options, state, version):
    info = shown(**options)
    assert (info.state, info.version) == (state, version)


def test_what_it_answered_is_shown():
    info = shown(result=GOOD)
    assert info.capabilities == AgentCapabilities(image=True) and info.probed_at == 100.0
    assert [m.id for m in info.models] == ["a", "b"] and (info.model, info.mode, info.efforts) == (
        "a",
        "auto",
        ("low",),
    )
    assert info.command == ("/bin/goose", "acp", "--with-builtin", "developer") and info.detail == "/bin/goose"


def test_what_is_wrong_is_shown_in_short_and_in_full():
    info = shown(result=BAD)
    assert info.detail == "sign in: goose configure" and info.problem == "sign in: goose configure Then refresh."
    missing = shown(program=None)
    assert "npm install -g @aaif/goose" in missing.detail
    assert "goose or goose-binary-linux-x64" in missing.problem and missing.command[0] == "goose"
    unknown = shown(spec=AgentSpec(name="me", label="Me", commands=("me",)), program=None)
    assert unknown.detail == unknown.problem == "There is no program me on the search path."


def test_an_answer_of_a_turn_alone_is_no_probe():
    assert shown(result=replace(GOOD, at=0.0)).probed_at is None


@pytest.mark.parametrize(
    ("only", "listed", "ids"),
    [
        (False, (), ["a", "b"]),
        (False, ("x",), ["a", "b", "x"]),
        (False, ("b",), ["a", "b"]),
        (True, ("x",), ["x"]),
        (True, (), []),
    ],
)
def test_models_that_people_listed(only, listed, ids):
    spec = replace(GOOSE, models=tuple(ModelInfo(id=i, name="mine") for i in listed), only_models=only)
    found = merged_models(spec, GOOD.models)
    assert [model.id for model in found] == ids
    assert all(model.name == "mine" for model in found if model.id in listed)
