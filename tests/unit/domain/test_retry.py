"""Which failures are worth another try, and when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.retry import (
    OWN_SERVER_STEPS_S,
    STEPS_S,
    TOTAL_S,
    Failure,
    next_wait,
    parse_retry_after,
    worth_retrying,
)

BUSY = Failure(kind="http", status=503)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529, 599])
def test_statuses_that_may_pass(status):
    assert worth_retrying(Failure(kind="http", status=status))


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 413, 422, 600])
def test_statuses_that_will_not(status):
    assert not worth_retrying(Failure(kind="http", status=status))


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        ("reset", True),
        ("stall", True),
        ("broken_stream", True),
        ("refused", False),
        ("unreachable", False),
        ("name_resolution", False),
        ("protocol", False),
    ],
)
def test_kinds(kind, again):
    assert worth_retrying(Failure(kind=kind)) is again


def test_our_own_restarting_server_is_waited_for():
    assert worth_retrying(Failure(kind="refused", own_restarting=True))
    assert not worth_retrying(Failure(kind="protocol", own_restarting=True))
    assert next_wait(Failure(kind="refused", own_restarting=True), 1, 0) == OWN_SERVER_STEPS_S[0]


def test_a_cause_that_waiting_does_not_cure():
    assert not worth_retrying(Failure(kind="http", status=500, permanent=True))
    assert next_wait(Failure(kind="reset", permanent=True, own_restarting=True), 1, 0) is None


def play(failure, limit=None):
    """The waits of a request that never succeeds and takes no time itself."""
    waits, elapsed = [], 0.0
    while (wait := next_wait(failure, len(waits) + 1, elapsed, limit)) is not None:
        waits.append(wait)
        elapsed += wait
    return waits


def test_the_steps_rise_from_five_seconds_to_half_an_hour_for_eight_hours():
    waits = play(BUSY)
    assert waits[: len(STEPS_S)] == [5, 10, 20, 40, 60, 120, 300, 600, 1800]
    assert set(waits[len(STEPS_S) : -1]) == {1800}
    assert math.isclose(sum(waits), TOTAL_S)


def test_ten_minutes_are_used_to_their_end():
    waits = play(BUSY, 600)
    assert waits == [5, 10, 20, 40, 60, 120, 300, 45] and sum(waits) == 600


def test_no_time_means_no_second_try():
    assert play(BUSY, 0) == [] and play(BUSY, 4) == []


def test_what_the_server_asks_for_is_honoured():
    assert next_wait(Failure(kind="http", status=429, retry_after_s=2), 1, 0) == 2
    assert next_wait(Failure(kind="http", status=429, retry_after_s=90), 1, 0) == 90
    assert next_wait(Failure(kind="http", status=429, retry_after_s=0), 1, 0) == 5


def test_a_server_that_never_means_it_is_asked_less_and_less():
    assert next_wait(Failure(kind="http", status=429, retry_after_s=1), 6, 30) == 120


def test_a_wait_beyond_the_limit_is_not_begun():
    assert next_wait(Failure(kind="http", status=429, retry_after_s=601), 1, 0, 600) is None
    assert next_wait(Failure(kind="http", status=429, retry_after_s=600), 1, 0, 600) == 600


@given(
    failure=st.builds(
        Failure,
        kind=st.sampled_from(["http", "reset", "refused"]),
        status=st.sampled_from([0, 400, 429, 503]),
        retry_after_s=st.none() | st.floats(0, 1e5),
        own_restarting=st.booleans(),
        permanent=st.booleans(),
    ),
    attempt=st.integers(1, 10_000),
    elapsed=st.floats(0, 2 * TOTAL_S),
    limit=st.none() | st.floats(0, 2 * TOTAL_S),
)
def test_a_wait_is_positive_and_stays_within_its_limit(failure, attempt, elapsed, limit):
    wait = next_wait(failure, attempt, elapsed, limit)
    if wait is not None:
        assert worth_retrying(failure) and wait > 0
        assert elapsed + wait <= min(TOTAL_S, TOTAL_S if limit is None else limit) + 1e-6


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 1.5 ", 1.5),
        ("-3", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 60),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value, seconds):
    assert parse_retry_after(value, now=1445412420.0) == seconds


@given(st.text(max_size=40))
def test_any_header_is_survived(value):
    parsed = parse_retry_after(value, now=0.0)
    assert parsed is None or (parsed >= 0 and math.isfinite(parsed))
