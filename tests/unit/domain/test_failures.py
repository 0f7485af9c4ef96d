"""Failures in a row are counted, whatever failed."""

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.failures import FailureLimits, FailureTracker
from boocode_desktop.domain.guards import Nudge, Stop

OUTCOMES = ["success", "error", "denied", "cancelled", "timeout", "interrupted"]


def test_first_a_word_then_the_end():
    tracker = FailureTracker(FailureLimits(nudge_after=2, stop_after=4))
    answers = [
        tracker.record("read_file", "error"),
        tracker.record("run_command", "timeout"),
        tracker.record("edit_file", "denied"),
        tracker.record("read_file", "error"),
    ]
    assert [type(a) for a in answers] == [type(None), Nudge, type(None), Stop]
    assert "read_file error" in answers[1].message
    assert "read_file error × 2" in answers[3].message


def test_a_success_starts_anew_and_a_cancelled_call_does_not_count():
    tracker = FailureTracker(FailureLimits(nudge_after=2, stop_after=3))
    assert tracker.record("a", "error") is None
    assert tracker.record("a", "cancelled") is None
    assert tracker.record("a", "success") is None
    assert tracker.record("a", "error") is None
    assert isinstance(tracker.record("a", "error"), Nudge)


@given(st.lists(st.sampled_from(OUTCOMES), max_size=40))
def test_the_count_is_of_failures_since_the_last_success(outcomes):
    tracker = FailureTracker()
    failed = 0
    for outcome in outcomes:
        answer = tracker.record("t", outcome)
        failed = 0 if outcome == "success" else failed + (outcome in ("error", "denied", "timeout"))
        bad = outcome in ("error", "denied", "timeout")
        assert isinstance(answer, Stop) == (bad and failed >= 10)
        assert isinstance(answer, Nudge) == (bad and failed == 4)
