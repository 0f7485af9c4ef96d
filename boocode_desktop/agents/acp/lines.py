"""One line of an agent's output as a message, or as noise."""

import json

from boocode_desktop.agents.acp.loose import integer_of, mend, object_of, text_of
from boocode_desktop.domain.events import Json

INTERNAL_ERROR = -32603


def parse_line(line: bytes) -> Json | None:
    """The JSON object on the line; None for everything else, valid JSON or not.

    Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD: neither can be stored or shown.
    """
    try:
        message = json.loads(line.decode("utf-8", "replace"))
        if not isinstance(message, dict):
            return None
        return _framed(mend(message) if b"\\ud" in line or b"\\uD" in line else message)
    except (ValueError, RecursionError):
        return None


def _framed(message: Json) -> Json | None:
    """The message if it is shaped like JSON-RPC, an error put into its usual form: the package trusts both."""
    if "method" in message:
        return message if isinstance(message["method"], str) else None
    if not isinstance(message.get("id"), (int, str)):
        return None
    if "error" in message and "result" not in message:
        told = object_of(message["error"])
        code, words = integer_of(told.get("code")), text_of(told.get("message")) or str(message["error"])[:500]
        message["error"] = {"code": code or INTERNAL_ERROR, "message": words, "data": told.get("data")}
    return message
