"""The diff itself: scrolled, pointed at, walked by keys; what is shown is the scene's, how it looks the painter's."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from boocode_desktop.content.decided_hunks import Decided
from boocode_desktop.content.diff_rows import DiffRow, Layout, Spot, spots_of
from boocode_desktop.domain.changes import FileDiff
from boocode_desktop.ui.changes.blame import MARGIN, Blame
from boocode_desktop.ui.changes.blame_paint import BlameCard
from boocode_desktop.ui.changes.diff_paint import GUTTER, SIGN, DiffPainter
from boocode_desktop.ui.changes.diff_scene import EDITOR_HEIGHT, DiffScene, StartBlock
from boocode_desktop.ui.changes.diff_sheet import DiffSheet
from boocode_desktop.ui.changes.remark_paint import Remark
from boocode_desktop.ui.changes.row_buttons import EDITOR
from boocode_desktop.ui.changes.row_painter import Button, Pointing, RowPainter
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.spoken_role import say_role

CARD_MS = 250
"""How long the pointer rests on an author before the card opens."""


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

    def __init__(self, theme: Theme, start_block: StartBlock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        plain = DiffPainter(theme)
        self.scene = DiffScene(theme, plain.code, start_block)
        self._painter = RowPainter(theme, self.scene, plain)
        self._cursor = -1
        self._hovered: Button | None = None
        self._editor: QWidget | None = None
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

    @property
    def sheet(self) -> DiffSheet:
        """The rows and their places."""
        return self.scene.sheet

    @property
    def layout_now(self) -> Layout:
        """How the rows stand: a narrow view shows them unified whatever was chosen."""
        return self.scene.layout_for(self.viewport().width())

    @property
    def has_room(self) -> bool:
        """Whether two sides fit."""
        return self.scene.has_room(self.viewport().width())

    @property
    def active_hunk(self) -> int:
        """The index of the active hunk, 0 without one."""
        return self.scene.active_hunk

    @property
    def open_hunk(self) -> int:
        """The active hunk while something can still be decided about it, else 0."""
        return self.scene.open_hunk

    @property
    def cursor_row(self) -> DiffRow | None:
        """The row that the keyboard is on."""
        return self.sheet.rows[self._cursor] if 0 <= self._cursor < len(self.sheet.rows) else None

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
        self.scene.show(diff, decisions, deciding=deciding, same=keep_place)
        self._cursor = self._cursor if keep_place else -1
        self._lay_out()
        self.verticalScrollBar().setValue(place)
        self.horizontalScrollBar().setValue(0)
        self._tell_hunk()

    def choose_layout(self, layout: Layout) -> None:
        """Unified or side by side."""
        self.scene.layout = layout
        self._lay_out()
        self._reveal()

    def set_spacing(self, counts: bool) -> None:
        """Whether changes of white space are shown as changes."""
        self.scene.spacing = counts
        self._lay_out()

    def set_wrapped(self, wrapped: bool) -> None:
        """Whether long lines go on in further rows."""
        self.scene.wrapped = wrapped
        self.horizontalScrollBar().setValue(0)
        self._lay_out()

    def show_remarks(self, remarks: Sequence[Remark], spots: Mapping[Spot, Sequence[str]]) -> None:
        """Show these comments below their lines."""
        self.scene.remarks, self.scene.spots = {r.ref: r for r in remarks}, spots
        self._lay_out()

    def show_blame(self, blame: Blame | None) -> None:
        """Show who wrote each line, or not."""
        self.scene.blame = blame
        self._drop_card()
        self._lay_out()
        self.fitted.emit(self.has_room)

    def open_editor(self, editor: QWidget, side: str, number: int) -> None:
        """Put a widget below a line."""
        editor.setParent(self.viewport())
        self._editor, self.scene.editor_spot = editor, (side, number)
        editor.show()
        self._lay_out()
        place = self.sheet.rows.place_of(EDITOR)
        if place >= 0:
            self._bring(place)

    def close_editor(self) -> None:
        """Take the widget away again."""
        if self._editor is not None:
            self._editor.hide()
        self._editor, self.scene.editor_spot = None, None
        self._lay_out()

    def reveal_line(self, side: str, number: int) -> None:
        """Show a line, opening the gap that hides it."""
        if self.sheet.first_line(side, number) < 0:
            self.scene.open_gap_at(side, number)
            self._lay_out()
        place = self.sheet.first_line(side, number)
        if place >= 0:
            self._go(place)
            self._bring(place)

    def colours_came(self, blocks: SyntaxBlocks) -> None:
        """A block of syntax colours was worked out."""
        if blocks is self.scene.syntax:
            self.scene.layouts.clear()
            self.viewport().update()

    def move_hunk(self, step: int) -> bool:
        """Make a neighbouring hunk the active one and show it; False when there is none in that direction."""
        if not 0 <= self.scene.active + step < self.scene.count:
            return False
        self.scene.active += step
        self._cursor = self.sheet.rows.headings.get(self.active_hunk, -1)
        self._reveal()
        self._tell_hunk()
        self.viewport().update()
        return True

    def _tell_hunk(self) -> None:
        count = self.scene.count
        self.hunk_changed.emit(self.scene.active + 1 if count else 0, count)

    def _lay_out(self) -> None:
        self.scene.lay_out(self.viewport().width())
        self._cursor = min(self._cursor, len(self.sheet.rows) - 1)
        self._range()
        self._place_editor()
        self.viewport().update()

    def _place_editor(self) -> None:
        if self._editor is None:
            return
        place, spot = self.sheet.rows.place_of(EDITOR), self.scene.editor_spot
        self._editor.setVisible(place >= 0)
        if place >= 0 and spot is not None:
            top = self.sheet.top(place) - self.verticalScrollBar().value()
            room = self.scene.remark_room(spot[0], top, EDITOR_HEIGHT)
            self._editor.setGeometry(room.adjusted(12, 5, -8, -5))

    def _range(self) -> None:
        height, width, scene = self.viewport().height(), self.scene.side_width, self.scene
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setPageStep(height)
        vertical.setRange(0, max(0, self.sheet.total - height))
        horizontal.setPageStep(width)
        most = max(0, scene.text_width - (width - GUTTER - SIGN - scene.margin))
        horizontal.setRange(0, 0 if scene.wrapped else most)

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
        if self._needs_rows():
            self._lay_out()
        else:
            self._resized()
        self.fitted.emit(self.has_room)
        super().resizeEvent(event)

    def _needs_rows(self) -> bool:
        """Whether the rows depend on the width that has changed."""
        scene = self.scene
        return scene.sheet.layout != self.layout_now or scene.wrapped or bool(scene.remarks)

    def _resized(self) -> None:
        self.scene.resize(self.viewport().width())
        self._range()
        self._place_editor()

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
        pointing = Pointing(
            cursor=self._cursor,
            focused=self.hasFocus(),
            hovered=self._hovered,
            turn=self._blamed,
            scrolled=self.horizontalScrollBar().value(),
        )
        with QPainter(self.viewport()) as painter:
            area, sheet = event.rect(), self.sheet
            painter.setClipRect(area)
            scrolled, width = self.verticalScrollBar().value(), self.viewport().width()
            first = sheet.at(scrolled + area.top())
            bottom = area.top()
            for place in range(first, len(sheet.rows)) if first >= 0 else ():
                top = sheet.top(place) - scrolled
                if top > area.bottom():
                    break
                self._painter.paint(painter, place, QRect(0, top, width, sheet.height(place)), pointing)
                bottom = top + sheet.height(place)
            if bottom <= area.bottom():
                painter.fillRect(QRect(0, bottom, width, area.bottom() - bottom + 1), self._theme.color("bg0"))

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
        if row.kind == "gap" and self.scene.text:
            return "gap", 0, row.ref
        buttons = self.scene.buttons(row, whole).items()
        return next(((kind, row.hunk, row.ref) for kind, rect in buttons if rect.contains(point)), None)

    def _blamed_at(self, point: QPoint) -> int:
        """The turn whose mark is under the pointer, 0 for none."""
        left, found = self.scene.gutter_left, self._hit(point)
        if found is None or found[1].kind != "line" or not left <= point.x() < left + self.scene.margin:
            return 0
        row = found[1]
        return self.scene.turn_of(row.right if self.sheet.layout == "split" else row.left)

    def _on_card_due(self) -> None:
        blame = self.scene.blame
        if blame is None or not self._blamed:
            return
        mark = next(m for m in blame.marks.values() if m.turn == self._blamed and m.author)
        card = self._card = BlameCard(self._theme, blame.turns[self._blamed], mark, self.viewport())
        card.turn_asked.connect(self.turn_asked)
        left = self.scene.gutter_left - card.width() - 8
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
            right = event.position().x() >= self.scene.side_width
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
        if self.scene.activate(self.sheet.rows[place].hunk):
            self._tell_hunk()
        self.viewport().update()

    def unfold(self) -> bool:
        """Show more: the decision or the gap at the keyboard's row, else the gap before or after the active
        hunk; False where there is nothing."""
        row = self.cursor_row
        if row is not None and row.kind == "decided":
            self._act("show", 0, row.ref)
            return True
        active = self.scene.active
        here = [row.ref] if row is not None and row.kind == "gap" else [str(active), str(active + 1)]
        ref = next((r for r in here if self.sheet.rows.place_of(r) >= 0), "")
        if not ref or not self.scene.text:
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

    def turn_here(self) -> bool:
        """Ask for the turn that wrote the keyboard's line; False where none is known."""
        row = self.cursor_row
        turn = self.scene.turn_of(row.right or row.left) if row is not None else 0
        if turn:
            self.turn_asked.emit(turn)
        return bool(turn)

    def comment_here(self) -> bool:
        """Ask for a comment on the keyboard's line, else on the first changed one of the active hunk; False without."""
        row = self.cursor_row
        found = row if row is not None and row.kind == "line" else self.scene.commented_row()
        return found is not None and self._ask_comment(found)

    def _ask_comment(self, row: DiffRow, *, prefer_right: bool = True) -> bool:
        lines = [line for line in (row.right, row.left) if line is not None]
        if row.kind != "line" or not lines or not self.scene.deciding:
            return False
        for spot in spots_of(lines[0] if prefer_right else lines[-1]):
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
                self.scene.shown ^= {ref}
                self._lay_out()
            case "edit" | "remove":
                self.remark_acted.emit(kind, ref)
            case "gap":
                self.scene.open_gap(int(ref))
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
        self.scene.renew()
        self.viewport().update()
