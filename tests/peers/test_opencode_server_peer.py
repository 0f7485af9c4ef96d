"""The real opencode as a warm HTTP server, against the scripted model server; skipped where it is not installed.

npm i opencode-ai@1.18.33      # Node 20 is enough; its postinstall script has to run
PATH=$PWD/node_modules/.bin:$PATH python -m pytest -n0 tests/peers/test_opencode_server_peer.py
"""

import asyncio
import base64
import json
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from boocode_desktop.agents.builtin_agents import OPENCODE
from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.opencode.agent import OpencodeAgent
from boocode_desktop.agents.opencode.probe import ask
from boocode_desktop.agents.programs import find_program
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from tests.fakes.acp_host import RecordingHost
from tests.fakes.aftermath import wait_until
from tests.fakes.conversation import Conversation
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.opencode_config import opencode_environment
from tests.peers.known_peers import PINNED
from tests.peers.whole_program import installation

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(slots=True)
class Stage:
    """opencode at work in a folder of its own; each turn goes on in the same chat."""

    root: Path
    children: Children
    agent: OpencodeAgent
    server: OpenAIServer
    past: list = field(default_factory=list)
    kept: object = None
    number: int = 0

    def host(self, **values):
        self.number += 1
        given = {"past": list(self.past), **({"agent_session": self.kept} if self.kept else {})}
        return RecordingHost(root=self.root, agent="opencode", number=self.number, **{**given, **values})

    async def turn(self, text, shown=(), **values):
        host = self.host(**values)
        try:
            return host, await self.agent.prompt(host, Prompt(text=text, images=shown))
        finally:
            self.remember(host, text)

    def remember(self, host, text):
        self.past += host.transcript(prompt=text)
        self.kept = host.agent_session

    def call(self, tool, arguments):
        return f"@@call {tool} {json.dumps(arguments)}"

    def bash(self, command):
        return self.call("bash", {"command": command, "description": "runs it"})


@asynccontextmanager
async def stage(tmp_path, **options):
    if find_program(OPENCODE, os.environ["PATH"]) is None:
        pytest.skip("opencode is not installed")
    home, root = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    root.mkdir()
    with OpenAIServer() as server:
        children = Children(tmp_path / "run")
        environ = opencode_environment(home, server.base_url)
        agent = OpencodeAgent(OPENCODE, children, home / "agents", environ=environ, **options)
        try:
            yield Stage(root.resolve(), children, agent, server)
        finally:
            await agent.close()
            assert not children.living()


def once(request):
    return "once"


def never(request):
    return "reject"


def sleepers(seconds):
    found = psutil.process_iter(["cmdline"])
    return [p for p in found if (p.info["cmdline"] or [])[-2:] == ["sleep", seconds]]


def test_two_warm_turns_write_a_file_and_run_a_command_in_one_server(tmp_path):
    async def main():
        async with stage(tmp_path) as on:
            target = on.root / "new.txt"
            wrote, result = await on.turn(on.call("write", {"filePath": str(target), "content": "hi\n"}), answer=once)
            assert target.read_text() == "hi\n" and result.stop_reason == "end_turn"
            (finished,) = wrote.of(ev.ToolFinished)
            assert (finished.outcome, finished.tool) == ("success", "edit") and "+hi\n" in finished.details["diff"]
            assert not wrote.asked  # within the session's folder
            (child,) = on.children.living()
            ran, _ = await on.turn(on.bash("echo one; ls"), answer=once)
            (finished,) = ran.of(ev.ToolFinished)
            assert finished.outcome == "success" and "one\nnew.txt" in finished.output
            assert [q.options[0].label for q in ran.asked] == ["Allow once"] and ran.asked[0].trace_id
            assert [c.pid for c in on.children.living()] == [child.pid]
            assert wrote.agent_session.external_id == ran.agent_session.external_id
            assert ran.of(ev.StepStarted)[-1].step == 2 and len(ran.of(ev.StepFinished)) == 2
            used = [u.usage.input for u in ran.of(ev.UsageReported)]
            assert len(used) == 2 and all(used)
            total = sum(u.usage.input for host in (wrote, ran) for u in host.of(ev.UsageReported))
            assert ran.agent_session.memory["usage"]["input"] == total
            assert {c.name for e in wrote.of(ev.Commands) for c in e.commands} >= {"init", "review"}
            # Its own fields tell which model answered, and no model was called for a title.
            assert wrote.of(ev.ModeChanged)[0].model == "fake/fake-1"
            assert len(on.server.chats) == 4

    asyncio.run(main())


