"""Identifiers: a three-letter kind, an underscore, and 26 sortable characters (time, then randomness)."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _encode(value: int, length: int) -> str:
    out = []
    for _ in range(length):
        value, digit = divmod(value, 32)
        out.append(_ALPHABET[digit])
    return "".join(reversed(out))


def new_id(kind: str) -> str:
    """A new identifier such as `ses_01jd…`; ids of one kind sort by the moment they were made (1 ms)."""
    return f"{kind}_{_encode(time.time_ns() // 1_000_000, 10)}{_encode(secrets.randbits(80), 16)}"
