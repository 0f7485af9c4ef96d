"""Selecting with Shift and the arrows: whole rows up and down, characters and words to the sides, Home and End."""

from PySide6.QtCore import Qt

from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.row_cursor import RowCursor
from boocode_desktop.ui.transcript.selection import TextPlace
from boocode_desktop.ui.transcript.stage import Stage


class KeySelection:
    """Moves the end of the selection, and the keyboard's row with it."""

    def __init__(self, stage: Stage, cursor: RowCursor) -> None:
        self._stage, self._cursor = stage, cursor

    def take(self, key: Qt.Key, *, words: bool) -> Place | None:
        """What Shift with a key does; the row to be shown, None for a key that selects nothing."""
        blocks = self._stage.blocks
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Down if not words:
                return self._by_row(1 if key == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                return self._by_text(1 if key == Qt.Key.Key_Right else -1, words=words)
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                start = self._begun(forward=key == Qt.Key.Key_End)
                edge = blocks.first() if key == Qt.Key.Key_Home else blocks.last()
                return None if start is None or edge is None else self._reach(edge, key == Qt.Key.Key_End)
        return None

    def _by_row(self, by: int) -> Place | None:
        selection, blocks = self._stage.selection, self._stage.blocks
        if selection.empty:
            start = self._begun(forward=True)
            return None if start is None else self._reach(start, forward=True)
        anchor, head = selection.row_of_begin, selection.row_of_end
        if anchor is None or head is None:
            return None
        wanted = blocks.following(head) if by > 0 else blocks.preceding(head)
        return self._reach(head if wanted is None else wanted, forward=(wanted or head) >= anchor)

    def _reach(self, head: Place, forward: bool) -> Place:
        """Select from where it began to a row, both as a whole; the row where it began stays in, whichever way."""
        selection = self._stage.selection
        anchor = selection.row_of_begin or head
        begin = selection.begin
        at = begin.position if begin is not None else 0
        if forward and at >= self._length(anchor):
            at = 0
        elif not forward and not at:
            at = self._length(anchor)
        selection.take(self._text_place(anchor, at), self._text_place(head, self._length(head) if forward else 0))
        self._cursor.set(head)
        return head

    def _by_text(self, by: int, *, words: bool) -> Place | None:
        selection, blocks = self._stage.selection, self._stage.blocks
        head = self._begun(forward=by > 0) if selection.empty else selection.row_of_end
        end = selection.end
        if head is None or end is None:
            return None
        laid, _row = self._stage.text_of(head)
        at = laid.moved(end.position, by, words=words) if laid is not None else None
        if at is None:
            beyond = blocks.following(head) if by > 0 else blocks.preceding(head)
            if beyond is None:
                return head
            head, at = beyond, 0 if by > 0 else self._length(beyond)
        selection.extend(self._text_place(head, at))
        self._cursor.set(head)
        return head

    def _begun(self, *, forward: bool) -> Place | None:
        """The row where it begins: where the mouse clicked, else the keyboard's row, else the last that is seen."""
        selection = self._stage.selection
        if not selection.empty or (selection.row_of_begin is not None and self._cursor.place is None):
            return selection.row_of_begin
        place = self._cursor.place or self._cursor.step(1)
        if place is not None:
            selection.start(self._text_place(place, 0 if forward else self._length(place)))
        return place

    def _length(self, place: Place) -> int:
        laid, _row = self._stage.text_of(place)
        return laid.length if laid is not None else 1

    def _text_place(self, place: Place, position: int) -> TextPlace:
        return TextPlace(self._stage.blocks.entry(place.block).id, place.row, position)
