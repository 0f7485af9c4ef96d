"""The tour, played by the real scripted agent in a child of its own."""

import asyncio
import subprocess
import sys
from pathlib import Path

from boocode_desktop.agents import tour
from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from tests.fakes.acp_host import RecordingHost

RESOURCES = Path(__file__).parents[2] / "resources"


def sample(tmp_path: Path) -> Path:
    return tour.copy_sample(RESOURCES, tmp_path / "sample")


def play(tmp_path: Path, host: RecordingHost, *prompts: str) -> None:
    async def main() -> None:
        children = Children(tmp_path / "run")
        agent = AcpAgent(tour.tour_agent_spec(pace=0), children, tmp_path)
        for prompt in prompts:
            await agent.prompt(host, Prompt(text=prompt))
        await agent.close()
        assert not children.living()

    asyncio.run(main())


def test_the_tour_repairs_the_sample_and_shows_every_step(tmp_path):
    host = RecordingHost(root=sample(tmp_path))
    play(tmp_path, host, tour.PROMPT)
    started = {event.trace_id: event for event in host.of(ev.ToolStarted)}
    finished = {event.trace_id: event for event in host.of(ev.ToolFinished)}
    assert list(started) == list(finished)
    assert [e.tool for e in started.values()] == ["read", "read", "execute", "edit", "edit", "execute"]
    assert [e.outcome for e in finished.values()] == ["success", "success", "error", "success", "success", "success"]
    red, green = [e for e in finished.values() if e.tool == "execute"]
    assert red.details == {"exit_code": 1} and "1h6m" in red.output
    assert green.details == {"exit_code": 0} and "Ran 10 tests" in green.output
    edit = next(e for e in finished.values() if e.tool == "edit")
    assert (
        edit.details["added"] == edit.details["removed"] == 1
        and "+    hours, minutes = divmod(minutes, 60)" in (edit.details["diff"])
    )
    assert "scripted agent" in host.text() and "1 of 9 tests failed" in host.text()
    assert "10 tests, all passed" in host.text()
    assert [i.status for i in host.of(ev.Plan)[-1].items] == ["completed"] * 4
    assert host.of(ev.Reasoning)
    ran = subprocess.run([sys.executable, "-m", "unittest"], cwd=host.root, capture_output=True, check=False)
    assert ran.returncode == 0


def test_each_command_is_asked_for_once_with_the_agents_own_answers(tmp_path):
    host = RecordingHost(root=sample(tmp_path))
    play(tmp_path, host, tour.PROMPT)
    assert len(host.asked) == 2
    for request in host.asked:
        assert [o.id for o in request.options] == ["run", "run-always", "skip"]
        assert [o.effect for o in request.options] == ["allow_once", "allow_always", "deny"]
        assert request.options[2].label == "Do not run it"
        assert request.argv[1:] == ("-m", "unittest") and request.trace_id


def test_whoever_says_no_gets_the_repair_without_a_test_run(tmp_path):
    host = RecordingHost(root=sample(tmp_path), answer=lambda request: "skip")
    play(tmp_path, host, tour.PROMPT)
    ran = [e for e in host.of(ev.ToolFinished) if e.tool == "execute"]
    assert [e.outcome for e in ran] == ["denied", "denied"]
    assert host.text().count("not run, as you wished") == 2
    assert "divmod(minutes, 60)" in (host.root / "kettle/durations.py").read_text()


def test_a_second_prompt_in_the_same_session_finds_nothing_left(tmp_path):
    host = RecordingHost(root=sample(tmp_path))
    play(tmp_path, host, tour.PROMPT, "And now?")
    assert "there is nothing I can do" in host.text()


def test_another_executable_can_play_the_tour(tmp_path):
    other = tmp_path / "other-agent"
    lines = (
        "import json, sys, pathlib",
        "cwd = ''",
        "for line in sys.stdin:",
        "    m = json.loads(line); r = {}",
        "    if m.get('method') == 'initialize': r = {'protocolVersion': 1}",
        "    if m.get('method') == 'session/new': cwd = m['params']['cwd']; r = {'sessionId': 's'}",
        "    if m.get('method') == 'session/prompt':",
        "        pathlib.Path(cwd, 'other.txt').write_text('mine'); r = {'stopReason': 'end_turn'}",
        "    if 'id' in m: print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': r}), flush=True)",
    )
    other.write_text("\n".join([f"#!{sys.executable}", *lines]))
    other.chmod(0o755)
    host = RecordingHost(root=sample(tmp_path))

    async def main() -> None:
        agent = AcpAgent(tour.tour_agent_spec(str(other)), Children(tmp_path / "run"), tmp_path)
        await agent.prompt(host, Prompt(text=tour.PROMPT))
        await agent.close()

    asyncio.run(main())
    assert (host.root / "other.txt").read_text() == "mine"
    assert [notice.code for notice in host.of(ev.Notice)] == ["no_output"]
