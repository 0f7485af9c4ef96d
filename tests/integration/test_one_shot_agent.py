"""The one-shot agent over a program in a child of its own: every way a run ends, and what people are told."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from boocode_desktop.agents.oneshot.agent import OneShotAgent
from boocode_desktop.agents.oneshot.run import Patience
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.records import AgentSession
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.child_specs import Ladder
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import Sandbox
from tests.fakes import one_shot_cli
from tests.fakes.acp_host import RecordingHost

SCRIPT = Path(one_shot_cli.__file__)
QUICK = Patience(silence_s=60, stdin_s=0.5, leave_s=0.5, ladder=Ladder(close_stdin_s=0, terminate_s=0.4))


class Boxed:
    """Stands for what puts agents into sandboxes; the program runs outside all the same."""

    async def agent_sandbox(self, spec, program, root, env) -> Sandbox:
        return Sandbox(prefix=(), environment={}, sandboxed=True, description="sandboxed by bubblewrap")


@dataclass(slots=True, kw_only=True)
class Stage:
    """The agent, its folder, and what its program was given each time."""

    agent: OneShotAgent
    root: Path
    children: Children
    log: Path
    hosts: list[RecordingHost] = field(default_factory=list)

    def host(self, **values) -> RecordingHost:
        values = {"agent_session": AgentSession(chat_id="cht_1", agent="claude"), **values}
        host = RecordingHost(root=self.root, agent="claude", **values)
        self.hosts.append(host)
        return host

    async def turn(self, text: str = "go", **values) -> RecordingHost:
        host = self.host(**values)
        await self.agent.prompt(host, Prompt(text=text))
        return host

    async def fails(self, text: str = "go", **values) -> tuple[RecordingHost, AdapterError]:
        host = self.host(**values)
        with pytest.raises(AdapterError) as caught:
            await self.agent.prompt(host, Prompt(text=text))
        return host, caught.value

    def started(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@asynccontextmanager
async def stage(
    tmp_path: Path, mode: str, *, way: str = "claude", confiner=None, patience=QUICK
) -> AsyncIterator[Stage]:
    program, root, log = tmp_path / "claude", tmp_path / "work", tmp_path / "log"
    root.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {SCRIPT} {mode} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    spec = AgentSpec(
        name="claude",
        label="Claude Code",
        protocol="one-shot",
        oneshot=way,
        commands=(str(program),),
        env=(("ONE_SHOT_LOG", str(log)),),
    )
    children = Children(tmp_path / "run")
    agent = OneShotAgent(spec, children, tmp_path / "own", environ=os.environ, patience=patience, confiner=confiner)
    try:
        yield Stage(agent=agent, root=root, children=children, log=log)
    finally:
        await agent.close()
        assert not children.living()


def run(case) -> None:
    asyncio.run(asyncio.wait_for(case(), 60))


def codes(host: RecordingHost) -> list[str]:
    return [notice.code for notice in host.of(ev.Notice)]


def gone(pid: int) -> bool:
    """Whether the process ended, or is killed and only waits to be reaped by whoever inherited it."""
    try:
        process = psutil.Process(pid)
        return process.status() == psutil.STATUS_ZOMBIE or process.wait(2) is None
    except psutil.NoSuchProcess:
        return True


def test_a_turn_says_one_shot_once_and_the_next_goes_on_with_the_session(tmp_path):
    async def case():
        async with stage(tmp_path, "normal") as on:
            first = await on.turn("-rf is a flag, isn't it?")
            assert first.text() == "You said: -rf is a flag, isn't it?"
            assert codes(first) == ["one_shot"] and "one-shot" in first.of(ev.Notice)[0].message
            assert len(first.of(ev.StepStarted)) == len(first.of(ev.StepFinished)) == 1
            (spent,) = first.of(ev.UsageReported)
            assert spent.usage == Usage(input=40, output=2, cached=30, cost=0.5)
            assert first.agent_session.external_id == one_shot_cli.SESSION
            second = await on.turn("more", agent_session=first.agent_session, past=first.transcript(prompt="x"))
            assert codes(second) == []
            given = on.started()
            assert not any(a.startswith("--resume") for a in given[0]["argv"])
            assert f"--resume={one_shot_cli.SESSION}" in given[1]["argv"]
            assert [g["prompt"] for g in given] == ["-rf is a flag, isn't it?", "more"]
            assert "flag" not in " ".join(given[0]["argv"]) and given[0]["cwd"] == str(on.root)

    run(case)


def test_a_conversation_the_program_lost_begins_anew_with_what_was_said(tmp_path):
    async def case():
        async with stage(tmp_path, "lost") as on:
            first = await on.turn("my name is Ada")
            past = first.transcript(prompt="my name is Ada")
            second = await on.turn("who am I?", agent_session=first.agent_session, past=past)
            assert "session_new" in codes(second)
            assert "my name is Ada" in on.started()[2]["prompt"] and len(on.started()) == 3
            assert len(second.of(ev.StepStarted)) == 1

    run(case)


def test_after_a_rewind_it_begins_anew(tmp_path):
    async def case():
        async with stage(tmp_path, "normal") as on:
            first = await on.turn("one")
            await on.turn("again", agent_session=first.agent_session, past=[])
            assert not any(a.startswith("--resume") for a in on.started()[1]["argv"])

    run(case)


def test_tool_calls_are_traced_and_what_its_own_rules_refuse_is_denied(tmp_path):
    async def case():
        async with stage(tmp_path, "tools") as on:
            host = await on.turn()
            assert [(s.tool, s.title) for s in host.of(ev.ToolStarted)] == [
                ("edit", "Write made.txt"),
                ("execute", "Bash make"),
            ]
            assert [f.outcome for f in host.of(ev.ToolFinished)] == ["success", "denied"]
            assert [s.trace_id for s in host.of(ev.ToolStarted)] == [f.trace_id for f in host.of(ev.ToolFinished)]
            assert len(host.of(ev.StepStarted)) == 2

    run(case)


@pytest.mark.parametrize(
    ("mode", "message", "hint"),
    [
        ("error", "Claude Code failed: API Error: 529 overloaded", ""),
        ("crash", "Claude Code was killed by SIGSEGV.", "complaint 99"),
        ("truncated", "Claude Code ended before its answer was whole.", ""),
    ],
)
def test_a_failure_says_why_and_keeps_what_came(tmp_path, mode, message, hint):
    async def case():
        async with stage(tmp_path, mode) as on:
            host, error = await on.fails()
            assert error.message == message and hint in error.hint
            assert len(host.of(ev.ToolStarted)) == len(host.of(ev.ToolFinished))
            assert {f.outcome for f in host.of(ev.ToolFinished)} <= {"interrupted"}

    run(case)


def test_an_empty_turn_is_told(tmp_path):
    async def case():
        async with stage(tmp_path, "empty") as on:
            assert codes(await on.turn())[-1] == "no_output"

    run(case)


def test_a_program_that_is_missing_is_named_with_its_installation(tmp_path):
    async def case():
        async with stage(tmp_path, "normal") as on:
            Path(on.agent.spec.commands[0]).unlink()
            _, error = await on.fails()
            assert error.message == "Claude Code is not installed."

    run(case)


def test_a_cancel_ends_the_program_and_what_it_left_in_other_sessions(tmp_path):
    async def case():
        async with stage(tmp_path, "hang") as on:
            host = on.host()
            turn = asyncio.create_task(on.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: bool(h.of(ev.ToolStarted)))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            (finished,) = host.of(ev.ToolFinished)
            assert finished.outcome == "cancelled" and len(host.of(ev.StepFinished)) == 1
            assert gone(on.started()[0]["pid"])
            assert gone(int((on.root / "grandchild").read_text()))

    run(case)


def test_silence_is_told_once(tmp_path):
    async def case():
        async with stage(tmp_path, "silent", patience=replace(QUICK, silence_s=0.3)) as on:
            host = on.host()
            turn = asyncio.create_task(on.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: "silent" in codes(h))
            (on.root / "go").touch()
            await turn
            assert codes(host).count("silent") == 1

    run(case)


def test_a_program_that_does_not_leave_after_its_last_line_is_ended(tmp_path):
    async def case():
        async with stage(tmp_path, "lingering") as on:
            host = await on.turn()
            assert host.text() == "over" and gone(on.started()[0]["pid"])

    run(case)


def test_a_program_that_does_not_read_a_long_prompt_still_answers(tmp_path):
    async def case():
        async with stage(tmp_path, "deaf") as on:
            assert (await on.turn("x" * 3_000_000)).text().startswith("You said:")

    run(case)


def test_a_flood_is_taken_whole_and_in_order(tmp_path):
    async def case():
        async with stage(tmp_path, "flood") as on:
            assert (await on.turn()).text() == "0123456789" * 20_000

    run(case)


def test_model_and_effort_are_flags_and_an_image_goes_by_standard_input(tmp_path):
    async def case():
        async with stage(tmp_path, "normal") as on:
            image = ev.ImageRef(sha256="ab" * 32, media_type="image/png")
            host = on.host(model="opus", effort="high", images={image.sha256: b"PNG"}, base_url="http://x")
            await on.agent.prompt(host, Prompt(text="look", images=(image,)))
            (given,) = on.started()
            assert {"--model=opus", "--effort=high", "--input-format=stream-json"} <= set(given["argv"])
            content = json.loads(given["prompt"])["message"]["content"]
            assert content[0]["text"] == "look" and content[1]["source"]["data"] == "UE5H"
            assert codes(host) == ["one_shot", "base_url_ignored"]
            await on.agent.forget("cht_1")
            assert not list((tmp_path / "own").iterdir())

    run(case)


def test_images_a_program_cannot_take_are_told(tmp_path):
    async def case():
        async with stage(tmp_path, "normal", way="qwen") as on:
            image = ev.ImageRef(sha256="ab" * 32, media_type="image/png")
            host = on.host(images={image.sha256: b"PNG"})
            await on.agent.prompt(host, Prompt(text="look", images=(image,)))
            assert "images_ignored" in codes(host)

    run(case)


@pytest.mark.parametrize(
    ("values", "box", "flags", "asked"),
    [
        ({}, None, {"--permission-mode=acceptEdits", "--disallowedTools=Bash"}, 0),
        ({"trusted": False}, Boxed(), {"--permission-mode=plan"}, 0),
        ({"read_only": True}, Boxed(), {"--permission-mode=plan"}, 0),
        ({}, Boxed(), {"--permission-mode=acceptEdits", "--allowedTools=Bash"}, 1),
        ({"answer": lambda request: "no"}, Boxed(), {"--disallowedTools=Bash"}, 1),
    ],
)
def test_what_it_may_do_follows_from_trust_sandbox_and_the_only_door(tmp_path, values, box, flags, asked):
    async def case():
        async with stage(tmp_path, "normal", confiner=box) as on:
            host = await on.turn(**values)
            assert flags <= set(on.started()[0]["argv"])
            assert len(host.asked) == asked

    run(case)


def test_a_program_that_cannot_be_held_is_not_started(tmp_path):
    async def case():
        async with stage(tmp_path, "normal", way="kimi") as on:
            _, error = await on.fails()
            assert "was not started" in error.message and not on.log.exists()

    run(case)
