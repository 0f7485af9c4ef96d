"""The mouse over a terminal: it selects, follows links, or is told to the program that wants it."""

from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent

from boocode_desktop.content.terminal.keys import Button, key_bytes, mouse_bytes
from boocode_desktop.content.terminal.lines import Line
from boocode_desktop.orchestrator.terminals import Terminal
from boocode_desktop.ui.terminal.keys import modifiers_of
from boocode_desktop.ui.terminal.selection import (
    Link,
    Span,
    Spot,
    line_at,
    link_at,
    selected_text,
    span_between,
    word_at,
)

WHEEL_LINES = 3
_BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}


class Sheet(Protocol):
    """What a pointer needs to know of the view."""

    def spot(self, point: QPoint, *, edge: bool = False) -> Spot:
        """The line and column at a point of the viewport, or the nearest `edge` between two columns."""

    def cell_at(self, point: QPoint) -> tuple[int, int]:
        """The column and row of the screen at a point of the viewport."""

    def line_numbered(self, number: int) -> Line:
        """A line by its number since the beginning."""

    def scroll_by(self, lines: int) -> None:
        """Show what is so many lines further."""


class TerminalPointer(QObject):
    """What is selected (`span`) and which link is under the pointer (`link`).

    Signals:
        changed: something is marked otherwise.
        link_asked(str): a web address was clicked with Ctrl.
        paste_asked(str): this text is to be typed.
    """

    changed = Signal()
    link_asked = Signal(str)
    paste_asked = Signal(str)

    def __init__(self, terminal: Terminal, sheet: Sheet, parent: QObject) -> None:
        super().__init__(parent)
        self._terminal, self._sheet = terminal, sheet
        self.span: Span | None = None
        self.link: Link | None = None
        self._anchor: Spot | None = None
        self._clicked_twice: Spot | None = None

    def clear(self) -> None:
        """Nothing is selected any more."""
        self.span = self._anchor = self.link = None
        self.changed.emit()

    def text(self) -> str:
        """What is selected."""
        return selected_text(self.span, self._sheet.line_numbered) if self.span is not None else ""

    def press(self, event: QMouseEvent) -> None:
        """Select, follow a link, or tell the program."""
        if self._tell(event, pressed=True):
            return
        spot = self._sheet.spot(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton:
            text = QGuiApplication.clipboard().text(QGuiApplication.clipboard().Mode.Selection)
            if text:
                self.paste_asked.emit(text)
        elif event.button() == Qt.MouseButton.LeftButton:
            link = link_at(spot, self._sheet.line_numbered)
            if link is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.link_asked.emit(link.address)
            elif spot.line == (self._clicked_twice or spot._replace(line=-1)).line:
                self.span, self._anchor = line_at(spot.line, self._sheet.line_numbered), None
            else:
                self.span, self._anchor = None, self._sheet.spot(event.position().toPoint(), edge=True)
            self._clicked_twice = None
            self.changed.emit()

    def move(self, event: QMouseEvent) -> None:
        """Extend the selection; show that Ctrl follows a link."""
        self._clicked_twice = None
        if self._tell(event, pressed=True, moved=True):
            return
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self.span = span_between(self._anchor, self._sheet.spot(point, edge=True))
            self.changed.emit()
            return
        link = link_at(self._sheet.spot(point), self._sheet.line_numbered)
        if link != self.link:
            self.link = link
            self.changed.emit()

    def release(self, event: QMouseEvent) -> None:
        """The selection is also what a middle click pastes."""
        if self._tell(event, pressed=False):
            return
        self._anchor = None
        clipboard = QGuiApplication.clipboard()
        if self.span is not None and clipboard.supportsSelection():
            clipboard.setText(self.text(), clipboard.Mode.Selection)

    def double(self, event: QMouseEvent) -> None:
        """Select a word; a third click selects the line."""
        if self._tell(event, pressed=True):
            return
        spot = self._sheet.spot(event.position().toPoint())
        self.span = word_at(self._sheet.line_numbered(spot.line), spot.line, spot.column)
        self._anchor, self._clicked_twice = None, spot
        self.changed.emit()

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll what was printed; in a full-screen program, what that program shows."""
        steps = event.angleDelta().y() / 120
        screen, up = self._terminal.feed.screen, steps > 0
        count = max(1, round(abs(steps) * WHEEL_LINES))
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if screen.mouse and not shifted:
            column, line = self._sheet.cell_at(event.position().toPoint())
            button: Button = "wheel_up" if up else "wheel_down"
            held = modifiers_of(event.modifiers())
            self._terminal.type(mouse_bytes(button, column, line, held, pressed=True, legacy=not screen.sgr_mouse))
        elif screen.alternate and not shifted:
            self._terminal.type(key_bytes("Up" if up else "Down", application=screen.application_keys) * count)
        else:
            self._sheet.scroll_by(-count if up else count)

    def wants(self, held: Qt.KeyboardModifier) -> bool:
        """Whether the program wants the mouse; Shift keeps it for selecting."""
        return bool(self._terminal.feed.screen.mouse) and not held & Qt.KeyboardModifier.ShiftModifier

    def _tell(self, event: QMouseEvent, *, pressed: bool, moved: bool = False) -> bool:
        """Send a movement to a program that wants it."""
        if not self.wants(event.modifiers()) or self._anchor is not None:
            return False
        screen = self._terminal.feed.screen
        button = _BUTTONS.get(event.button(), "none")
        if moved:
            button = next((b for qt, b in _BUTTONS.items() if event.buttons() & qt), "none")
            if screen.mouse == "press" or (screen.mouse == "drag" and button == "none"):
                return True
        column, line = self._sheet.cell_at(event.position().toPoint())
        held = modifiers_of(event.modifiers())
        self._terminal.type(
            mouse_bytes(button, column, line, held, pressed=pressed, moved=moved, legacy=not screen.sgr_mouse)
        )
        return True
