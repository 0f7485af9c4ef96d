"""The pool over real agent processes: idle ones go, the oldest make room, busy ones stay, dead ones are ended."""

import asyncio
import os
import sys
import time

import pytest

from boocode_desktop.agents.health_policy import HealthLimits
from boocode_desktop.agents.pool import AgentPool
from boocode_desktop.agents.pool_policy import PoolLimits
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.restart_policy import RestartPolicy
from boocode_desktop.processes.sandbox import Sandbox
from tests.fakes.acp_rig import rig


def run(coroutine):
    return asyncio.run(coroutine)


def chats(pool):
    return sorted(chat for child in pool.children() for chat in child.chat_ids)


def test_an_idle_session_is_closed_and_its_child_with_the_last_one(tmp_path):
    async def main():
        pool = AgentPool(lambda: PoolLimits(idle_ttl_s=0.3))
        async with rig(tmp_path, "remembers", pool=pool) as bad:
            await bad.turn("one", chat_id="a")
            await bad.turn("two", chat_id="b")
            assert len(bad.children.living()) == 1
            await bad.until_living(0)
            assert not pool.children()
            again, _ = await bad.turn("three", chat_id="a")
            assert again.of(ev.AgentOpened)
            await pool.close()

    run(main())


def test_the_least_recently_used_of_all_make_room_and_come_back(tmp_path):
    async def main():
        pool = AgentPool(lambda: PoolLimits(max_live=2))
        env = (("MISBEHAVING_MEMORY", str(tmp_path / "memory.json")),)
        async with rig(tmp_path, "remembers", pool=pool, env=env, spec={"own_child_per_chat": True}) as bad:
            first, _ = await bad.turn("one", chat_id="a")
            for chat in ("b", "c"):
                await bad.turn("x", chat_id=chat)
            assert chats(pool) == ["b", "c"]
            await bad.until_living(2)
            past = first.transcript(prompt="one")
            again, _ = await bad.turn("back", chat_id="a", number=2, agent_session=first.agent_session, past=past)
            assert [event.how for event in again.of(ev.AgentOpened)] == ["history"]
            assert chats(pool) == ["a", "c"]
            await pool.close()

    run(main())


def test_a_busy_session_is_never_closed_and_goes_when_it_is_idle(tmp_path):
    async def main():
        pool = AgentPool(lambda: PoolLimits(max_live=1, idle_ttl_s=0))
        async with rig(tmp_path, "wedge", pool=pool) as bad:
            working = bad.host(chat_id="b")
            other = asyncio.create_task(bad.agent.prompt(working, Prompt(text="wait")))
            await working.until(lambda h: bool(h.text()))
            await bad.turn("reply", chat_id="a")
            await pool.sweep()
            assert chats(pool) == ["b"]
            (bad.root / "go").touch()
            await other
            assert working.text() == "waiting done"
            await pool.sweep()
            assert chats(pool) == ["b"]
            await pool.close()

    run(main())


def test_a_memory_ceiling_ends_idle_children(tmp_path):
    async def main():
        ceiling = [0]
        pool = AgentPool(lambda: PoolLimits(memory_bytes=ceiling[0]))
        async with rig(tmp_path, "remembers", pool=pool, spec={"own_child_per_chat": True}) as bad:
            await bad.turn("one", chat_id="a")
            await bad.turn("two", chat_id="b")
            await pool.sweep()
            sizes = {child.chat_ids[0]: child.rss_mb for child in pool.children()}
            assert set(sizes) == {"a", "b"} and min(sizes.values()) > 1
            ceiling[0] = int(sum(sizes.values()) * 1e6 * 0.75)
            await pool.sweep()
            assert chats(pool) == ["b"]
            await bad.until_living(1)
            await pool.close()

    run(main())


def test_a_closed_chat_takes_its_session_along_at_once(tmp_path):
    async def main():
        pool = AgentPool(PoolLimits)
        async with rig(tmp_path, "remembers", pool=pool) as bad:
            await bad.turn("one")
            await bad.agent.forget("cht_1")
            assert not bad.children.living() and not pool.children()
            await pool.close()

    run(main())


class OneRoom:
    """A confiner whose sandboxes only show where they are."""

    async def confines(self, spec):
        return True

    async def agent_sandbox(self, spec, program, root, env):
        return Sandbox(prefix=("/usr/bin/env",), environment={"ROOM": str(root)}, sandboxed=True, description="boxed")


