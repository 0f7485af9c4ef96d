"""The lines of hunks: which stand beside each other, which only differ in spacing, what lies between hunks. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from boocode_desktop.domain.changes import DiffLine, FileDiff, Hunk

Pair = tuple[DiffLine | None, DiffLine | None]
STEP = 20
"""How many unchanged lines one step of expanding shows at each end of a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Unchanged lines before the hunk at position `before` (the number of hunks: after the last one).

    `start` and `end` are 0-based lines of the old text, half open; `shift` leads to the new side. `last` says that it
    reaches to the end of the file.
    """

    before: int
    start: int
    end: int
    shift: int
    last: bool = False

    @property
    def count(self) -> int:
        """How many lines."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How many lines of a gap are shown, counted from its start and from its end."""

    head: int = 0
    tail: int = 0


def opened_further(gap: Gap, opened: Opened) -> Opened:
    """One step more: the rest when little is left; nothing at the ends of the file that no hunk touches."""
    left = gap.count - opened.head - opened.tail
    if left <= 2 * STEP:
        return Opened(head=opened.head + left, tail=opened.tail)
    head = opened.head + STEP if gap.before else opened.head
    return Opened(head=head, tail=opened.tail if gap.last else opened.tail + STEP)


def gaps(diff: FileDiff, lines: int) -> list[Gap]:
    """What lies before each hunk and, in a text of `lines` lines (0 = not known), after the last one."""
    found, end, shift = [], 0, 0
    for place, hunk in enumerate(diff.hunks):
        start = hunk.old_start - (1 if hunk.old_lines else 0)
        new = hunk.new_start - (1 if hunk.new_lines else 0)
        found.append(Gap(before=place, start=end, end=max(end, start), shift=new - start))
        end, shift = start + hunk.old_lines, new + hunk.new_lines - start - hunk.old_lines
    if diff.hunks:
        found.append(Gap(before=len(diff.hunks), start=end, end=max(end, lines), shift=shift, last=True))
    return found


def gap_lines(gap: Gap, opened: Opened, text: Sequence[str]) -> tuple[list[DiffLine], list[DiffLine]]:
    """The lines shown at the start and at the end of a gap."""
    head = min(opened.head, gap.count)
    tail = min(opened.tail, gap.count - head)

    def made(start: int, end: int) -> list[DiffLine]:
        end = min(end, len(text))
        return [DiffLine(kind="context", text=text[n], old=n + 1, new=n + 1 + gap.shift) for n in range(start, end)]

    return made(gap.start, gap.start + head), made(gap.end - tail, gap.end)


def pairs(lines: Sequence[DiffLine]) -> Iterator[Pair]:
    """Left and right: removed lines stand beside the added ones that follow them."""
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in lines:
        if line.kind == "removed" and not added:
            removed.append(line)
        elif line.kind == "added":
            added.append(line)
        else:
            yield from zip_longest(removed, added)
            removed, added = ([line], []) if line.kind == "removed" else ([], [])
            if line.kind == "context":
                yield line, line
    yield from zip_longest(removed, added)


def partners(hunk: Hunk) -> dict[int, DiffLine]:
    """For each changed line (by `id`), the line of the other side it is compared with."""
    found: dict[int, DiffLine] = {}
    for left, right in pairs(hunk.lines):
        if left is not None and right is not None and left is not right:
            found[id(left)] = right
            found[id(right)] = left
    return found


def without_spacing(hunk: Hunk) -> Hunk:
    """The hunk with lines that differ in white space alone shown as unchanged, as they read now."""
    lines: list[DiffLine] = []
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for left, right in pairs(hunk.lines):
        if left is not None and right is not None and _tight(left.text) == _tight(right.text):
            lines += [*removed, *added]
            removed, added = [], []
            lines.append(left if left is right else replace(right, kind="context", old=left.old))
            continue
        removed += [left] if left is not None else []
        added += [right] if right is not None else []
    return replace(hunk, lines=(*lines, *removed, *added))


def only_spacing(hunk: Hunk) -> bool:
    """Whether nothing but white space differs."""
    return all(line.kind == "context" for line in without_spacing(hunk).lines)


def _tight(text: str) -> str:
    return "".join(text.split())


def widest(diff: FileDiff) -> int:
    """The length of the longest line, in characters, at most 2,000."""
    return min(2_000, max((len(line.text) for hunk in diff.hunks for line in hunk.lines), default=0))


def rows_needed(text: str, columns: int, tab: int = 4) -> int:
    """How many rows of `columns` characters a line takes when it is wrapped."""
    length = len(text.expandtabs(tab)) if "\t" in text else len(text)
    return max(1, -(-length // max(1, columns)))
