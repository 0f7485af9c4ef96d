"""What waits to be sent: one row each, with when it is delivered, moved, edited and removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from boocode_desktop.domain.records import QueueMode
from boocode_desktop.ui.composer.editor import PromptEditor
from boocode_desktop.ui.composer.mention_lines import mention
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.button_paint import ButtonKind
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.labels import ElidedLabel

_GAP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeLook:
    """How a mode is called and shown."""

    label: str
    icon: str
    explanation: str


MODES: dict[QueueMode, ModeLook] = {
    "steer": ModeLook(label="steer now", icon="navigation", explanation="at the next tool boundary of this turn"),
    "after_turn": ModeLook(label="after this turn", icon="corner-down-right", explanation="when this turn has ended"),
    "interrupt": ModeLook(label="interrupt", icon="circle-stop", explanation="stop this turn and send it at once"),
}


def mode_of(mode: str) -> QueueMode:
    """A mode by its name; messages of other versions wait for the end of the turn."""
    return mode if mode in MODES else "after_turn"


def fill_modes(menu: QMenu, theme: Theme, choose: Callable[[QueueMode], object], current: str = "") -> None:
    """The ways of delivery as entries of a menu."""
    for mode, look in MODES.items():
        mark = "  ✓" if mode == current else ""
        entry = menu.addAction(theme.icon(look.icon, "tx2", 16), f"{look.label}\t{look.explanation}{mark}")
        entry.triggered.connect(lambda _checked=False, chosen=mode: choose(chosen))


class Grip(IconButton):
    """What a message is moved by: dragged, or by Up and Down.

    Signals:
        stepped(int): one place up (-1) or down (1).
        dragged(QPoint): the pointer is here on the screen.
        dropped(QPoint): it was let go here.
    """

    stepped = Signal(int)
    dragged = Signal(QPoint)
    dropped = Signal(QPoint)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, "grip-vertical", name, size=22, icon_size=14, tone="tx3")
        self._from: QPoint | None = None
        self._moving = False
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down move the message."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(by)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        self._from, self._moving = event.globalPosition().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It begins after a few pixels."""
        here = event.globalPosition().toPoint()
        if self._from is not None:
            far = (here - self._from).manhattanLength() >= QApplication.startDragDistance()
            self._moving = self._moving or far
        if self._moving:
            self.dragged.emit(here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It ends here."""
        moving, self._from, self._moving = self._moving, None, False
        if moving:
            self.dropped.emit(event.globalPosition().toPoint())


class QueueRow(Card):
    """One waiting message.

    Signals:
        mode_chosen(str): deliver it otherwise.
        edited(str): its new text.
        removed: take it off.
    """

    mode_chosen = Signal(str)
    edited = Signal(str)
    removed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, surface="bg1", parent=parent)
        self._theme, self._text, self._mode_name = theme, "", "after_turn"
        self.grip = Grip(theme, "Move queued message")
        self._label = ElidedLabel(theme, "", font=ui_font(METRICS.ui))
        self._edit = PromptEditor()
        self._mode = Button(theme, "", "sec", icon="corner-down-right", trailing="chevron-down", height=26)
        self._pencil = IconButton(theme, "pencil", "Edit queued message", size=26, icon_size=14, tone="tx3")
        self._remove = IconButton(theme, "x", "Remove queued message", size=26, icon_size=14, tone="tx3")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 6, 4)
        row.setSpacing(4)
        row.addWidget(self.grip)
        row.addWidget(self._label, 1)
        row.addWidget(self._edit, 1)
        for part in (self._mode, self._pencil, self._remove):
            row.addWidget(part)
        self._edit.hide()
        self._edit.long_text_given.connect(self._edit.insertPlainText)
        self._edit.files_given.connect(self._on_files_given)
        self._edit.submitted.connect(self._on_edit_entered)
        self._edit.stopped.connect(self._show_label)
        self._mode.clicked.connect(self._on_mode_clicked)
        self._pencil.clicked.connect(self._on_edit_clicked)
        self._remove.clicked.connect(self.removed)

    @property
    def editing(self) -> bool:
        """Whether its text is being edited."""
        return not self._edit.isHidden()

    @property
    def unsaved(self) -> str:
        """What was changed in it and not kept, "" for nothing."""
        text = self._edit.toPlainText().strip()
        return text if self.editing and text != self._text else ""

    def show_item(self, number: int, text: str, mode: str) -> None:
        """It is this now; what is being edited stays as it is."""
        self._text, self._mode_name = text, mode
        look = MODES[mode_of(mode)]
        kind: ButtonKind = "stop" if mode == "interrupt" else "sec"
        self.setAccessibleName(f"Queued message {number}: {text}")
        self._label.set_text(" ".join(text.split()))
        self._edit.setAccessibleName(f"Text of queued message {number}")
        self._mode.set_look(look.label, kind=kind, icon=look.icon)
        self._mode.setAccessibleName(f"Delivery of queued message {number}: {look.label}")
        self.grip.set_name(f"Move queued message {number}")
        self.grip.setAccessibleDescription("Up and Down move it")
        self._pencil.set_name(f"Edit queued message {number}")
        self._remove.set_name(f"Remove queued message {number}")

    def _on_mode_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_modes(menu, self._theme, self.mode_chosen.emit, self._mode_name)
        menu.popup(self._mode.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _on_edit_clicked(self) -> None:
        self._edit.show_text(self._text)
        self._label.hide()
        self._edit.show()
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_files_given(self, files: Sequence[Path]) -> None:
        self._edit.insertPlainText("".join(f"{mention(str(path))} " for path in files))

    def _on_edit_entered(self) -> None:
        text = self._edit.toPlainText().strip()
        self._show_label()
        if text and text != self._text:
            self.edited.emit(text)

    def _show_label(self) -> None:
        self._edit.hide()
        self._label.show()
        self._pencil.setFocus(Qt.FocusReason.OtherFocusReason)


class QueueList(QWidget):
    """All waiting messages.

    Signals:
        mode_chosen(str, str): queue id and mode.
        edited(str, str): queue id and text.
        moved(str, int): queue id and its new place, from 0.
        removed(str): queue id.
        orphaned(str): a text that was being edited when its message was delivered or taken off.
    """

    mode_chosen = Signal(str, str)
    edited = Signal(str, str)
    moved = Signal(str, int)
    removed = Signal(str)
    orphaned = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: tuple[tuple[str, str, str], ...] = ()
        self._rows: dict[str, QueueRow] = {}
        self._mark: int | None = None
        self.setAccessibleName("Queued messages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(_GAP)
        self.hide()

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._items)

    def show_items(self, items: Sequence[tuple[str, str, str]]) -> None:
        """Show these (id, text, mode), in order; rows that stay keep the focus and what is edited in them."""
        self._items = tuple(items)
        wanted = [queue_id for queue_id, _, _ in self._items]
        for queue_id in set(self._rows) - set(wanted):
            row = self._rows.pop(queue_id)
            unsaved = row.unsaved
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
            if unsaved:
                self.orphaned.emit(unsaved)
        for place, (queue_id, text, mode) in enumerate(self._items):
            row = self._rows.get(queue_id) or self._make(queue_id)
            row.show_item(place + 1, text, mode)
            if self._column.indexOf(row) != place:
                self._column.removeWidget(row)
                self._column.insertWidget(place, row)
        for before, after in pairwise([self._rows[queue_id] for queue_id in wanted]):
            QWidget.setTabOrder(before, after)
        self.setVisible(bool(self._items))

    def place_at(self, y: float) -> int:
        """Between which rows a height in px lies: the number of rows whose middle is above it."""
        return sum(row.geometry().center().y() < y for row in self._rows.values())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line where the dragged message would go."""
        if self._mark is None:
            return
        rows = [self._rows[queue_id] for queue_id, _, _ in self._items]
        below = self._mark < len(rows)
        edge = rows[self._mark].geometry().top() - _GAP // 2 - 1 if below else rows[-1].geometry().bottom() + 2
        with QPainter(self) as painter:
            painter.fillRect(0, max(0, edge), self.width(), 2, self._theme.color("accent"))

    def _make(self, queue_id: str) -> QueueRow:
        row = self._rows[queue_id] = QueueRow(self._theme, self)
        row.mode_chosen.connect(lambda chosen: self.mode_chosen.emit(queue_id, chosen))
        row.edited.connect(lambda changed: self.edited.emit(queue_id, changed))
        row.removed.connect(lambda: self.removed.emit(queue_id))
        row.grip.stepped.connect(lambda by: self._step(queue_id, by))
        row.grip.dragged.connect(lambda at: self._show_mark(self.place_at(self.mapFromGlobal(at).y())))
        row.grip.dropped.connect(lambda at: self._drop(queue_id, self.place_at(self.mapFromGlobal(at).y())))
        return row

    def _at(self, queue_id: str) -> int:
        return [known for known, _, _ in self._items].index(queue_id)

    def _step(self, queue_id: str, by: int) -> None:
        place = self._at(queue_id) + by
        if 0 <= place < len(self._items):
            self.moved.emit(queue_id, place)

    def _show_mark(self, mark: int | None) -> None:
        self._mark = mark
        self.update()

    def _drop(self, queue_id: str, gap: int) -> None:
        self._show_mark(None)
        here = self._at(queue_id)
        place = gap - 1 if gap > here else gap
        if place != here:
            self.moved.emit(queue_id, place)
