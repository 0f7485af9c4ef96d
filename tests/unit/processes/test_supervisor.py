"""When things are started again, and when no more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.processes.restart_policy import Ends, GiveUp, Restart, RestartPolicy, decide, note_end
from boocode_desktop.processes.supervisor import Down, LifeEnd, Supervisor, Waiting

FAST = RestartPolicy(first_delay_s=0.001, longest_delay_s=0.004, budget=4)


def _delays(times: list[float], policy: RestartPolicy, lived_s: float = 0.0) -> list[float | str]:
    ends = Ends()
    told: list[float | str] = []
    for at in times:
        ends = note_end(policy, ends, at=at, lived_s=lived_s)
        decision = decide(policy, ends)
        told.append(decision.delay_s if isinstance(decision, Restart) else "down")
    return told


def test_delays_double_until_the_longest() -> None:
    times = [n * 30.0 for n in range(8)]
    assert _delays(times, RestartPolicy()) == [1, 2, 4, 8, 16, 30, 30, 30]


def test_five_ends_within_a_minute_are_enough() -> None:
    assert _delays([0, 1, 3, 7, 15], RestartPolicy()) == [1, 2, 4, 8, "down"]


def test_a_long_life_starts_the_delays_over() -> None:
    assert _delays([0, 100, 200], RestartPolicy(), lived_s=90) == [1, 1, 1]


@given(st.lists(st.floats(0, 100), max_size=30))
def test_never_more_restarts_within_the_window_than_the_budget(gaps: list[float]) -> None:
    policy, ends, at = RestartPolicy(), Ends(), 0.0
    restarts: list[float] = []
    for gap in gaps:
        at += gap
        ends = note_end(policy, ends, at=at, lived_s=gap)
        decision = decide(policy, ends)
        if isinstance(decision, GiveUp):
            break
        restarts.append(at)
        assert 1 <= decision.delay_s <= 30
        assert len([r for r in restarts if at - r < policy.window_s]) < policy.budget


def _supervise(ends: list[LifeEnd[str] | Exception]) -> tuple[list[Waiting[str] | Down[str]], int]:
    """Run lives that end at once as told; what was said, and how many lives there were."""
    said: list[Waiting[str] | Down[str]] = []
    lives = 0

    async def life() -> LifeEnd[str]:
        nonlocal lives
        lives += 1
        end = ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    async def body() -> None:
        over = asyncio.Event()
        supervisor = Supervisor(name="it", life=life, on_change=_teller(said, over), failed=str, policy=FAST)
        supervisor.start()
        supervisor.start()
        await asyncio.wait_for(over.wait(), 10)
        await supervisor.stop()
        assert not supervisor.running

    asyncio.run(body())
    return said, lives


def _teller(
    said: list[Waiting[str] | Down[str]], over: asyncio.Event
) -> Callable[[Waiting[str] | Down[str]], Awaitable[None]]:
    async def tell(change: Waiting[str] | Down[str]) -> None:
        said.append(change)
        if isinstance(change, Down):
            over.set()

    return tell


def test_crashes_are_restarted_until_the_budget_is_spent() -> None:
    said, lives = _supervise([LifeEnd(why=f"crash {n}") for n in range(9)])
    assert lives == 4
    assert said == [
        Waiting(why="crash 0", delay_s=0.001, attempt=1),
        Waiting(why="crash 1", delay_s=0.002, attempt=2),
        Waiting(why="crash 2", delay_s=0.004, attempt=3),
        Down(why="crash 3", ends=4),
    ]


def test_a_final_end_is_not_tried_again() -> None:
    assert _supervise([LifeEnd(why="broken file", final=True)]) == ([Down(why="broken file")], 1)


def test_a_life_that_raises_counts_as_an_end_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    said, _ = _supervise([ValueError("odd"), LifeEnd(why="over", final=True)])
    assert said == [Waiting(why="odd", delay_s=0.001, attempt=1), Down(why="over")]
    assert "it: a life raised" in caplog.text


def test_stop_waits_for_the_life_to_clean_up_and_works_twice() -> None:
    cleaned: list[str] = []

    async def life() -> LifeEnd[str]:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append("yes")
        return LifeEnd(why="never")

    async def body() -> None:
        supervisor = Supervisor(name="it", life=life, on_change=_teller([], asyncio.Event()), failed=str)
        await supervisor.stop()
        supervisor.start()
        await asyncio.sleep(0)
        await supervisor.stop()
        await supervisor.stop()

    asyncio.run(body())
    assert cleaned == ["yes"]
