"""Agents that misbehave, as real children: each ends in the promised way, and leaves no process."""

import asyncio
import contextlib
import json
import os
import signal
import time
from dataclasses import replace

import pytest

from boocode_desktop.agents.acp import connection as connections
from boocode_desktop.agents.acp.transport import LINE_LIMIT
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.restart_policy import RestartPolicy
from tests.fakes.acp_rig import rig
from tests.fakes.moments import at_random_moments


def run(coroutine):
    return asyncio.run(coroutine)


@at_random_moments
def test_non_object_json_line_is_dropped_and_counted(tmp_path, moment):
    async def main():
        async with rig(tmp_path, "noise", str(moment)) as bad:
            host, result = await bad.turn()
            assert (host.text(), result.stop_reason) == ("ab", "end_turn")
            again, _ = await bad.turn()
            assert again.text() == "ab"
            assert bad.connection.dropped == 2 * 8

    run(main())


def test_endless_json_line_ends_the_agent_and_keeps_the_text(tmp_path):
    async def main():
        taken = tmp_path / "taken"
        async with rig(tmp_path, "endless", str(taken)) as bad:
            host = bad.host()
            with pytest.raises(AdapterError, match="sent a line without end"):
                await bad.agent.prompt(host, Prompt(text="go"))
            assert host.text() == "before"
            # What the pipe and the reader hold comes on top.
            assert LINE_LIMIT <= int(taken.read_text()) + 65_536 <= LINE_LIMIT + 2**21
            assert LINE_LIMIT == 32 * 2**20

    run(main())


def test_ten_megabyte_json_line_arrives_whole_and_does_not_hold_the_loop(tmp_path):
    async def main():
        async with rig(tmp_path, "big", "10000000") as bad:
            await bad.turn("notes")
            gaps = asyncio.create_task(longest_stretch())
            host, _ = await bad.turn()
            gaps.cancel()
            stretch = await gaps
            assert len(host.text()) == 10_000_000
            assert stretch < 0.5
            print(f"{stretch * 1000:.0f} ms at most")

    run(main())


def test_stderr_flood_does_not_hold_the_agent(tmp_path):
    async def main():
        async with rig(tmp_path, "stderr") as bad:
            host, _ = await bad.turn()
            assert host.text() == "after stderr"
            async with asyncio.timeout(20):
                while not (kept := bad.connection.child.tail(1_000_000)) or kept[-1] != "the end of it":
                    await asyncio.sleep(0.01)
            assert len(kept) > 10 and sum(len(line.encode()) for line in kept) <= 256_000

    run(main())


def test_agent_restart_budget_is_spent_by_an_agent_that_dies_again_and_again(tmp_path):
    usual = RestartPolicy()
    assert (usual.first_delay_s, usual.longest_delay_s, usual.budget, usual.window_s) == (1, 30, 5, 60)
    quick = replace(usual, first_delay_s=0.05, longest_delay_s=0.2)

    async def main():
        async with rig(tmp_path, "die", restarts=quick) as bad:
            waits: list[float] = []
            for number in range(5):
                began, host = time.monotonic(), bad.host()
                with pytest.raises(AdapterError, match="ended with exit code 3"):
                    await bad.agent.prompt(host, Prompt(text="go"))
                told = [retry.delay_s for retry in host.of(ev.Retry)]
                assert len(told) == (number > 0) and time.monotonic() - began >= sum(told)
                waits += told
            assert all(wait <= due for wait, due in zip(waits, (0.05, 0.1, 0.2, 0.2), strict=True))
            assert waits[2] > 0.1, "the wait grows"
            host = bad.host()
            with pytest.raises(AdapterError, match="ended 5 times within 60 s and is left alone") as error:
                await bad.agent.prompt(host, Prompt(text="go"))
            assert "again in" in error.value.hint and "diagnose" in error.value.hint
            assert len(bad.sent("initialize")) == 5 and not bad.children.living()

    run(main())


def test_agent_restart_budget_is_new_after_its_time(tmp_path):
    async def main():
        async with rig(tmp_path, "die", restarts=RestartPolicy(first_delay_s=0, budget=2, window_s=0.5)) as bad:
            ended = 0
            async with asyncio.timeout(20):
                while ended < 4:
                    with pytest.raises(AdapterError) as error:
                        await bad.turn()
                    ended += "exit code 3." in error.value.message
                    await asyncio.sleep(0.05)
            assert len(bad.sent("initialize")) == 4

    run(main())


