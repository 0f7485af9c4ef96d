"""Which warm sessions of agents end, and why: decisions over values, with no clock and no effect of their own.

A busy session never ends here. Whoever carries a decision out looks again, because a turn may have begun meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

IDLE_TTL_S = 1800.0
MAX_LIVE = 10

Why = Literal["idle", "too many", "memory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """How much may stay warm.

    Attributes:
        idle_ttl_s: A session that was not used for so long ends; 0 keeps it.
        max_live: Sessions over all agents. Turns do not wait for each other: while more than that are busy there are
            more, and the first to become idle go.
        memory_bytes: What all children together may hold; 0 for no ceiling.
    """

    idle_ttl_s: float = IDLE_TTL_S
    max_live: int = MAX_LIVE
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A chat's warm session with an agent. `child` names the process that hosts it; `used_at` is by a steady clock."""

    agent: str
    chat_id: str
    child: int
    used_at: float
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Eviction:
    """A session that ends."""

    session: LiveSession
    why: Why


def evictions(
    sessions: Sequence[LiveSession],
    limits: PoolLimits,
    now: float,
    *,
    memory: Mapping[int, int] | None = None,
    room: int = 0,
) -> tuple[Eviction, ...]:
    """What ends now, least recently used first.

    Args:
        sessions: All live sessions of all agents.
        limits: What may stay.
        now: On the clock of `LiveSession.used_at`.
        memory: Bytes that each child holds.
        room: How many sessions are about to begin.
    """
    idle = sorted((s for s in sessions if not s.busy), key=lambda s: s.used_at)
    chosen: dict[LiveSession, Why] = {s: "idle" for s in idle if _is_expired(s, limits, now)}
    surplus = len(sessions) - len(chosen) + room - limits.max_live
    chosen |= dict.fromkeys([s for s in idle if s not in chosen][: max(0, surplus)], "too many")
    chosen |= dict.fromkeys(_heavy(sessions, set(chosen), limits, memory or {}), "memory")
    return tuple(Eviction(session=s, why=why) for s, why in chosen.items())


def _is_expired(session: LiveSession, limits: PoolLimits, now: float) -> bool:
    return limits.idle_ttl_s > 0 and now - session.used_at >= limits.idle_ttl_s


def _heavy(
    sessions: Sequence[LiveSession], going: set[LiveSession], limits: PoolLimits, memory: Mapping[int, int]
) -> list[LiveSession]:
    """The sessions of whole idle children, until the rest fits: only the end of a process gives its memory back."""
    staying = {child: [s for s in sessions if s.child == child and s not in going] for child in memory}
    total = sum(size for child, size in memory.items() if staying[child])
    if limits.memory_bytes <= 0:
        return []
    quiet = [child for child, held in staying.items() if held and not any(s.busy for s in held)]
    heavy: list[LiveSession] = []
    for child in sorted(quiet, key=lambda c: max(s.used_at for s in staying[c])):
        if total <= limits.memory_bytes:
            break
        heavy += staying[child]
        total -= memory[child]
    return heavy


def limits_from(environ: Mapping[str, str], base: PoolLimits) -> PoolLimits:
    """The limits of the settings with those of the environment over them; what is no number there is passed over.

    `AGENT_POOL_IDLE_TTL_MS` and `AGENT_POOL_MAX_LIVE` (1 at least), `AGENT_POOL_MEMORY_MB`.
    """
    ttl = _number(environ.get("AGENT_POOL_IDLE_TTL_MS", ""))
    live = _number(environ.get("AGENT_POOL_MAX_LIVE", ""))
    memory = _number(environ.get("AGENT_POOL_MEMORY_MB", ""))
    return PoolLimits(
        idle_ttl_s=base.idle_ttl_s if ttl is None else ttl / 1000,
        max_live=max(1, base.max_live if live is None else live),
        memory_bytes=base.memory_bytes if memory is None else memory * 1_000_000,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
