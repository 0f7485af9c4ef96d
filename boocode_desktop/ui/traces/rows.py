"""Traces as rows: a head for every turn, below it its calls, each where it lay in the turn's time. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from boocode_desktop.domain.records import Trace
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.ui.ages import seconds
from boocode_desktop.ui.transcript.tool_looks import ToolLook, tool_look

OUTCOMES = {
    None: ("loader-circle", "accent", "running"),
    "success": ("check", "ok", "done"),
    "error": ("x", "bad", "failed"),
    "denied": ("shield-x", "warn", "denied"),
    "cancelled": ("circle-stop", "tx2", "stopped"),
    "timeout": ("timer", "bad", "timed out"),
    "interrupted": ("unplug", "warn", "interrupted"),
}
_LOOKING = ("read", "list", "search", "fetch")
_QUICK_MS, _SLOW_MS = 1_000, 5_000
_LEAST = 0.015
Tone = Literal["trace_io", "trace_tool", "trace_err", "trace_wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Where a call lay in its turn: `begin` and `end` from 0 to 1, and the tone that says its kind."""

    begin: float
    end: float
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """The head of a turn: its number, how many of its calls are known, and how long they took together, ms."""

    number: int
    calls: int
    span_ms: float
    failed: int = 0

    @property
    def spoken(self) -> str:
        """In words."""
        failed = f", {self.failed} without success" if self.failed else ""
        return f"Turn {self.number}: {counted(self.calls)} in {seconds(self.span_ms)}{failed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call."""

    trace: Trace
    bar: Bar

    @property
    def spoken(self) -> str:
        """In words."""
        word = OUTCOMES[self.trace.outcome][2]
        look = look_of(self.trace)
        what = f"{look.title} {look.argument}".strip()
        return f"{what}: {word}, {duration_text(self.trace.latency_ms)}, turn {self.trace.turn_number}"


Row = TurnRow | CallRow


def counted(calls: int) -> str:
    """`1 call`, `4 calls`."""
    return f"{calls} call" if calls == 1 else f"{calls} calls"


def rows_of(traces: Sequence[Trace], now: float) -> list[Row]:
    """All rows; traces come newest first and stay so. What runs lasts until `now`, a Unix time."""
    found: list[Row] = []
    for number, group in groupby(traces, key=lambda trace: trace.turn_number):
        calls = list(group)
        begin = min(t.started_at for t in calls)
        span = max(max(_end(t, now) for t in calls) - begin, 0.001)
        failed = sum(t.outcome in ("error", "timeout", "denied") for t in calls)
        found.append(TurnRow(number=number, calls=len(calls), span_ms=span * 1_000, failed=failed))
        found += [CallRow(trace=t, bar=_bar(t, begin, span, now)) for t in calls]
    return found


def duration_text(milliseconds: float | None) -> str:
    """A duration as people read it; without the time that a person took to answer."""
    return "…" if milliseconds is None else seconds(milliseconds)


def duration_tone(trace: Trace) -> str:
    """Quick, slow, very slow."""
    if trace.latency_ms is None:
        return "accent"
    if trace.latency_ms < _QUICK_MS:
        return "ok"
    return "warn" if trace.latency_ms < _SLOW_MS else "bad"


def look_of(trace: Trace) -> ToolLook:
    """What the call is called, as on its card in the chat."""
    entry = ToolEntry(id=trace.id, turn_id="", step=0, tool=trace.tool, input=trace.input, title=trace.title)
    return tool_look(entry)


def _bar(trace: Trace, begin: float, span: float, now: float) -> Bar:
    left = min(max((trace.started_at - begin) / span, 0.0), 1.0 - _LEAST)
    right = min(max((_end(trace, now) - begin) / span, left + _LEAST), 1.0)
    return Bar(begin=left, end=right, tone=_tone(trace))


def _tone(trace: Trace) -> Tone:
    if trace.outcome in ("error", "timeout"):
        return "trace_err"
    if trace.outcome in ("denied", "cancelled", "interrupted"):
        return "trace_wait"
    return "trace_io" if look_of(trace).family in _LOOKING else "trace_tool"


def _end(trace: Trace, now: float) -> float:
    if trace.latency_ms is None:
        return max(now, trace.started_at)
    return trace.started_at + (0.0 if math.isnan(trace.latency_ms) else trace.latency_ms) / 1_000
