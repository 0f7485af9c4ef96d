"""Ids for the messages we send: ours, so that everything that answers them can be told from what does not."""

import secrets
import string

_LETTERS = string.digits + string.ascii_letters
_TIME_BITS = 48


def message_id(now_s: float) -> str:
    """A new id. opencode orders messages by their ids, so ours holds the time as its own do: a number that rises
    by 4096 per millisecond, cut to 48 bits.

    Args:
        now_s: Unix time in seconds.
    """
    moment = (int(now_s * 1000) << 12) & ((1 << _TIME_BITS) - 1)
    return f"msg_{moment:012x}" + "".join(secrets.choice(_LETTERS) for _ in range(14))
