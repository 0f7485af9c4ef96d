"""The diff itself: rows laid out, coloured and painted only when they are seen."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from boocode_desktop.content.diff_rows import DiffRow, DiffRows, Layout, partners, rows_of, widest
from boocode_desktop.domain.changes import DiffLine, FileDiff
from boocode_desktop.ui.changes.diff_paint import BUTTON_WIDTH, GUTTER, ROW_HEIGHTS, SIGN, DiffPainter, Side
from boocode_desktop.ui.changes.line_layouts import LineLayouts
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.spoken_role import say_role

NARROW_COLUMNS = 64
DECIDED = ("approved", "rejected")


class DiffView(QAbstractScrollArea):
    """Shows one file's open hunks, unified or side by side.

    Signals:
        decided(str, int): `approve` or `reject` was clicked on a hunk.
        hunk_changed(int, int): the active hunk's place (from 1) and how many there are.
        fitted(bool): whether there is room for two sides now.
    """

    decided = Signal(str, int)
    hunk_changed = Signal(int, int)
    fitted = Signal(bool)

    def __init__(
        self, theme: Theme, start_block: Callable[[SyntaxBlocks, str, int], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._start_block = start_block
        self._painter = DiffPainter(theme)
        self._char = 7.2
        self._layouts = self._new_layouts()
        self._layout: Layout = "split"
        self._diff: FileDiff | None = None
        self._rows = DiffRows()
        self._laid_out: Layout = "split"
        self._tops: list[int] = [0]
        self._syntax: SyntaxBlocks | None = None
        self._partners: dict[int, dict[int, DiffLine]] = {}
        self._active = 0
        self._deciding = True
        self._hovered: tuple[str, int] | None = None
        self._text_width = 0
        self.setAccessibleName("Changed lines")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        say_role(self, QAccessible.Role.Document)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(METRICS.code_line * 2)
        theme.changed.connect(self._on_theme_changed)

    def _new_layouts(self) -> LineLayouts:
        self._char = QFontMetricsF(self._painter.code).horizontalAdvance("0")
        return LineLayouts(self._painter.code, self._char, self._theme.color)

    @property
    def layout_now(self) -> Layout:
        """How the rows stand: a narrow view shows them unified whatever was chosen."""
        return self._layout if self.has_room else "unified"

    @property
    def has_room(self) -> bool:
        """Whether two sides fit."""
        return (self.viewport().width() / 2 - GUTTER - SIGN) / self._char >= NARROW_COLUMNS * 0.6

    @property
    def active_hunk(self) -> int:
        """The index of the active hunk, 0 without one."""
        return self._diff.hunks[self._active].index if self._diff and self._diff.hunks else 0

    @property
    def open_hunk(self) -> int:
        """The active hunk while something can still be decided about it, else 0."""
        undecided = self._deciding and self._diff is not None and self._diff.change.status not in DECIDED
        return self.active_hunk if undecided else 0

    def show_diff(self, diff: FileDiff | None, *, keep_place: bool = False, deciding: bool = True) -> None:
        """Show another file, or the same one after a decision with `keep_place`; without `deciding` only to look."""
        self._deciding = deciding
        place = self.verticalScrollBar().value() if keep_place else 0
        self._diff = diff
        count = len(diff.hunks) if diff else 0
        self._active = min(self._active, max(0, count - 1)) if keep_place else 0
        self._syntax = SyntaxBlocks(diff, self._start_block) if diff else None
        self._text_width = int(widest(diff) * self._char) + 24 if diff else 0
        self._layouts.clear()
        self._lay_out()
        self.verticalScrollBar().setValue(place)
        self.horizontalScrollBar().setValue(0)
        self.hunk_changed.emit(self._active + 1 if count else 0, count)
        self.viewport().update()

    def choose_layout(self, layout: Layout) -> None:
        """Unified or side by side."""
        self._layout = layout
        self._lay_out()
        self._reveal()
        self.viewport().update()

    def colours_came(self, blocks: SyntaxBlocks) -> None:
        """A block of syntax colours was worked out."""
        if blocks is self._syntax:
            self._layouts.clear()
            self.viewport().update()

    def move_hunk(self, step: int) -> bool:
        """Make a neighbouring hunk the active one and show it; False when there is none in that direction."""
        count = len(self._diff.hunks) if self._diff else 0
        if not 0 <= self._active + step < count:
            return False
        self._active += step
        self._reveal()
        self.hunk_changed.emit(self._active + 1, count)
        self.viewport().update()
        return True

    def _lay_out(self) -> None:
        self._laid_out = self.layout_now
        self._rows = rows_of(self._diff, self._laid_out) if self._diff else DiffRows()
        self._tops = [0, *accumulate(map(ROW_HEIGHTS.__getitem__, self._rows.kinds))]
        self._partners = {}
        self._range()

    def _range(self) -> None:
        height, width = self.viewport().height(), self._side_width()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setPageStep(height)
        vertical.setRange(0, max(0, self._tops[-1] - height))
        horizontal.setPageStep(width)
        horizontal.setRange(0, max(0, self._text_width - (width - GUTTER - SIGN)))

    def _side_width(self) -> int:
        whole = self.viewport().width()
        return whole // 2 if self._laid_out == "split" else whole

    def _reveal(self) -> None:
        place = self._rows.headings.get(self.active_hunk)
        if place is not None:
            self.verticalScrollBar().setValue(max(0, self._tops[place] - 40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns follow the width; a narrow view becomes unified."""
        if self._laid_out != self.layout_now:
            self._lay_out()
        self._range()
        self.fitted.emit(self.has_room)
        super().resizeEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; paint only what comes into view."""
        if dx or abs(dy) >= self.viewport().height():
            self.viewport().update()
        else:
            self.viewport().scroll(0, dy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that the event's rectangle touches."""
        with QPainter(self.viewport()) as painter:
            area = event.rect()
            painter.setClipRect(area)
            scrolled = self.verticalScrollBar().value()
            first = max(0, bisect_right(self._tops, scrolled + area.top()) - 1)
            bottom = area.top()
            for place in range(first, len(self._rows)):
                top = self._tops[place] - scrolled
                if top > area.bottom():
                    break
                row = self._rows[place]
                self._paint_row(painter, row, top)
                bottom = top + ROW_HEIGHTS[row.kind]
            if bottom <= area.bottom():
                rest = QRect(0, bottom, self.viewport().width(), area.bottom() - bottom + 1)
                painter.fillRect(rest, self._theme.color("bg0"))

    def _paint_row(self, painter: QPainter, row: DiffRow, top: int) -> None:
        whole = QRect(0, top, self.viewport().width(), ROW_HEIGHTS[row.kind])
        match row.kind:
            case "gap":
                self._painter.gap(painter, whole, row.text)
            case "note":
                self._painter.note(painter, whole, row.text)
            case "hunk":
                self._paint_heading(painter, row, whole)
            case "line":
                self._paint_line(painter, row, top)

    def _paint_heading(self, painter: QPainter, row: DiffRow, whole: QRect) -> None:
        active = row.hunk == self.active_hunk
        self._painter.heading(painter, whole, row, active=active, focused=self.hasFocus())
        for kind, rect in self._buttons(whole).items():
            hovered = self._hovered == (kind, row.hunk)
            self._painter.button(painter, rect, kind, active=active, hovered=hovered)

    def _buttons(self, whole: QRect) -> dict[str, QRect]:
        right, found = whole.right() - 8, dict[str, QRect]()
        if not self.open_hunk:
            return found
        for kind in ("approve", "reject"):
            width = BUTTON_WIDTH[kind]
            found[kind] = QRect(right - width, whole.top() + 3, width, whole.height() - 6)
            right -= width + 6
        return found

    def _paint_line(self, painter: QPainter, row: DiffRow, top: int) -> None:
        scrolled, width = self.horizontalScrollBar().value(), self._side_width()
        if self._laid_out == "unified":
            line = row.left
            if line is not None:
                side = Side(0, width, scrolled)
                self._painter.line(painter, side, top, line, self._text(row, line), old=line.kind == "removed")
            return
        for line, left, old in ((row.left, 0, True), (row.right, width, False)):
            side = Side(left, width if old else self.viewport().width() - width, scrolled)
            if line is None:
                self._painter.nothing(painter, side, top)
            else:
                self._painter.line(painter, side, top, line, self._text(row, line), old=old)
        painter.fillRect(width, top, 1, METRICS.code_line, self._theme.color("line1"))

    def _text(self, row: DiffRow, line: DiffLine) -> QTextLayout:
        spans = self._syntax.spans(line) if self._syntax else ()
        return self._layouts.layout(line, self._partner(row, line), spans)

    def _partner(self, row: DiffRow, line: DiffLine) -> DiffLine | None:
        if line.kind == "context":
            return None
        if row.right is not None and row.left is not None:
            return row.right if line is row.left else row.left
        if self._diff is None or self._laid_out == "split":
            return None
        known = self._partners.get(row.hunk)
        if known is None:
            hunk = next(h for h in self._diff.hunks if h.index == row.hunk)
            known = self._partners[row.hunk] = partners(hunk)
        return known.get(id(line))

    def _hit(self, point: QPoint) -> tuple[DiffRow, QRect] | None:
        y = point.y() + self.verticalScrollBar().value()
        place = bisect_right(self._tops, y) - 1
        if not 0 <= place < len(self._rows):
            return None
        row = self._rows[place]
        top = self._tops[place] - self.verticalScrollBar().value()
        return row, QRect(0, top, self.viewport().width(), ROW_HEIGHTS[row.kind])

    def _button_at(self, point: QPoint) -> tuple[str, int] | None:
        found = self._hit(point)
        if found is None or found[0].kind != "hunk":
            return None
        row, whole = found
        return next(((kind, row.hunk) for kind, rect in self._buttons(whole).items() if rect.contains(point)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the button under the pointer."""
        hovered = self._button_at(event.position().toPoint())
        if hovered != self._hovered:
            self._hovered = hovered
            shape = Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a hunk, or decide it."""
        point = event.position().toPoint()
        found = self._hit(point)
        if found is None or self._diff is None or found[0].hunk == 0:
            return
        button = self._button_at(point)
        indexes = [h.index for h in self._diff.hunks]
        self._active = indexes.index(found[0].hunk)
        self.hunk_changed.emit(self._active + 1, len(indexes))
        self.viewport().update()
        if button is not None:
            self.decided.emit(*button)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _on_theme_changed(self) -> None:
        self._layouts = self._new_layouts()
        self.viewport().update()
