"""Syntax colours of a diff, asked for in blocks when they are first seen and worked out off the loop."""

from collections.abc import Callable, Sequence

from boocode_desktop.content.highlighting import Span, highlight, shift_spans
from boocode_desktop.domain.changes import DiffLine

BLOCK = 120


class SyntaxBlocks:
    """Colours of one file's lines. `ready` is called when a block came in."""

    def __init__(
        self,
        path: str,
        lines: Sequence[DiffLine],
        start: Callable[["SyntaxBlocks", str, int], None],
        before: "SyntaxBlocks | None" = None,
    ) -> None:
        """`before` are the colours of the same file with fewer lines: what is known stays."""
        self.path = path
        self._start = start
        self._sides = {
            "old": [line for line in lines if line.kind != "added"],
            "new": [line for line in lines if line.kind != "removed"],
        }
        self._places: dict[str, dict[int, int]] = {}
        self._asked: set[tuple[str, int]] = set()
        known: dict[int, tuple[Span, ...]] = before._spans if before is not None else {}
        self._spans: dict[int, tuple[Span, ...]] = {id(n): known[id(n)] for n in lines if id(n) in known}

    def spans(self, line: DiffLine) -> Sequence[Span]:
        """The colours of a line as far as they are known; asks for its block the first time."""
        side = "old" if line.kind == "removed" else "new"
        key = (side, self._place(side, line) // BLOCK)
        if key not in self._asked:
            self._asked.add(key)
            self._start(self, *key)
        return self._spans.get(id(line), ())

    def _place(self, side: str, line: DiffLine) -> int:
        """Where a line stands on its side; looked up once a side, when its first line is seen."""
        places = self._places.get(side)
        if places is None:
            members = self._sides[side]
            places = self._places[side] = dict(zip(map(id, members), range(len(members)), strict=True))
        return places[id(line)]

    def work(self, side: str, block: int) -> dict[int, tuple[Span, ...]]:
        """Colour one block; runs in a thread."""
        members = self._sides[side][block * BLOCK : (block + 1) * BLOCK]
        spans = highlight("\n".join(line.text for line in members), path=self.path)
        found: dict[int, tuple[Span, ...]] = {}
        start = first = 0
        for line in members:
            end = start + len(line.text)
            while first < len(spans) and spans[first].start + spans[first].length <= start:
                first += 1
            last = first
            while last < len(spans) and spans[last].start < end:
                last += 1
            found[id(line)] = shift_spans(spans[first:last], start, end)
            start = end + 1
        return found

    def take(self, found: dict[int, tuple[Span, ...]]) -> None:
        """Keep what a thread worked out."""
        self._spans.update(found)
