"""Durations, counts and times as people read them."""

import time

from boocode_desktop.domain.usage import Usage


def duration(milliseconds: float) -> str:
    """`20 ms`, `1.9 s`, `18 s`, `42 s`, `2 min 5 s`, `1 h 3 min`."""
    if milliseconds < 99.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s".replace(".0 s", " s") if seconds < 19.95 else whole_seconds(seconds)


def elapsed(seconds: float) -> str:
    """A running time that changes in place: always one decimal below 20 s."""
    return f"{seconds:.1f} s" if seconds < 19.95 else whole_seconds(seconds)


def whole_seconds(seconds: float) -> str:
    """`12 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s".removesuffix(" 0 s")
    return f"{whole // 3600} h {whole % 3600 // 60} min".removesuffix(" 0 min")


def count(number: int, one: str, many: str = "") -> str:
    """`1 line`, `2 lines`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tokens(number: int) -> str:
    """`870`, `4.1 k`, `41 k`, `1.2 M`."""
    if number < 1000:
        return str(number)
    if number < 1_000_000:
        return f"{number / 1000:.1f} k" if number < 9_950 else f"{number / 1000:.0f} k"
    return f"{number / 1_000_000:.1f} M"


def clock(at: float) -> str:
    """The local time of a Unix time, `10:42`; with the day when it is not today; "" for 0."""
    if not at:
        return ""
    moment, today = time.localtime(at), time.localtime()
    day = "%d %b %H:%M" if moment[:3] != today[:3] else "%H:%M"
    return time.strftime(day, moment)


def usage_words(usage: Usage | None) -> list[str]:
    """What a turn used, in short pieces: tokens in and out, the share that came from the cache, the cost."""
    if usage is None:
        return []
    words = [f"{tokens(usage.input)} in, {tokens(usage.output)} out"]
    if usage.cached and usage.input:
        words.append(f"cache {min(100, round(100 * usage.cached / usage.input))} %")
    if usage.cost is not None:
        words.append(f"${usage.cost:.2f}" if usage.cost >= 0.01 else f"${usage.cost:.4f}")
    return words
