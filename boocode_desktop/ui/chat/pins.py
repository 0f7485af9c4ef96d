"""Pinned messages of a chat: kept in the settings, shown as a strip above the transcript to jump from."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.plain_tips import plain_tip

STRIP = 36
SHOWN = 3
LONGEST = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A pinned message: its entry and what it is called."""

    entry_id: str
    words: str


def pins_key(chat_id: str) -> str:
    """The setting that holds a chat's pins."""
    return f"chat.pins.{chat_id}"


def pins_of(stored: object) -> tuple[Pin, ...]:
    """Pins as they were stored; what is no pin is left out."""
    items = stored if isinstance(stored, list) else []
    return tuple(
        Pin(entry_id=item["id"], words=str(item.get("words", "")))
        for item in items
        if isinstance(item, dict) and isinstance(item.get("id"), str)
    )


def toggled(pins: Sequence[Pin], pin: Pin) -> tuple[Pin, ...]:
    """Without this one if it is there, else with it at the end."""
    rest = tuple(known for known in pins if known.entry_id != pin.entry_id)
    return rest if len(rest) < len(pins) else (*rest, pin)


class Pins(QObject):
    """The pins of one chat and their strip.

    Signals:
        changed(object): the pinned entries' ids (`frozenset[str]`).
        chosen(str): the person wants to see this entry.
    """

    changed = Signal(object)
    chosen = Signal(str)

    def __init__(self, context: Context, chat_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._chat_id = context, chat_id
        self._pins: tuple[Pin, ...] = ()
        self._touched = False
        self.strip = PinStrip(context.theme)
        self.strip.chosen.connect(self.chosen)
        self.strip.removed.connect(lambda entry_id: self.toggle(entry_id, ""))
        context.bridge.run(context.front.store.setting(pins_key(chat_id)), owner=self, done=self._on_read)

    def toggle(self, entry_id: str, words: str) -> None:
        """Pin a message, or unpin it."""
        self._touched = True
        self._show(toggled(self._pins, Pin(entry_id=entry_id, words=words)))
        kept = [{"id": pin.entry_id, "words": pin.words} for pin in self._pins]
        self._context.bridge.run(self._context.front.store.set_setting(pins_key(self._chat_id), kept))

    def _on_read(self, stored: object) -> None:
        if not self._touched:
            self._show(pins_of(stored))

    def _show(self, pins: tuple[Pin, ...]) -> None:
        self._pins = pins
        self.strip.show_pins(pins)
        self.changed.emit(frozenset(pin.entry_id for pin in pins))


class PinStrip(QWidget):
    """A button for each of the newest pins, a menu with all of them; not there without pins.

    Signals:
        chosen(str), removed(str): an entry's id.
    """

    chosen = Signal(str)
    removed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pins: tuple[Pin, ...] = ()
        self._buttons: list[Button] = []
        self.setAccessibleName("Pinned messages")
        self.setFixedHeight(STRIP)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(40, 0, 12, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self.more = IconButton(theme, "ellipsis", "All pinned messages", tone="tx2")
        self.more.clicked.connect(self._on_more_clicked)
        self._row.addWidget(self.more)
        theme.changed.connect(self.update)
        self.hide()

    def show_pins(self, pins: tuple[Pin, ...]) -> None:
        """Show these; the newest ones have a button."""
        self._pins = pins
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(pin) for pin in pins[-SHOWN:]]
        for number, button in enumerate(self._buttons):
            self._row.insertWidget(number, button)
        self.setVisible(bool(pins))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pin, and a rule below."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("bg0"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line0"))
            pixmap = self._theme.pixmap("pin", "accent", 14, self.devicePixelRatioF())
            painter.drawPixmap(18, (self.height() - 14) // 2, pixmap)

    def menu(self) -> QMenu:
        """All pins: to go there, and to unpin."""
        menu = QMenu(self)
        for pin in self._pins:
            menu.addAction(_menu_text(pin.words) or "Message").triggered.connect(
                lambda _=False, key=pin.entry_id: self.chosen.emit(key)
            )
        menu.addSeparator()
        for pin in self._pins:
            menu.addAction(f"Unpin “{_menu_text(_short(pin.words))}”").triggered.connect(
                lambda _=False, key=pin.entry_id: self.removed.emit(key)
            )
        return menu

    def _button(self, pin: Pin) -> Button:
        button = Button(self._theme, _short(pin.words), "flat", height=METRICS.row_button, parent=self)
        button.setAccessibleName(f"Go to the pinned message: {pin.words}")
        button.setToolTip(plain_tip(pin.words))
        button.clicked.connect(lambda: self.chosen.emit(pin.entry_id))
        return button

    def _on_more_clicked(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def _menu_text(words: str) -> str:
    """With `&` as a sign, not as a mnemonic's mark."""
    return words.replace("&", "&&")


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"
