"""The rows of a diff with their places: what is where in the view, without painting anything."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from boocode_desktop.content.diff_lines import rows_needed
from boocode_desktop.content.diff_rows import DiffRow, DiffRows, Layout, RowWishes, rows_of
from boocode_desktop.domain.changes import DiffLine, FileDiff
from boocode_desktop.ui.theme.tokens import METRICS

NOTE = 30
ROW_HEIGHTS = {"line": METRICS.code_line, "hunk": 30, "gap": 26, "note": NOTE, "decided": 32, "remark": 0}
WRAPPED_CHARACTERS = 2_000


class DiffSheet:
    """Rows and the y of each, in px from the top of the text."""

    def __init__(self) -> None:
        self.rows = DiffRows()
        self.layout: Layout = "split"
        self.columns = 0
        self._tops: Sequence[int] = [0]

    def lay_out(
        self,
        diff: FileDiff | None,
        layout: Layout,
        wishes: RowWishes,
        *,
        columns: int = 0,
        remark_height: Callable[[str], int] = lambda _ref: 0,
    ) -> None:
        """Make the rows again. With `columns`, lines are wrapped after so many characters."""
        self.layout, self.columns = layout, columns
        self.rows = rows_of(diff, layout, wishes) if diff else DiffRows()
        heights = list(map(ROW_HEIGHTS.__getitem__, self.rows.kinds))
        for place, kind in enumerate(self.rows.kinds) if columns or wishes.remarks else ():
            if kind == "remark":
                heights[place] = remark_height(self.rows[place].ref)
            elif kind == "line" and columns:
                heights[place] = METRICS.code_line * self._needed(self.rows[place])
        self._tops = [0, *accumulate(heights)]

    def _needed(self, row: DiffRow) -> int:
        lines: list[DiffLine] = [line for line in (row.left, row.right) if line is not None]
        return max(rows_needed(line.text[:WRAPPED_CHARACTERS], self.columns) for line in lines)

    @property
    def total(self) -> int:
        """The height of everything."""
        return self._tops[-1]

    def top(self, place: int) -> int:
        """Where a row begins."""
        return self._tops[place]

    def height(self, place: int) -> int:
        """How high a row is."""
        return self._tops[place + 1] - self._tops[place]

    def at(self, y: int) -> int:
        """The row at a height, -1 for none."""
        place = bisect_right(self._tops, y) - 1
        return place if 0 <= place < len(self.rows) else -1

    def first_line(self, side: str, number: int) -> int:
        """The row that shows a line of a side, -1 for none."""
        for place, kind in enumerate(self.rows.kinds):
            if kind == "line":
                row = self.rows[place]
                for line in (row.left, row.right):
                    if line is not None and (line.old if side == "old" else line.new) == number:
                        return place
        return -1
