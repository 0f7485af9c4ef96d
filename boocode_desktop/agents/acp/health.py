"""Looks after one child: asks it whether it hears us when it was silent for long, and ends one that is dead."""

import logging
import time

from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.health_policy import HealthLimits, Vitals, judge

_log = logging.getLogger(__name__)


def vitals_of(connection: AgentConnection, now: float) -> Vitals:
    """What is known of a child now, by `time.monotonic`."""
    busy = connection.busy_sessions()
    return Vitals(
        busy=bool(busy),
        waits_for_us=bool(busy) and all(session.waits_for_us for session in busy),
        quiet_s=now - connection.heard_at,
        misses=connection.misses,
        answers=connection.answers,
    )


async def check_health(connection: AgentConnection, limits: HealthLimits) -> None:
    """One look at a child; takes as long as an answer may."""
    if not connection.alive:
        return
    vitals = vitals_of(connection, time.monotonic())
    verdict = judge(vitals, limits)
    if verdict == "ask":
        await connection.ping(limits.answer_s)
    elif verdict == "end":
        _log.warning("%s (pid %d) does not react any more", connection.spec.name, connection.child.pid)
        await connection.condemn(f"did not react for {vitals.quiet_s:.0f} s and was ended")
