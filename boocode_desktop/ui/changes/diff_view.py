"""The diff itself: rows laid out, coloured and painted only when they are seen."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QCursor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from boocode_desktop.content.decided_hunks import Decided
from boocode_desktop.content.diff_lines import Opened, gaps, opened_further, partners, widest
from boocode_desktop.content.diff_rows import DiffRow, Layout, RowWishes, Spot, spots_of
from boocode_desktop.domain.changes import DiffLine, FileDiff
from boocode_desktop.ui.changes.blame import MARGIN, Blame, BlameMark
from boocode_desktop.ui.changes.blame_paint import BlameCard, BlamePainter
from boocode_desktop.ui.changes.diff_paint import GUTTER, SIGN, DiffPainter, Side
from boocode_desktop.ui.changes.diff_sheet import DiffSheet
from boocode_desktop.ui.changes.line_layouts import LineLayouts
from boocode_desktop.ui.changes.remark_paint import Remark, RemarkPainter
from boocode_desktop.ui.changes.row_buttons import EDITOR, kinds_of, places_of
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.spoken_role import say_role

NARROW_COLUMNS = 64
DECIDED = ("approved", "rejected")
EDITOR_HEIGHT = 128
CARD_MS = 250
"""How long the pointer rests on an author before the card opens."""
Button = tuple[str, int, str]
"""What was clicked: its kind, the hunk it is on, and the reference of its row."""


class DiffView(QAbstractScrollArea):
    """Shows one file's decisions and open hunks, unified or side by side.

    Signals:
        decided(str, int): `approve` or `reject` was clicked on a hunk.
        undo_asked(str): the decision with this id is to be undone.
        comment_asked(str, int): a comment is wanted on a line: its side and number.
        turn_asked(int): the turn with this number is to be shown in its chat.
        remark_acted(str, str): `edit` or `remove` of a comment, by its id.
        hunk_changed(int, int): the active hunk's place (from 1) and how many there are.
        fitted(bool): whether there is room for two sides now.
    """

    decided = Signal(str, int)
    undo_asked = Signal(str)
    comment_asked = Signal(str, int)
    turn_asked = Signal(int)
    remark_acted = Signal(str, str)
    hunk_changed = Signal(int, int)
    fitted = Signal(bool)

    def __init__(
        self, theme: Theme, start_block: Callable[[SyntaxBlocks, str, int], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._start_block = start_block
        self._painter = DiffPainter(theme)
        self._remark_painter = RemarkPainter(theme)
        self._char = 7.2
        self._layouts = self._new_layouts()
        self._layout: Layout = "split"
        self._diff: FileDiff | None = None
        self.sheet = DiffSheet()
        self._syntax: SyntaxBlocks | None = None
        self._partners: dict[int, dict[int, DiffLine]] = {}
        self._active = 0
        self._cursor = -1
        self._deciding = True
        self._hovered: Button | None = None
        self._text: Sequence[str] = ()
        self._text_width = 0
        self._decisions: Mapping[str, Decided] = {}
        self._shown: frozenset[str] = frozenset()
        self._opened: dict[int, Opened] = {}
        self._remarks: Mapping[str, Remark] = {}
        self._spots: Mapping[Spot, Sequence[str]] = {}
        self._editor: QWidget | None = None
        self._editor_spot: Spot | None = None
        self._spacing, self._wrapped = True, False
        self._blame: Blame | None = None
        self._blame_painter = BlamePainter(theme)
        self._card: BlameCard | None = None
        self._card_timer = QTimer(self, interval=CARD_MS, singleShot=True)
        self._card_timer.timeout.connect(self._on_card_due)
        self._blamed = 0
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
        return (self.viewport().width() / 2 - GUTTER - SIGN - self._margin) / self._char >= NARROW_COLUMNS * 0.6

    @property
    def active_hunk(self) -> int:
        """The index of the active hunk, 0 without one."""
        return self._diff.hunks[self._active].index if self._diff and self._diff.hunks else 0

    @property
    def open_hunk(self) -> int:
        """The active hunk while something can still be decided about it, else 0."""
        undecided = self._deciding and self._diff is not None and self._diff.change.status not in DECIDED
        return self.active_hunk if undecided else 0

    def show_diff(
        self,
        diff: FileDiff | None,
        *,
        keep_place: bool = False,
        deciding: bool = True,
        decisions: Sequence[Decided] = (),
    ) -> None:
        """Show another file, or the same one after a decision with `keep_place`; without `deciding` only to look."""
        place = self.verticalScrollBar().value() if keep_place else 0
        if not keep_place or self._diff is None or diff is None or diff.hunks != self._diff.hunks:
            self._opened = {}
        self._deciding, self._diff = deciding, diff
        self._decisions = {d.decision_id: d for d in decisions}
        self._shown &= frozenset(self._decisions)
        count = len(diff.hunks) if diff else 0
        self._active = min(self._active, max(0, count - 1)) if keep_place else 0
        self._cursor = self._cursor if keep_place else -1
        self._text = diff.old_text.split("\n") if diff and diff.old_text else ()
        if self._text and not self._text[-1]:
            self._text = self._text[:-1]
        self._syntax = None
        self._text_width = int(widest(diff) * self._char) + 24 if diff else 0
        self._lay_out()
        self.verticalScrollBar().setValue(place)
        self.horizontalScrollBar().setValue(0)
        self.hunk_changed.emit(self._active + 1 if count else 0, count)

    def choose_layout(self, layout: Layout) -> None:
        """Unified or side by side."""
        self._layout = layout
        self._lay_out()
        self._reveal()

    def set_spacing(self, counts: bool) -> None:
        """Whether changes of white space are shown as changes."""
        self._spacing = counts
        self._lay_out()

    def set_wrapped(self, wrapped: bool) -> None:
        """Whether long lines go on in further rows."""
        self._wrapped = wrapped
        self.horizontalScrollBar().setValue(0)
        self._lay_out()

    def show_remarks(self, remarks: Sequence[Remark], spots: Mapping[Spot, Sequence[str]]) -> None:
        """Show these comments below their lines."""
        self._remarks, self._spots = {r.ref: r for r in remarks}, spots
        self._lay_out()

    def show_blame(self, blame: Blame | None) -> None:
        """Show who wrote each line, or not."""
        self._blame = blame
        self._drop_card()
        self._lay_out()
        self.fitted.emit(self.has_room)

    @property
    def _margin(self) -> int:
        return MARGIN if self._blame is not None else 0

    def open_editor(self, editor: QWidget, side: str, number: int) -> None:
        """Put a widget below a line."""
        editor.setParent(self.viewport())
        self._editor, self._editor_spot = editor, (side, number)
        self._lay_out()
        place = self.sheet.rows.place_of(EDITOR)
        if place >= 0:
            self._bring(place)
        editor.show()

    def reveal_line(self, side: str, number: int) -> None:
        """Show a line, opening the gap that hides it."""
        if self.sheet.first_line(side, number) < 0 and self._diff is not None:
            for gap in gaps(self._diff, len(self._text)):
                at = number - 1 - (gap.shift if side == "new" else 0)
                if gap.start <= at < gap.end:
                    self._opened[gap.before] = Opened(head=gap.count)
            self._lay_out()
        place = self.sheet.first_line(side, number)
        if place >= 0:
            self._go(place)
            self._bring(place)

    def close_editor(self) -> None:
        """Take the widget away again."""
        if self._editor is not None:
            self._editor.hide()
        self._editor, self._editor_spot = None, None
        self._lay_out()

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
        self._cursor = self.sheet.rows.headings.get(self.active_hunk, -1)
        self._reveal()
        self.hunk_changed.emit(self._active + 1, count)
        self.viewport().update()
        return True

    def _lay_out(self) -> None:
        spots = dict(self._spots)
        if self._editor_spot is not None:
            spots[self._editor_spot] = (*spots.get(self._editor_spot, ()), EDITOR)
        wishes = RowWishes(
            decided=sorted(self._decisions.values(), key=lambda d: d.start),
            shown=self._shown,
            opened=self._opened,
            spacing=self._spacing,
            remarks=spots,
            text=self._text,
        )
        self.sheet.layout = self.layout_now
        columns = int((self._side_width() - GUTTER - SIGN - 8 - self._margin) / self._char) if self._wrapped else 0
        self.sheet.lay_out(
            self._diff, self.layout_now, wishes, columns=max(8, columns) if columns else 0, remark_height=self._remark
        )
        if self._editor is not None and self.sheet.rows.place_of(EDITOR) < 0:
            self._rescue_editor()
            return
        self._layouts.clear()
        self._layouts.wrap(self.sheet.columns)
        self._partners = {}
        self._cursor = min(self._cursor, len(self.sheet.rows) - 1)
        self._colour_rows()
        self._range()
        self._place_editor()
        self.viewport().update()

    def _rescue_editor(self) -> None:
        """Its line is not shown any more: it goes below the last one that is, or away where there is none."""
        spots = [spot for line in self.sheet.rows.lines() for spot in spots_of(line)]
        if self._editor is not None and not spots:
            self._editor.hide()
            self._editor = None
        self._editor_spot = spots[-1] if spots else None
        self._lay_out()

    def _colour_rows(self) -> None:
        if self._diff is None:
            self._syntax = None
        elif self._syntax is None or self._opened or self._shown or not self._spacing:
            plain = not (self._opened or self._shown) and self._spacing
            lines = [line for h in self._diff.hunks for line in h.lines] if plain else self.sheet.rows.lines()
            self._syntax = SyntaxBlocks(self._diff.change.path, lines, self._start_block, self._syntax)

    def _remark(self, ref: str) -> int:
        remark = self._remarks.get(ref)
        if ref == EDITOR or remark is None:
            return EDITOR_HEIGHT if ref == EDITOR else 0
        return self._remark_painter.height(remark, self._remark_room(remark.side, 0, 0).width())

    def _remark_room(self, side: str, top: int, height: int) -> QRect:
        whole, half = self.viewport().width(), self._side_width()
        left = half if self.sheet.layout == "split" and side == "new" else 0
        width = half if self.sheet.layout == "split" and side == "old" else whole - left
        return QRect(left, top, width, height)

    def _place_editor(self) -> None:
        place = self.sheet.rows.place_of(EDITOR) if self._editor is not None else -1
        if self._editor is not None and place >= 0 and self._editor_spot is not None:
            top = self.sheet.top(place) - self.verticalScrollBar().value()
            room = self._remark_room(self._editor_spot[0], top, EDITOR_HEIGHT)
            self._editor.setGeometry(room.adjusted(12, 5, -8, -5))

    def _range(self) -> None:
        height, width = self.viewport().height(), self._side_width()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setPageStep(height)
        vertical.setRange(0, max(0, self.sheet.total - height))
        horizontal.setPageStep(width)
        most = 0 if self._wrapped else max(0, self._text_width - (width - GUTTER - SIGN - self._margin))
        horizontal.setRange(0, most)

    def _side_width(self) -> int:
        whole = self.viewport().width()
        return whole // 2 if self.sheet.layout == "split" else whole

    def _reveal(self) -> None:
        place = self.sheet.rows.headings.get(self.active_hunk)
        if place is not None:
            self.verticalScrollBar().setValue(max(0, self.sheet.top(place) - 40))

    def _bring(self, place: int) -> None:
        """Scroll as little as shows a row."""
        bar, top = self.verticalScrollBar(), self.sheet.top(place)
        bottom = top + self.sheet.height(place) - self.viewport().height()
        bar.setValue(min(top, max(bar.value(), bottom)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns follow the width; a narrow view becomes unified."""
        if self.sheet.layout != self.layout_now or self._wrapped or self._remarks:
            self._lay_out()
        self._range()
        self._place_editor()
        self.fitted.emit(self.has_room)
        super().resizeEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; paint only what comes into view."""
        if self._card is not None:
            self._drop_card()
        if dx or abs(dy) >= self.viewport().height() or self._editor is not None:
            self._place_editor()
            self.viewport().update()
        else:
            self.viewport().scroll(0, dy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that the event's rectangle touches."""
        with QPainter(self.viewport()) as painter:
            area, sheet = event.rect(), self.sheet
            painter.setClipRect(area)
            scrolled = self.verticalScrollBar().value()
            first = sheet.at(scrolled + area.top())
            bottom = area.top()
            for place in range(first, len(sheet.rows)) if first >= 0 else ():
                top = sheet.top(place) - scrolled
                if top > area.bottom():
                    break
                self._paint_row(painter, place, top)
                bottom = top + sheet.height(place)
            if bottom <= area.bottom():
                rest = QRect(0, bottom, self.viewport().width(), area.bottom() - bottom + 1)
                painter.fillRect(rest, self._theme.color("bg0"))

    def _paint_row(self, painter: QPainter, place: int, top: int) -> None:
        row = self.sheet.rows[place]
        whole = QRect(0, top, self.viewport().width(), self.sheet.height(place))
        match row.kind:
            case "gap":
                hovered = self._hovered == ("gap", 0, row.ref)
                self._painter.gap(painter, whole, row.text, openable=bool(self._text), hovered=hovered)
            case "note":
                self._painter.note(painter, whole, row.text)
            case "hunk":
                active = row.hunk == self.active_hunk
                self._painter.heading(painter, whole, row, active=active, focused=self.hasFocus())
            case "decided":
                self._painter.decided(painter, whole, self._decisions[row.ref])
            case "remark":
                self._paint_remark(painter, row, whole)
            case "line":
                self._paint_line(painter, place, row, whole)
        self._paint_buttons(painter, place, row, whole)
        if place == self._cursor and self.hasFocus() and row.kind != "hunk":
            self._painter.ring(painter, whole)

    def _paint_remark(self, painter: QPainter, row: DiffRow, whole: QRect) -> None:
        painter.fillRect(whole, self._theme.color("bg0"))
        remark = self._remarks.get(row.ref)
        if remark is not None:
            room = self._remark_room(remark.side, whole.top(), whole.height())
            self._remark_painter.paint(painter, room, remark)

    def _paint_buttons(self, painter: QPainter, place: int, row: DiffRow, whole: QRect) -> None:
        active = row.kind == "hunk" and row.hunk == self.active_hunk
        for kind, rect in self._buttons(row, whole).items():
            hovered = self._hovered == (kind, row.hunk, row.ref)
            keyed = place == self._cursor and self.hasFocus()
            self._painter.button(painter, rect, kind, active=active, hovered=hovered, keyed=keyed)

    def _buttons(self, row: DiffRow, whole: QRect) -> dict[str, QRect]:
        decided, remark = self._decisions.get(row.ref), self._remarks.get(row.ref)
        if remark is not None:
            whole = self._remark_room(remark.side, whole.top(), whole.height())
        kinds = kinds_of(
            row,
            undecided=bool(self.open_hunk),
            shown=row.ref in self._shown,
            lines=bool(decided and decided.lines),
        )
        return places_of(kinds, whole)

    def _paint_blame(self, painter: QPainter, place: int, room: QRect, line: DiffLine) -> None:
        if self._blame is None:
            return
        gutter = QRect(self._gutter_left(), room.top(), MARGIN, room.height())
        mark = self._mark_of(line)
        before = self.sheet.rows[place - 1] if place else None
        above = (before.right or before.left) if before is not None and before.kind == "line" else None
        first = above is None or self._mark_of(above) != mark
        hovered = bool(self._blamed) and mark is not None and mark.turn == self._blamed
        self._blame_painter.mark(painter, gutter, mark, first=first, hovered=hovered)

    def _gutter_left(self) -> int:
        return self._side_width() + 1 if self.sheet.layout == "split" else 0

    def _mark_of(self, line: DiffLine) -> BlameMark | None:
        new = line.new if line.kind != "removed" else None
        return self._blame.marks.get(new) if self._blame is not None and new is not None else None

    def _blamed_at(self, point: QPoint) -> int:
        """The turn whose mark is under the pointer, 0 for none."""
        left, found = self._gutter_left(), self._hit(point)
        if self._blame is None or found is None or not left <= point.x() < left + MARGIN:
            return 0
        row = found[1]
        line = row.right if self.sheet.layout == "split" else row.left
        mark = self._mark_of(line) if row.kind == "line" and line is not None else None
        return mark.turn if mark is not None and mark.author and mark.turn in self._blame.turns else 0

    def _on_card_due(self) -> None:
        if self._blame is None or not self._blamed:
            return
        mark = next(m for m in self._blame.marks.values() if m.turn == self._blamed and m.author)
        card = self._card = BlameCard(self._theme, self._blame.turns[self._blamed], mark, self.viewport())
        card.turn_asked.connect(self.turn_asked)
        left = self._gutter_left() - card.width() - 8
        pointer = self.viewport().mapFromGlobal(QCursor.pos()).y()
        top = min(max(8, pointer - 20), max(8, self.viewport().height() - card.height() - 8))
        card.move(left if left > 0 else MARGIN + 8, top)
        card.show()

    def _drop_card(self) -> None:
        self._card_timer.stop()
        self._blamed = 0
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
            self._card = None

    def turn_here(self) -> bool:
        """Ask for the turn that wrote the keyboard's line; False where none is known."""
        row = self.cursor_row
        line = (row.right or row.left) if row is not None else None
        mark = self._mark_of(line) if line is not None else None
        if mark is None or not mark.author or self._blame is None or mark.turn not in self._blame.turns:
            return False
        self.turn_asked.emit(mark.turn)
        return True

    def _paint_line(self, painter: QPainter, place: int, row: DiffRow, room: QRect) -> None:
        scrolled, width = self.horizontalScrollBar().value(), self._side_width()
        if self.sheet.layout == "unified":
            if (line := row.left) is not None:
                number = (line.old if line.kind == "removed" else line.new) or 0
                side = Side(0, width, scrolled, self._margin)
                self._painter.line(painter, side, room, line, self._text_of(row, line), number)
                self._paint_blame(painter, place, room, line)
            return
        for line, left, old in ((row.left, 0, True), (row.right, width, False)):
            side = Side(left, width if old else self.viewport().width() - width, scrolled, 0 if old else self._margin)
            if line is None:
                self._painter.nothing(painter, side, room)
            else:
                number = (line.old if old else line.new) or 0
                self._painter.line(painter, side, room, line, self._text_of(row, line), number)
        if row.right is not None:
            self._paint_blame(painter, place, room, row.right)
        painter.fillRect(width, room.top(), 1, room.height(), self._theme.color("line1"))

    def _text_of(self, row: DiffRow, line: DiffLine) -> QTextLayout:
        spans = self._syntax.spans(line) if self._syntax else ()
        return self._layouts.layout(line, self._partner(row, line), spans)

    def _partner(self, row: DiffRow, line: DiffLine) -> DiffLine | None:
        if line.kind == "context":
            return None
        if row.right is not None and row.left is not None:
            return row.right if line is row.left else row.left
        if self._diff is None or self.sheet.layout == "split" or not row.hunk:
            return None
        known = self._partners.get(row.hunk)
        if known is None:
            hunk = next(h for h in self._diff.hunks if h.index == row.hunk)
            known = self._partners[row.hunk] = partners(hunk)
        return known.get(id(line))

    def _hit(self, point: QPoint) -> tuple[int, DiffRow, QRect] | None:
        place = self.sheet.at(point.y() + self.verticalScrollBar().value())
        if place < 0:
            return None
        top = self.sheet.top(place) - self.verticalScrollBar().value()
        return place, self.sheet.rows[place], QRect(0, top, self.viewport().width(), self.sheet.height(place))

    def _button_at(self, point: QPoint) -> Button | None:
        found = self._hit(point)
        if found is None:
            return None
        _place, row, whole = found
        if row.kind == "gap" and self._text:
            return "gap", 0, row.ref
        buttons = self._buttons(row, whole).items()
        return next(((kind, row.hunk, row.ref) for kind, rect in buttons if rect.contains(point)), None)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer went elsewhere: the card closes unless it is on the card."""
        super().leaveEvent(event)
        if self._card is None or not self._card.underMouse():
            self._drop_card()

    def _follow_blame(self, point: QPoint) -> None:
        turn = self._blamed_at(point)
        if turn != self._blamed:
            self._drop_card()
            self._blamed = turn
            if turn:
                self._card_timer.start()
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the button under the pointer, and say who wrote the line."""
        self._follow_blame(event.position().toPoint())
        hovered = self._button_at(event.position().toPoint())
        if hovered != self._hovered:
            self._hovered = hovered
            shape = Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row, or do what is offered on it."""
        point = event.position().toPoint()
        found = self._hit(point)
        if found is None:
            return
        button = self._button_at(point)
        if turn := self._blamed_at(point):
            self._drop_card()
            self.turn_asked.emit(turn)
            return
        self._go(found[0])
        if button is not None:
            self._act(*button)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on a line writes a comment on it."""
        found = self._hit(event.position().toPoint())
        if found is not None and self._button_at(event.position().toPoint()) is None:
            right = event.position().x() >= self._side_width()
            self._ask_comment(found[1], prefer_right=right or self.sheet.layout == "unified")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End go from row to row."""
        last = len(self.sheet.rows) - 1
        at = self._cursor if self._cursor >= 0 else self.sheet.at(self.verticalScrollBar().value()) - 1
        keys = {Qt.Key.Key_Up: at - 1, Qt.Key.Key_Down: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        goal = keys.get(Qt.Key(event.key()))
        if goal is None or last < 0:
            super().keyPressEvent(event)
            return
        self._go(min(max(goal, 0), last))
        self._bring(self._cursor)

    def _go(self, place: int) -> None:
        self._cursor = place
        hunk = self.sheet.rows[place].hunk
        if hunk and self._diff is not None:
            indexes = [h.index for h in self._diff.hunks]
            self._active = indexes.index(hunk)
            self.hunk_changed.emit(self._active + 1, len(indexes))
        self.viewport().update()

    @property
    def cursor_row(self) -> DiffRow | None:
        """The row that the keyboard is on."""
        return self.sheet.rows[self._cursor] if 0 <= self._cursor < len(self.sheet.rows) else None

    def unfold(self) -> bool:
        """Show more: the decision or the gap at the keyboard's row, else the gap before or after the active
        hunk; False where there is nothing."""
        row = self.cursor_row
        if row is not None and row.kind == "decided":
            self._act("show", 0, row.ref)
            return True
        here = [row.ref] if row is not None and row.kind == "gap" else [str(self._active), str(self._active + 1)]
        ref = next((r for r in here if self.sheet.rows.place_of(r) >= 0), "")
        if not ref or not self._text:
            return False
        self._act("gap", 0, ref)
        return True

    def undo_here(self) -> bool:
        """Ask to undo the decision at the keyboard's row; False where there is none."""
        row = self.cursor_row
        if row is None or row.kind != "decided":
            return False
        self.undo_asked.emit(row.ref)
        return True

    def comment_here(self) -> bool:
        """Ask for a comment on the keyboard's line, else on the first line of the active hunk; False without one."""
        row = self.cursor_row
        if row is not None and row.kind == "line":
            return self._ask_comment(row)
        rows = [r for r in self.sheet.rows if r.kind == "line" and r.hunk == self.active_hunk]
        for kind in ("added", "removed", "context"):
            for row in rows:
                if any(line is not None and line.kind == kind for line in (row.left, row.right)):
                    return self._ask_comment(row)
        return False

    def _ask_comment(self, row: DiffRow, *, prefer_right: bool = True) -> bool:
        lines = [line for line in (row.right, row.left) if line is not None]
        if row.kind != "line" or not lines or not self._deciding:
            return False
        line = lines[0] if prefer_right else lines[-1]
        for spot in spots_of(line):
            self.comment_asked.emit(*spot)
            return True
        return False

    def _act(self, kind: str, hunk: int, ref: str) -> None:
        match kind:
            case "approve" | "reject":
                self.decided.emit(kind, hunk)
            case "undo":
                self.undo_asked.emit(ref)
            case "show" | "hide":
                self._shown ^= {ref}
                self._lay_out()
            case "edit" | "remove":
                self.remark_acted.emit(kind, ref)
            case "gap":
                self._open_gap(int(ref))

    def _open_gap(self, before: int) -> None:
        if self._diff is None:
            return
        gap = next(g for g in gaps(self._diff, len(self._text)) if g.before == before)
        self._opened[before] = opened_further(gap, self._opened.get(before, Opened()))
        self._lay_out()

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
        self._layouts.wrap(self.sheet.columns)
        self.viewport().update()
