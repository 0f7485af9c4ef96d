"""Which docks stand behind each other: told to their title bars, which show the tabs in place of Qt's own rows."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from boocode_desktop.ui.dock_places import AREAS, stand_alone, tab_rows
from boocode_desktop.ui.dock_tabs import DockTab
from boocode_desktop.ui.dock_title import DockTitle


def group_of(window: QMainWindow, docks: Mapping[str, QDockWidget], dock_id: str) -> list[str]:
    """The ids of the docks that stand in one place, in the order of their tabs; a dock alone gives itself."""
    dock = docks[dock_id]
    # Qt remembers the former neighbours of a floating dock.
    mates = [] if dock.isFloating() else window.tabifiedDockWidgets(dock)
    here = [i for i, d in docks.items() if d is dock or (d in mates and not d.isFloating() and not d.isHidden())]
    titles = {docks[i].windowTitle(): i for i in here}
    for row in tab_rows(window):
        order = [row.tabText(i) for i in range(row.count())]
        if len(here) > 1 and set(order) == set(titles):
            return [titles[title] for title in order]
    return here


def show_groups(
    window: QMainWindow, docks: Mapping[str, QDockWidget], titles: Mapping[str, DockTitle], tabs: Mapping[str, DockTab]
) -> None:
    """Tell every title bar which tabs it shows; Qt's own rows take no keys.

    They have no height, and are not hidden: Qt shows them again with each layout, which would not end.
    """
    for row in tab_rows(window):
        row.setUsesScrollButtons(False)  # they would stay to be reached by keys
        row.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.setAccessibleName(f"Panes in one place: {', '.join(row.tabText(i) for i in range(row.count()))}")
    for dock_id, title in titles.items():
        title.show_tabs([tabs[i] for i in group_of(window, docks, dock_id) if i in tabs])


def free_fixed(window: QMainWindow, docks: Mapping[str, QDockWidget], titles: Mapping[str, DockTitle]) -> None:
    """A dock that was dropped on one without a title bar has no tab there: it gets a place beside it."""
    for dock_id, dock in docks.items():
        if dock_id not in titles:
            beside = [other for other in group_of(window, docks, dock_id) if other in titles]
            for other in beside:
                stand_alone(window, docks[other], AREAS["left"])
            if beside:
                # Only then: it would come to lie over an open dialog.
                dock.raise_()
