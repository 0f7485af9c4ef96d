"""The transcript widget: what it shows, and clicks and keys turned into signals."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from boocode_desktop.domain.transcript import AskEntry, Entry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.accessible import AccessibleRows
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.images import ImageSource
from boocode_desktop.ui.transcript.jump_button import counts
from boocode_desktop.ui.transcript.key_selection import KeySelection
from boocode_desktop.ui.transcript.markdown_document import is_web_link
from boocode_desktop.ui.transcript.message_actor import MessageActor, message_keys, row_source, to_clipboard
from boocode_desktop.ui.transcript.painting import Action
from boocode_desktop.ui.transcript.pointer import row_menu
from boocode_desktop.ui.transcript.row_area import RowArea
from boocode_desktop.ui.transcript.rows import CodeBody
from boocode_desktop.ui.widgets.plain_tips import plain_tip

OLDER_AT = 1_200


class TranscriptView(RowArea):
    """Shows entries; `messages` tells what is asked of them.

    Set `has_older` while there are older ones, and answer `older_requested` with `prepend_page`.

    Signals:
        permission_answered(str, str, str): request id, option id, text; both empty when a question is skipped.
        continue_requested(str): go on after the interruption of this turn.
        stop_requested: stop the running turn.
        apply_requested(str, str): write this code into a file; its path where the answer names one.
        try_now_requested: do not wait for the next try.
        told_requested(NoteEntry): show what the agent was told with a note.
        link_activated(str, str): a web or mail address and the text that leads to it; ask before opening it.
        image_activated(str): a picture, by its content hash.
        older_requested: the beginning of what is loaded comes near.
        uncovered: it is on screen again and wants what it missed.
    """

    permission_answered = Signal(str, str, str)
    continue_requested = Signal(str)
    stop_requested = Signal()
    apply_requested = Signal(str, str)
    try_now_requested = Signal()
    told_requested = Signal(object)
    link_activated = Signal(str, str)
    image_activated = Signal(str)
    older_requested = Signal()
    uncovered = Signal()

    def __init__(self, theme: Theme, *, clock: Callable[[], float] = time.time, parent: QWidget | None = None) -> None:
        super().__init__(theme, clock=clock, parent=parent)
        self.has_older = False
        self._older_asked = False
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        self._pointer.autoscroll.timeout.connect(self._on_autoscroll_tick)
        self._overlay.answered.connect(self.permission_answered)
        self.messages = MessageActor(self.stage, self)
        self._letters = message_keys()
        self._selecting = KeySelection(self.stage, self._cursor)
        self.accessible = AccessibleRows(self.stage, self._cursor, self, self._overlay.get)

    def set_image_source(self, source: ImageSource) -> None:
        """Where pictures come from."""
        self.images.source = source

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, the last ones at the bottom."""
        self._overlay.clear()
        self._cursor.clear()
        self.stage.selection.clear()
        self._older_asked = False
        self._jump.unread = 0
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

    def set_pinned(self, entry_ids: frozenset[str]) -> None:
        """Mark these entries."""
        self.stage.pinned = entry_ids
        self.viewport().update()

    def holds(self, entry_id: str) -> bool:
        """Whether an entry is loaded."""
        return self.stage.blocks.index_of(entry_id) is not None

    def go_to(self, entry_id: str) -> bool:
        """Show an entry and put the keyboard on it; False when it is not loaded."""
        index = self.stage.blocks.index_of(entry_id)
        if index is None or not self.stage.blocks.rows(index):
            return False
        self.stage.scroller.stick = False
        self._cursor.set(Place(index, 0))
        self._reveal(Place(index, 0))
        self.viewport().update()
        return True

    def entries(self) -> list[Entry]:
        """The loaded entries in order."""
        return [self.stage.blocks.entry(index) for index in range(len(self.stage.blocks))]

    def top_entry(self) -> str:
        """The entry at the top of what is seen, "" for an empty chat."""
        anchor = self.stage.scroller.anchor
        return anchor[0] if anchor is not None else ""

    def mark(self, words: str) -> None:
        """Mark these words wherever they are shown; "" for none."""
        self.stage.find = words
        self.viewport().update()

    def show_found(self, entry_id: str, words: str) -> bool:
        """Show the part of an entry that holds words, unfolded where it is folded; False when it is not loaded."""
        index = self.stage.blocks.index_of(entry_id)
        if index is None:
            return False
        row = self._row_with(index, words)
        if row is None:
            self._changed(lambda: self._unfold(index))
            row = self._row_with(index, words) or 0
        if not self.stage.blocks.rows(index):
            return False
        self.stage.scroller.stick = False
        self._cursor.set(Place(index, row))
        self._reveal(Place(index, row))
        self.viewport().update()
        return True

    def _row_with(self, index: int, words: str) -> int | None:
        wanted = words.casefold()
        rows = self.stage.blocks.rows(index)
        return next((n for n in range(len(rows)) if wanted in self.stage.words(Place(index, n)).casefold()), None)

    def _unfold(self, index: int) -> None:
        blocks, folds = self.stage.blocks, self.stage.folds
        entry, group = blocks.entry(index), blocks.group(index)
        if group is not None and not folds.is_group_open(group.key):
            folds.toggle_group(group.key)
            blocks.rebuild_group(index)
        if not folds.is_open(entry, grouped=group is not None):
            folds.toggle(entry, grouped=group is not None)
        if not folds.is_full(entry):
            folds.show_all(entry)
        blocks.rebuild(index)

    def focus_question(self) -> bool:
        """Give the keyboard to the first open question; False if there is none."""
        for index in range(len(self.stage.blocks)):
            entry = self.stage.blocks.entry(index)
            if isinstance(entry, AskEntry) and entry.resolved is None:
                self._reveal(Place(index, 0))
                card = self._overlay.card(entry)
                card.show()  # It is placed with the next frame; what is hidden takes no keys.
                card.setFocus()
                return True
        return False

    def arranged(self) -> None:
        """Ask for older entries in time."""
        near = self.stage.scroller.value < OLDER_AT
        if self.has_older and not self._older_asked and near and self.isVisible():
            self._older_asked = True
            self.older_requested.emit()

    def _put(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if not self.stage.scroller.stick and counts(entry) and not self.holds(entry.id):
                self._jump.unread += 1
            self.stage.blocks.put(entry)
            if isinstance(entry, AskEntry) and entry.resolved is not None:
                self._overlay.drop(entry.id)
            self.accessible.announce(entry)

    def showEvent(self, event: QShowEvent) -> None:
        """Take up what was missed."""
        super().showEvent(event)
        self.uncovered.emit()
        self.stage.resize(self.viewport().width(), self.viewport().height())
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, or select while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._pointer.drag(event.position()):
                self.viewport().update()
            return
        over = self._jump.contains(event.position())
        changed = self._pointer.hover(event.position())
        if over:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
            self.viewport().setToolTip(plain_tip(self._jump.name))
        if changed or over != self._jump.hovered:
            self._jump.hovered = over
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a selection."""
        if event.button() == Qt.MouseButton.LeftButton and self._jump.contains(event.position()):
            self.scroll_to_end()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._cursor.clear()
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
        """Up and Down: rows; Left and Right: what they offer, Enter acts; Shift selects; letters as the menu says."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if control and key == Qt.Key.Key_C and shift:
            to_clipboard(self.stage.selection.markdown())
        elif control and key in (Qt.Key.Key_C, Qt.Key.Key_A):
            self.copy() if key == Qt.Key.Key_C else self.select_all()
        elif shift and (reached := self._selecting.take(key, words=control)) is not None:
            self._show_reached(reached)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not control:
            self.stage.selection.clear()
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._cursor.place is not None:
            self._cursor.turn(1 if key == Qt.Key.Key_Right else -1)
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._enter():
            pass
        elif key in (Qt.Key.Key_C, *self._letters) and self._cursor.place is not None and not control:
            self.act(self._cursor.place, Action(self._letters.get(key, "copy_row")))
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
        place = self._cursor.place if event.reason() == QContextMenuEvent.Reason.Keyboard else None
        place = place or (seen.place if seen is not None else None)
        if place is None:
            return
        some = not self.stage.selection.empty
        laid, row = self.stage.text_of(place)
        entries = [
            ("Copy", "Ctrl+C", Action("copy"), some),
            ("Copy as Markdown", "Ctrl+Shift+C", Action("copy_markdown"), some),
            ("Copy this part", "C", Action("copy_row"), True),
        ]
        if isinstance(row.body, CodeBody) and row.body.whole:
            entries.append(("Copy the code", "", Action("copy_code"), True))
        if isinstance(row.body, CodeBody) and row.body.applies:
            entries.append(("Write the code into a file…", "", Action("apply_code"), True))
        links = [link for link in (laid.links() if laid is not None else []) if is_web_link(link)]
        entries += [(f"Open {link[:60]}", "", Action("link", link), True) for link in links[:5]]
        entries += self.messages.menu(place)
        menu = row_menu(self, event.globalPos(), entries)
        menu.triggered.connect(lambda item: self.act(place, item.data()))

    def act(self, place: Place, action: Action) -> None:
        """Do one thing to a row."""
        row = self.stage.row(place)
        match action.act:
            case "toggle" | "full":
                self._fold(place, full=action.act == "full")
            case "group":
                self._fold_group(place)
            case "copy_code" if isinstance(row.body, CodeBody):
                to_clipboard(row.body.whole or row.body.text)
            case "apply_code" if isinstance(row.body, CodeBody):
                self.apply_requested.emit(row.body.whole or row.body.text, row.body.target)
            case "copy_row":
                to_clipboard(row_source(self.stage, place))
            case "copy":
                self.copy()
            case "copy_markdown":
                to_clipboard(self.stage.selection.markdown())
            case "link" if is_web_link(action.value):
                laid, _row = self.stage.text_of(place)
                self.link_activated.emit(action.value, laid.link_label(action.value) if laid is not None else "")
            case "continue":
                self.continue_requested.emit(action.value)
            case "told":
                self.told_requested.emit(self.stage.blocks.entry(place.block))
            case "try_now":
                self.try_now_requested.emit()
            case "stop":
                self.stop_requested.emit()
            case "image":
                self.image_activated.emit(action.value)
            case _:
                self.messages.act(place, action)

    def copy(self) -> None:
        """The selection as text."""
        to_clipboard(self.stage.selection.text())

    def select_all(self) -> None:
        """Everything that is loaded."""
        self.stage.selection.select_all()
        self.viewport().update()

    def _fold(self, place: Place, *, full: bool) -> None:
        entry = self.stage.blocks.entry(place.block)
        if full:
            self.stage.folds.show_all(entry)
        else:
            self.stage.folds.toggle(entry, grouped=self.stage.blocks.group(place.block) is not None)
        self.stage.scroller.stick = False
        self._changed(lambda: self.stage.blocks.rebuild(place.block))

    def _fold_group(self, place: Place) -> None:
        group = self.stage.blocks.group(place.block)
        if group is not None:
            self.stage.folds.toggle_group(group.key)
            self.stage.scroller.stick = False
            self._changed(lambda: self.stage.blocks.rebuild_group(place.block))

    def _step(self, by: int) -> None:
        place = self._cursor.step(by)
        if place is not None:
            self._show_reached(place)

    def _show_reached(self, place: Place) -> None:
        self._reveal(place)
        self.accessible.focus(place)
        self.viewport().update()

    def _enter(self) -> bool:
        place, found = self._cursor.place, self._cursor.spot()
        if place is None:
            return False
        card = self._overlay.get(self.stage.row(place).entry_id)
        if card is not None:
            card.setFocus()
        elif found is not None:
            self.act(found[0].place, found[1].action)
        return card is not None or found is not None

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and not isinstance(now, AskCard) and self.viewport().isAncestorOf(now):
            self._show_focus(now)

    def _on_autoscroll_tick(self) -> None:
        self._scrolled(lambda: self.stage.scroller.move(max(-60, min(60, self._pointer.drag_y))))
        self.viewport().update()