def test_a_sandboxed_agent_has_one_child_for_each_worktree(tmp_path):
    async def main():
        pool = AgentPool(PoolLimits)
        async with rig(tmp_path, "remembers", pool=pool, confiner=OneRoom()) as bad:
            other = tmp_path / "other"
            other.mkdir()
            await bad.turn("one", chat_id="a")
            await bad.turn("two", chat_id="b")
            host = bad.host(chat_id="c")
            host.root = other
            await bad.agent.prompt(host, Prompt(text="three"))
            found = {child.chat_ids: child.sandboxed for child in pool.children()}
            assert found == {("a", "b"): True, ("c",): True}
            rooms = sorted(process.environ()["ROOM"] for process in bad.processes())
            assert rooms == sorted([str(bad.root), str(other)])
            await pool.close()

    run(main())


def test_a_deaf_child_fails_its_turn_with_words_and_the_next_turn_works(tmp_path):
    health = HealthLimits(ask_after_s=0.1, answer_s=0.1, misses=1, busy_grace_s=0.4)

    async def main():
        pool = AgentPool(lambda: PoolLimits(idle_ttl_s=0.4))
        async with rig(tmp_path, "deaf_in_turn", pool=pool, health=health) as bad:
            host = bad.host()
            with pytest.raises(AdapterError, match="did not react for"):
                await bad.agent.prompt(host, Prompt(text="go"))
            assert host.text() == "stuck"
            again, _ = await bad.turn("notes")
            assert again.text() == "[]" and len(bad.sent("initialize")) == 2
            await pool.close()

    run(main())


def test_a_silent_child_that_answers_is_left_alone(tmp_path):
    health = HealthLimits(ask_after_s=0.0, answer_s=5, misses=1, busy_grace_s=0.0)

    async def main():
        async with rig(tmp_path, "remembers", health=health) as bad:
            await bad.turn("one")
            for _ in range(3):
                await bad.agent.check_health()
            assert bad.connection.alive and bad.connection.answers and bad.connection.misses == 0
            assert len(bad.sent("_boocode/ping")) == 3

    run(main())


def test_a_child_that_keeps_ending_is_started_later_and_later_then_left_alone(tmp_path):
    policy = RestartPolicy(first_delay_s=0.2, longest_delay_s=0.3, budget=3, window_s=60)

    async def main():
        async with rig(tmp_path, "die", restarts=policy) as bad:
            waits = []
            for _ in range(3):
                host = bad.host()
                with pytest.raises(AdapterError, match="ended with exit code 3"):
                    await bad.agent.prompt(host, Prompt(text="go"))
                waits += [(event.attempt, event.reason) for event in host.of(ev.Retry)]
            assert [attempt for attempt, _reason in waits] == [1, 2]
            assert "is started again: ended with exit code 3" in waits[0][1]
            with pytest.raises(AdapterError, match="ended 3 times within 60 s") as error:
                await bad.turn()
            assert "send the prompt again in" in error.value.hint
            assert len(bad.sent("initialize")) == 3

    run(main())


def test_a_cancel_while_a_restart_is_waited_for_is_prompt(tmp_path):
    policy = RestartPolicy(first_delay_s=30)

    async def main():
        async with rig(tmp_path, "die", restarts=policy) as bad:
            with pytest.raises(AdapterError):
                await bad.turn()
            host = bad.host()
            turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: bool(h.of(ev.Retry)))
            started = time.monotonic()
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert time.monotonic() - started < 1 and not bad.children.living()

    run(main())


def test_a_program_that_ends_at_once_counts_as_an_end(tmp_path):
    policy = RestartPolicy(first_delay_s=0.0, budget=2, window_s=60)

    async def main():
        spec = {"commands": (sys.executable,), "args": ("-c", "import sys; sys.exit('no licence')")}
        async with rig(tmp_path, "x", restarts=policy, spec=spec, environ=dict(os.environ)) as bad:
            for _ in range(2):
                with pytest.raises(AdapterError, match="ended with exit code 1") as error:
                    await bad.turn()
                assert "no licence" in error.value.hint
            with pytest.raises(AdapterError, match="ended 2 times"):
                await bad.turn()

    run(main())
