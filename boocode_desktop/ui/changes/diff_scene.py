"""What a diff's view shows and where: the file, what a reader chose, and the rows that follow from both."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout

from boocode_desktop.content.decided_hunks import Decided
from boocode_desktop.content.diff_lines import Gap, Opened, gaps, opened_further, partners, widest
from boocode_desktop.content.diff_rows import DiffRow, Layout, RowWishes, Spot, spots_of
from boocode_desktop.domain.changes import DiffLine, FileDiff
from boocode_desktop.ui.changes.blame import MARGIN, Blame, BlameMark
from boocode_desktop.ui.changes.diff_paint import GUTTER, SIGN
from boocode_desktop.ui.changes.diff_sheet import DiffSheet
from boocode_desktop.ui.changes.line_layouts import LineLayouts
from boocode_desktop.ui.changes.remark_paint import Remark, RemarkPainter
from boocode_desktop.ui.changes.row_buttons import EDITOR, kinds_of, places_of
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.theme.theme import Theme

NARROW_COLUMNS = 64
DECIDED = ("approved", "rejected")
EDITOR_HEIGHT = 128
LEAST_COLUMNS = 8
StartBlock = Callable[[SyntaxBlocks, str, int], None]


class DiffScene:
    """Everything that is shown, without a widget: change it, then `lay_out` for a width in px."""

    def __init__(self, theme: Theme, font: QFont, start_block: StartBlock) -> None:
        self._theme, self._font, self._start_block = theme, font, start_block
        self._heights = RemarkPainter(theme)
        self.sheet = DiffSheet()
        self.diff: FileDiff | None = None
        self.deciding = True
        self.active = 0
        self.layout: Layout = "split"
        self.spacing, self.wrapped = True, False
        self.text: Sequence[str] = ()
        self.text_width = 0
        self.decisions: Mapping[str, Decided] = {}
        self.shown: frozenset[str] = frozenset()
        self.opened: dict[int, Opened] = {}
        self.remarks: Mapping[str, Remark] = {}
        self.spots: Mapping[Spot, Sequence[str]] = {}
        self.editor_spot: Spot | None = None
        self.blame: Blame | None = None
        self.syntax: SyntaxBlocks | None = None
        self._partners: dict[int, dict[int, DiffLine]] = {}
        self._width = 0
        self.renew()

    def renew(self) -> None:
        """Take the theme's colours and the font's measures again."""
        self.char = QFontMetricsF(self._font).horizontalAdvance("0")
        self.layouts = LineLayouts(self._font, self.char, self._theme.color)
        self.layouts.wrap(self.sheet.columns)

    def show(self, diff: FileDiff | None, decisions: Sequence[Decided], *, deciding: bool, same: bool) -> None:
        """Another file, or with `same` the same one as it is now."""
        if not same or self.diff is None or diff is None or diff.hunks != self.diff.hunks:
            self.opened = {}
        self.diff, self.deciding = diff, deciding
        self.decisions = {d.decision_id: d for d in sorted(decisions, key=lambda d: d.start)}
        self.shown &= frozenset(self.decisions)
        self.active = min(self.active, max(0, self.count - 1)) if same else 0
        self.text = [line.removesuffix("\r") for line in diff.old_text.split("\n")] if diff and diff.old_text else ()
        if self.text and not self.text[-1]:
            self.text = self.text[:-1]
        self.syntax = None
        self.text_width = int(widest(diff) * self.char) + 24 if diff else 0

    @property
    def count(self) -> int:
        """How many open hunks there are."""
        return len(self.diff.hunks) if self.diff else 0

    @property
    def active_hunk(self) -> int:
        """The index of the active hunk, 0 without one."""
        return self.diff.hunks[self.active].index if self.diff and self.diff.hunks else 0

    @property
    def open_hunk(self) -> int:
        """The active hunk while something can still be decided about it, else 0."""
        undecided = self.deciding and self.diff is not None and self.diff.change.status not in DECIDED
        return self.active_hunk if undecided else 0

    @property
    def margin(self) -> int:
        """The room that the gutter of authors takes, px."""
        return MARGIN if self.blame is not None else 0

    def has_room(self, width: int) -> bool:
        """Whether two sides fit into a width."""
        return (width / 2 - GUTTER - SIGN - self.margin) / self.char >= NARROW_COLUMNS * 0.6

    def layout_for(self, width: int) -> Layout:
        """How rows stand in a width: a narrow one shows them unified whatever was chosen."""
        return self.layout if self.has_room(width) else "unified"

    @property
    def side_width(self) -> int:
        """The width of the left side, or of everything where there are no sides."""
        return self._width // 2 if self.sheet.layout == "split" else self._width

    @property
    def gutter_left(self) -> int:
        """Where the gutter of authors begins."""
        return self.side_width + 1 if self.sheet.layout == "split" else 0

    def lay_out(self, width: int) -> None:
        """Make the rows for a width in px."""
        self._width = width
        self.sheet.layout = self.layout_for(width)
        columns = int((self.side_width - GUTTER - SIGN - 8 - self.margin) / self.char) if self.wrapped else 0
        columns = max(LEAST_COLUMNS, columns) if columns else 0
        self.sheet.lay_out(
            self.diff, self.sheet.layout, self._wishes(), columns=columns, remark_height=self._remark_height
        )
        if self.editor_spot is not None and self.sheet.rows.place_of(EDITOR) < 0:
            # The line is not shown any more: what is written goes below the last one that is.
            rows = [row for row in self.sheet.rows if row.kind == "line" and row.hunk]
            spots = [spot for row in rows for line in (row.left, row.right) if line for spot in spots_of(line)]
            self.editor_spot = spots[-1] if spots else None
            self.lay_out(width)
            return
        self.layouts.clear()
        self.layouts.wrap(self.sheet.columns)
        self._partners = {}
        self._colour_rows()

    def resize(self, width: int) -> None:
        """Another width that leaves the rows as they are."""
        self._width = width

    def _wishes(self) -> RowWishes:
        spots = dict(self.spots)
        if self.editor_spot is not None:
            spots[self.editor_spot] = (*spots.get(self.editor_spot, ()), EDITOR)
        return RowWishes(
            decided=tuple(self.decisions.values()),
            shown=self.shown,
            opened=self.opened,
            spacing=self.spacing,
            remarks=spots,
            text=self.text,
        )

    def _colour_rows(self) -> None:
        if self.diff is None:
            self.syntax = None
        elif self.syntax is None or self.opened or self.shown or not self.spacing:
            plain = not (self.opened or self.shown) and self.spacing
            lines = [line for h in self.diff.hunks for line in h.lines] if plain else self.sheet.rows.lines()
            self.syntax = SyntaxBlocks(self.diff.change.path, lines, self._start_block, self.syntax)

    def _remark_height(self, ref: str) -> int:
        remark = self.remarks.get(ref)
        if ref == EDITOR or remark is None:
            return EDITOR_HEIGHT if ref == EDITOR else 0
        return self._heights.height(remark, self.remark_room(remark.side, 0, 0).width())

    def remark_room(self, side: str, top: int, height: int) -> QRect:
        """Where a comment on a side stands in its row."""
        half = self.side_width
        left = half if self.sheet.layout == "split" and side == "new" else 0
        width = half if self.sheet.layout == "split" and side == "old" else self._width - left
        return QRect(left, top, width, height)

    def buttons(self, row: DiffRow, whole: QRect) -> dict[str, QRect]:
        """What a row offers, and where."""
        decided, remark = self.decisions.get(row.ref), self.remarks.get(row.ref)
        if remark is not None:
            whole = self.remark_room(remark.side, whole.top(), whole.height())
        shown, lines = row.ref in self.shown, bool(decided and decided.lines)
        return places_of(kinds_of(row, undecided=bool(self.open_hunk), shown=shown, lines=lines), whole)

    def mark_of(self, line: DiffLine | None) -> BlameMark | None:
        """Who wrote a line of the new side; None where that is not shown or not known."""
        new = line.new if line is not None and line.kind != "removed" else None
        return self.blame.marks.get(new) if self.blame is not None and new is not None else None

    def turn_of(self, line: DiffLine | None) -> int:
        """The turn that wrote a line, 0 where none is known."""
        mark = self.mark_of(line)
        known = mark is not None and mark.author and self.blame is not None and mark.turn in self.blame.turns
        return mark.turn if mark is not None and known else 0

    def laid(self, row: DiffRow, line: DiffLine) -> QTextLayout:
        """A line ready to draw."""
        spans = self.syntax.spans(line) if self.syntax else ()
        return self.layouts.layout(line, self._partner(row, line), spans)

    def _partner(self, row: DiffRow, line: DiffLine) -> DiffLine | None:
        if line.kind == "context":
            return None
        if row.right is not None and row.left is not None:
            return row.right if line is row.left else row.left
        if self.diff is None or self.sheet.layout == "split" or not row.hunk:
            return None
        known = self._partners.get(row.hunk)
        if known is None:
            hunk = next(h for h in self.diff.hunks if h.index == row.hunk)
            known = self._partners[row.hunk] = partners(hunk)
        return known.get(id(line))

    def gaps(self) -> list[Gap]:
        """What lies between the hunks."""
        return gaps(self.diff, len(self.text)) if self.diff is not None else []

    def open_gap(self, before: int) -> None:
        """Show one step more of a gap."""
        for gap in self.gaps():
            if gap.before == before:
                self.opened[before] = opened_further(gap, self.opened.get(before, Opened()))

    def open_gap_at(self, side: str, number: int) -> None:
        """Show all of the gap that hides a line."""
        for gap in self.gaps():
            if gap.start <= number - 1 - (gap.shift if side == "new" else 0) < gap.end:
                self.opened[gap.before] = Opened(head=gap.count)

    def activate(self, hunk: int) -> bool:
        """Make the hunk with this index the active one; False where there is none."""
        indexes = [h.index for h in self.diff.hunks] if self.diff is not None else []
        if hunk not in indexes:
            return False
        self.active = indexes.index(hunk)
        return True

    def commented_row(self) -> DiffRow | None:
        """The line of the active hunk that a comment is most likely about: the first one added, else removed."""
        rows = [r for r in self.sheet.rows if r.kind == "line" and r.hunk == self.active_hunk]
        for kind in ("added", "removed", "context"):
            for row in rows:
                if any(line is not None and line.kind == kind for line in (row.left, row.right)):
                    return row
        return None
