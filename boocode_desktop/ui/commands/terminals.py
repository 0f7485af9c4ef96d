"""What the window does with its terminals: opens them, goes to them and back, and says when an agent in one waits."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.commands.desk import Desk

if TYPE_CHECKING:
    from boocode_desktop.ui.terminal.pane import TerminalPane


class TerminalCommands(QObject):
    """The rows of the `terminal` menu that open a terminal, and the key that shows and hides them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._before: QWidget | None = None
        self._heard = False
        if not desk.docks.known("terminal"):
            return
        bind = desk.context.actions.bind
        bind("view.terminal", self.toggle)
        bind("terminal.new", lambda: self._pane().open_here())
        bind("terminal.new_elsewhere", lambda: self._pane().choose_folder())
        bind("terminal.agent", lambda: self._pane().choose_agent())
        desk.docks.visibility_changed.connect(self._on_visibility_changed)

    def toggle(self) -> None:
        """Open the terminals with the keyboard in them; close them and give the keyboard back."""
        docks, focused = self._desk.docks, QApplication.focusWidget()
        if not docks.visible("terminal"):
            self._before = focused
            docks.focus("terminal")
            return
        # In a window of its own the terminals may have taken the keyboard along, so that nobody has it.
        inside = focused is None or docks.build("terminal").isAncestorOf(focused)
        docks.show("terminal", False)
        if inside and self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif inside and self._desk.area.pane is not None:
            self._desk.area.pane.composer.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _pane(self) -> "TerminalPane":
        """The terminal pane, on screen."""
        self._desk.docks.show("terminal")
        return cast("TerminalPane", self._desk.docks.build("terminal"))

    def _on_visibility_changed(self, dock: str, visible: bool) -> None:
        if dock == "terminal" and visible and not self._heard:
            # The pane is made when it is first seen, and stays.
            self._heard = True
            cast("TerminalPane", self._desk.docks.build("terminal")).needed.connect(self._on_needed)

    def _on_needed(self, terminal_id: str, name: str, message: str) -> None:
        """An agent in a terminal that is not on screen needs the person."""
        self._desk.notices.tell(
            f"{name} needs you", message, tone="warn", action="Show it", act=lambda: self._show(terminal_id)
        )

    def _show(self, terminal_id: str) -> None:
        pane = self._pane()
        pane.choose(terminal_id)
