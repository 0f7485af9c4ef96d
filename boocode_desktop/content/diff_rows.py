"""The rows of a diff as it is drawn: unified or side by side, with gaps between hunks. Pure.

Rows are kept in columns that refer to the diff's own lines, so that 50,000 of them are laid out in a few milliseconds;
a row becomes an object when it is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, overload

from boocode_desktop.content.decided_hunks import Decided
from boocode_desktop.content.diff_lines import (
    Gap,
    Opened,
    gap_lines,
    gaps,
    only_spacing,
    pairs,
    without_spacing,
)
from boocode_desktop.content.pictures import is_picture
from boocode_desktop.domain.changes import DiffLine, FileChange, FileDiff, FileStatus, Hunk

Layout = Literal["unified", "split"]
RowKind = Literal["gap", "hunk", "line", "note", "decided", "remark"]
Spot = tuple[str, int]
"""A side, `old` or `new`, and a line number of it."""
_VERDICTS: Mapping[FileStatus, str] = MappingProxyType(
    {
        "approved": "Approved: these changes are in your folder.",
        "rejected": "Rejected: the session's copy of this file is as it was.",
    }
)


CONFLICT_HINT = "Your folder stays as it is: ask the agent to take your version in, or reject this one."


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWishes:
    """What a reader chose: decisions whose lines are shown, how far gaps are open, whether changes of white space
    count, and what stands below lines (ids of comments). `text` is the old text, line by line, for the gaps."""

    decided: Sequence[Decided] = ()
    shown: frozenset[str] = frozenset()
    opened: Mapping[int, Opened] = field(default_factory=dict)
    spacing: bool = True
    remarks: Mapping[Spot, Sequence[str]] = field(default_factory=dict)
    text: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row. `left` and `right` for side by side; a unified row has `left` only. `hunk` is the hunk's index.

    `ref` says what a row of words is about: the gap's place, a decision's id, a comment's id.
    """

    kind: RowKind
    hunk: int = 0
    left: DiffLine | None = None
    right: DiffLine | None = None
    text: str = ""
    ref: str = ""


class DiffRows(Sequence[DiffRow]):
    """Every row of a file's open hunks. `kinds` has the kind of each; `headings` the place of each hunk's first row."""

    def __init__(self) -> None:
        self.kinds: list[RowKind] = []
        self.headings: dict[int, int] = {}
        self._hunks: list[int] = []
        self._lefts: list[DiffLine | None] = []
        self._rights: list[DiffLine | None] = []
        self._texts: dict[int, str] = {}
        self._refs: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, place: int) -> DiffRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[DiffRow]: ...
    def __getitem__(self, place: int | slice) -> DiffRow | Sequence[DiffRow]:
        if isinstance(place, slice):
            return [self[p] for p in range(*place.indices(len(self)))]
        at = place % len(self) if self.kinds else place
        text, ref = self._texts.get(at, ""), self._refs.get(at, "")
        return DiffRow(self.kinds[place], self._hunks[place], self._lefts[place], self._rights[place], text, ref)

    def add_words(self, kind: RowKind, hunk: int, text: str, ref: str = "") -> None:
        """A row of words: a gap, a heading, a note, a decision, a comment."""
        if ref:
            self._refs[len(self)] = ref
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

    def place_of(self, ref: str) -> int:
        """Where the row of a reference stands, -1 for nowhere."""
        return next((place for place, known in self._refs.items() if known == ref), -1)

    def lines(self) -> list[DiffLine]:
        """Every line, once, in order."""
        both = zip(self._lefts, self._rights, strict=True)
        found = {id(line): line for pair in both for line in pair if line is not None}
        return list(found.values())


def rows_of(diff: FileDiff, layout: Layout, wishes: RowWishes | None = None) -> DiffRows:
    """Every row of a file: decisions that stand, open hunks, what lies between them."""
    wishes = wishes or RowWishes()
    rows = DiffRows()
    for words in _notes(diff):
        rows.add_words("note", 0, words)
    waiting = list(wishes.decided)
    between = gaps(diff, len(wishes.text) if diff.old_text is not None else 0)
    for hunk, gap in zip(diff.hunks, between, strict=False):
        while waiting and waiting[0].start <= hunk.new_start:
            _add_decided(rows, waiting.pop(0), layout, wishes)
        if diff.old_text is not None:
            _add_gap(rows, gap, hunk.index, layout, wishes)
        shown = hunk if wishes.spacing else without_spacing(hunk)
        rows.add_words("hunk", hunk.index, heading_of(hunk, spacing=wishes.spacing or not only_spacing(hunk)))
        _add_lines(rows, hunk.index, shown.lines, layout, wishes)
    for decided in waiting:
        _add_decided(rows, decided, layout, wishes)
    if between and diff.old_text is not None:
        _add_gap(rows, between[-1], diff.hunks[-1].index, layout, wishes)
    if diff.truncated:
        rows.add_words("note", 0, "The rest of this file is too large to show. Approve and reject act on all of it.")
    return rows


