"""The mouse over the transcript: what lies under it, pressing, selecting, and the menu."""

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.markdown_document import is_web_link
from boocode_desktop.ui.transcript.painting import Action, Spot
from boocode_desktop.ui.transcript.selection import TextPlace
from boocode_desktop.ui.transcript.stage import Stage
from boocode_desktop.ui.widgets.plain_tips import plain_tip

DRAG_PX = 4


class Pointer:
    """Keeps what the mouse does; the view asks it and acts."""

    def __init__(self, stage: Stage, viewport: QWidget) -> None:
        self._stage, self._viewport = stage, viewport
        self.hovered: Place | None = None
        self.spot: Action | None = None
        self._pressed_at: QPointF | None = None
        self._pressed_spot: tuple[Place, Action] | None = None
        self._selecting = False
        self.drag_y = 0
        self._autoscroll = QTimer(viewport)
        self._autoscroll.setInterval(30)

    @property
    def autoscroll(self) -> QTimer:
        """Ticks while a selection is dragged beyond an edge; `drag_y` says how far."""
        return self._autoscroll

    def hover(self, point: QPointF) -> bool:
        """The mouse is here; whether something looks different now."""
        seen = self._stage.seen_at(point.y())
        found = self._stage.spot_at(point)
        place = seen.place if seen is not None else None
        spot = found[1].action if found is not None else None
        changed = (place, spot) != (self.hovered, self.spot)
        self.hovered, self.spot = place, spot
        self._viewport.setCursor(self._shape(point, clickable=spot is not None))
        self._viewport.setToolTip(plain_tip(self._tip(point, found[1] if found is not None else None)))
        return changed

    def _tip(self, point: QPointF, spot: Spot | None) -> str:
        """Where a link leads, else what a click does where that is not plain to see."""
        link = self._stage.link_at(point)
        if is_web_link(link):
            return link
        return spot.name if spot is not None and spot.action.act not in ("toggle", "group") else ""

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self.hovered = self.spot = None

    def press(self, point: QPointF, *, extend: bool) -> None:
        """The left button went down."""
        self._pressed_at, self._selecting = point, False
        found = self._stage.spot_at(point)
        self._pressed_spot = (found[0].place, found[1].action) if found is not None else None
        place = self._stage.text_at(point)
        if place is None:
            return
        if extend:
            self._stage.selection.extend(place)
            self._selecting = True
        else:
            self._stage.selection.start(place)

    def drag(self, point: QPointF) -> bool:
        """Moved with the button down; whether the selection is another one now."""
        if self._pressed_at is None:
            return False
        if not self._selecting and (point - self._pressed_at).manhattanLength() < DRAG_PX:
            return False
        self._selecting = True
        self._pressed_spot = None
        height = self._viewport.height()
        self.drag_y = int(point.y()) if point.y() < 0 else int(max(0, point.y() - height))
        if self.drag_y and not self._autoscroll.isActive():
            self._autoscroll.start()
        elif not self.drag_y:
            self._autoscroll.stop()
        inside = QPointF(point.x(), min(max(point.y(), 0), height - 1))
        place = self._stage.text_at(inside)
        if place is not None:
            self._stage.selection.extend(place)
        return True

    def release(self, point: QPointF) -> tuple[Place, Action] | None:
        """The button went up; what was clicked, if anything was."""
        pressed, selecting = self._pressed_spot, self._selecting
        self._pressed_at = self._pressed_spot = None
        self._autoscroll.stop()
        if selecting:
            return None
        link = self._stage.link_at(point)
        seen = self._stage.seen_at(point.y())
        if link and seen is not None:
            return seen.place, Action("link", link)
        found = self._stage.spot_at(point)
        if found is not None and pressed == (found[0].place, found[1].action):
            return pressed
        return None

    def double_click(self, event: QMouseEvent) -> None:
        """Select the word."""
        place = self._stage.text_at(event.position())
        index = self._stage.blocks.index_of(place.entry_id) if place is not None else None
        if place is None or index is None or not self._stage.over_text(event.position()):
            return
        laid, _ = self._stage.text_of(Place(index, place.row))
        if laid is not None:
            low, high = laid.word(place.position)
            begin = TextPlace(place.entry_id, place.row, low)
            self._stage.selection.take(begin, TextPlace(place.entry_id, place.row, high))

    def _shape(self, point: QPointF, *, clickable: bool) -> Qt.CursorShape:
        if clickable or is_web_link(self._stage.link_at(point)):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.IBeamCursor if self._stage.over_text(point) else Qt.CursorShape.ArrowCursor


def row_menu(parent: QWidget, at: QPoint, entries: list[tuple[str, str, Action, bool]]) -> QMenu:
    """A menu of (text, shortcut, action, enabled) that is shown at once; `triggered` brings the action as data."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for text, shortcut, action, enabled in entries:
        if not text:
            menu.addSeparator()
            continue
        item = menu.addAction(f"{text}\t{shortcut}" if shortcut else text)
        item.setData(action)
        item.setEnabled(enabled)
    menu.popup(at)
    return menu
