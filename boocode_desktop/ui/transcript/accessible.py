"""The transcript for screen readers: a list with one item for each entry, and announcements of what matters."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

from boocode_desktop.content.markdown import first_words
from boocode_desktop.domain.transcript import AskEntry, EndEntry, Entry, NoteEntry, TextEntry
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.row_cursor import RowCursor
from boocode_desktop.ui.transcript.stage import Stage
from boocode_desktop.ui.widgets.kept_interfaces import kept_interfaces, release_interface

KEPT = 400
ANNOUNCED = 240
_INSTALLED = "boocode_accessible_rows"


class AccessibleRows:
    """Makes the interfaces of one view."""

    def __init__(self, stage: Stage, cursor: RowCursor, view: QWidget, cards: Callable[[str], QWidget | None]) -> None:
        """`cards` gives the widget of an open question, by the entry's id."""
        self.stage, self.cursor, self.view = stage, cursor, view
        self._cards = cards
        self._listing: AccessibleList | None = None
        self._items: dict[int, AccessibleItem] = {}
        self._announced: set[str] = set()
        items = self._items
        # Not the view's own signal: who waits for that may not be disconnected any more.
        self._end = QObject(view)
        self._end.destroyed.connect(lambda: _release(items))
        _install()

    def listing(self) -> "AccessibleList":
        """The interface of the view."""
        return self._listing or self.new_listing()

    def new_listing(self) -> "AccessibleList":
        """Another one, which Qt deletes: it asks again when the meta object of the view has grown."""
        self._listing = AccessibleList(self)
        kept_interfaces().keep(self._listing)
        return self._listing

    def item(self, index: int) -> "AccessibleItem | None":
        """The interface of an entry."""
        if not 0 <= index < len(self.stage.blocks):
            return None
        if index not in self._items:
            if len(self._items) >= KEPT:
                _release(self._items)
            self._items[index] = AccessibleItem(self, index)
            kept_interfaces().keep(self._items[index])
        return self._items[index]

    def card(self, index: int) -> QWidget | None:
        """The widget that asks, for an entry whose question is open."""
        entry = self.stage.blocks.entry(index) if index < len(self.stage.blocks) else None
        return self._cards(entry.id) if isinstance(entry, AskEntry) else None

    def words(self, index: int) -> str:
        """Everything an entry says."""
        rows = self.stage.blocks.rows(index)
        return "\n".join(filter(None, (self.stage.words(Place(index, number)) for number in range(len(rows)))))

    def rect(self, index: int) -> QRect:
        """Where an entry is on the screen, empty while it is out of sight."""
        area = QRect()
        for seen in self.stage.scroller.seen():
            if seen.place.block == index:
                area = area.united(self.stage.rect(seen).toRect())
        return QRect(self.view.mapToGlobal(area.topLeft()), area.size()) if not area.isEmpty() else area

    def focus(self, place: Place) -> None:
        """The keyboard stands here now."""
        if QAccessible.isActive():
            event = QAccessibleEvent(self.view, QAccessible.Event.Focus)
            event.setChild(place.block)
            QAccessible.updateAccessibility(event)

    def _answer(self, end: EndEntry) -> str:
        """How the answer that ended begins, so that it need not be looked for."""
        index = self.stage.blocks.index_of(end.id)
        said = [entry for entry in self.stage.blocks.turn(index) if isinstance(entry, TextEntry)] if index else []
        return first_words(said[-1].text, ANNOUNCED) if said else ""

    def news(self, entry: Entry) -> str:
        """What is said of an entry without being asked, "" for most."""
        match entry:
            case EndEntry():
                return f"Turn {entry.number} {entry.status}. {self._answer(entry)}".strip()
            case NoteEntry(level="bad"):
                return f"{entry.message} {entry.hint}".strip()
            case AskEntry(resolved=None):
                return f"Question: {entry.request.title}"
            case _:
                return ""

    def announce(self, entry: Entry) -> None:
        """Say once that a turn ended, with the first words of its answer, that it failed, or that a question waits."""
        if not QAccessible.isActive() or entry.id in self._announced:
            return
        words = self.news(entry)
        if words:
            self._announced.add(entry.id)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, words))


class AccessibleList(QAccessibleWidget):
    """The list."""

    def __init__(self, rows: AccessibleRows) -> None:
        super().__init__(rows.view, QAccessible.Role.List, "Transcript")
        self._rows = rows

    def childCount(self) -> int:
        """One for each entry."""
        return len(self._rows.stage.blocks)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """An entry."""
        return self._rows.item(index)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """The number of an entry."""
        return child.index if isinstance(child, AccessibleItem) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The entry at a point of the screen."""
        point = self._rows.view.mapFromGlobal(QPoint(x, y))
        seen = self._rows.stage.seen_at(point.y())
        return self._rows.item(seen.place.block) if seen is not None else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The entry with the keyboard."""
        place = self._rows.cursor.place
        return self._rows.item(place.block) if place is not None else None


class AccessibleItem(QAccessibleInterface):
    """One entry."""

    def __init__(self, rows: AccessibleRows, index: int) -> None:
        super().__init__()
        self._rows, self.index = rows, index

    def isValid(self) -> bool:
        """Whether the entry is still there."""
        return self.index < len(self._rows.stage.blocks)

    def object(self) -> QObject | None:  # type: ignore[override]
        """No widget of its own."""
        return None

    def parent(self) -> QAccessibleInterface:
        """The list."""
        return self._rows.listing()

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The card of an open question."""
        card = self._rows.card(self.index)
        return QAccessible.queryAccessibleInterface(card) if card is not None else None

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The card, which is all there is."""
        return self.child(0)

    def childCount(self) -> int:
        """An open question has its card in it."""
        return 0 if self._rows.card(self.index) is None else 1

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """The card is the first."""
        card = self._rows.card(self.index)
        return 0 if card is not None and child.object() is card else -1

    def role(self) -> QAccessible.Role:
        """An item of a list."""
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        """On the screen."""
        return self._rows.rect(self.index)

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Nothing can be set."""

    def state(self) -> QAccessible.State:
        """Focusable, and out of sight or not."""
        state = QAccessible.State()
        state.focusable = True
        state.readOnly = True
        state.offscreen = self.rect().isEmpty()
        place = self._rows.cursor.place
        state.focused = place is not None and place.block == self.index
        return state

    def text(self, kind: QAccessible.Text) -> str:
        """What it says."""
        return self._rows.words(self.index) if kind == QAccessible.Text.Name else ""


def interface_for(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    """Qt asks for the interface of every object here."""
    rows = getattr(thing, "accessible", None)
    return rows.new_listing() if isinstance(rows, AccessibleRows) else None


def _release(items: dict[int, AccessibleItem]) -> None:
    for item in items.values():
        release_interface(item)
    items.clear()


def _install() -> None:
    app = QApplication.instance()
    if app is not None and not app.property(_INSTALLED):
        app.setProperty(_INSTALLED, True)
        QAccessible.installFactory(interface_for)
