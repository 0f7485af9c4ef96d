"""A unified diff as lines to paint in a tool card: code, line number, and what happened to it."""

import re
from dataclasses import dataclass
from typing import Literal

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
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
    """The lines of all hunks; a hunk's own counts say where it ends, so that no header is taken for a line."""
    out: list[MiniLine] = []
    old = new = old_left = new_left = 0
    for line in unified.removesuffix("\n").split("\n"):
        hunk = _HUNK.match(line)
        if hunk and not old_left and not new_left:
            old, old_left, new, new_left = (int(part) if part else 1 for part in hunk.groups())
            out.append(MiniLine(sign="@", number=0, text=""))
        elif new_left and line.startswith("+"):
            out.append(MiniLine(sign="+", number=new, text=line[1:]))
            new, new_left = new + 1, new_left - 1
        elif old_left and line.startswith("-"):
            out.append(MiniLine(sign="-", number=old, text=line[1:]))
            old, old_left = old + 1, old_left - 1
        elif old_left and new_left and line[:1] in ("", " "):
            out.append(MiniLine(sign="", number=new, text=line[1:]))
            old, new, old_left, new_left = old + 1, new + 1, old_left - 1, new_left - 1
    return out
