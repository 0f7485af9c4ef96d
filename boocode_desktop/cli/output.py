"""How the command line prints: JSON lines for programs, aligned text for people."""

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from boocode_desktop.content.ansi import safe_text
from boocode_desktop.domain.codec import to_plain
from boocode_desktop.domain.errors import AdapterError, UserFacingError


def print_json(value: object) -> None:
    """One JSON value on one line. Text that is no UTF-8 is escaped."""
    line = json.dumps(to_plain(value), ensure_ascii=False)
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
    sys.stdout.flush()


def say(text: str = "") -> None:
    """A line for people, without anything that could steer a terminal."""
    sys.stdout.write(safe_text(text).encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.flush()


def mute() -> None:
    """Nobody reads standard output any more: what is still printed goes nowhere, and closing it is no error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def complain(text: str) -> None:
    """A line on the error stream."""
    sys.stderr.write(safe_text(text).encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stderr.flush()


def report(error: UserFacingError | AdapterError, *, as_json: bool) -> None:
    """What went wrong and what to do."""
    if as_json:
        print_json({"type": "error", "message": error.message, "hint": error.hint})
    complain(f"boocode: {error.message}" + (f"\n  {error.hint}" if error.hint else ""))


def print_table(rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Aligned columns, or the sentence for an empty list."""
    cells = [[str(c) for c in row] for row in rows]
    if not cells:
        say(empty)
        return
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    for row in cells:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def ago(at: float) -> str:
    """How long ago a moment was, in one short word."""
    seconds = max(0, int(time.time() - at))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def plain(value: object) -> Any:
    """A dataclass as a JSON object."""
    return to_plain(value)
