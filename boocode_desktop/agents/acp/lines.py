"""One line of an agent's output as a message, or as noise."""

import json

from boocode_desktop.agents.acp.loose import mend
from boocode_desktop.domain.events import Json


def parse_line(line: bytes) -> Json | None:
    """The JSON object on the line; None for everything else, valid JSON or not.

    Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD: neither can be stored or shown.
    """
    try:
        message = json.loads(line.decode("utf-8", "replace"))
        if not isinstance(message, dict):
            return None
        return mend(message) if b"\\ud" in line or b"\\uD" in line else message
    except (ValueError, RecursionError):
        return None
