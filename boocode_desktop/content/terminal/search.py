"""Where a text is in a terminal's lines. Pure, so that it can run beside the window."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from boocode_desktop.content.terminal.lines import Line, columns_in, parse_line, printed_text


class Match(NamedTuple):
    """A place where the text is: the line, the column it begins in and the columns it takes."""

    line: int
    column: int
    width: int


def find_in(lines: Sequence[Line | bytes], wanted: str, first: int = 0) -> list[Match]:
    """Every place of a text in any case, oldest first; lines are numbered from `first` on."""
    if not wanted:
        return []
    pattern = re.compile(re.escape(wanted), re.IGNORECASE)
    found: list[Match] = []
    for number, line in enumerate(lines, first):
        text = printed_text(line) if isinstance(line, bytes) else line.text
        spans = [match.span() for match in pattern.finditer(text)]
        if not spans:
            continue
        drawn = parse_line(line) if isinstance(line, bytes) else line
        columns = columns_in(drawn)
        last = len(columns) - 1
        for start, end in spans:
            column, behind = columns[min(start, last)], columns[min(end, last)]
            found.append(Match(number, column, behind - column))
    return found
