"""A chat is told how its agent is bound: once, and again when that changes, whichever way the agent is spoken to."""

import asyncio
import os
import stat
import sys
from pathlib import Path

import pytest

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.oneshot.agent import OneShotAgent
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.confinement import Confinement, unconfined
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox import Sandbox
from tests.fakes import one_shot_cli
from tests.fakes.acp_host import RecordingHost
from tests.fakes.acp_rig import rig
from tests.fakes.opencode_rig import opencode_rig

BOXED = Confinement(kind="sandboxed", by="bubblewrap")
OPEN = unconfined("turned off in the settings")
HALF = Confinement(kind="writes", by="Landlock", reason="bubblewrap is not installed")


class Changing:
    """A confiner whose word changes; the processes run outside all the same."""

    def __init__(self) -> None:
        self.bound = BOXED

    async def confines(self, spec):
        return self.bound.kind != "none"

    async def agent_sandbox(self, spec, program, root, env):
        sandboxed = self.bound.kind == "sandboxed"
        return Sandbox(prefix=(), environment={}, sandboxed=sandboxed, description=self.bound.text)


def told(host: RecordingHost) -> list[str]:
    return [notice.message for notice in host.of(ev.Notice) if notice.code == "sandbox"]


class Chat:
    """One chat with an agent; later turns see the earlier ones."""

    def __init__(self, agent, root: Path) -> None:
        self.agent, self.root = agent, root
        self.hosts: list[RecordingHost] = []

    async def turn(self, text: str = "go") -> list[str]:
        past = [entry for host in self.hosts for entry in host.transcript(prompt="earlier")]
        kept = {"agent_session": self.hosts[-1].agent_session} if self.hosts else {}
        host = RecordingHost(root=self.root, agent=self.agent.name, number=len(self.hosts) + 1, past=past, **kept)
        self.hosts.append(host)
        await self.agent.prompt(host, Prompt(text=text))
        return told(host)


async def play(chat: Chat, box: Changing, label: str, text: str = "go") -> None:
    """Turns while the word stays, after it changed, and after it changed back."""
    assert await chat.turn(text) == [f"{label} is sandboxed by bubblewrap."]
    assert await chat.turn(text) == []
    box.bound = OPEN
    assert await chat.turn(text) == [f"{label} is not sandboxed: turned off in the settings."]
    assert await chat.turn(text) == []
    box.bound = BOXED
    assert await chat.turn(text) == [f"{label} is sandboxed by bubblewrap."]


def run(main) -> None:
    asyncio.run(asyncio.wait_for(main(), 60))


def test_over_acp(tmp_path):
    async def main():
        box = Changing()
        async with rig(tmp_path, "remembers", confiner=box) as on:
            await play(Chat(on.agent, on.root), box, "Bad agent")

    run(main)


def test_over_acp_a_restart_alone_says_nothing_again(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers", confiner=Changing()) as on:
            chat = Chat(on.agent, on.root)
            assert len(await chat.turn()) == 1
            await on.kill()
            assert await chat.turn() == []
            assert chat.hosts[-1].of(ev.AgentOpened)

    run(main)


def test_through_the_server_of_opencode(tmp_path):
    async def main():
        box = Changing()
        async with opencode_rig(tmp_path, confiner=box) as on:
            await play(Chat(on.agent, on.root), box, "opencode", "@@say Hi.")

    run(main)


def test_one_shot(tmp_path):
    async def main():
        box, program, root = Changing(), tmp_path / "claude", tmp_path / "work"
        root.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {one_shot_cli.__file__} normal "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        spec = AgentSpec(
            name="claude",
            label="Claude Code",
            protocol="one-shot",
            oneshot="claude",
            commands=(str(program),),
            env=(("ONE_SHOT_LOG", str(tmp_path / "log")),),
        )
        children = Children(tmp_path / "run")
        agent = OneShotAgent(spec, children, tmp_path / "own", environ=os.environ, confiner=box)
        await play(Chat(agent, root), box, "Claude Code")

    run(main)


def test_writes_confined_is_no_sandbox(tmp_path):
    async def main():
        box = Changing()
        box.bound = HALF
        async with rig(tmp_path, "remembers", confiner=box) as on:
            half = "Bad agent runs with writes confined, reads not (Landlock): bubblewrap is not installed."
            assert await Chat(on.agent, on.root).turn() == [half]

    run(main)


@pytest.mark.parametrize("scripted", [True, False])
def test_the_scripted_agent_of_the_tour_is_no_stranger(tmp_path, scripted):
    async def main():
        async with rig(tmp_path, "remembers", confiner=Changing(), spec={"scripted": scripted}) as on:
            assert isinstance(on.agent, AcpAgent)
            assert bool(await Chat(on.agent, on.root).turn()) is not scripted

    run(main)