def test_permissions_are_asked_for_refused_and_left_open_at_a_cancel(tmp_path):
    async def main():
        async with stage(tmp_path) as on:
            refused, _ = await on.turn(on.bash("touch made.txt; true"), answer=never)
            assert [e.outcome for e in refused.of(ev.ToolFinished)] == ["denied"]
            task = on.call(
                "task", {"description": "d", "prompt": on.bash("echo child; true"), "subagent_type": "general"}
            )
            child, _ = await on.turn(task, answer=once)
            assert [q.title for q in child.asked] == ["bash: echo child; true"]
            lead, call = child.of(ev.ToolStarted)
            assert (lead.tool, call.tool, call.parent) == ("task", "execute", lead.trace_id)
            assert child.asked[0].trace_id == call.trace_id
            assert {e.trace_id: e.output for e in child.of(ev.ToolFinished)} == {
                lead.trace_id: "Done.",
                call.trace_id: "child\n",
            }
            host = on.host(answer=lambda request: None)
            turn = asyncio.create_task(on.agent.prompt(host, Prompt(text=on.bash("touch made.txt; true"))))
            await host.until(lambda h: bool(h.asked))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert [e.outcome for e in host.of(ev.ToolFinished)] == ["cancelled"]
            assert not (on.root / "made.txt").exists()
            on.remember(host, "x")
            said, _ = await on.turn("@@say and on it goes")
            assert said.text() == "and on it goes"

    asyncio.run(main())


def test_a_cancel_in_text_in_a_command_and_with_a_silent_model_ends_the_turn_and_what_runs(tmp_path):
    async def main():
        async with stage(tmp_path) as on:

            def printed(host):
                return any("begun" in update.output for update in host.of(ev.ToolUpdated))

            happened = {
                "@@slow 200 0.1": lambda host: bool(host.text()),
                on.bash("echo begun; sleep 986"): lambda host: any(
                    "begun" in u.output for u in host.of(ev.ToolUpdated)
                ),
                "@@hang": lambda host: bool(host.of(ev.ModeChanged) or host.of(ev.StepStarted)),
            }
            for text, until in happened.items():
                host = on.host(answer=once)
                turn = asyncio.create_task(on.agent.prompt(host, Prompt(text=text)))
                await host.until(until)
                turn.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await turn
                assert len(host.of(ev.ToolStarted)) == len(host.of(ev.ToolFinished))
                assert {e.outcome for e in host.of(ev.ToolFinished)} <= {"cancelled"}
                on.remember(host, text)
                after, _ = await on.turn("@@say whole")
                assert after.text() == "whole"
            assert len(on.children.living()) == 1 and not sleepers("986")

    asyncio.run(main())


def test_an_image_reasoning_a_path_as_words_and_a_compaction(tmp_path):
    async def main():
        async with stage(tmp_path) as on:
            image = ev.ImageRef(sha256="a", media_type="image/png", name="dot.png")
            seen, _ = await on.turn("@@reason hm hm\n@@say seen", shown=(image,), images={"a": PIXEL})
            assert seen.text() == "seen"
            (on.root / "notes.txt").write_text("the tide turns at noon\n")
            await on.turn("@@say seen\n@notes.txt")
            assert "the tide turns at noon" in json.dumps(on.server.chats[-1].body)
            assert "".join(e.delta for e in seen.of(ev.Reasoning)) == "hm hm"
            assert "data:image/png;base64," in json.dumps(on.server.chats[-1].body)
            with pytest.raises(AdapterError, match="could not be decoded"):
                await on.turn("@@say seen", shown=(image,), images={"a": PIXEL[:40]})
            words, _ = await on.turn("/etc/hosts looks wrong")
            assert "/etc/hosts looks wrong" in words.text()
            full = {"prompt_tokens": 130_000, "completion_tokens": 10, "total_tokens": 130_010}
            on.server.script.append([{"text": "big"}, {"usage": full}, {"finish": "stop"}])
            compacted, _ = await on.turn("fill it up")
            assert [n.code for n in compacted.of(ev.Notice)] == ["agent_compacted"]
            assert compacted.text().startswith("big")

    asyncio.run(main())


