"""Durations as people write them: `45s`, `3m`, `3m30s`, `8h`."""

import re

_PATTERN = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def parse(text: str) -> int:
    """The seconds that `3m30s` means.

    Raises:
        ValueError: this is no duration.
    """
    found = _PATTERN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is no duration, write it like 3m30s")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def render(seconds: int) -> str:
    """The shortest way to write that many seconds."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 24)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{rest}s" if rest else ""]
    return "".join(parts) or "0s"
