"""The main menu and the list of keys: both are the table of actions, looked at in another way."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from boocode_desktop.ui.actions import Actions, Where
from boocode_desktop.ui.palette.entries import Entry

MENU = "view.menu"
CAPTIONS: Mapping[str, str] = {
    "project": "Project",
    "session": "Session",
    "chat": "Chat",
    "changes": "Changes",
    "terminal": "Terminal",
    "view": "View",
    "program": "BooCode",
}
PLACES: Mapping[Where, str] = {
    "window": "",
    "chat": "in a chat",
    "composer": "in the message",
    "changes": "in the changes",
    "terminal": "in a terminal",
}
FIXED = (
    ("Go from control to control", "Tab", "everywhere"),
    ("Go from control to control, backwards", "Shift Tab", "everywhere"),
    ("Choose in a list", "↑ ↓", "in lists"),
    ("Open what is chosen", "Enter", "in lists"),
    ("Fold and unfold", "← →", "in the list of projects"),
    ("The menu of a row", "Menu", "in the list of projects"),
    ("Allow once", "Enter", "in a question"),
    ("Always allow for this session", "A", "in a question"),
    ("Deny", "D", "in a question"),
    ("Close", "Esc", "in dialogs and menus"),
)
"""Keys of lists, dialogs and questions, which are no actions: title, keys, where."""


def main_menu(actions: Actions, parent: QWidget) -> QMenu:
    """Every action that makes sense by mouse, in a submenu for each subject; it goes when it is closed."""
    menu = QMenu(parent)
    menu.setAccessibleName("Main menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for subject, caption in CAPTIONS.items():
        below = menu.addMenu(caption)
        below.setAccessibleName(caption)
        for spec in actions.specs.values():
            if spec.menu == subject and not spec.hidden and spec.id != MENU:
                below.addAction(actions.action(spec.id))
    return menu


def key_entries(actions: Actions) -> list[Entry]:
    """Everything that has keys, in the order of the menus; Enter does what can be done now."""
    entries = [
        Entry(
            title=spec.title.rstrip("…"),
            group=caption,
            icon=spec.icon or "keyboard",
            detail=PLACES[spec.where],
            keys=actions.keys(spec.id),
            act=actions.action(spec.id).trigger,
        )
        for subject, caption in CAPTIONS.items()
        for spec in actions.specs.values()
        if spec.menu == subject and actions.keys(spec.id)
    ]
    fixed = [
        Entry(title=title, group="Everywhere else", icon="keyboard", detail=where, keys=keys, act=_nothing)
        for title, keys, where in FIXED
    ]
    return entries + fixed


def _nothing() -> None:
    """These keys work where they work, not from the list."""