def _notes(diff: FileDiff) -> Iterable[str]:
    """What is said above everything else."""
    change = diff.change
    if words := _VERDICTS.get(change.status):
        yield words
    elif not diff.hunks:
        yield _without_hunks(change)
    if change.status == "conflict":
        yield f"Conflict: {change.note or 'your folder has another version'}. {CONFLICT_HINT}"


def _without_hunks(change: FileChange) -> str:
    """Why there is nothing to see, and what can be done."""
    if change.operation == "submodule":
        return f"A submodule: {change.note or 'its commit changed'}. It is shown, but never entered."
    if is_picture(change):
        return "A picture, compared below. It is approved or rejected as a whole."
    if change.binary:
        why = change.note or "binary"
        return f"No lines to compare: this file is {why}. Approve or reject it as a whole."
    if change.operation == "renamed":
        return f"Moved from {change.old_path}; its text is the same."
    if change.note:
        return f"Its text is the same, but it was {change.note}."
    return "The file is empty." if change.operation == "added" else "No lines differ."


def _add_decided(rows: DiffRows, decided: Decided, layout: Layout, wishes: RowWishes) -> None:
    rows.add_words("decided", 0, decided.heading, decided.decision_id)
    if decided.decision_id in wishes.shown:
        _add_lines(rows, 0, decided.lines, layout, RowWishes())


def _add_gap(rows: DiffRows, gap: Gap, hunk: int, layout: Layout, wishes: RowWishes) -> None:
    opened = wishes.opened.get(gap.before, Opened())
    head, tail = gap_lines(gap, opened, wishes.text) if wishes.text else ([], [])
    _add_lines(rows, hunk, head, layout, wishes)
    left = gap.count - len(head) - len(tail)
    if left > 0:
        rows.add_words("gap", hunk, f"{left} unchanged line{'s' if left > 1 else ''}", str(gap.before))
    _add_lines(rows, hunk, tail, layout, wishes)


def _add_lines(rows: DiffRows, hunk: int, lines: Sequence[DiffLine], layout: Layout, wishes: RowWishes) -> None:
    if layout == "unified":
        lefts: list[DiffLine | None] = list(lines)
        rights: list[DiffLine | None] = [None] * len(lines)
    else:
        both = list(pairs(lines))
        lefts, rights = [left for left, _ in both], [right for _, right in both]
    start = 0
    for place, refs in _remarked(lefts, rights, wishes.remarks):
        rows.add_lines(hunk, lefts[start : place + 1], rights[start : place + 1])
        for ref in refs:
            rows.add_words("remark", hunk, "", ref)
        start = place + 1
    rows.add_lines(hunk, lefts[start:], rights[start:])


def _remarked(
    lefts: Sequence[DiffLine | None], rights: Sequence[DiffLine | None], remarks: Mapping[Spot, Sequence[str]]
) -> Iterable[tuple[int, list[str]]]:
    """The rows below which comments stand, in order."""
    if not remarks:
        return
    for place, row in enumerate(zip(lefts, rights, strict=True)):
        shown = {id(line): line for line in row if line is not None}
        refs = [ref for line in shown.values() for spot in spots_of(line) for ref in remarks.get(spot, ())]
        if refs:
            yield place, refs


def spots_of(line: DiffLine) -> list[Spot]:
    """Where a line stands: a removed one on the old side, the others on the new side; context counts as new."""
    if line.kind == "removed":
        return [("old", line.old)] if line.old is not None else []
    return [("new", line.new)] if line.new is not None else []


def heading_of(hunk: Hunk, *, spacing: bool = True) -> str:
    """The line above a hunk; without `spacing`, with the word that nothing else differs."""
    place = f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@"
    text = f"{place}  {hunk.heading}" if hunk.heading else place
    return text if spacing else f"{text}  · only white space differs"