def test_an_agent_that_dies_in_a_turn_is_told_with_its_last_words_and_comes_back(tmp_path):
    async def main():
        async with rig(tmp_path, "die") as bad:
            for _ in range(2):
                host = bad.host()
                with pytest.raises(AdapterError) as error:
                    await bad.agent.prompt(host, Prompt(text="go"))
                assert error.value.message == "Bad agent ended with exit code 3."
                assert "out of cheese" in error.value.hint and "kept" in error.value.hint
                assert host.text() == "some text"
                assert [e.outcome for e in host.of(ev.ToolFinished)] == ["interrupted"]
            assert len(bad.sent("initialize")) == 2

    run(main())


@at_random_moments
def test_half_json_line_at_the_end_is_dropped(tmp_path, moment):
    async def main():
        async with rig(tmp_path, "half_line", str(moment)) as bad:
            host = bad.host()
            with pytest.raises(AdapterError, match="ended with exit code 0"):
                await bad.agent.prompt(host, Prompt(text="go"))
            assert host.text() == "whole"

    run(main())


def test_agent_hangs_and_a_cancel_that_is_never_answered_ends_the_process_and_the_next_turn_works(tmp_path):
    async def main():
        async with rig(tmp_path, "silent") as bad:
            for _ in range(2):
                host = bad.host()
                turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
                await host.until(lambda h: bool(h.text()))
                started = time.monotonic()
                turn.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await turn
                assert 0.8 <= time.monotonic() - started < 5
                assert host.text() == "thinking"
            assert len(bad.sent("session/cancel")) == 4

    run(main())


def test_a_cancel_is_asked_for_twice_before_the_process_is_ended(tmp_path):
    async def main():
        async with rig(tmp_path, "slow_cancel") as bad:
            host = bad.host()
            turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: bool(h.text()))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert len(bad.sent("session/cancel")) == 2 and bad.processes()

    run(main())


def test_agent_hangs_at_initialize_and_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "INITIALIZE_S", 0.5)

    async def main():
        async with rig(tmp_path, "mute") as bad:
            with pytest.raises(AdapterError, match="did not answer initialize"):
                await bad.turn()
            assert not bad.children.living()

    run(main())


def test_what_comes_after_the_end_of_a_turn_is_not_shown_but_its_counts_are_kept(tmp_path):
    async def main():
        async with rig(tmp_path, "late") as bad:
            first, _ = await bad.turn()
            assert first.text() == "in time"
            await bad.until_updated("available_commands_update")
            host, _ = await bad.turn("/tmp is no command")
            assert host.text() == "in time" and not host.of(ev.ToolStarted)
            assert host.of(ev.UsageReported)[0].context_used == 500
            assert host.of(ev.Commands)[0].commands[0].name == "late"
            await bad.turn("/late works")
            sent = [frame["params"]["prompt"][-1]["text"] for frame in bad.sent("session/prompt")]
            assert sent == ["go", " /tmp is no command", "/late works"]

    run(main())


def test_the_frame_names_the_session_and_never_its_meta(tmp_path):
    async def main():
        async with rig(tmp_path, "meta") as bad:
            host, _ = await bad.turn()
            assert host.text() == "hithere"

    run(main())


def test_100_000_updates_a_second_keep_their_order_and_hold_the_loop_for_moments_only(tmp_path):
    async def main():
        async with rig(tmp_path, "flood", "100000", record=False) as bad:
            await bad.turn("notes")
            gaps = asyncio.create_task(longest_stretch())
            started = time.monotonic()
            host, _ = await bad.turn()
            seconds = time.monotonic() - started
            gaps.cancel()
            stretch = await gaps
            assert host.text().split() == [str(n) for n in range(100_000)]
            assert len(host.of(ev.Text)) < 10_000
            assert stretch < 0.5
            print(f"{100_000 / seconds:.0f} updates/s, {len(host.of(ev.Text))} events, {stretch * 1000:.0f} ms at most")

    run(main())


def test_an_agent_that_does_not_read_fails_the_turn_in_bounded_time(tmp_path):
    async def main():
        async with rig(tmp_path, "stop_reading") as bad:
            await bad.turn()
            bad.connection._transport._send_timeout_s = 0.5
            with pytest.raises(AdapterError, match="does not read its input"):
                await bad.turn("x" * 3_000_000)
            again, _ = await bad.turn()
            assert again.of(ev.StepFinished)

    run(main())


def test_an_agent_that_closes_its_input_is_replaced(tmp_path):
    async def main():
        async with rig(tmp_path, "close_stdin") as bad:
            await bad.turn()
            (deaf,) = bad.children.living()
            assert deaf.stdin is not None
            with contextlib.suppress(OSError):
                await deaf.stdin.wait_closed()
            again, _ = await bad.turn()
            assert again.of(ev.StepFinished) and len(bad.sent("initialize")) == 2
            assert (await deaf.wait(10)).signal in ("SIGTERM", "SIGKILL")

    run(main())