def test_retries_show_and_a_refused_request_fails_the_turn(tmp_path):
    async def main():
        async with stage(tmp_path) as on:
            again, _ = await on.turn("@@http 500 1\n@@say at last")
            assert again.text() == "at last"
            (retry,) = again.of(ev.Retry)
            assert retry.attempt == 1 and 0 < retry.delay_s < 60 and "500" in retry.reason
            with pytest.raises(AdapterError, match="scripted 400"):
                await on.turn("@@http 400")
            with pytest.raises(AdapterError, match="no model") as failed:
                await on.turn("@@say x", model="none/such")
            assert "fake/fake-1" in failed.value.hint

    asyncio.run(main())


def test_a_killed_server_fails_its_turn_and_the_session_is_found_again(tmp_path):
    async def main():
        async with stage(tmp_path) as on:
            first, _ = await on.turn("@@say the first answer")
            host = on.host()
            turn = asyncio.create_task(on.agent.prompt(host, Prompt(text="@@slow 200 0.1")))
            await host.until(lambda h: bool(h.text()))
            (child,) = on.children.living()
            os.kill(child.pid, 9)
            with pytest.raises(AdapterError, match="SIGKILL"):
                await turn
            assert host.text()
            on.remember(host, "slow")
            second, _ = await on.turn("@@say the second answer")
            assert second.text() == "the second answer"
            assert second.agent_session.external_id == first.agent_session.external_id
            assert "the first answer" in json.dumps(on.server.chats[-1].conversation)
            other, _ = await on.turn("@@say by another model", model="fake/fake-2")
            assert other.agent_session.external_id != first.agent_session.external_id
            assert [n.code for n in other.of(ev.Notice)] == ["session_renewed"]
            assert "the first answer" in json.dumps(on.server.chats[-1].conversation)

    asyncio.run(main())


def test_the_whole_program_speaks_to_the_server_and_finds_the_session_again_after_it_was_killed(tmp_path):
    (peer,) = [peer for peer in PINNED if peer.spec is OPENCODE]
    with installation(peer, tmp_path, protocol="opencode") as on:
        talk = Conversation(on.program(), "-C", str(on.repository), "--agent", "opencode")
        try:
            talk.say(type="prompt", text="@@begin\n" + peer.running("echo hello > said.txt; cat said.txt"))
            asked = talk.until("permission_requested")
            assert [o["id"] for o in asked["options"]] == ["once", "always", "reject"]
            talk.say(type="answer", request_id=asked["request_id"], option_id="once")
            assert talk.until("tool_finished")["outcome"] == "success"
            started = talk.seen[0]
            talk.until("turn_finished", status="completed")
            assert any("serve" in process.cmdline() for process in on.processes())
            talk.say(type="prompt", text="@@begin\n@@slow 2000 0.1")
            talk.until("text")
        finally:
            talk.close()
        wait_until(lambda: not on.processes(), within_s=10)
        assert [c["path"] for c in on.program().json("changes", "list")] == ["said.txt"]
        again = ("--session", started["session_id"], "--chat", started["chat_id"])
        last = on.program().run("@@begin\n@@say And on.", *again)
        assert "".join(e["delta"] for e in last if e["type"] == "text") == "And on."
        told = json.dumps(on.server.chats[-1].conversation)
        assert "cat said.txt" in told and "[bash]" not in told  # its own memory, not our account of it
        assert on.frames() == []


def test_the_server_is_asked_what_it_can_do_and_ended(tmp_path):
    async def main():
        if find_program(OPENCODE, os.environ["PATH"]) is None:
            pytest.skip("opencode is not installed")
        (tmp_path / "home").mkdir()
        environ = opencode_environment(tmp_path / "home", "http://127.0.0.1:9/v1")
        children = Children(tmp_path / "run")
        result = await ask(OPENCODE, Workshop(children=children, folder=tmp_path / "agents", environ=environ))
        assert result.works, (result.problem, result.hint)
        assert result.version and [m.id for m in result.models] == ["fake/fake-1", "fake/fake-2"]
        assert (result.model, result.mode) == ("fake/fake-1", "build") and {m.id for m in result.modes} == {
            "build",
            "plan",
        }
        assert {c.name for c in result.commands} >= {"init", "review"} and not children.living()

    asyncio.run(main())
