"""Asking agents what they can do, with real children: answers, refusals, silence, sudden ends, nothing left."""

import asyncio
import sys
from pathlib import Path

import pytest

from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.probe import Patience, ask
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.agents.tour import tour_agent_spec
from boocode_desktop.orchestrator.ports.agents import AgentCapabilities
from boocode_desktop.processes.children import Children
from tests.fakes.acp_rig import SCRIPT

QUICK = Patience(answer_s=20, commands_s=0.2)
TALKER = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    answer = {"initialize": {"protocolVersion": 1, "agentInfo": {"name": "t", "version": "7.1"}, "authMethods":
        [{"id": "key", "name": "An API key"}], "agentCapabilities": {"loadSession": True, "promptCapabilities":
        {"image": True, "embeddedContext": True}, "sessionCapabilities": {"resume": {}, "list": {}, "fork": None}}},
        "session/new": {"sessionId": "s", "models": {"currentModelId": "b", "availableModels": [{"modelId": "a",
        "name": "A"}, {"modelId": "b"}]}, "modes": {"currentModeId": "plan", "availableModes": [{"id": "plan",
        "name": "Plan"}]}, "configOptions": [{"id": "effort", "category": "thought_level", "currentValue": "low",
        "options": [{"value": "low", "name": "Low"}, {"value": "high", "name": "High"}]}]}}[message["method"]]
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": answer}), flush=True)
    if message["method"] == "session/new":
        print(json.dumps({"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s", "update":
            {"sessionUpdate": "available_commands_update", "availableCommands": [{"name": "review", "description":
            "Look", "input": {"hint": "what"}}]}}}), flush=True)
"""


def bad(mode: str) -> AgentSpec:
    return AgentSpec(
        name="bad", label="Bad agent", commands=(sys.executable,), args=(str(SCRIPT), mode), login="log in"
    )


def written(code: str) -> AgentSpec:
    return AgentSpec(name="own", label="Own", commands=(sys.executable,), args=("-c", code))


def probed(tmp_path: Path, spec: AgentSpec, patience: Patience = QUICK):
    async def main():
        children = Children(tmp_path / "run")
        shop = Workshop(children=children, folder=tmp_path / "agents", environ={"PATH": "/usr/bin:/bin"})
        result = await ask(spec, shop, patience)
        assert not children.living() and not list((tmp_path / "agents").glob("probe-*"))
        return result

    return asyncio.run(main())


def test_everything_an_agent_tells_is_read(tmp_path):
    result = probed(tmp_path, written(TALKER))
    assert result.works and result.version == "7.1" and result.seconds > 0 and result.at > 1e9
    assert result.capabilities == AgentCapabilities(
        image=True, embedded_context=True, load=True, resume=True, list=True
    )
    assert [(model.id, model.name) for model in result.models] == [("a", "A"), ("b", "b")] and result.model == "b"
    assert [(mode.id, mode.name) for mode in result.modes] == [("plan", "Plan")] and result.mode == "plan"
    assert (result.efforts, result.effort) == (("low", "high"), "low")
    assert [(c.name, c.description, c.hint) for c in result.commands] == [("review", "Look", "what")]
    assert result.auth_methods == ("An API key",)


def test_the_scripted_agent_works_and_offers_nothing(tmp_path):
    result = probed(tmp_path, tour_agent_spec(pace=0))
    assert result.works and result.version == "1" and not result.models and not result.commands


def test_commands_that_come_before_the_session_count(tmp_path):
    result = probed(tmp_path, bad("early"))
    assert [command.name for command in result.commands] == ["early"]


def test_one_that_wants_a_login_says_how(tmp_path):
    result = probed(tmp_path, bad("auth"))
    assert result.problem == "sign in: log in" and result.sign_in and not result.works
    assert result.capabilities is not None
    assert result.log == ("answered -32000: Authentication required",)


def test_one_that_never_answers_is_given_up(tmp_path):
    result = probed(tmp_path, bad("mute"), Patience(answer_s=0.3))
    assert "did not answer initialize" in result.problem and result.capabilities is None


def test_one_that_prints_a_line_and_ends_is_told_with_its_words(tmp_path):
    result = probed(tmp_path, written("print('this program has moved')"))
    assert "ended with exit code 0" in result.problem and "this program has moved" in result.hint


def test_one_that_dies_leaves_its_last_words_without_secrets(tmp_path):
    code = "import sys; sys.stderr.write('cannot start\\ntoken sk-abcdefghijklmnopqrstuvwxyz123456\\n'); sys.exit(3)"
    result = probed(tmp_path, written(code))
    assert "exit code 3" in result.problem
    assert result.log[0] == "cannot start"
    assert "sk-abc" not in " ".join((result.problem, result.hint, *result.log))


def test_one_that_is_not_there_is_told(tmp_path):
    result = probed(tmp_path, AgentSpec(name="none", label="None", commands=("no-such-agent",), install="get it"))
    assert result.problem == "None is not installed." and "get it" in result.hint


@pytest.mark.parametrize("answer", ["[]", "null", '"x"', "{}"])
def test_answers_that_are_no_objects_are_no_reason_to_fall(tmp_path, answer):
    code = f"""
import json, sys
for line in sys.stdin:
    print('{{"jsonrpc": "2.0", "id": ' + json.dumps(json.loads(line)["id"]) + ', "result": {answer}}}', flush=True)
"""
    result = probed(tmp_path, written(code))
    assert result.version == "" and result.models == () and result.capabilities == AgentCapabilities()


def test_a_probe_works_in_an_empty_folder_and_what_is_left_there_goes(tmp_path):
    code = "import os, pathlib; print(sorted(os.listdir()), oct(os.stat('.').st_mode)); pathlib.Path('left').touch()"
    result = probed(tmp_path, written(code))
    assert "[] 0o40700" in result.hint
