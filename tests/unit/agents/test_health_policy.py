"""When a silent child of an agent is asked, left, or ended."""

import pytest

from boocode_desktop.agents.health_policy import HealthLimits, Vitals, judge


@pytest.mark.parametrize(
    ("vitals", "expected"),
    [
        (Vitals(busy=False, quiet_s=59), "well"),
        (Vitals(busy=False, quiet_s=60), "ask"),
        (Vitals(busy=False, quiet_s=90, misses=1, answers=True), "ask"),
        (Vitals(busy=False, quiet_s=90, misses=2, answers=True), "end"),
        (Vitals(busy=False, quiet_s=9000, misses=2, answers=False), "well"),
        (Vitals(busy=True, quiet_s=599, misses=2, answers=True), "ask"),
        (Vitals(busy=True, quiet_s=600, misses=2, answers=True), "end"),
        (Vitals(busy=True, quiet_s=600, misses=2), "end"),
        (Vitals(busy=True, quiet_s=6000, misses=1), "ask"),
        (Vitals(busy=True, quiet_s=6000, misses=9, waits_for_us=True), "well"),
    ],
)
def test_a_busy_child_gets_a_grace_and_an_idle_one_that_used_to_answer_does_not(vitals, expected):
    assert judge(vitals, HealthLimits()) == expected
