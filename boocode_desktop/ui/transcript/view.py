"""The transcript widget: scrolls by moving pixels, paints what is new, and turns clicks and keys into signals."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from boocode_desktop.domain.transcript import AskEntry, Entry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.ask_overlay import AskOverlay, AskSpot
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.highlighter import Highlighter
from boocode_desktop.ui.transcript.images import Images, ImageSource
from boocode_desktop.ui.transcript.jump_button import JumpButton
from boocode_desktop.ui.transcript.markdown_document import is_web_link
from boocode_desktop.ui.transcript.painting import Action, RowState
from boocode_desktop.ui.transcript.pointer import Pointer, row_menu
from boocode_desktop.ui.transcript.row_cursor import RowCursor
from boocode_desktop.ui.transcript.rows import AskBody, CodeBody, Row
from boocode_desktop.ui.transcript.scroller import Seen
from boocode_desktop.ui.transcript.stage import Stage
from boocode_desktop.ui.widgets.spinner import FRAME_MS

STEP = 40
OLDER_AT = 1_200


class TranscriptView(QAbstractScrollArea):
    """Shows entries. Set `has_older` while there are older ones, and answer `older_requested` with `prepend_page`.

    Signals:
        permission_answered(str, str, str): request id, option id, text; both empty when a question is skipped.
        continue_requested(str): go on after the interruption of this turn.
        rewind_requested(int): go back to the state after this turn.
        stop_requested: stop the running turn.
        link_activated(str): a web or mail address; ask before opening it.
        image_activated(str): a picture, by its content hash.
        older_requested: the beginning of what is loaded comes near.
        uncovered: it is on screen again and wants what it missed.
    """

    permission_answered = Signal(str, str, str)
    continue_requested = Signal(str)
    rewind_requested = Signal(int)
    stop_requested = Signal()
    link_activated = Signal(str)
    image_activated = Signal(str)
    older_requested = Signal()
    uncovered = Signal()

    def __init__(self, theme: Theme, *, clock: Callable[[], float] = time.time, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.has_older = False
        self._older_asked = False
        self._bar_value = 0
        self.images = Images(self)
        self.highlighter = Highlighter(self)
        self._overlay = AskOverlay(theme, self.viewport(), clock)
        self.stage = Stage(theme, self.highlighter, self.images, self._overlay.height, clock)
        self._pointer = Pointer(self.stage, self.viewport())
        self.cursor_row = RowCursor(self.stage)
        self._jump = JumpButton(theme, self)
        self._timer = QTimer(self)
        self._timer.setInterval(1000 if theme.reduced_motion else FRAME_MS)
        self._dress()
        self._connect()

    def set_image_source(self, source: ImageSource) -> None:
        """Where pictures come from."""
        self.images.source = source

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, the last ones at the bottom."""
        self._overlay.clear()
        self.cursor_row.clear()
        self.stage.selection.clear()
        self._older_asked = False
        self.stage.blocks.set_entries(entries)
        self.stage.scroller.bottom()
        self._arrange()
        self.viewport().update()

    def prepend_page(self, entries: Sequence[Entry]) -> None:
        """Older entries above; what is on screen stays where it is."""
        self._older_asked = False
        self._changed(lambda: self.stage.blocks.prepend(entries))

    def put(self, entries: Sequence[Entry]) -> None:
        """New entries at the end, known ones in their place."""
        self._changed(lambda: self._put(entries))

    def scroll_to_end(self) -> None:
        """Show the newest and stay there."""
        self._changed(self.stage.scroller.bottom)

    def focus_question(self) -> bool:
        """Give the keyboard to the first open question; False if there is none."""
        for index in range(len(self.stage.blocks)):
            entry = self.stage.blocks.entry(index)
            if isinstance(entry, AskEntry) and entry.resolved is None:
                self._reveal(Place(index, 0))
                self._overlay.card(entry).setFocus()
                return True
        return False

    def refresh_all(self) -> None:
        """Paint everything anew (another theme)."""
        self.stage.documents.clear()
        self.viewport().update()

    def _put(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self.stage.blocks.put(entry)
            if isinstance(entry, AskEntry) and entry.resolved is not None:
                self._overlay.drop(entry.id)

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Transcript")
        self.verticalScrollBar().setSingleStep(STEP)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)

    def _connect(self) -> None:
        self._theme.changed.connect(self.refresh_all)
        self._timer.timeout.connect(self._on_timer_tick)
        self._pointer.autoscroll.timeout.connect(self._on_autoscroll_tick)
        self._overlay.answered.connect(self.permission_answered)
        self._jump.clicked.connect(self.scroll_to_end)
        self.images.ready.connect(lambda _key: self.viewport().update())
        self.highlighter.ready.connect(self._on_colours_ready)

    # What is where, and what must be painted

    def _changed(self, change: Callable[[], object]) -> None:
        """Do something to the rows, keep the anchor, and paint only what looks different."""
        before = self._pictures()
        scroller = self.stage.scroller
        anchor = scroller.anchor
        change()
        if not scroller.stick:
            scroller.restore(anchor)
        scroller.settle()
        self._repaint(before)

    def _pictures(self) -> dict[int, tuple[Row, int, int]]:
        """The rows on screen with their tops and heights. Rows are replaced when they look different."""
        return {id(self.stage.row(s.place)): (self.stage.row(s.place), s.y, s.height) for s in self._seen_or_none()}

    def _seen_or_none(self) -> list[Seen]:
        return self.stage.scroller.seen() if self.isVisible() else []

    def _repaint(self, before: dict[int, tuple[Row, int, int]]) -> None:
        """Move what was there by pixels; update from the first row on that is another one."""
        self._arrange()
        viewport = self.viewport()
        shift: int | None = None
        clean = 0
        for seen in self._seen_or_none():
            was = before.get(id(self.stage.row(seen.place)))
            if was is None:
                if shift is not None:
                    break
                clean = 0
                continue
            shift = seen.y - was[1] if shift is None else shift
            if seen.y - was[1] != shift or seen.height != was[2]:
                break
            clean = seen.y + seen.height
        if shift is None or abs(shift) >= viewport.height():
            viewport.update()
            return
        if shift:
            viewport.scroll(0, shift)
            self._arrange()
        viewport.update(QRect(0, max(0, clean), viewport.width(), viewport.height()))
        if shift > 0:
            viewport.update(QRect(0, 0, viewport.width(), shift))

    def _arrange(self) -> None:
        """Scroll bar, question widgets, the jump button and the clock after rows moved."""
        scroller, bar = self.stage.scroller, self.verticalScrollBar()
        blocked = bar.blockSignals(True)
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setRange(0, scroller.maximum)
        bar.setValue(scroller.value)
        bar.blockSignals(blocked)
        self._bar_value = bar.value()
        seen = self._seen_or_none()
        self._place_cards(seen)
        self._jump.place(self.viewport().geometry(), wanted=not scroller.stick and len(self.stage.blocks) > 0)
        live = any(self.stage.row(s.place).live for s in seen)
        if live != self._timer.isActive():
            self._timer.start() if live else self._timer.stop()
        if self.has_older and not self._older_asked and scroller.value < OLDER_AT and self.isVisible():
            self._older_asked = True
            self.older_requested.emit()

    def _place_cards(self, seen: list[Seen]) -> None:
        spots = []
        for item in seen:
            row = self.stage.row(item.place)
            if isinstance(row.body, AskBody):
                spots.append(AskSpot(entry_id=row.entry_id, rect=self.stage.rect(item).toRect()))
        self._overlay.place(spots, spots[0].entry_id if spots else "")

    def _reveal(self, place: Place) -> None:
        self._scrolled(lambda: self.stage.scroller.reveal(place))

    def _scrolled(self, move: Callable[[], object]) -> None:
        before = self._pictures()
        move()
        self._repaint(before)

    # Qt events

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Move by pixels; a jump paints anew."""
        value = self.verticalScrollBar().value()
        delta = value - self._bar_value
        if abs(delta) < 2 * self.viewport().height():
            self._scrolled(lambda: self.stage.scroller.move(delta))
        else:
            self._scrolled(lambda: self.stage.scroller.jump(value))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width."""
        super().resizeEvent(event)
        self.stage.resize(self.viewport().width(), self.viewport().height())
        self._arrange()
        self.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Take up what was missed."""
        super().showEvent(event)
        self.uncovered.emit()
        self.stage.resize(self.viewport().width(), self.viewport().height())
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts that need it."""
        with QPainter(self.viewport()) as painter:
            for rect in event.region():  # type: ignore[attr-defined]
                painter.setClipRect(rect)
                self.stage.paint(painter, QRectF(rect), self._state)
                self._paint_cursor(painter)

    def _state(self, seen: Seen, clip: QRectF) -> RowState:
        met = seen.place == self._pointer.hovered
        at_cursor = self.hasFocus() and seen.place == self.cursor_row.place
        found = self.cursor_row.spot() if at_cursor else None
        spot = self._pointer.spot if met else found[1].action if found is not None else None
        return RowState(
            selection=self.stage.selection.span(seen.place),
            hovered=met,
            focused=at_cursor,
            spot=spot,
            clip=clip,
        )

    def _paint_cursor(self, painter: QPainter) -> None:
        place = self.cursor_row.place
        if place is None or not self.hasFocus():
            return
        seen = next((s for s in self.stage.scroller.seen() if s.place == place), None)
        if seen is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rect = self.stage.rect(seen).adjusted(-5, -3, 5, 3)
            painter.drawRoundedRect(rect, METRICS.radius_card, METRICS.radius_card)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, or select while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._pointer.drag(event.position()):
                self.viewport().update()
        elif self._pointer.hover(event.position()):
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a selection."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.cursor_row.clear()
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._pointer.press(event.position(), extend=extend)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do what was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            clicked = self._pointer.release(event.position())
            if clicked is not None:
                self.act(*clicked)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        self._pointer.double_click(event)
        self.viewport().update()

    def leaveEvent(self, event: object) -> None:
        """Nothing is hovered."""
        self._pointer.leave()
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rows by Up and Down, what they offer by Left and Right, Enter does it, C copies."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        if control and key in (Qt.Key.Key_C, Qt.Key.Key_A):
            self.copy() if key == Qt.Key.Key_C else self.select_all()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not control:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.cursor_row.place is not None:
            self.cursor_row.turn(1 if key == Qt.Key.Key_Right else -1)
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._enter():
            pass
        elif key == Qt.Key.Key_C and self.cursor_row.place is not None:
            self.act(self.cursor_row.place, Action("copy_row"))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._scrolled(self.stage.scroller.top) if key == Qt.Key.Key_Home else self.scroll_to_end()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            page = self.viewport().height() - 60
            self._scrolled(lambda: self.stage.scroller.move(page if key == Qt.Key.Key_PageDown else -page))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy in several ways, and the links of the row."""
        point = QPointF(event.pos())
        seen = self.stage.seen_at(point.y())
        place = self.cursor_row.place if event.reason() == QContextMenuEvent.Reason.Keyboard else None
        place = place or (seen.place if seen is not None else None)
        if place is None:
            return
        some = not self.stage.selection.empty
        laid, row = self.stage.text_of(place)
        entries = [
            ("Copy", "Ctrl+C", Action("copy"), some),
            ("Copy as Markdown", "", Action("copy_markdown"), some),
            ("Copy this part", "C", Action("copy_row"), True),
        ]
        if isinstance(row.body, CodeBody) and row.body.whole:
            entries.append(("Copy the code", "", Action("copy_code"), True))
        links = [link for link in (laid.links() if laid is not None else []) if is_web_link(link)]
        entries += [(f"Open {link[:60]}", "", Action("link", link), True) for link in links[:5]]
        menu = row_menu(self, event.globalPos(), entries)
        menu.triggered.connect(lambda item: self.act(place, item.data()))

    # What people do

    def act(self, place: Place, action: Action) -> None:
        """Do one thing to a row."""
        row = self.stage.row(place)
        match action.act:
            case "toggle" | "full":
                self._fold(place, full=action.act == "full")
            case "copy_code" if isinstance(row.body, CodeBody):
                self._to_clipboard(row.body.whole or row.body.text)
            case "copy_row":
                self._to_clipboard(self._row_text(place))
            case "copy":
                self.copy()
            case "copy_markdown":
                self._to_clipboard(self.stage.selection.markdown())
            case "link" if is_web_link(action.value):
                self.link_activated.emit(action.value)
            case "continue":
                self.continue_requested.emit(action.value)
            case "rewind":
                self.rewind_requested.emit(int(action.value))
            case "stop":
                self.stop_requested.emit()
            case "image":
                self.image_activated.emit(action.value)

    def copy(self) -> None:
        """The selection as text."""
        self._to_clipboard(self.stage.selection.text())

    def select_all(self) -> None:
        """Everything that is loaded."""
        self.stage.selection.select_all()
        self.viewport().update()

    def _fold(self, place: Place, *, full: bool) -> None:
        entry = self.stage.blocks.entry(place.block)
        if full:
            self.stage.folds.show_all(entry)
        else:
            self.stage.folds.toggle(entry)
        self.stage.scroller.stick = False
        self._changed(lambda: self.stage.blocks.rebuild(place.block))

    def _row_text(self, place: Place) -> str:
        rows = self.stage.blocks.rows(place.block)
        whole = next((row.source for row in reversed(rows[: place.row + 1]) if row.source), "")
        return whole or self.stage.words(place)

    def _to_clipboard(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)

    def _step(self, by: int) -> None:
        place = self.cursor_row.step(by)
        if place is not None:
            self._reveal(place)
            self.viewport().update()

    def _enter(self) -> bool:
        place, found = self.cursor_row.place, self.cursor_row.spot()
        if place is None:
            return False
        card = self._overlay.get(self.stage.row(place).entry_id)
        if card is not None:
            card.setFocus()
        elif found is not None:
            self.act(found[0].place, found[1].action)
        return card is not None or found is not None

    def _on_timer_tick(self) -> None:
        for seen in self._seen_or_none():
            row = self.stage.row(seen.place)
            if row.live:
                self.viewport().update(self.stage.painter(row).live_rect(row, self.stage.rect(seen)).toAlignedRect())

    def _on_autoscroll_tick(self) -> None:
        self._scrolled(lambda: self.stage.scroller.move(max(-60, min(60, self._pointer.drag_y))))
        self.viewport().update()

    def _on_colours_ready(self) -> None:
        self.stage.documents.forget_plain()
        self.viewport().update()
