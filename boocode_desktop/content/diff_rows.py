"""The rows of a diff as it is drawn: unified or side by side, with gaps between hunks. Pure.

Rows are kept in columns that refer to the diff's own lines, so that 50,000 of them are laid out in a few milliseconds;
a row becomes an object when it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Literal, overload

from boocode_desktop.domain.changes import DiffLine, FileDiff, FileStatus, Hunk

Layout = Literal["unified", "split"]
RowKind = Literal["gap", "hunk", "line", "note"]
_VERDICTS: Mapping[FileStatus, str] = MappingProxyType(
    {
        "approved": "Approved: these changes are in your folder.",
        "rejected": "Rejected: the session's copy of this file is as it was.",
    }
)
Pair = tuple[DiffLine | None, DiffLine | None]


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row. `left` and `right` for side by side; a unified row has `left` only. `hunk` is the hunk's index."""

    kind: RowKind
    hunk: int = 0
    left: DiffLine | None = None
    right: DiffLine | None = None
    text: str = ""


class DiffRows(Sequence[DiffRow]):
    """Every row of a file's open hunks. `kinds` has the kind of each; `headings` the place of each hunk's first row."""

    def __init__(self) -> None:
        self.kinds: list[RowKind] = []
        self.headings: dict[int, int] = {}
        self._hunks: list[int] = []
        self._lefts: list[DiffLine | None] = []
        self._rights: list[DiffLine | None] = []
        self._texts: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, place: int) -> DiffRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[DiffRow]: ...
    def __getitem__(self, place: int | slice) -> DiffRow | Sequence[DiffRow]:
        if isinstance(place, slice):
            return [self[p] for p in range(*place.indices(len(self)))]
        text = self._texts.get(place % len(self), "") if self.kinds else ""
        return DiffRow(self.kinds[place], self._hunks[place], self._lefts[place], self._rights[place], text)

    def add_words(self, kind: RowKind, hunk: int, text: str) -> None:
        """A row of words: a gap, a heading, a note."""
        if kind == "hunk":
            self.headings[hunk] = len(self)
        self._texts[len(self)] = text
        self._add(kind, hunk, (None,), (None,))

    def add_lines(self, hunk: int, lefts: Sequence[DiffLine | None], rights: Sequence[DiffLine | None]) -> None:
        """Rows of lines, as many as there are on each side."""
        self._add("line", hunk, lefts, rights)

    def _add(
        self, kind: RowKind, hunk: int, lefts: Sequence[DiffLine | None], rights: Sequence[DiffLine | None]
    ) -> None:
        self.kinds += [kind] * len(lefts)
        self._hunks += [hunk] * len(lefts)
        self._lefts += lefts
        self._rights += rights


def rows_of(diff: FileDiff, layout: Layout) -> DiffRows:
    """Every row of a file's open hunks."""
    rows = DiffRows()
    if words := _VERDICTS.get(diff.change.status):
        rows.add_words("note", 0, words)
    end = 1
    for hunk in diff.hunks:
        skipped = hunk.old_start - end
        if skipped > 0 and diff.old_text is not None:
            rows.add_words("gap", hunk.index, f"{skipped} unchanged line{'s' if skipped > 1 else ''}")
        rows.add_words("hunk", hunk.index, heading_of(hunk))
        if layout == "unified":
            rows.add_lines(hunk.index, hunk.lines, [None] * len(hunk.lines))
        else:
            pairs = list(_pairs(hunk))
            rows.add_lines(hunk.index, [left for left, _ in pairs], [right for _, right in pairs])
        end = hunk.old_start + hunk.old_lines
    if diff.truncated:
        rows.add_words("note", 0, "The rest of this file is too large to show. Approve and reject act on all of it.")
    return rows


def heading_of(hunk: Hunk) -> str:
    """The line above a hunk."""
    place = f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@"
    return f"{place}  {hunk.heading}" if hunk.heading else place


def _pairs(hunk: Hunk) -> Iterator[Pair]:
    """Left and right: removed lines stand beside the added ones that follow them."""
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in hunk.lines:
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
    for left, right in _pairs(hunk):
        if left is not None and right is not None and left is not right:
            found[id(left)] = right
            found[id(right)] = left
    return found


def widest(diff: FileDiff) -> int:
    """The length of the longest line, in characters, at most 2,000."""
    return min(2_000, max((len(line.text) for hunk in diff.hunks for line in hunk.lines), default=0))
