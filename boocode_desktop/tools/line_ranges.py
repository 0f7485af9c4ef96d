"""A part of a text by lines, within bounds, with a word on what was left out. Pure."""

from dataclasses import dataclass

MOST_LINES = 2000
MOST_CHARACTERS = 60_000
LONGEST_LINE = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines `first` to `last` (from 1) of `total`; `text` is what the model reads, `partial` if that is not all."""

    text: str
    first: int
    last: int
    total: int
    partial: bool


def part_of(text: str, line: int | None, limit: int | None) -> Part:
    """The lines from `line` on, at most `limit` of them and never more than the bounds."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    total = len(lines)
    first = max(1, line or 1)
    wanted = lines[first - 1 : first - 1 + min(limit or MOST_LINES, MOST_LINES)]
    kept: list[str] = []
    size = 0
    cut = False
    for content in wanted:
        if len(content) > LONGEST_LINE and (len(text) > MOST_CHARACTERS or len(content) > MOST_CHARACTERS):
            content = f"{content[:LONGEST_LINE]} [… {len(content) - LONGEST_LINE:,} more characters in this line]"
            cut = True
        size += len(content) + 1
        if size > MOST_CHARACTERS and kept:
            break
        kept.append(content)
    last = first + len(kept) - 1
    partial = cut or first > 1 or last < total
    ends = text.endswith("\n") or last < total
    body = "\n".join(kept) + ("\n" if kept and ends else "")
    return Part(text=body, first=first, last=last, total=total, partial=partial)


def with_header(part: Part) -> str:
    """The text, below a line that says which lines these are where they are not all."""
    if not part.partial:
        return part.text
    if part.last < part.first:
        return f"[there is no line {part.first}: the text has {part.total} lines]"
    more = f"; go on with line={part.last + 1}" if part.last < part.total else ""
    return f"[lines {part.first} to {part.last} of {part.total}{more}]\n{part.text}"
