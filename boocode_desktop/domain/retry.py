"""Whether a failed request is worth another try, and after how long. Pure: clocks and sleeping are elsewhere."""

import email.utils
import math
from dataclasses import dataclass
from typing import Literal

FailureKind = Literal[
    "refused",
    "unreachable",
    "name_resolution",
    "reset",
    "stall",
    "http",
    "protocol",
    "broken_stream",
]

STEPS_S = (5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Waits before the second, third, … try; the last one repeats."""

OWN_SERVER_STEPS_S = (0.25, 0.5, 1.0, 2.0, 5.0)
"""The same for our own local server, which is back within a second or not at all."""

TOTAL_S = 8 * 3600.0
"""No request is tried for longer than this."""

_PATIENCE = 5
"""After so many tries a server's short `Retry-After` no longer shortens our own step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a request failed, as far as trying again is concerned.

    `retry_after_s` is what the server asked for. `own_restarting` says that the server is ours and is being started
    again. `permanent` says that the answer names a cause that waiting does not cure, whatever its status.
    """

    kind: FailureKind
    status: int = 0
    retry_after_s: float | None = None
    own_restarting: bool = False
    permanent: bool = False


def worth_retrying(failure: Failure) -> bool:
    """Whether the same request may succeed later; only asked before the first piece of an answer was received."""
    if failure.permanent:
        return False
    if failure.own_restarting:
        return failure.kind != "protocol"
    if failure.kind == "http":
        return failure.status in (408, 429) or 500 <= failure.status <= 599
    return failure.kind in ("reset", "stall", "broken_stream")


def next_wait(failure: Failure, attempt: int, elapsed_s: float, limit_s: float | None = None) -> float | None:
    """Seconds to wait after the failed try number `attempt` (from 1), or None to give up.

    `elapsed_s` counts from the first try; waits and tries together never pass `limit_s` (at most 8 hours). Where our
    own step would pass it, the rest is waited for one last try; a `Retry-After` beyond it ends the tries at once.
    """
    if not worth_retrying(failure):
        return None
    left = min(TOTAL_S, TOTAL_S if limit_s is None else limit_s) - elapsed_s
    steps = OWN_SERVER_STEPS_S if failure.own_restarting else STEPS_S
    step = steps[min(attempt, len(steps)) - 1]
    asked = failure.retry_after_s
    if asked is not None and asked > 0:
        wait = asked if attempt <= _PATIENCE else max(asked, step)
        return wait if wait <= left else None
    if step <= left:
        return step
    return left if left >= steps[0] else None


def parse_retry_after(value: str, now: float) -> float | None:
    """Seconds from a `Retry-After` header, a number or a date (`now` in Unix seconds); None if it is neither."""
    text = value.strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
