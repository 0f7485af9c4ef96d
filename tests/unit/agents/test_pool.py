"""The pool carries decisions out: looks again before an end, makes room, sweeps only while something is warm."""

import asyncio

from boocode_desktop.agents.pool import AgentPool
from boocode_desktop.agents.pool_policy import PoolLimits
from tests.fakes.pooled import WrittenPooledAgent


def run(coroutine):
    return asyncio.run(coroutine)


def pool_of(*agents, now=1000.0, **limits):
    made = AgentPool(lambda: PoolLimits(**limits), clock=lambda: now)
    for agent in agents:
        made.join(agent)
    return made


def test_a_sweep_ends_what_was_idle_for_too_long():
    async def main():
        agent = WrittenPooledAgent()
        agent.add("old", 100)
        agent.add("new", 990)
        agent.add("busy", 0, busy=True)
        await pool_of(agent, idle_ttl_s=60).sweep()
        assert agent.ended == ["old"] and agent.looks == 1

    run(main())


def test_one_process_is_ended_with_its_sessions_unless_it_works():
    async def main():
        agent, other = WrittenPooledAgent(), WrittenPooledAgent(name="b")
        agent.add("x", 990, child=7)
        agent.add("y", 990, child=7)
        agent.add("z", 990, child=8)
        other.add("w", 990, child=9)
        other.add("v", 990, child=9, busy=True)
        pool = pool_of(agent, other)
        assert await pool.end(7)
        assert not await pool.end(7)
        assert not await pool.end(9)
        assert (agent.ended, other.ended) == (["x", "y"], [])

    run(main())


def test_a_turn_that_begins_meanwhile_saves_its_session_and_the_next_one_goes():
    async def main():
        agent = WrittenPooledAgent(begins={"x"})
        agent.add("x", 100)
        agent.add("y", 200)
        await pool_of(agent, max_live=1).sweep()
        assert agent.ended == ["y"]

    run(main())


def test_limits_hold_over_all_agents_and_room_is_made_before_a_session_begins():
    async def main():
        one, two = WrittenPooledAgent(name="a"), WrittenPooledAgent(name="b")
        one.add("x", 500)
        two.add("y", 100)
        pool = pool_of(one, two, max_live=2)
        async with pool.place_for("a", "x"):
            assert not two.ended
        async with pool.place_for("a", "z"):
            assert two.ended == ["y"] and not one.ended
        await pool.close()

    run(main())


def test_sessions_that_open_at_once_make_room_for_each_other():
    async def main():
        agent = WrittenPooledAgent()
        for number in range(3):
            agent.add(f"old{number}", number)
        pool = pool_of(agent, max_live=3)
        async with pool.place_for("a", "n1"), pool.place_for("a", "n2"):
            assert agent.ended == ["old0", "old1"]
        await pool.close()

    run(main())


def test_children_are_told_with_their_chats_and_memory():
    agent = WrittenPooledAgent()
    agent.add("x", 1)
    (child,) = pool_of(agent).children()
    assert (child.agent, child.pid, child.chat_ids, child.started_at) == ("a", 1, ("x",), 1.0)
    assert child.rss_mb > 0


def test_it_sweeps_by_itself_and_stops_when_nothing_is_warm():
    async def main():
        agent = WrittenPooledAgent()
        agent.add("x", 0)
        pool = pool_of(agent, idle_ttl_s=0.2)
        async with pool.place_for("a", "x"):
            pass
        assert agent.ended == ["x"]
        pool.nudge()
        async with asyncio.timeout(5):
            while any(task.get_name() == "agent pool" for task in asyncio.all_tasks()):
                await asyncio.sleep(0.01)

    run(main())


def test_a_sweep_that_fails_is_logged_and_the_next_one_comes(caplog):
    async def main():
        agent = WrittenPooledAgent(broken=True)
        agent.add("x", 1000)
        pool = pool_of(agent, idle_ttl_s=1)
        async with pool.place_for("a", "x"):
            pool.nudge()
            async with asyncio.timeout(5):
                while agent.looks < 2:
                    await asyncio.sleep(0.01)
        await pool.close()
        assert "could not be tidied" in caplog.text
        caplog.clear()

    run(main())
