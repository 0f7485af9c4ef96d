"""The rows of a diff as it is drawn: unified or side by side, with gaps between hunks. Pure.

A row refers to lines by reference, so that 50,000 lines cost one small object each and nothing is copied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain.changes import DiffLine, FileDiff, Hunk

Layout = Literal["unified", "split"]
RowKind = Literal["gap", "hunk", "line", "note"]


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row. `left` and `right` for side by side; a unified row has `left` only. `hunk` is the hunk's index."""

    kind: RowKind
    hunk: int = 0
    left: DiffLine | None = None
    right: DiffLine | None = None
    text: str = ""


def rows_of(diff: FileDiff, layout: Layout) -> list[DiffRow]:
    """Every row of a file's open hunks."""
    rows: list[DiffRow] = []
    end = 1
    for hunk in diff.hunks:
        skipped = hunk.old_start - end
        if skipped > 0 and diff.old_text is not None:
            rows.append(DiffRow("gap", hunk.index, text=f"{skipped} unchanged line{'s' if skipped > 1 else ''}"))
        rows.append(DiffRow("hunk", hunk.index, text=heading_of(hunk)))
        rows += _unified(hunk) if layout == "unified" else _split(hunk)
        end = hunk.old_start + hunk.old_lines
    if diff.truncated:
        rows.append(
            DiffRow("note", text="The rest of this file is too large to show. Approve and reject act on all of it.")
        )
    return rows


def heading_of(hunk: Hunk) -> str:
    """The line above a hunk."""
    place = f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@"
    return f"{place}  {hunk.heading}" if hunk.heading else place


def _unified(hunk: Hunk) -> list[DiffRow]:
    return [DiffRow("line", hunk.index, left=line) for line in hunk.lines]


def _split(hunk: Hunk) -> Iterator[DiffRow]:
    """Removed lines stand beside the added ones that follow them."""
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in hunk.lines:
        if line.kind == "removed" and not added:
            removed.append(line)
        elif line.kind == "added":
            added.append(line)
        else:
            yield from _beside(hunk.index, removed, added)
            removed, added = ([line], []) if line.kind == "removed" else ([], [])
            if line.kind == "context":
                yield DiffRow("line", hunk.index, left=line, right=line)
    yield from _beside(hunk.index, removed, added)


def _beside(index: int, removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> Iterator[DiffRow]:
    for place in range(max(len(removed), len(added))):
        yield DiffRow(
            "line",
            index,
            left=removed[place] if place < len(removed) else None,
            right=added[place] if place < len(added) else None,
        )


def partners(hunk: Hunk) -> dict[int, DiffLine]:
    """For each changed line (by `id`), the line of the other side it is compared with."""
    found: dict[int, DiffLine] = {}
    for row in _split(hunk):
        if row.left is not None and row.right is not None and row.left is not row.right:
            found[id(row.left)] = row.right
            found[id(row.right)] = row.left
    return found


def widest(diff: FileDiff) -> int:
    """The length of the longest line, in characters, at most 2,000."""
    return min(2_000, max((len(line.text) for hunk in diff.hunks for line in hunk.lines), default=0))
