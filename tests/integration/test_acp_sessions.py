"""How a chat comes to its agent session over deaths, evictions, forks and new configurations, and that it is told."""

import asyncio
import json
from dataclasses import replace

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from tests.fakes.acp_rig import rig


def run(coroutine):
    return asyncio.run(coroutine)


def ways(host):
    return [(event.how, event.why) for event in host.of(ev.AgentOpened)]


def memory(tmp_path, claims=""):
    return (("MISBEHAVING_MEMORY", str(tmp_path / "memory.json")), ("MISBEHAVING_CLAIMS", claims))


def test_the_first_session_is_new_and_the_next_turn_says_nothing(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            first, _ = await bad.turn("one")
            second, _ = await bad.turn("two", agent_session=first.agent_session, past=first.transcript(prompt="one"))
            assert ways(first) == [("new", "")] and ways(second) == []
            assert second.agent_session.opened == "new"

    run(main())


@pytest.mark.parametrize(("claims", "how", "method"), [("resume", "resumed", "resume"), ("", "history", "load")])
def test_after_a_death_it_is_told_how_the_agent_remembers(tmp_path, claims, how, method):
    async def main():
        async with rig(tmp_path, "remembers", env=memory(tmp_path, claims)) as bad:
            first, _ = await bad.turn("one")
            await bad.kill()
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", number=2, agent_session=first.agent_session, past=past)
            assert ways(second) == [(how, "")] and second.agent_session.opened == how
            assert second.text() == "heard: one | two"
            assert len(bad.sent(f"session/{method}")) == 1 and len(bad.sent("session/new")) == 1

    run(main())


def test_without_a_memory_of_its_own_it_is_told_why_the_session_is_new(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            first, _ = await bad.turn("one")
            await bad.kill()
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", number=2, agent_session=first.agent_session, past=past)
            ((how, why),) = ways(second)
            assert how == "new" and "cannot go on" in why

    run(main())


def test_a_session_of_another_configuration_is_not_gone_on_with(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers", env=memory(tmp_path)) as bad:
            first, _ = await bad.turn("one")
            bad.agent.configure(replace(bad.agent.spec, env=(*bad.agent.spec.env, ("NEW", "1"))))
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", number=2, agent_session=first.agent_session, past=past)
            assert ways(second) == [("new", "the agent is configured differently now")]
            assert "[user, to bad] one" in second.text()
            assert len(bad.sent("initialize")) == 2 and len(bad.processes()) == 1

    run(main())


def test_a_turn_in_an_old_configuration_is_not_cut_short(tmp_path):
    async def main():
        async with rig(tmp_path, "wedge") as bad:
            working = bad.host(chat_id="b")
            other = asyncio.create_task(bad.agent.prompt(working, Prompt(text="wait")))
            await working.until(lambda h: bool(h.text()))
            bad.agent.configure(replace(bad.agent.spec, env=(*bad.agent.spec.env, ("NEW", "1"))))
            again, _ = await bad.turn("reply", chat_id="a")
            assert again.text() == "replied" and len(bad.children.living()) == 2
            (bad.root / "go").touch()
            await other
            assert working.text() == "waiting done"
            await bad.until_living(1)

    run(main())


def test_a_forked_chat_forks_the_agents_memory_where_the_agent_can(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers", env=memory(tmp_path, "fork")) as bad:
            first, _ = await bad.turn("one")
            past = first.transcript(prompt="one")
            forked = replace(
                first.agent_session,
                chat_id="cht_2",
                external_id="",
                memory={"fork_of": first.agent_session.external_id},
            )
            second, _ = await bad.turn("two", chat_id="cht_2", number=2, agent_session=forked, past=past)
            assert second.text() == "heard: one | forked from s1 | two" and ways(second) == [("resumed", "")]
            assert second.agent_session.external_id == "fork-2"
            assert len(bad.sent("session/new")) == 1

    run(main())


def test_its_conversations_of_a_folder_are_listed_page_by_page(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers", env=memory(tmp_path, "list")) as bad:
            await bad.turn("one")
            found = await bad.connection.list_sessions(str(bad.root))
            assert [session["sessionId"] for session in found] == ["kept-1", "kept-2"]

    run(main())


def test_the_mode_of_a_chat_is_set_and_goes_back_when_nobody_wants_it_any_more(tmp_path):
    async def main():
        async with rig(tmp_path, "modes") as bad:
            first, _ = await bad.turn("notes", mode="Plan first")
            assert json.loads(first.text()) == ["session/set_mode plan"]
            assert first.of(ev.ModeChanged)[0].mode == "plan"
            past = first.transcript(prompt="notes")
            again, _ = await bad.turn("notes", mode="plan", agent_session=first.agent_session, past=past)
            assert json.loads(again.text()) == ["session/set_mode plan"]
            back, _ = await bad.turn("notes", agent_session=again.agent_session, past=past)
            assert json.loads(back.text())[1:] == ["session/set_mode ask"]
            last, _ = await bad.turn("notes", agent_session=back.agent_session, past=past)
            assert len(json.loads(last.text())) == 2

    run(main())


def test_a_mode_that_the_agent_does_not_have_is_an_error_with_the_list(tmp_path):
    async def main():
        async with rig(tmp_path, "modes") as bad:
            with pytest.raises(AdapterError, match="no mode “yolo”") as error:
                await bad.turn(mode="yolo")
            assert "ask, plan" in error.value.hint

    run(main())


def test_a_model_that_was_chosen_goes_back_to_the_agents_own_over_a_restart(tmp_path):
    async def main():
        async with rig(tmp_path, "models", env=memory(tmp_path)) as bad:
            first, _ = await bad.turn("notes", model="fake/b")
            assert first.of(ev.ModeChanged)[0].model == "fake/b"
            assert first.agent_session.memory == {"before": {"model": "fake/a"}}

    run(main())


def test_a_mode_that_the_agent_tells_of_privately_is_shown_and_known(tmp_path):
    async def main():
        async with rig(tmp_path, "switches") as bad:
            host, _ = await bad.turn("one")
            assert [event.mode for event in host.of(ev.ModeChanged)] == ["ask", "plan"]
            again, _ = await bad.turn("two")
            assert again.of(ev.ModeChanged)[0].mode == "plan"

    run(main())


def test_images_of_an_agent_are_kept_and_shown(tmp_path):
    async def main():
        async with rig(tmp_path, "picture") as bad:
            host, _ = await bad.turn()
            assert [event.image.media_type for event in host.of(ev.Image)] == ["image/png", "image/jpeg"]
            assert all(event.image.sha256 in host.images for event in host.of(ev.Image))
            assert [notice.code for notice in host.of(ev.Notice)] == []

    run(main())


def test_a_form_outside_any_session_is_answered_with_cancel(tmp_path):
    async def main():
        async with rig(tmp_path, "lost_form") as bad:
            host, _ = await bad.turn()
            assert json.loads(host.text()) == {"action": "cancel"}

    run(main())
