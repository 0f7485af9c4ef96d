"""What waits to be sent: one row each, with when it is delivered, edit and remove."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.domain.records import QueueMode
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.button_paint import ButtonKind
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.labels import ElidedLabel


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


class _Edit(QLineEdit):
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


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

    def __init__(self, theme: Theme, number: int, text: str, mode: QueueMode, parent: QWidget | None = None) -> None:
        super().__init__(theme, surface="bg1", parent=parent)
        self._theme, self._text = theme, text
        self.setAccessibleName(f"Queued message {number}: {text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(4)
        self._label = ElidedLabel(theme, " ".join(text.split()), font=ui_font(METRICS.ui))
        self._edit = _Edit()
        self._edit.setAccessibleName(f"Text of queued message {number}")
        self._edit.setProperty("bare", True)
        self._edit.returnPressed.connect(self._on_edit_entered)
        self._edit.left.connect(self._show_label)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._label)
        self._pages.addWidget(self._edit)
        self._pages.setFixedHeight(28)
        row.addWidget(self._pages, 1)
        look = MODES[mode]
        kind: ButtonKind = "stop" if mode == "interrupt" else "sec"
        self._mode = Button(theme, look.label, kind, icon=look.icon, trailing="chevron-down", height=26)
        self._mode.setAccessibleName(f"Delivery of queued message {number}: {look.label}")
        self._mode.clicked.connect(self._on_mode_clicked)
        row.addWidget(self._mode)
        edit = IconButton(theme, "pencil", f"Edit queued message {number}", size=26, icon_size=14, tone="tx3")
        edit.clicked.connect(self._on_edit_clicked)
        remove = IconButton(theme, "x", f"Remove queued message {number}", size=26, icon_size=14, tone="tx3")
        remove.clicked.connect(self.removed)
        row.addWidget(edit)
        row.addWidget(remove)

    @property
    def editing(self) -> bool:
        """Whether its text is being edited."""
        return self._pages.currentWidget() is self._edit

    def _on_mode_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for mode, look in MODES.items():
            entry = menu.addAction(self._theme.icon(look.icon, "tx2", 16), f"{look.label}   {look.explanation}")
            entry.triggered.connect(lambda _checked=False, chosen=mode: self.mode_chosen.emit(chosen))
        menu.popup(self._mode.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _on_edit_clicked(self) -> None:
        self._edit.setText(self._text)
        self._pages.setCurrentWidget(self._edit)
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edit_entered(self) -> None:
        text = self._edit.text().strip()
        self._show_label()
        if text and text != self._text:
            self.edited.emit(text)

    def _show_label(self) -> None:
        self._pages.setCurrentWidget(self._label)


class QueueList(QWidget):
    """All waiting messages.

    Signals:
        mode_chosen(str, str): queue id and mode.
        edited(str, str): queue id and text.
        removed(str): queue id.
    """

    mode_chosen = Signal(str, str)
    edited = Signal(str, str)
    removed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: tuple[tuple[str, str, str], ...] = ()
        self.setAccessibleName("Queued messages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(4)
        self.hide()

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._items)

    def show_items(self, items: Sequence[tuple[str, str, str]]) -> None:
        """Show these (id, text, mode), in order."""
        if tuple(items) == self._items:
            return
        self._items = tuple(items)
        while (taken := self._column.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, (queue_id, text, mode) in enumerate(self._items, 1):
            self._column.addWidget(self._row(number, queue_id, text, mode))
        self.setVisible(bool(self._items))

    def _row(self, number: int, queue_id: str, text: str, mode: str) -> QueueRow:
        known: QueueMode = mode if mode in MODES else "after_turn"
        row = QueueRow(self._theme, number, text, known, self)
        row.mode_chosen.connect(lambda chosen: self.mode_chosen.emit(queue_id, chosen))
        row.edited.connect(lambda changed: self.edited.emit(queue_id, changed))
        row.removed.connect(lambda: self.removed.emit(queue_id))
        return row