def test_strange_frames_neither_raise_nor_end_the_turn(tmp_path):
    async def main():
        async with rig(tmp_path, "strange") as bad:
            host, result = await bad.turn()
            assert result.stop_reason == "paused"
            assert host.text() == "craft -32601"
            assert [e.outcome for e in host.of(ev.ToolFinished)] == ["success"]

    run(main())


@pytest.mark.parametrize(
    "given", ['{"result": {}}', '{"result": null}', '{"result": 7}', '{"result": {"stopReason": 5}}']
)
def test_any_end_of_a_turn_is_taken_as_one(tmp_path, given):
    async def main():
        async with rig(tmp_path, "answer", given) as bad:
            host, result = await bad.turn()
            assert (host.text(), result.stop_reason) == ("text", "unknown")

    run(main())


def test_a_refused_prompt_fails_the_turn_with_the_agents_words(tmp_path):
    async def main():
        error = json.dumps({"error": {"code": -32603, "message": "Internal error", "data": {"details": "400 bad"}}})
        async with rig(tmp_path, "answer", error) as bad:
            with pytest.raises(AdapterError, match="Internal error: 400 bad"):
                await bad.turn()
            assert bad.processes()

    run(main())


def test_an_error_of_any_shape_fails_the_turn_and_no_more(tmp_path):
    async def main():
        async with rig(tmp_path, "answer", '{"error": "boom"}') as bad:
            for _ in range(2):
                with pytest.raises(AdapterError, match="refused session/prompt: boom"):
                    await bad.turn()
            assert len(bad.sent("initialize")) == 1

    run(main())


def test_an_agent_that_wants_a_login_says_how(tmp_path):
    async def main():
        async with rig(tmp_path, "auth", spec={"login": "bad login"}) as bad:
            with pytest.raises(AdapterError, match="sign in") as error:
                await bad.turn()
            assert "`bad login`" in error.value.hint

    run(main())


def test_requests_between_turns_are_refused(tmp_path):
    async def main():
        async with rig(tmp_path, "after_the_turn") as bad:
            await bad.turn()
            await bad.until_answered("ask-3")
            host, _ = await bad.turn("notes")
            assert json.loads(host.text()) == ["{'outcome': 'cancelled'}", "-32001", "-32001"]
            assert not list(bad.root.iterdir())

    run(main())


def test_path_escapes_of_an_agent_are_refused(tmp_path):
    async def main():
        async with rig(tmp_path, "files") as bad:
            (bad.root / "lines.txt").write_text("one\n")
            (bad.root / "link").symlink_to(tmp_path)
            (bad.root / ".git").mkdir()
            host, result = await bad.turn()
            told = json.loads(host.text())
            assert {told[name] for name in ("outside", "dots", "link", "git", "nul", "none", "folder")} == {-32001}
            assert not (tmp_path / "outside.txt").exists() and not list((bad.root / ".git").iterdir())
            assert result.stop_reason == "end_turn"

    run(main())


def test_a_cancel_with_an_open_question_answers_it_with_cancelled(tmp_path):
    async def main():
        async with rig(tmp_path, "permission") as bad:
            host = bad.host(answer=lambda request: None)
            turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: bool(h.asked))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            replies = [f for d, f in bad.frames if d == "out" and f.get("id") == "ask-1"]
            assert replies[0]["result"] == {"outcome": {"outcome": "cancelled"}}
            assert bad.processes()

    run(main())


def test_a_question_that_the_agent_does_not_wait_for_is_withdrawn(tmp_path):
    async def main():
        async with rig(tmp_path, "impatient") as bad:
            host, _ = await bad.turn(answer=lambda request: None)
            assert host.text() == "never mind" and len(host.asked) == 1
            await bad.until_answered("ask-0")
            reply = next(f for d, f in bad.frames if d == "out" and f.get("id") == "ask-0")
            assert reply["result"] == {"outcome": {"outcome": "cancelled"}}

    run(main())


def test_a_cancel_ends_the_terminals_that_the_agent_forgets(tmp_path):
    async def main():
        async with rig(tmp_path, "terminal", "sh", "-c", "echo started; sleep 600 & sleep 600") as bad:
            host = bad.host()
            turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: any("started" in e.output for e in h.of(ev.ToolUpdated)))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert len(bad.children.living()) == 1
            assert [e.outcome for e in host.of(ev.ToolFinished)] == ["cancelled"]

    run(main())


