"""Whether and when a child that ended by itself is started again: a decision over times, without clocks of its own."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartPolicy:
    """Delays of 1, 2, 4 … 30 s, and at most 5 ends in any 60 s; beyond that it stays down until asked."""

    first_delay_s: float = 1.0
    longest_delay_s: float = 30.0
    budget: int = 5
    window_s: float = 60.0
    calm_s: float = 60.0
    """A life at least this long forgets the ends before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The unasked ends so far: their times, and how many came in a row without a calm life between them."""

    times: tuple[float, ...] = ()
    in_a_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Start again after a delay."""

    delay_s: float
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Stay down: it ended `ends` times within the window."""

    ends: int


def note_end(policy: RestartPolicy, ends: Ends, *, at: float, lived_s: float) -> Ends:
    """The ends with one more, at monotonic time `at`, after a life of `lived_s`."""
    recent = tuple(t for t in ends.times if at - t < policy.window_s)
    row = 0 if lived_s >= policy.calm_s else ends.in_a_row
    return replace(ends, times=(*recent, at), in_a_row=row + 1)


def decide(policy: RestartPolicy, ends: Ends) -> Restart | GiveUp:
    """What to do after the last of `ends`."""
    if len(ends.times) >= policy.budget:
        return GiveUp(ends=len(ends.times))
    delay = min(policy.longest_delay_s, policy.first_delay_s * 2 ** min(ends.in_a_row - 1, 16))
    return Restart(delay_s=delay, attempt=ends.in_a_row)
