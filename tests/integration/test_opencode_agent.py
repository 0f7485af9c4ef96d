"""opencode's server over many turns and chats, played by a script: warm, in order, asking, found again."""

import asyncio
import json
from dataclasses import replace

import pytest

from boocode_desktop.agents.pool import AgentPool
from boocode_desktop.agents.pool_policy import PoolLimits
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.records import PermissionRule
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.agents import Prompt
from tests.fakes.acp_host import RecordingHost
from tests.fakes.opencode_rig import opencode_rig


def run(coroutine):
    return asyncio.run(coroutine)


def outcomes(host):
    return [e.outcome for e in host.of(ev.ToolFinished)]


def test_two_turns_share_one_server_one_stream_and_one_session(tmp_path):
    async def main():
        known = []
        async with opencode_rig(tmp_path, on_known=lambda *told: known.append(told)) as on:
            first, result = await on.turn("reason let me think\nsay one answer\nstep\nsay and more")
            assert result.stop_reason == "end_turn" and first.text() == "one answerand more"
            assert "".join(e.delta for e in first.of(ev.Reasoning)) == "let me think"
            assert [e.step for e in first.of(ev.StepStarted)] == [1, 2] == [e.step for e in first.of(ev.StepFinished)]
            second, _ = await on.turn("say two")
            assert second.text() == "two"
            counts = [len(on.requests("POST", end)) for end in ("/session", "/prompt_async")]
            assert counts == [1, 2] and len(on.requests("GET", "/event")) == 1
            assert len({r["pid"] for r in on.requests("GET", "")}) == 1 and len(on.processes()) == 1
            assert all(r["allowed"] for r in on.requests("GET", "") + on.requests("POST", ""))
            assert first.of(ev.Commands)[0].commands[0].name == "init" and not second.of(ev.Commands)
            version, models = known[0]
            assert version == "1.18.33-fake" and [m.id for m in models] == ["fake/one", "fake/two"]

    run(main())


