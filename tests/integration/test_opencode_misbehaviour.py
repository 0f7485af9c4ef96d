"""What an opencode server does wrong, or dies of: nothing is lost, doubled, left hanging or left running."""

import asyncio
import os
import socket

import pytest

from boocode_desktop.agents.opencode import warm_server
from boocode_desktop.agents.opencode.warm_server import Patience
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.restart_policy import RestartPolicy
from tests.fakes.acp_host import RecordingHost
from tests.fakes.opencode_rig import opencode_rig


def run(coroutine):
    return asyncio.run(coroutine)


def outcomes(host):
    return [e.outcome for e in host.of(ev.ToolFinished)]


def spoke(host):
    return bool(host.text())


def test_nothing_is_asked_before_the_banner(tmp_path):
    async def main():
        async with opencode_rig(tmp_path, env=[("FAKE_OPENCODE_BANNER", "0.6")]) as on:
            host, _ = await on.turn("say hello")
            assert host.text() == "hello"

    run(main())


def test_the_password_is_random_and_no_argument(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            await on.turn("say x")
            (process,) = on.processes()
            password = process.environ()["OPENCODE_SERVER_PASSWORD"]
            assert len(password) >= 32 and password not in " ".join(process.cmdline())
            port = next(c.laddr.port for c in process.net_connections("tcp") if c.status == "LISTEN")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /session HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 401 " in await reader.readline()
            writer.close()
            os.kill(process.pid, 9)
            await on.children.living()[0].wait(10)
            await on.turn("say x")
            assert on.processes()[0].environ()["OPENCODE_SERVER_PASSWORD"] != password

    run(main())


@pytest.mark.parametrize(
    "script",
    ["say before\nunseen lost in the break\nsay after", "say before\nhalf lost in the break\nsay after"],
)
def test_a_stream_that_breaks_loses_and_doubles_nothing(tmp_path, script):
    async def main():
        async with opencode_rig(tmp_path) as on:
            for _ in range(3):
                host, _ = await on.turn(script)
                assert host.text() == "beforelost in the breakafter"
                assert len(host.of(ev.UsageReported)) == 1
            assert len(on.requests("GET", "/event")) == 4

    run(main())


def test_a_stream_without_a_heartbeat_is_opened_anew(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            host, _ = await on.turn("stall not heard\nsay heard")
            assert host.text() == "not heardheard" and len(on.requests("GET", "/event")) >= 2

    run(main())


def test_the_idles_of_an_abort_and_of_an_old_turn_do_not_end_the_next_one(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            for _ in range(3):
                stopped = await on.cancelled("say some\nhang", spoke)
                assert stopped.text() == "some"
                after, _ = await on.turn("say one\nstale\nstep\nsay two")
                assert after.text() == "onetwo"
                late, _ = await on.turn("gate 1\nsay whole" if (on.state / "go-1").exists() else "say whole")
                assert late.text() == "whole"
                (on.state / "go-1").touch()
            assert len(on.children.living()) == 1

    run(main())


def test_a_cancel_closes_calls_and_answers_open_questions(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            asking = await on.cancelled("bash rm -r x", lambda h: bool(h.asked), answer=lambda request: None)
            assert outcomes(asking) == ["cancelled"]
            after, _ = await on.turn("say next")
            assert after.text() == "next" and len(on.children.living()) == 1

    run(main())


def test_a_session_that_does_not_stop_costs_its_server_but_not_the_other_turns(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            other = RecordingHost(root=on.root, agent="opencode", chat_id="other")
            working = asyncio.create_task(on.agent.prompt(other, Prompt(text="say waiting\ngate a\nsay done")))
            await other.until(spoke)
            await on.cancelled("say stuck\ndeaf", spoke)
            after, _ = await on.turn("say again")
            assert after.text() == "again" and len(on.children.living()) == 2
            (on.state / "go-a").touch()
            assert (await working).stop_reason == "end_turn" and other.text() == "waitingdone"
            async with asyncio.timeout(20):
                while len(living := on.children.living()) > 1:
                    await asyncio.wait([asyncio.ensure_future(c.wait()) for c in living], timeout=0.2)

    run(main())


def test_a_server_that_dies_fails_its_turns_with_its_last_words_and_is_started_again(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            with pytest.raises(AdapterError, match="exit code 7") as failed:
                await on.turn("say kept\nbash ls -R /\ndie")
            assert "its last word" in failed.value.hint
            assert [entry.text for entry in on.past if type(entry).__name__ == "TextEntry"] == ["kept"]
            before = on.kept.external_id
            after, _ = await on.turn("say back")
            assert after.text() == "back" and on.kept.external_id == before

    run(main())


def test_a_server_that_dies_again_and_again_is_given_up_for_now(tmp_path):
    async def main():
        policy = RestartPolicy(first_delay_s=0.01, longest_delay_s=0.01, budget=3)
        async with opencode_rig(tmp_path, policy=policy) as on:
            for _ in range(3):
                with pytest.raises(AdapterError, match="exit code 7"):
                    await on.turn("die")
            with pytest.raises(AdapterError, match="3 times within a minute"):
                await on.turn("say x")
            after, _ = await on.turn("say asked again")
            assert after.text() == "asked again"

    run(main())


def test_errors_fail_the_turn_once_and_the_next_one_is_whole(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            with pytest.raises(AdapterError, match="the model said no"):
                await on.turn("say a\nfail the model said no")
            after, _ = await on.turn("say b")
            assert after.text() == "b"

    run(main())


def test_a_prompt_that_is_dropped_is_noticed(tmp_path, monkeypatch):
    async def main():
        monkeypatch.setattr("boocode_desktop.agents.opencode.turn.LOST_S", 0.5)
        async with opencode_rig(tmp_path, silence_s=1.0) as on:
            host = on.host()
            with pytest.raises(AdapterError, match="without an answer"):
                await on.agent.prompt(host, Prompt(text="lose"))
            assert [n.code for n in host.of(ev.Notice)] == ["silent"]

    run(main())


def test_late_and_unknown_events_are_counted_and_change_nothing(tmp_path):
    async def main():
        async with opencode_rig(tmp_path) as on:
            await on.cancelled("say x\nhang", spoke)
            await on.turn("say y")
            (session,) = on.agent._sessions.values()
            assert session.unknown == 2

    run(main())


def test_a_port_that_was_taken_meanwhile_is_left_for_another(tmp_path, monkeypatch):
    async def main():
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            ports = iter([taken.getsockname()[1], warm_server.free_port()])
            monkeypatch.setattr(warm_server, "free_port", lambda: next(ports))
            async with opencode_rig(tmp_path) as on:
                (on.state / "taken").touch()
                host, _ = await on.turn("say moved")
                assert host.text() == "moved"

    run(main())


def test_a_version_without_a_server_says_so_and_what_to_do(tmp_path):
    async def main():
        async with opencode_rig(tmp_path, patience=Patience(banner_s=10)) as on:
            (on.state / "no-serve").touch()
            with pytest.raises(AdapterError, match="exit code 2") as failed:
                await on.turn("say x")
            assert 'protocol = "acp"' in failed.value.hint and "unknown command serve" in failed.value.hint

    run(main())
