"""A script as it is shown: line by line, with nothing hidden in it. Pure."""

import unicodedata
from collections.abc import Sequence

from boocode_desktop.content.highlighting import Span, shift_spans

LONGEST_LINE = 4_000
"""Characters of a line that are shown: laying out a longer one takes Qt seconds."""
_UNSEEN = ("Cf", "Cc", "Zl", "Zp", "Co", "Cs")


def shown_text(text: str) -> str:
    """The text with line ends of one kind, tabs as blanks, and everything invisible by its number."""
    return "\n".join(_shown(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _shown(line: str) -> str:
    more = len(line) - LONGEST_LINE
    line = line if more <= 0 else f"{line[:LONGEST_LINE]} … {more:,} more characters"
    line = line.expandtabs(4)
    if line.isascii() and line.isprintable():
        return line
    # A script could show one thing and do another by characters that turn the direction of text round.
    return "".join(f"⟨{ord(c):04X}⟩" if unicodedata.category(c) in _UNSEEN else c for c in line)


def spans_by_line(text: str, spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """The colours of each line, counted in UTF-16 units from its start, as Qt counts."""
    lines: list[tuple[Span, ...]] = []
    waiting = list(reversed(spans))
    offset = 0
    for line in text.split("\n"):
        end = offset + len(line)
        here: list[Span] = []
        while waiting and waiting[-1].start < end:
            span = waiting[-1]
            here.append(span)
            if span.start + span.length > end:
                break
            waiting.pop()
        lines.append(_in_units(line, shift_spans(tuple(here), offset, end)))
        offset = end + 1
    return lines


def _in_units(line: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    if line.isascii():
        return spans
    return tuple(
        Span(
            start=_units(line[: span.start]), length=_units(line[span.start : span.start + span.length]), tone=span.tone
        )
        for span in spans
    )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
