"""What an agent's hook runs: writes one line about the event into the spool of its session, and nothing else.

`python -I -S tell.py SPOOL NAME [EVENT]`: the event is the last argument or standard input. Standard library only, by
itself, never a word on standard output, and exit code 0 whatever happens, because an agent takes both as orders.
"""

import json
import os
import sys
from pathlib import Path

LONGEST = 65_536
KEPT = ("hook_event_name", "type", "message", "notification_type", "last-assistant-message", "tool_name", "session_id")
"""What is passed on; prompts and what tools read are nobody's business here."""


def main(arguments: list[str]) -> None:
    """Write the line."""
    spool, name = Path(arguments[0]), arguments[1]
    raw = arguments[2] if len(arguments) > 2 else sys.stdin.read(LONGEST)
    token = (spool.parent / "token").read_text(encoding="ascii")
    try:
        event = json.loads(raw)
    except ValueError:
        event = {}
    kept = {key: event[key][:1000] for key in KEPT if isinstance(event, dict) and isinstance(event.get(key), str)}
    line = json.dumps({"token": token, "name": name, "event": kept}) + "\n"
    # One write to a file opened for appending is one line, also when hooks run side by side.
    handle = os.open(spool, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError, IndexError):
        sys.exit(0)  # an agent takes any other end for an order
