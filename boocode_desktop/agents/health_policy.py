"""Whether a child of an agent is well, judged by what is heard from it; pure.

A process that lives may still be dead to the protocol. Silence alone proves nothing: a model may think for minutes,
and an agent with one thread does not answer while its own shell runs. So it is asked, and a busy one gets a long grace.
"""

from dataclasses import dataclass
from typing import Literal

Judgement = Literal["well", "ask", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthLimits:
    """Seconds of silence after which it is asked, how long an answer may take, and how long a busy one may be deaf."""

    ask_after_s: float = 60.0
    answer_s: float = 10.0
    misses: int = 2
    busy_grace_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What is known of a child.

    Attributes:
        busy: A turn runs in it.
        waits_for_us: Each of its turns waits for a person or for a command that we run.
        quiet_s: How long nothing was heard, in seconds.
        misses: How many questions in a row it left open.
        answers: It answered such a question before: one that never did may not know how to.
    """

    busy: bool
    quiet_s: float
    waits_for_us: bool = False
    misses: int = 0
    answers: bool = False


def judge(vitals: Vitals, limits: HealthLimits) -> Judgement:
    """What to do about a child now."""
    if vitals.quiet_s < limits.ask_after_s or vitals.waits_for_us:
        return "well"
    if vitals.misses < limits.misses:
        return "ask"
    if vitals.busy:
        return "end" if vitals.quiet_s >= limits.busy_grace_s else "ask"
    return "end" if vitals.answers else "well"
