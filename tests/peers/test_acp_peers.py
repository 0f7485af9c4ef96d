"""Real agents against the scripted model server: each that is on the PATH, skipped where it is not.

npm i @aaif/goose-binary-linux-x64@1.52.0 @qwen-code/qwen-code@0.15.10      # Node 20 is enough
PATH=$PWD/node_modules/.bin:$PATH python -m pytest tests/peers
"""

import asyncio
import json
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.builtin_agents import GOOSE, QWEN
from boocode_desktop.agents.programs import find_program
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from tests.fakes.acp_host import RecordingHost
from tests.fakes.openai_server import OpenAIServer

QWEN_SETTINGS = {
    "security": {"auth": {"selectedType": "openai"}},
    "general": {"disableAutoUpdate": True},
    "privacy": {"usageStatisticsEnabled": False},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An agent with the names of its tools."""

    spec: AgentSpec
    write: str
    path: str
    shell: str
    more: dict = field(default_factory=dict)

    def __str__(self):
        return self.spec.name


PEERS = [
    Peer(spec=GOOSE, write="write", path="path", shell="shell"),
    Peer(spec=QWEN, write="write_file", path="file_path", shell="run_shell_command", more={"is_background": False}),
]


def environment(peer, home, server):
    common = {"HOME": str(home), "PATH": os.environ["PATH"], "OPENAI_API_KEY": "x"}
    if peer.spec is QWEN:
        (home / ".qwen").mkdir(exist_ok=True)
        (home / ".qwen/settings.json").write_text(json.dumps(QWEN_SETTINGS))
        return {**common, "OPENAI_BASE_URL": server.base_url, "OPENAI_MODEL": "scripted"}
    return {
        **common,
        "GOOSE_PROVIDER": "openai",
        "GOOSE_MODEL": "scripted",
        "OPENAI_HOST": server.base_url.removesuffix("/v1"),
        "OPENAI_BASE_PATH": "v1/chat/completions",
        "GOOSE_DISABLE_KEYRING": "1",
        "GOOSE_MODE": "approve",
    }


@dataclass(slots=True)
class Stage:
    """A peer at work, in a folder of its own, every frame kept."""

    peer: Peer
    root: Path
    children: Children
    agent: AcpAgent
    server: OpenAIServer
    frames: list

    async def turn(self, text, **values):
        host = RecordingHost(root=self.root, agent=self.peer.spec.name, **values)
        result = await self.agent.prompt(host, Prompt(text=text))
        return host, result

    def call(self, tool, arguments):
        return f"@@call {tool} {json.dumps({**arguments, **(self.peer.more if tool == self.peer.shell else {})})}"

    def sent(self, method):
        return [f for d, f in self.frames if d == "out" and f.get("method") == method]


@asynccontextmanager
async def stage(peer, tmp_path):
    if find_program(peer.spec, os.environ["PATH"]) is None:
        pytest.skip(f"{peer.spec.name} is not installed")
    home, root, frames = tmp_path / "home", tmp_path / "work", []
    home.mkdir()
    root.mkdir()
    with OpenAIServer() as server:
        children = Children(tmp_path / "run")
        agent = AcpAgent(
            peer.spec,
            children,
            home / "agents",
            environ=environment(peer, home, server),
            tap=lambda d, f: frames.append((d, f)),
        )
        try:
            yield Stage(peer, root, children, agent, server, frames)
        finally:
            await agent.close()
            assert not children.living()


@pytest.fixture(params=PEERS, ids=str)
def peer(request):
    return request.param


def once(request):
    return next(o.id for o in request.options if o.effect == "allow_once")


def never(request):
    return next(o.id for o in request.options if o.effect == "deny")


def test_two_warm_turns_write_a_file_and_run_a_command(peer, tmp_path):
    async def main():
        async with stage(peer, tmp_path) as on:
            target = on.root / "new.txt"
            wrote, _ = await on.turn(on.call(peer.write, {peer.path: str(target), "content": "hi\n"}), answer=once)
            assert target.read_text() == "hi\n"
            assert [e.outcome for e in wrote.of(ev.ToolFinished)] == ["success"]
            assert "+hi\n" in wrote.of(ev.ToolFinished)[0].details["diff"]
            ran, _ = await on.turn(on.call(peer.shell, {"command": "echo one; ls"}), answer=once)
            (finished,) = ran.of(ev.ToolFinished)
            assert finished.outcome == "success" and "one\nnew.txt" in finished.output
            assert len(ran.asked) <= 1
            counts = [len(on.sent(method)) for method in ("initialize", "session/new", "session/prompt")]
            assert counts == [1, 1, 2] and len(on.children.living()) == 1

    asyncio.run(main())


def test_a_command_that_is_refused_does_not_run(peer, tmp_path):
    async def main():
        async with stage(peer, tmp_path) as on:
            host, _ = await on.turn(on.call(peer.shell, {"command": "touch made.txt; true"}), answer=never)
            assert [e.outcome for e in host.of(ev.ToolFinished)] == ["denied"]
            assert not (on.root / "made.txt").exists()

    asyncio.run(main())


def test_a_cancel_in_text_and_in_a_command_ends_the_turn_and_what_runs(peer, tmp_path):
    async def main():
        async with stage(peer, tmp_path) as on:
            happened = {
                "@@slow 200 0.1": lambda host: bool(host.text()),
                on.call(peer.shell, {"command": "echo begun; sleep 987"}): lambda host: bool(
                    host.of(ev.PermissionResolved)
                ),
            }
            for text, until in happened.items():
                host = RecordingHost(root=on.root, agent=peer.spec.name, answer=once)
                turn = asyncio.create_task(on.agent.prompt(host, Prompt(text=text)))
                await host.until(until)
                turn.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await turn
                assert len(host.of(ev.ToolStarted)) == len(host.of(ev.ToolFinished))
        sleeping = [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[-2:] == ["sleep", "987"]]
        assert not sleeping

    asyncio.run(main())


def test_a_killed_agent_goes_on_where_it_was(peer, tmp_path):
    async def main():
        async with stage(peer, tmp_path) as on:
            first, _ = await on.turn("@@say the first answer")
            (child,) = on.children.living()
            await child.kill()
            past = first.transcript(prompt="first")
            second, _ = await on.turn("@@say the second answer", agent_session=first.agent_session, past=past)
            assert second.text().strip() == "the second answer"
            assert len(on.sent("initialize")) == 2
            told = json.dumps(on.server.chats[-1].body["messages"])
            assert "the first answer" in told

    asyncio.run(main())
