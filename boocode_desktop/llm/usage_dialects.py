"""Token counts and times as servers report them, in every dialect met so far."""

import math
from dataclasses import dataclass
from typing import Any

from boocode_desktop.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds a server spent on reading the prompt and on writing the answer."""

    prompt_ms: float | None = None
    decode_ms: float | None = None


def read_usage(chunk: dict[str, Any]) -> Usage | None:
    """The usage in a chunk, wherever the server puts it; None if it holds none."""
    for holder in (chunk, _first_choice(chunk), _table(chunk.get("x_groq"))):
        found = _table(holder.get("usage"))
        if found:
            return _usage(found)
    timings = _table(chunk.get("timings"))
    return _usage_of_timings(timings) if timings else None


def read_timings(chunk: dict[str, Any]) -> Timings | None:
    """llama.cpp's `timings` of a chunk."""
    found = _table(chunk.get("timings"))
    if not found:
        return None
    return Timings(prompt_ms=_time(found.get("prompt_ms")), decode_ms=_time(found.get("predicted_ms")))


def _usage(table: dict[str, Any]) -> Usage:
    hit, miss = table.get("prompt_cache_hit_tokens"), table.get("prompt_cache_miss_tokens")
    details = _table(table.get("prompt_tokens_details")) or _table(table.get("input_tokens_details"))
    answer = _table(table.get("completion_tokens_details")) or _table(table.get("output_tokens_details"))
    prompt = _count(table, "prompt_tokens", "input_tokens")
    return Usage(
        input=prompt or _number(hit) + _number(miss),
        output=_count(table, "completion_tokens", "output_tokens"),
        reasoning=_number(answer.get("reasoning_tokens")),
        cached=_number(details.get("cached_tokens")) or _number(hit) or _number(table.get("cached_tokens")),
        cost=_time(table.get("cost")),
    )


def _usage_of_timings(table: dict[str, Any]) -> Usage:
    cached = _number(table.get("cache_n"))
    return Usage(input=cached + _number(table.get("prompt_n")), output=_number(table.get("predicted_n")), cached=cached)


def _first_choice(chunk: dict[str, Any]) -> dict[str, Any]:
    choices = chunk.get("choices")
    return _table(choices[0]) if isinstance(choices, list) and choices else {}


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(table: dict[str, Any], *names: str) -> int:
    return next((_number(table[name]) for name in names if name in table), 0)


def _number(value: Any) -> int:
    return int(_time(value) or 0)


def _time(value: Any) -> float | None:
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf
    return float(value) if fits else None
