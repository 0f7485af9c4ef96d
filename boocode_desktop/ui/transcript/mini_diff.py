"""A unified diff as lines to paint in a tool card: code, line number, and what happened to it."""

import re
from dataclasses import dataclass
from typing import Literal

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
Sign = Literal["", "+", "-", "@"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniLine:
    """One line. `number` is the new line number, the old one for a removed line, 0 for a gap (`@`)."""

    sign: Sign
    number: int
    text: str


def mini_diff(unified: str) -> tuple[MiniLine, ...]:
    """The changed lines of a unified diff with at most two lines around them; gaps are `@` lines."""
    lines = _parsed(unified)
    near = [False] * len(lines)
    for index, line in enumerate(lines):
        if line.sign in ("+", "-"):
            for other in range(max(0, index - 2), min(len(lines), index + 3)):
                near[other] = True
    kept: list[MiniLine] = []
    for line, close in zip(lines, near, strict=True):
        if line.sign == "@" or not close:
            if kept and kept[-1].sign != "@":
                kept.append(MiniLine(sign="@", number=0, text=""))
        else:
            kept.append(line)
    while kept and kept[-1].sign == "@":
        kept.pop()
    return tuple(kept)


def _parsed(unified: str) -> list[MiniLine]:
    out: list[MiniLine] = []
    old = new = 0
    for line in unified.removesuffix("\n").split("\n"):
        hunk = _HUNK.match(line)
        if hunk:
            old, new = int(hunk.group(1)), int(hunk.group(2))
            out.append(MiniLine(sign="@", number=0, text=""))
        elif (not old and not new) or line.startswith("\\"):
            continue
        elif line.startswith("+"):
            out.append(MiniLine(sign="+", number=new, text=line[1:]))
            new += 1
        elif line.startswith("-"):
            if line.startswith("--- ") and out and _file_follows(unified, line):
                old = new = 0
                continue
            out.append(MiniLine(sign="-", number=old, text=line[1:]))
            old += 1
        elif line.startswith(" ") or not line:
            out.append(MiniLine(sign="", number=new, text=line[1:]))
            old, new = old + 1, new + 1
        else:
            old = new = 0
    return out


def _file_follows(unified: str, line: str) -> bool:
    """Whether `--- x` heads another file rather than removing the line `-- x`."""
    return f"{line}\n+++ " in unified
