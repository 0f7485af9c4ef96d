"""The diff itself: scrolled, pointed at, walked by keys; what is shown is the scene's, how it looks the painter's."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
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
from boocode_desktop.content.spoken_diff import spoken_hunk, spoken_row
from boocode_desktop.domain.changes import FileDiff
from boocode_desktop.ui.changes.blame import Blame
from boocode_desktop.ui.changes.diff_cursor import NOWHERE, DiffCursor
from boocode_desktop.ui.changes.diff_paint import GUTTER, SIGN, DiffPainter
from boocode_desktop.ui.changes.diff_pointer import DiffPointer
from boocode_desktop.ui.changes.diff_scene import DiffScene, StartBlock
from boocode_desktop.ui.changes.diff_sheet import NOTE, DiffSheet
from boocode_desktop.ui.changes.line_editor import LineEditor
from boocode_desktop.ui.changes.remark_paint import Remark
from boocode_desktop.ui.changes.row_buttons import EDITOR
from boocode_desktop.ui.changes.row_painter import Pointing, RowPainter
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.spoken_role import announce, say_role


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
        self._plain = DiffPainter(theme)
        self.scene = DiffScene(theme, self._plain.code, start_block)
        self._painter = RowPainter(theme, self.scene, self._plain)
        self.keyboard = DiffCursor(self.scene)
        self.pointer = DiffPointer(theme, self.scene, self)
        self.pointer.turn_asked.connect(self.turn_asked)
        self._editor = LineEditor(self.scene, self)
        self._waiting = ""
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

    def show_diff(
        self,
        diff: FileDiff | None,
        *,
        keep_place: bool = False,
        deciding: bool = True,
        decisions: Sequence[Decided] = (),
    ) -> None:
        """Show another file, or the same one after a decision with `keep_place`; without `deciding` only to look."""
        self._waiting = ""
        place = self.verticalScrollBar().value() if keep_place else 0
        self.scene.show(diff, decisions, deciding=deciding, same=keep_place)
        self.keyboard.place = self.keyboard.place if keep_place else NOWHERE
        self._lay_out()
        self.verticalScrollBar().setValue(place)
        self.horizontalScrollBar().setValue(0)
        self._tell_hunk()

    def show_waiting(self, words: str) -> None:
        """Instead of the file before: another one is being read."""
        self.show_diff(None)
        self._waiting = words

    @property
    def diff(self) -> FileDiff | None:
        """What is on screen."""
        return self.scene.diff

    @property
    def path(self) -> str:
        """The file that is on screen, "" for none."""
        return self.scene.diff.change.path if self.scene.diff is not None else ""

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
        self.pointer.drop_card()
        self._lay_out()
        self.fitted.emit(self.has_room)

    def open_editor(self, editor: QWidget, side: str, number: int) -> None:
        """Put a widget below a line."""
        self._editor.open(editor, (side, number))
        self._lay_out()
        place = self.sheet.rows.place_of(EDITOR)
        if place >= 0:
            self.bring(place)

    def close_editor(self) -> None:
        """Take the widget away again."""
        self._editor.close()
        self._lay_out()

    def reveal_line(self, side: str, number: int) -> None:
        """Show a line, opening the gap that hides it."""
        if self.sheet.first_line(side, number) < 0:
            self.scene.open_gap_at(side, number)
            self._lay_out()
        place = self.sheet.first_line(side, number)
        if place >= 0:
            self.go(place)
            self.bring(place)

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
        self.keyboard.place = self.sheet.rows.headings.get(self.active_hunk, -1)
        self._reveal()
        self._tell_hunk()
        if self.scene.diff is not None:
            hunk = self.scene.diff.hunks[self.scene.active]
            announce(self, spoken_hunk(hunk, self.scene.active + 1, self.scene.count))
        self.viewport().update()
        return True

    def _tell_hunk(self) -> None:
        count = self.scene.count
        self.hunk_changed.emit(self.scene.active + 1 if count else 0, count)

    def _lay_out(self) -> None:
        self.scene.lay_out(self.viewport().width())
        self.keyboard.clamp()
        self._range()
        self._editor.place()
        self.viewport().update()

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

    def bring(self, place: int) -> None:
        """Scroll as little as shows a row."""
        bar, top = self.verticalScrollBar(), self.sheet.top(place)
        bottom = top + self.sheet.height(place) - self.viewport().height()
        bar.setValue(min(top, max(bar.value(), bottom)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns follow the width; a narrow view becomes unified."""
        if self._needs_rows():
            self._lay_out()
        else:
            self.scene.resize(self.viewport().width())
            self._range()
            self._editor.place()
        self.fitted.emit(self.has_room)
        super().resizeEvent(event)

    def _needs_rows(self) -> bool:
        """Whether the rows depend on the width that has changed."""
        scene = self.scene
        return scene.sheet.layout != self.layout_now or scene.wrapped or bool(scene.remarks)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; paint only what comes into view."""
        if self.pointer.card is not None:
            self.pointer.drop_card()
        if dx or abs(dy) >= self.viewport().height() or self._editor.there:
            self._editor.place()
            self.viewport().update()
        else:
            self.viewport().scroll(0, dy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that the event's rectangle touches."""
        pointing = Pointing(
            cursor=self.keyboard.place,
            focused=self.hasFocus(),
            hovered=self.pointer.button,
            turn=self.pointer.turn,
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
            if self._waiting:
                self._plain.note(painter, QRect(0, 0, width, NOTE), self._waiting)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer went elsewhere."""
        super().leaveEvent(event)
        self.pointer.leave()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the button under the pointer, and say who wrote the line."""
        self.pointer.follow(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row, or do what is offered on it."""
        point = event.position().toPoint()
        found = self.pointer.hit(point)
        if found is None:
            return
        button = self.pointer.button_at(point)
        if turn := self.pointer.turn_at(point):
            self.pointer.drop_card()
            self.turn_asked.emit(turn)
            return
        self.go(found[0])
        if button is not None:
            self._act(*button)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on a line writes a comment on it."""
        found = self.pointer.hit(event.position().toPoint())
        if found is not None and self.pointer.button_at(event.position().toPoint()) is None:
            right = event.position().x() >= self.scene.side_width
            self._ask_comment(found[1], prefer_right=right or self.sheet.layout == "unified")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End go from row to row."""
        goal = self.keyboard.goal(Qt.Key(event.key()), self.sheet.at(self.verticalScrollBar().value()))
        if goal is None:
            super().keyPressEvent(event)
            return
        self.go(goal)
        self.bring(goal)

    def go(self, place: int) -> None:
        """Put the keyboard on a row."""
        self.keyboard.place = place
        if self.keyboard.row is not None:
            announce(self, spoken_row(self.keyboard.row))
        if self.scene.activate(self.sheet.rows[place].hunk):
            self._tell_hunk()
        self.viewport().update()

    def unfold(self) -> bool:
        """Show more: the decision or the gap at the keyboard's row, else the gap before or after the active
        hunk; False where there is nothing."""
        if self.keyboard.decided:
            self._act("show", 0, self.keyboard.decided)
            return True
        ref = self.keyboard.gap
        if ref:
            self._act("gap", 0, ref)
        return bool(ref)

    def undo_here(self) -> bool:
        """Ask to undo the decision at the keyboard's row; False where there is none."""
        if decided := self.keyboard.decided:
            self.undo_asked.emit(decided)
        return bool(decided)

    def turn_here(self) -> bool:
        """Ask for the turn that wrote the keyboard's line; False where none is known."""
        if turn := self.keyboard.turn:
            self.turn_asked.emit(turn)
        return bool(turn)

    def comment_here(self) -> bool:
        """Ask for a comment on the keyboard's line, else on the first changed one of the active hunk; False without."""
        found = self.keyboard.commented
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
