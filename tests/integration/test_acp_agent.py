"""An ACP agent over many turns and chats: warm, in order, with the model that was asked for."""

import asyncio
import json
import os

import pytest

from boocode_desktop.agents.acp.agent import AcpAgent
from boocode_desktop.agents.tour import tour_agent_spec
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.children import Children
from tests.fakes.acp_host import RecordingHost
from tests.fakes.acp_rig import rig


def run(coroutine):
    return asyncio.run(coroutine)


def test_two_turns_share_one_process_one_handshake_and_one_session(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            first, _ = await bad.turn("one")
            (process,) = bad.processes()
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", number=2, agent_session=first.agent_session, past=past)
            assert bad.processes() == [process]
            assert second.text() == "heard: one | two"
            counts = [len(bad.sent(m)) for m in ("initialize", "session/new", "session/prompt")]
            assert counts == [1, 1, 2]
            assert first.agent_session.external_id == "s1"

    run(main())


def test_a_session_that_remembers_a_rewound_turn_is_left_for_a_new_one(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            first, _ = await bad.turn("one")
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", number=2, agent_session=first.agent_session, past=past)
            third, _ = await bad.turn("three", number=3, agent_session=second.agent_session, past=past)
            assert len(bad.sent("session/new")) == 2
            assert "[user, to bad] one" in third.text() and "three" in third.text()
            fourth_past = [*past, *third.transcript(prompt="three")]
            await bad.turn("four", number=4, agent_session=third.agent_session, past=fourth_past)
            assert len(bad.sent("session/new")) == 2

    run(main())


def test_a_wedged_chat_does_not_end_the_turns_of_others_in_its_child(tmp_path):
    async def main():
        async with rig(tmp_path, "wedge", quarantine_s=20) as bad:
            hanging = bad.host(chat_id="a")
            stuck = asyncio.create_task(bad.agent.prompt(hanging, Prompt(text="hang")))
            await hanging.until(lambda h: bool(h.text()))
            working = bad.host(chat_id="b")
            other = asyncio.create_task(bad.agent.prompt(working, Prompt(text="wait")))
            await working.until(lambda h: bool(h.text()))
            stuck.cancel()
            with pytest.raises(asyncio.CancelledError):
                await stuck
            again, _ = await bad.turn("reply", chat_id="a")
            assert again.text() == "replied" and len(bad.children.living()) == 2
            (bad.root / "go").touch()
            assert (await other).stop_reason == "end_turn"
            assert working.text() == "waiting done"
            await bad.until_living(1)

    run(main())


def test_what_others_did_meanwhile_is_told_before_the_prompt(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            first, _ = await bad.turn("one")
            other = RecordingHost(root=bad.root, agent="boocode", number=2)
            other.events.append(ev.Text(delta="I changed x"))
            past = [*first.transcript(prompt="one"), *other.transcript(prompt="change x")]
            second, _ = await bad.turn("two", past=past)
            note = bad.sent("session/prompt")[1]["params"]["prompt"][0]["text"]
            assert "I changed x" in note and "heard: one" not in note
            assert second.text().endswith("| two")

    run(main())


def test_two_chats_have_sessions_of_their_own_in_one_child(tmp_path):
    async def main():
        children = Children(tmp_path / "run")
        agent = AcpAgent(tour_agent_spec(pace=0), children, tmp_path / "home")
        hosts = [RecordingHost(root=tmp_path, chat_id=f"cht_{n}") for n in range(4)]
        prompts = [Prompt(text=f"@@slow 3 0.05\n@@say chat{n}") for n in range(4)]
        await asyncio.gather(*(agent.prompt(h, p) for h, p in zip(hosts, prompts, strict=True)))
        for number, host in enumerate(hosts):
            assert host.text().split() == ["slow0", "slow1", "slow2", f"chat{number}"]
        assert len(children.living()) == 1
        assert len({host.agent_session.external_id for host in hosts}) == 4
        for number in range(4):
            await agent.forget(f"cht_{number}")
        assert not children.living()

    run(main())


def test_an_agent_that_needs_it_gets_a_child_for_each_chat(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers", spec={"own_child_per_chat": True}) as bad:
            await bad.turn("one", chat_id="a")
            await bad.turn("two", chat_id="b")
            assert len(bad.processes()) == 2
            await bad.agent.forget("a")
            assert len(bad.processes()) == 1

    run(main())


def test_prompts_of_one_chat_wait_for_each_other(tmp_path):
    async def main():
        agent = AcpAgent(tour_agent_spec(pace=0), Children(tmp_path / "run"), tmp_path / "home")
        hosts = [RecordingHost(root=tmp_path) for _ in range(2)]
        await asyncio.gather(*(agent.prompt(host, Prompt(text="@@slow 2 0.05")) for host in hosts))
        assert [host.text().split() for host in hosts] == [["slow0", "slow1"]] * 2
        await agent.close()

    run(main())


@pytest.mark.parametrize(("wanted", "asked"), [("fake/b", True), ("model b", True), ("fake/a", False), ("", False)])
def test_the_wanted_model_is_set_unless_it_is_current(tmp_path, wanted, asked):
    async def main():
        async with rig(tmp_path, "models") as bad:
            for _ in range(2):
                host, _ = await bad.turn("notes", model=wanted)
            assert json.loads(host.text()) == (["session/set_model fake/b"] if asked else [])

    run(main())


def test_a_model_that_it_does_not_have_is_an_error_with_the_list(tmp_path):
    async def main():
        async with rig(tmp_path, "models") as bad:
            with pytest.raises(AdapterError, match="no model “gpt-9”") as error:
                await bad.turn(model="gpt-9")
            assert "fake/a, fake/b" in error.value.hint

    run(main())


@pytest.mark.parametrize("mode", ["image", "remembers"])
def test_images_are_sent_where_the_agent_looks_at_them_and_told_where_not(tmp_path, mode):
    async def main():
        async with rig(tmp_path, mode) as bad:
            host = bad.host(images={"ab": b"\x89PNG"})
            await bad.agent.prompt(host, Prompt(text="look", images=(ImageRef(sha256="ab", media_type="image/png"),)))
            sent = bad.sent("session/prompt")[0]["params"]["prompt"]
            assert [block["type"] for block in sent] == (["text", "image"] if mode == "image" else ["text"])
            assert [n.code for n in host.of(ev.Notice)] == ([] if mode == "image" else ["images_ignored"])

    run(main())


def test_a_file_that_is_named_goes_as_a_link_and_its_words_stay(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            host = bad.host()
            (host.root / "notes.txt").write_text("x")
            await bad.agent.prompt(host, Prompt(text="see @notes.txt, not @nothing"))
            words, link = bad.sent("session/prompt")[0]["params"]["prompt"]
            assert words == {"type": "text", "text": "see @notes.txt, not @nothing"}
            uri = (host.root / "notes.txt").resolve().as_uri()
            about = {"type": "resource_link", "uri": uri, "name": "notes.txt"}
            assert link == {**about, "mimeType": "text/plain", "size": 1}

    run(main())


def test_a_base_url_is_ignored_and_that_is_said(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            host, _ = await bad.turn(base_url="http://127.0.0.1:1/v1")
            assert [n.code for n in host.of(ev.Notice)] == ["base_url_ignored"]

    run(main())


def test_commands_told_before_the_session_has_a_name_are_not_lost(tmp_path):
    async def main():
        async with rig(tmp_path, "early") as bad:
            host, _ = await bad.turn("/early now")
            assert host.of(ev.Commands)[0].commands[0].name == "early"

    run(main())


def test_tokens_and_cost_reach_the_ledger_once(tmp_path):
    async def main():
        async with rig(tmp_path, "usage") as bad:
            host, _ = await bad.turn()
            total = sum((e.usage for e in host.of(ev.UsageReported)), Usage())
            assert total == Usage(input=250, output=20, cost=0.5)
            again, _ = await bad.turn()
            assert sum((e.usage for e in again.of(ev.UsageReported)), Usage()).cost is None

    run(main())


def test_calls_without_a_start_and_without_an_end_are_whole_in_the_chat(tmp_path):
    async def main():
        async with rig(tmp_path, "only_the_end") as bad:
            host, _ = await bad.turn()
            finished = host.of(ev.ToolFinished)
            assert [e.outcome for e in finished] == ["success", "interrupted"]
            assert [e.trace_id for e in host.of(ev.ToolStarted)] == [e.trace_id for e in finished]

    run(main())


def test_a_missing_folder_is_told_before_a_session_is_made(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            bad.root.rmdir()
            with pytest.raises(AdapterError, match="does not exist"):
                await bad.turn()
            assert not bad.sent("session/new")

    run(main())


def test_an_agent_that_is_not_installed_says_how_to_get_it(tmp_path):
    async def main():
        async with rig(tmp_path, "x", spec={"commands": ("no-such-agent",), "install": "npm i it"}) as bad:
            with pytest.raises(AdapterError, match="is not installed") as error:
                await bad.turn()
            assert "npm i it" in error.value.hint

    run(main())


def test_an_event_that_cannot_be_recorded_stops_the_agent(tmp_path):
    class Full(RecordingHost):
        async def emit(self, event):
            if isinstance(event, ev.ToolStarted):
                raise AdapterError("the disk is full")
            await RecordingHost.emit(self, event)

    async def main():
        agent = AcpAgent(tour_agent_spec(pace=0), Children(tmp_path / "run"), tmp_path / "home")
        with pytest.raises(AdapterError, match="the disk is full"):
            await agent.prompt(Full(root=tmp_path), Prompt(text="@@write a.txt x\n@@hang"))
        host = RecordingHost(root=tmp_path)
        await agent.prompt(host, Prompt(text="@@say still here"))
        assert host.text().strip() == "still here"
        await agent.close()

    run(main())


def test_a_cancelled_turn_closes_its_calls_and_the_session_goes_on(tmp_path):
    async def main():
        agent = AcpAgent(tour_agent_spec(pace=0), Children(tmp_path / "run"), tmp_path / "home")
        host = RecordingHost(root=tmp_path)
        turn = asyncio.create_task(agent.prompt(host, Prompt(text="@@say so far\n@@run sleep 600")))
        await host.until(lambda h: bool(h.of(ev.PermissionResolved)))
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert host.text().split() == ["so", "far"]
        assert [e.outcome for e in host.of(ev.ToolFinished)] == ["cancelled"]
        again = RecordingHost(root=tmp_path)
        await agent.prompt(again, Prompt(text="@@say again"))
        assert again.text().strip() == "again"
        await agent.close()

    run(main())


def test_frames_are_recorded_for_each_child_where_that_is_asked_for(tmp_path):
    async def main():
        folder = tmp_path / "frames"
        async with rig(tmp_path, "remembers", environ={**os.environ, "BOOCODE_AGENT_FRAMES": str(folder)}) as bad:
            await bad.turn("one")
            await bad.turn("two")
            (file,) = folder.iterdir()
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            asked = [line["frame"].get("method") for line in lines if line["direction"] == "out"]
            assert asked == ["initialize", "session/new", "session/prompt", "session/prompt"]
            assert {line["pid"] for line in lines} == {bad.processes()[0].pid}

    run(main())
