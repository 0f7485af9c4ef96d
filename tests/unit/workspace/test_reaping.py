"""What becomes of folders that nobody owns, as a table."""

import pytest

from boocode_desktop.workspace.reaping import ASIDE_S, GRACE_S, Leftover, decide, needs_a_look

OLD = GRACE_S + 1


def found(kind="worktree", age=OLD, **more):
    return Leftover(name="ses_1", kind=kind, age_s=age, **more)


@pytest.mark.parametrize(
    ("leftover", "step"),
    [
        (found(), "set_aside"),
        (found(age=GRACE_S - 1), "leave"),
        (found(dirt="it holds changes"), "leave"),
        (found(making=True), "leave"),
        (found(owner="live"), "leave"),
        (found(owner="live", archive=True), "leave"),
        (found(owner="archived", archive=True), "finish"),
        (found(owner="archived", archive=True, age=0), "finish"),
        (found(owner="archived"), "leave"),
        (found(owner="archived", archive=True, making=True), "leave"),
        (found("gone", age=GRACE_S - 1), "leave"),
        (found("gone", age=GRACE_S), "remove"),
        (found("aside"), "leave"),
        (found("aside", age=ASIDE_S - 1), "leave"),
        (found("aside", age=ASIDE_S), "remove"),
    ],
)
def test_the_decision(leftover, step):
    assert decide(leftover).step == step
    assert decide(leftover).why


@pytest.mark.parametrize(
    ("leftover", "looked"),
    [
        (found(), True),
        (found(age=0), False),
        (found(owner="live"), False),
        (found(owner="archived"), False),
        (found(making=True), False),
        (found("aside"), False),
        (found("gone"), False),
    ],
)
def test_the_disk_is_looked_at_only_where_it_decides(leftover, looked):
    assert needs_a_look(leftover) is looked


def test_nothing_is_removed_for_good_without_lying_aside_first():
    kinds = {kind: decide(found(kind, age=1e12)).step for kind in ("worktree", "aside", "gone")}
    assert kinds == {"worktree": "set_aside", "aside": "remove", "gone": "remove"}
