"""Circles are noticed, progress is not mistaken for one."""

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.guards import Nudge, Stop
from boocode_desktop.domain.loop_detection import LoopDetector, LoopLimits


def play(calls, limits=None):
    detector = LoopDetector(limits)
    return [detector.record(*call) for call in calls]


def kinds(answers):
    return "".join("n" if isinstance(a, Nudge) else "s" if isinstance(a, Stop) else "." for a in answers)


def call(name, result="same", **arguments):
    return (name, arguments, result)


def test_the_same_call_is_first_told_then_stopped():
    answers = play([call("read_file", path="a")] * 7)
    assert kinds(answers) == "..n..ss"
    assert "read_file" in answers[2].message
    assert "6 times" in answers[5].message


def test_other_results_are_borne_for_longer():
    answers = play([call("run_command", result=str(i), command="date") for i in range(18)])
    assert kinds(answers) == "." * 8 + "n" + "." * 8 + "s"
    assert "same result" not in answers[8].message


def test_another_input_is_progress():
    assert kinds(play([call("read_file", path=str(i)) for i in range(30)])) == "." * 30


def test_a_round_of_two_is_noticed():
    answers = play([call("read_file", path="a"), call("edit_file", path="a")] * 6)
    assert kinds(answers) == ".....n.....s"
    assert "read_file → edit_file" in answers[5].message


def test_a_round_of_four_is_noticed_and_one_of_five_is_not():
    def rounds(size):
        return [call("t", n=i) for i in range(size)] * 8

    assert "s" in kinds(play(rounds(4)))
    assert set(kinds(play(rounds(5)))) == {"."}


def test_the_order_of_keys_does_not_matter():
    calls = [("t", {"a": 1, "b": 2}, ""), ("t", {"b": 2, "a": 1}, ""), ("t", {"a": 1, "b": 2}, "")]
    assert kinds(play(calls)) == "..n"


def test_leaving_the_circle_starts_anew():
    same, other = call("t", n=1), call("t", n=2)
    assert kinds(play([same, same, same, other, same, same, same])) == "..n...n"


@given(st.lists(st.integers(0, 2), max_size=60), st.integers(2, 4), st.integers(5, 8), st.integers(1, 4))
def test_stop_means_that_a_round_really_stands_at_the_end(numbers, nudge, stop, longest):
    limits = LoopLimits(nudge_after=nudge, stop_after=stop, longest_round=longest)
    answers = play([call("t", n=n) for n in numbers], limits)  # one result for all: patience plays no part
    for end, answer in enumerate(answers, 1):
        repeated = any(
            end >= size * stop and numbers[end - size * stop : end] == numbers[end - size : end] * stop
            for size in range(1, longest + 1)
        )
        assert isinstance(answer, Stop) == repeated
