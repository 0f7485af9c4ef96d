"""How long ago something was, and how much something is, in few characters. Pure."""

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
_K = 1_000


def age(then: float, now: float) -> str:
    """`now`, `2 m`, `1 h`, `yesterday`, `6 d`, `3 w`, else the date. Both are Unix times in seconds."""
    past = max(0.0, now - then)
    if past < _MINUTE:
        return "now"
    if past < _HOUR:
        return f"{int(past // _MINUTE)} m"
    if past < 20 * _HOUR:
        return f"{int(past // _HOUR)} h"
    days = (datetime.fromtimestamp(now).date() - datetime.fromtimestamp(then).date()).days
    if days <= 1:
        return "yesterday" if days == 1 else f"{int(past // _HOUR)} h"
    if days < 14:
        return f"{days} d"
    return f"{days // 7} w" if days < 60 else datetime.fromtimestamp(then).strftime("%Y-%m-%d")


def tokens(count: int) -> str:
    """`940`, `6.2 k`, `41 k`, `1.2 M`."""
    if count < _K:
        return str(count)
    if count < 10 * _K:
        return f"{count / _K:.1f} k".replace(".0 ", " ")
    if count < _K * _K:
        return f"{count // _K} k"
    return f"{count / (_K * _K):.1f} M".replace(".0 ", " ")


def size(count: int) -> str:
    """Bytes as `640 B`, `4.1 kB`, `18.6 GB`, in powers of a thousand as file managers show them."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < _K:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= _K
    return f"{value:.1f} GB"


def seconds(ms: float) -> str:
    """A length of time given in milliseconds: `40 ms`, `3.1 s`, `12 s`, `2 m 05 s`."""
    if ms < 1_000:
        return f"{ms:.0f} ms"
    whole = ms / 1_000
    if whole < 10:
        return f"{whole:.1f} s"
    return f"{whole:.0f} s" if whole < 60 else f"{int(whole // 60)} m {int(whole % 60):02d} s"
