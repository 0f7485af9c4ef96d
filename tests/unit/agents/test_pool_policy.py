"""Which warm sessions end: tables of sessions, limits and what goes."""

import pytest

from boocode_desktop.agents.pool_policy import LiveSession, PoolLimits, evictions, limits_from

NOW = 10_000.0


def live(chat: str, ago: float, *, busy: bool = False, child: int = 1, agent: str = "a") -> LiveSession:
    return LiveSession(agent=agent, chat_id=chat, child=child, used_at=NOW - ago, busy=busy)


def gone(sessions, limits, **more):
    return [(e.session.chat_id, e.why) for e in evictions(sessions, limits, NOW, **more)]


@pytest.mark.parametrize(
    ("sessions", "limits", "expected"),
    [
        ([], PoolLimits(), []),
        ([live("x", 1799)], PoolLimits(), []),
        ([live("x", 1800)], PoolLimits(), [("x", "idle")]),
        ([live("x", 9000, busy=True)], PoolLimits(), []),
        ([live("x", 9000)], PoolLimits(idle_ttl_s=0), []),
        ([live("x", 5), live("y", 9), live("z", 7)], PoolLimits(max_live=2), [("y", "too many")]),
        ([live("x", 5), live("y", 9), live("z", 7)], PoolLimits(max_live=1), [("y", "too many"), ("z", "too many")]),
        ([live("x", 5), live("y", 9, busy=True), live("z", 7)], PoolLimits(max_live=2), [("z", "too many")]),
        ([live("x", 5, busy=True), live("y", 9, busy=True)], PoolLimits(max_live=1), []),
        ([live("x", 5), live("y", 2000)], PoolLimits(max_live=1), [("y", "idle")]),
        ([live("x", 5, agent="a"), live("x", 9, agent="b")], PoolLimits(max_live=1), [("x", "too many")]),
    ],
)
def test_the_oldest_idle_ones_go(sessions, limits, expected):
    assert gone(sessions, limits) == expected


@pytest.mark.parametrize(("room", "expected"), [(0, []), (1, ["y"]), (2, ["y", "x"]), (9, ["y", "x"])])
def test_room_is_made_for_those_that_are_about_to_begin(room, expected):
    limits = PoolLimits(max_live=2)
    assert [chat for chat, _why in gone([live("x", 5), live("y", 9)], limits, room=room)] == expected


@pytest.mark.parametrize(
    ("memory", "ceiling", "expected"),
    [
        ({1: 600, 2: 300}, 0, []),
        ({1: 600, 2: 300}, 900, []),
        ({1: 600, 2: 300}, 899, [("z", "memory")]),
        ({1: 600, 2: 300}, 100, [("z", "memory"), ("y", "memory"), ("x", "memory")]),
        ({2: 300}, 100, [("z", "memory")]),
    ],
)
def test_a_memory_ceiling_ends_whole_children_that_were_idle_longest(memory, ceiling, expected):
    sessions = [live("x", 1, child=1), live("y", 50, child=1), live("z", 40, child=2)]
    limits = PoolLimits(memory_bytes=ceiling)
    assert sorted(gone(sessions, limits, memory=memory)) == sorted(expected)


def test_a_child_with_a_busy_session_is_not_ended_for_its_memory():
    sessions = [live("x", 1, child=1, busy=True), live("y", 50, child=1), live("z", 40, child=2)]
    assert gone(sessions, PoolLimits(memory_bytes=1), memory={1: 600, 2: 300}) == [("z", "memory")]


def test_memory_of_children_that_go_anyway_counts_no_more():
    sessions = [live("x", 5000, child=1), live("z", 40, child=2)]
    assert gone(sessions, PoolLimits(memory_bytes=300), memory={1: 600, 2: 300}) == [("x", "idle")]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, PoolLimits()),
        ({"AGENT_POOL_IDLE_TTL_MS": "1500"}, PoolLimits(idle_ttl_s=1.5)),
        ({"AGENT_POOL_MAX_LIVE": "3"}, PoolLimits(max_live=3)),
        ({"AGENT_POOL_MAX_LIVE": "0"}, PoolLimits(max_live=1)),
        ({"AGENT_POOL_MEMORY_MB": "512"}, PoolLimits(memory_bytes=512_000_000)),
        ({"AGENT_POOL_IDLE_TTL_MS": "soon", "AGENT_POOL_MAX_LIVE": "-1"}, PoolLimits()),
    ],
)
def test_the_environment_goes_over_the_settings(environ, expected):
    assert limits_from(environ, PoolLimits()) == expected
