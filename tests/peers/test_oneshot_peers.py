"""Real agents run once for each turn against the scripted model: what they do, go on with, may not do and leave."""

import asyncio
import json
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from boocode_desktop.agents.confining import AgentConfiner
from boocode_desktop.agents.environments import quieted
from boocode_desktop.agents.oneshot.agent import OneShotAgent
from boocode_desktop.agents.oneshot.fallback import as_one_shot
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.sandbox_agents import AgentLauncher
from tests.fakes.acp_host import RecordingHost
from tests.fakes.openai_server import OpenAIServer
from tests.peers.known_peers import PINNED, Peer
from tests.peers.stage import PATIENCE_S, environment, marked, needed, processes_of


def script(*lines: str) -> str:
    """A prompt for the scripted model. Qwen takes what follows an @ for a file and drops a line end between two."""
    return "".join(f"then\n{line}\n" for line in ("@@begin", *lines))


@dataclass(slots=True, kw_only=True)
class Stage:
    """A peer, one-shot, in a folder of its own."""

    peer: Peer
    root: Path
    mark: str
    agent: OneShotAgent
    server: OpenAIServer
    hosts: list[RecordingHost] = field(default_factory=list)

    def host(self, **values) -> RecordingHost:
        """A host for one more turn of the chat."""
        kept = {"number": len(self.hosts) + 1}
        if self.hosts:
            past = [entry for host in self.hosts for entry in host.transcript(prompt="earlier")]
            kept |= {"agent_session": self.hosts[-1].agent_session, "past": past}
        host = RecordingHost(root=self.root, agent=self.peer.spec.name, **{**kept, **values})
        self.hosts.append(host)
        return host

    async def turn(self, *lines: str, **values) -> RecordingHost:
        """One turn with a script."""
        host = self.host(**values)
        async with asyncio.timeout(PATIENCE_S):
            await self.agent.prompt(host, Prompt(text=script(*lines)))
        return host

    def asked(self) -> str:
        """What the model was told last."""
        return json.dumps(self.server.chats[-1].conversation)


@asynccontextmanager
async def stage(peer, folder, note, *, boxed=False):
    needed(peer)
    mark, root, home = secrets.token_hex(8), folder / "work", folder / "home"
    root.mkdir()
    with OpenAIServer(titles=True) as server:
        environ = environment(peer, home, server)
        confiner = None
        if boxed:
            launcher = AgentLauncher(private=[], scratch=folder / "scratch", home=home)
            confiner = AgentConfiner(
                launcher=launcher, default=lambda: "on", environ=environ, home=home, readable=(folder / "quiet",)
            )
            if (await launcher.confinement()).kind != "sandboxed":
                pytest.skip("bubblewrap does not work here")
        children = Children(folder / "run")
        spec = marked(quieted(as_one_shot(peer.spec), environ, folder / "quiet"), mark)
        agent = OneShotAgent(spec, children, folder / "own", environ=environ, confiner=confiner)
        try:
            yield Stage(peer=peer, root=root, mark=mark, agent=agent, server=server)
            note("peer", f"{peer} one-shot")
        finally:
            await agent.close()
            assert not children.living()
            left = processes_of(mark, folder)
            for process in left:
                process.kill()
            assert not left, f"left running: {left}"


@pytest.fixture(params=PINNED, ids=str)
def peer(request):
    """The pinned ones; what others can be held to one-shot differs."""
    return request.param


def codes(host):
    return [notice.code for notice in host.of(ev.Notice)]


def test_two_turns_are_one_conversation_with_tokens_by_the_turn(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            first = await on.turn("@@reason thinking", "@@say the first answer")
            assert first.text().strip() == "the first answer" and codes(first) == ["one_shot"]
            assert "thinking" in "".join(e.delta for e in first.of(ev.Reasoning))
            second = await on.turn("@@say the second answer")
            assert second.text().strip() == "the second answer" and codes(second) == []
            assert "the first answer" in on.asked() and "Earlier in this conversation" not in on.asked()
            used = [host.of(ev.UsageReported)[-1].usage for host in on.hosts]
            assert used[0].input > 0 and 0 < used[1].input < 2 * used[0].input
            assert all(0 < usage.output < 50 for usage in used)

    asyncio.run(main())


def test_a_file_is_written_where_edits_can_be_allowed_alone_and_a_command_is_not_run(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            target = on.root / "new.txt"
            edits = "edit" in on.agent._way.held
            wrote = await on.turn(on.peer.writing(target, "hi\n"))
            assert target.exists() is edits
            assert [e.outcome for e in wrote.of(ev.ToolFinished)] == ["success"]
            ran = await on.turn(on.peer.running("touch made.txt"))
            assert not (on.root / "made.txt").exists()
            assert len(ran.of(ev.ToolStarted)) == len(ran.of(ev.ToolFinished))

    asyncio.run(main())


@pytest.mark.parametrize("values", [{"trusted": False}, {"read_only": True}], ids=["untrusted", "read-only"])
def test_nothing_is_written_without_trust_or_in_a_read_only_chat(peer, tmp_path, record_property, values):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            await on.turn(on.peer.writing(on.root / "new.txt", "hi\n"), on.peer.running("touch made.txt"), **values)
            assert not list(on.root.glob("*.txt"))

    asyncio.run(main())


def test_a_command_runs_in_the_sandbox_once_it_is_allowed(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property, boxed=True) as on:
            outside = tmp_path / "home" / "outside.txt"
            host = await on.turn(on.peer.running(f"echo seen > made.txt; touch {outside}; cat made.txt"))
            assert (on.root / "made.txt").read_text() == "seen\n" and not outside.exists()
            assert "seen" in host.of(ev.ToolFinished)[0].output and len(host.asked) == 1
            (told,) = [notice.message for notice in host.of(ev.Notice) if notice.code == "sandbox"]
            assert "is sandboxed by" in told

    asyncio.run(main())


def test_a_conversation_it_does_not_know_begins_anew(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            first = await on.turn("@@say the first answer")
            lost = {"qwen": "11111111-2222-4333-8444-555555555555", "opencode": "ses_de927c9aeffenIIFOrdaKOQJHC"}
            gone = replace(first.agent_session, external_id=lost.get(peer.spec.name, "boocode-never"))
            second = await on.turn("@@say the second answer", agent_session=gone)
            assert "session_new" in codes(second) and second.text().strip() == "the second answer"
            assert "the first answer" in on.asked()

    asyncio.run(main())


def test_a_refused_request_is_told(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host = on.host()
            try:
                await on.agent.prompt(host, Prompt(text=script("@@http 400")))
                told = host.text()
            except AdapterError as error:
                told = error.message
            assert "400" in told

    asyncio.run(main())


def test_a_cancel_leaves_nothing_and_the_next_turn_works(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            await on.turn("@@say before")
            host = on.host()
            turn = asyncio.create_task(on.agent.prompt(host, Prompt(text=script("@@say one", "@@hang"))))
            seen = len(on.server.chats)
            async with asyncio.timeout(PATIENCE_S):
                while len(on.server.chats) == seen:
                    await asyncio.sleep(0.02)
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert not processes_of(on.mark)
            after = await on.turn("@@say after")
            assert after.text().strip() == "after"

    asyncio.run(main())