@pytest.mark.parametrize("mode", ["stubborn_child", "deaf"])
def test_what_ignores_every_sign_is_ended_with_all_it_started(tmp_path, mode):
    async def main():
        async with rig(tmp_path, mode) as bad:
            await bad.turn()
            assert bad.processes()

    run(main())


def test_an_agent_without_a_word_is_told(tmp_path):
    async def main():
        async with rig(tmp_path, "nothing") as bad:
            host, _ = await bad.turn()
            assert [notice.code for notice in host.of(ev.Notice)] == ["no_output"]

    run(main())


def test_agent_hangs_and_the_silence_is_told_once(tmp_path):
    async def main():
        async with rig(tmp_path, "silent", silence_s=0.2) as bad:
            host = bad.host()
            turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: any(n.code == "silent" for n in h.of(ev.Notice)))
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert len(host.of(ev.Notice)) == 1

    run(main())


@pytest.mark.parametrize("claims", [(), (("MISBEHAVING_RESUME", "1"),)], ids=["load", "a resume it does not know"])
def test_a_killed_agent_goes_on_with_its_own_memory_and_shows_no_replay(tmp_path, claims):
    async def main():
        env = (("MISBEHAVING_MEMORY", str(tmp_path / "memory.json")), *claims)
        async with rig(tmp_path, "remembers", env=env) as bad:
            first, _ = await bad.turn("one")
            await bad.kill()
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", agent_session=first.agent_session, past=past)
            assert second.text() == "heard: one | two"
            assert len(bad.sent("session/new")) == 1 and len(bad.sent("session/load")) == 1
            assert len(bad.sent("session/resume")) == len(claims)

    run(main())


def test_a_killed_agent_without_memory_is_told_the_chat_in_short(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers") as bad:
            first, _ = await bad.turn("one")
            await bad.kill()
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", agent_session=first.agent_session, past=past)
            assert "[user, to bad] one" in second.text() and "[answer] heard: one" in second.text()
            assert second.text().endswith("| two")

    run(main())


async def longest_stretch() -> float:
    """The longest time the event loop worked without a pause, in seconds of its own thread, until cancelled."""
    worst, last = 0.0, time.thread_time()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            worst, last = max(worst, now - last), now
    except asyncio.CancelledError:
        return worst


def test_an_agent_that_names_two_sessions_alike_is_refused_the_second(tmp_path):
    async def main():
        async with rig(tmp_path, "one_name") as bad:
            await bad.turn("one", chat_id="a")
            with pytest.raises(AdapterError, match="two chats the same session"):
                await bad.turn("two", chat_id="b")
            again, _ = await bad.turn("three", chat_id="a")
            assert again.text() == "heard: one | three"

    run(main())


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_an_agent_whose_wrapper_was_killed_is_ended_and_not_spoken_to_any_more(tmp_path, sign):
    async def main():
        async with rig(tmp_path, "wrapper") as bad:
            first, _ = await bad.turn("one")
            assert first.text() == "heard: one" and len(bad.processes()) == 2
            (child,) = bad.children.living()
            os.kill(child.pid, sign)
            await child.wait(10)
            assert not bad.processes()
            again, _ = await bad.turn("two", agent_session=first.agent_session, past=first.transcript(prompt="one"))
            assert again.text().endswith("| two") and len(bad.sent("initialize")) == 2

    run(main())


@pytest.mark.parametrize("code", [-32002, -32602, -32603])
def test_a_session_that_the_agent_lost_is_begun_anew_whatever_it_calls_that(tmp_path, code):
    async def main():
        memory = tmp_path / "memory.json"
        env = (("MISBEHAVING_MEMORY", str(memory)), ("MISBEHAVING_UNKNOWN", str(code)))
        async with rig(tmp_path, "remembers", env=env) as bad:
            first, _ = await bad.turn("one")
            await bad.kill()
            memory.unlink()
            past = first.transcript(prompt="one")
            second, _ = await bad.turn("two", number=2, agent_session=first.agent_session, past=past)
            assert "[user, to bad] one" in second.text()
            assert [event.how for event in second.of(ev.AgentOpened)] == ["new"]

    run(main())


def test_a_child_gets_a_random_secret_each_time_for_the_door_that_it_opens(tmp_path):
    async def main():
        async with rig(tmp_path, "remembers", spec={"secret_env": ("DOOR_PASSWORD",)}) as bad:
            seen = set()
            for _ in range(2):
                await bad.turn("one")
                (process,) = bad.processes()
                seen.add(process.environ()["DOOR_PASSWORD"])
                await bad.kill()
            assert len(seen) == 2 and all(len(secret) >= 32 for secret in seen)

    run(main())
