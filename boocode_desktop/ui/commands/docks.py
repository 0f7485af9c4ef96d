"""What can be done with the panes beside and below the chats, by menu and key as by mouse: float, move, tab, close."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint

from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.dock_spec import Area

DOCK_MENU = (
    "dock.float",
    "",
    "dock.left",
    "dock.bottom",
    "dock.right",
    "dock.untab",
    "dock.next_tab",
    "",
    "dock.close",
)


class DockCommands(QObject):
    """The `dock` rows of the `view` menu. They mean the side pane that was used last."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._docks = desk, desk.docks
        for action_id, act in self._handlers().items():
            desk.context.actions.bind(action_id, act)
        desk.docks.menu_asked.connect(self._on_menu_asked)

    def untab(self, dock_id: str) -> None:
        """Give it a place of its own."""
        if not self._docks.untab(dock_id):
            self._desk.notices.tell("This pane has its place alone", "It shares it with no other pane.", tone="info")

    def _handlers(self) -> dict[str, Callable[[], object]]:
        def move(area: Area) -> Callable[[], object]:
            return self._with_current(lambda dock_id: self._docks.move(dock_id, area))

        return {
            "dock.float": self._with_current(self._docks.toggle_floating),
            "dock.left": move("left"),
            "dock.right": move("right"),
            "dock.bottom": move("bottom"),
            "dock.untab": self._with_current(self.untab),
            "dock.next_tab": self._with_current(self._docks.step),
            "dock.close": self._with_current(lambda dock_id: self._docks.show(dock_id, False)),
        }

    def _with_current(self, act: Callable[[str], object]) -> Callable[[], None]:
        def run() -> None:
            if self._docks.current:
                act(self._docks.current)
            else:
                self._desk.notices.tell("No side pane is in use", "Open one first, or go to it with F6.", tone="info")

        return run

    def _on_menu_asked(self, _dock_id: str, at: QPoint) -> None:
        menu = self._desk.context.actions.menu(self._desk.window, *DOCK_MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