def test_usage_is_told_per_step_and_added_up_for_the_chat(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            first, _ = await on.turn("say a\nstep\nsay b")
            one = Usage(input=14, output=7, reasoning=2, cached=3, cost=0.5)
            assert [(e.step, e.usage) for e in first.of(ev.UsageReported)] == [(1, one), (2, one)]
            assert first.of(ev.UsageReported)[0].context_size == 1000
            second, _ = await on.turn("child ls\nsay c")
            assert [e.usage.input for e in second.of(ev.UsageReported)] == [14, 14]
            assert second.agent_session.memory["usage"]["input"] == 4 * 14

    run(main())


def test_an_edit_in_the_folder_needs_no_question_and_shows_its_diff(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn("write new.txt")
            (finished,) = host.of(ev.ToolFinished)
            assert not host.asked and (on.root / "new.txt").exists()
            assert (finished.tool, finished.outcome) == ("edit", "success")
            assert finished.details["diff"].startswith("--- ") and finished.details["added"] == 1

    run(main())


def test_a_command_is_asked_for_with_the_servers_own_answers(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn("bash echo hi; exit 3")
            (asked,) = host.asked
            assert [(o.id, o.effect) for o in asked.options] == [
                ("once", "allow_once"),
                ("always", "allow_always"),
                ("reject", "deny"),
            ]
            assert asked.argv == ("bash", "-c", "echo hi; exit 3") and asked.cwd == str(on.root)
            (started,) = host.of(ev.ToolStarted)
            assert asked.trace_id == started.trace_id and host.events.index(started) < host.events.index(asked)
            (finished,) = host.of(ev.ToolFinished)
            assert (finished.outcome, finished.details["exit_code"]) == ("error", 3)
            always, _ = await on.turn("bash ls -R /", answer=lambda request: "always")
            assert outcomes(always) == ["success"]
            sent = [r["body"]["reply"] for r in on.requests("POST", "/reply")]
            assert sent == ["once", "always"]

    run(main())


def test_a_person_refuses_and_the_turn_ends_a_rule_refuses_and_it_goes_on(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            person, _ = await on.turn("bash touch x; ls\nsay never", answer=lambda request: "reject")
            assert outcomes(person) == ["denied"] and person.text() == ""
            rule = PermissionRule(id="r", effect="deny", pattern="run: touch **", scope="", created_at=0)
            ruled, _ = await on.turn("bash touch y\nsay on", rules=[rule])
            assert outcomes(ruled) == ["denied"] and not ruled.asked
            assert "touch **" in ruled.text() and ruled.text().endswith("on")

    run(main())


def test_what_a_child_session_asks_is_asked_in_the_turn_that_began_it(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn("child rm -r x")
            assert [q.argv for q in host.asked] == [("rm", "-r", "x")] and host.text() == "The child is done."

    run(main())


@pytest.mark.parametrize("script", ["child ls", "unseen_child ls"])
def test_what_a_child_session_says_and_does_belongs_to_the_call_that_began_it(tmp_path, script):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn(script)
            lead, call = host.of(ev.ToolStarted)
            assert (lead.tool, lead.parent, call.tool, call.parent) == ("task", "", "execute", lead.trace_id)
            said = "".join(e.output for e in host.of(ev.ToolUpdated) if e.trace_id == lead.trace_id)
            assert said == "I look.\n\nI found it."
            ended = {e.trace_id: e for e in host.of(ev.ToolFinished)}
            assert ended[lead.trace_id].output == "I found it." and ended[call.trace_id].output == "ls"
            assert [q.trace_id for q in host.asked] == [call.trace_id]
            assert host.text() == "The child is done."

    run(main())


def test_a_cancel_ends_the_calls_of_a_child_session_too(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host = on.host(answer=lambda request: None)
            turn = asyncio.create_task(on.agent.prompt(host, Prompt(text="child ls")))
            await host.until(lambda h: bool(h.asked))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert [e.outcome for e in host.of(ev.ToolFinished)] == ["cancelled", "cancelled"]

    run(main())


def test_a_question_is_put_to_a_person_and_may_be_left_unanswered(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn("question Which?", answer=lambda request: "B")
            assert (host.asked[0].kind, host.asked[0].title) == ("question", "Which?")
            assert host.text() == "answers: [['B']]"
            silent, _ = await on.turn("question Which?", answer=lambda request: "")
            assert silent.text() == "answers: None"

    run(main())


def test_retries_plans_and_compaction_show(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn("retry 2\nplan look around\nsay before\ncompact\nsay after")
            assert [e.attempt for e in host.of(ev.Retry)] == [1, 2]
            assert all(1 < e.delay_s <= 3 and e.reason == "too many requests" for e in host.of(ev.Retry))
            assert [(i.text, i.status) for e in host.of(ev.Plan) for i in e.items] == [("look around", "in_progress")]
            assert [e.code for e in host.of(ev.Notice)] == ["agent_compacted"]
            assert host.text() == "beforeafter"

    run(main())


def test_models_efforts_images_and_slashes_go_as_the_server_wants_them(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            image = ImageRef(sha256="a", media_type="image/png", name="a.png")
            given = {"shown": (image,), "images": {"a": b"bytes"}}
            await on.turn("say x", model="One", effort="high", **given)
            body = on.requests("POST", "/prompt_async")[-1]["body"]
            assert body["model"] == {"providerID": "fake", "modelID": "one"} and body["variant"] == "high"
            assert body["parts"][-1]["url"] == "data:image/png;base64,Ynl0ZXM="
            blind, _ = await on.turn("say x", model="two", effort="high", **given)
            body = on.requests("POST", "/prompt_async")[-1]["body"]
            assert "variant" not in body and [p["type"] for p in body["parts"]] == ["text", "text"]
            assert "images_ignored" in [n.code for n in blind.of(ev.Notice)]
            (blind.root / "notes.txt").write_text("x")
            await on.turn("say @notes.txt", model="two")
            link = on.requests("POST", "/prompt_async")[-1]["body"]["parts"][-1]
            assert (link["type"], link["filename"]) == ("file", "notes.txt")
            assert link["url"] == (blind.root / "notes.txt").as_uri()
            called, _ = await on.turn("/init @notes.txt", model="two")
            assert called.text() == "command @notes.txt"
            assert [r["body"]["parts"] for r in on.requests("POST", "/command")] == [[]]
            words, _ = await on.turn("/etc/hosts", model="two")
            assert words.text() == "/etc/hosts" and on.prompts()[-1] == [" /etc/hosts"]

    run(main())


def test_another_model_other_settings_or_a_rewind_begin_a_new_session_with_an_account(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            first, _ = await on.turn("say alpha")
            second, _ = await on.turn("say beta", model="fake/two")
            assert second.agent_session.external_id != first.agent_session.external_id
            assert [n.code for n in second.of(ev.Notice)] == ["session_renewed"]
            assert "[answer] alpha" in on.prompts()[1][0]
            same, _ = await on.turn("say gamma", model="fake/two")
            assert same.agent_session.external_id == second.agent_session.external_id and len(on.prompts()[2]) == 1
            on.past = [entry for entry in on.past if entry.turn_id != same.turn_id]
            rewound, _ = await on.turn("say delta", model="fake/two")
            assert rewound.agent_session.external_id != same.agent_session.external_id
            assert "gamma" not in json.dumps(on.prompts()[3])

    run(main())


def test_a_session_is_found_again_after_our_restart_unless_it_is_stale_or_gone(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            first, _ = await on.turn("say alpha")
        async with opencode_rig(tmp_path) as again:
            again.past, again.kept, again.number = on.past, on.kept, on.number
            second, _ = await again.turn("say beta")
            assert second.agent_session.external_id == first.agent_session.external_id
            assert again.prompts()[-1] == ["say beta"]
        (on.state / "settings").write_text("changed")
        async with opencode_rig(tmp_path) as changed:
            changed.past, changed.kept, changed.number = again.past, again.kept, again.number
            third, _ = await changed.turn("say gamma")
            assert third.agent_session.external_id != first.agent_session.external_id
            assert "alpha" in changed.prompts()[-1][0]
        (on.state / "sessions.json").unlink()
        async with opencode_rig(tmp_path) as gone:
            gone.past, gone.kept, gone.number = changed.past, changed.kept, changed.number
            fourth, _ = await gone.turn("say delta")
            assert fourth.agent_session.external_id != third.agent_session.external_id
            assert "gamma" in gone.prompts()[-1][0]

    run(main())


def test_chats_have_sessions_of_their_own_and_the_server_ends_with_the_last(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            hosts = [RecordingHost(root=on.root, agent="opencode", chat_id=f"cht_{n}") for n in range(3)]
            prompts = [Prompt(text=f"say chat {n}\nstep\nsay again") for n in range(3)]
            await asyncio.gather(*(on.agent.prompt(h, p) for h, p in zip(hosts, prompts, strict=True)))
            assert [h.text() for h in hosts] == [f"chat {n}again" for n in range(3)]
            assert len(on.requests("GET", "/event")) == 1 and len(on.children.living()) == 1
            for number in range(3):
                assert len(on.children.living()) == 1
                await on.agent.forget(f"cht_{number}")
            assert not on.children.living()

    run(main())


def test_the_pool_ends_a_session_that_is_idle_and_the_next_turn_finds_it_again(tmp_path):
    async def main():
        pool = AgentPool(lambda: PoolLimits())
        async with opencode_rig(tmp_path, pool=pool) as on:
            first, _ = await on.turn("say one")
            (child,) = pool.children()
            assert child.chat_ids == ("cht_1",) and not child.busy and child.rss_mb >= 0
            (session,) = on.agent.live()
            assert not await on.agent.evict(replace(session, used_at=0.0)) and on.children.living()
            await on.agent.check_health()
            assert await on.agent.evict(session) and not on.children.living() and not pool.children()
            second, _ = await on.turn("say two")
            assert second.agent_session.external_id == first.agent_session.external_id
            assert (first.agent_session.opened, second.agent_session.opened) == ("new", "resumed")
            await pool.close()

    run(main())


def test_a_folder_that_is_gone_and_a_model_that_is_not_there_fail_at_once(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            with pytest.raises(AdapterError, match="does not exist"):
                await on.agent.prompt(RecordingHost(root=tmp_path / "no", agent="opencode"), Prompt(text="say x"))
            with pytest.raises(AdapterError, match="no model") as failed:
                await on.turn("say x", model="gpt")
            assert failed.value.hint == "It offers: fake/one, fake/two."

    run(main())
