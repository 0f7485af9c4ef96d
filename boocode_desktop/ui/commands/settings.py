"""Opening the settings where they can be read, and giving the keys back to where they came from."""

from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.dock_title import DockTitle
from boocode_desktop.ui.settings.dock import ID

if TYPE_CHECKING:
    from boocode_desktop.ui.settings.pane import SettingsPane

Place = Literal["here", "beside", "large"]
_ROOMY, _READABLE = 1_600, 700


def place_for(window_width: int, *, is_open: bool, floating: bool, placed: bool) -> Place:
    """Where the settings come up: where they are, beside the chats where there is room, else in the whole window.

    `placed` says that somebody has put them beside the chats before.
    """
    if is_open or floating:
        return "here"
    return "beside" if placed or window_width >= _ROOMY else "large"


class SettingsCommands(QObject):
    """The settings rows of the `view` and `program` menus."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._before: QWidget | None = None
        self._placed = False
        self._pane: SettingsPane | None = None
        if not desk.docks.known(ID):
            return
        bind = desk.context.actions.bind
        bind("program.settings", self.open)
        bind("view.settings", self.toggle)
        bind("settings.maximise", self.maximise)

    def open(self, wanted: str = "") -> None:
        """The settings at a page, at the page of a group, or at one setting by its key; "" leaves them as they are."""
        docks, pane = self._desk.docks, self._built()
        here = QApplication.focusWidget()
        if here is not None and not pane.isAncestorOf(here):
            self._before = here
        if wanted:
            pane.show_wanted(wanted)
        place = place_for(
            self._desk.window.width(),
            is_open=docks.visible(ID),
            floating=docks.floating(ID),
            placed=self._placed,
        )
        if place == "large":
            docks.enlarge(ID)
        else:
            docks.show(ID)
        if place == "beside":
            docks.widen(ID, _READABLE)
        if docks.floating(ID):
            pane.window().activateWindow()
        pane.take_keys()

    def toggle(self) -> None:
        """Open them, or close them."""
        if self._desk.docks.visible(ID):
            self.close()
        else:
            self.open()

    def maximise(self) -> None:
        """Give them the whole window, or put them beside the chats."""
        docks = self._desk.docks
        if docks.large == ID:
            docks.shrink()
            self._placed = True
            docks.show(ID)
            docks.widen(ID, _READABLE if self._desk.window.width() >= _ROOMY else 0)
        else:
            self._placed = False
            docks.enlarge(ID)
        self._built().take_keys()

    def close(self) -> None:
        """Close them and give the keys back."""
        self._desk.docks.show(ID, False)
        self._give_back()

    def leave(self) -> None:
        """Give the keys back; what had the whole window goes."""
        if self._desk.docks.large == ID:
            self._desk.docks.shrink()
        self._give_back()

    def _built(self) -> "SettingsPane":
        pane = cast("SettingsPane", self._desk.docks.build(ID))
        if self._pane is None:
            self._pane = pane
            pane.left.connect(self.leave)
            # The title bar and what stands in it belong to the dock, not to the pane.
            dock = pane.parentWidget()
            for part in dock.findChildren(DockTitle) if dock is not None else ():
                escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), part)
                escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                escape.activated.connect(pane.escape)
        return pane

    def _give_back(self) -> None:
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.window().activateWindow()
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._desk.area.pane is not None:
            self._desk.area.pane.composer.editor.setFocus(Qt.FocusReason.OtherFocusReason)
