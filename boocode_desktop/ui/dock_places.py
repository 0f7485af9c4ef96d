"""Where docks go when they are moved by key or menu, and how large a floating one may be."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
_MOST_WIDE, _MOST_HIGH = 0.7, 0.75
"""The share of the screen that a dock takes at most when it begins to float."""
_STEP = 32


def floating_size(size: tuple[int, int], screen: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a dock that begins to float, px: as it was, but not as high as a whole window."""
    return min(size[0], int(screen[0] * _MOST_WIDE)), min(size[1], int(screen[1] * _MOST_HIGH))


def on_screen(place: QRect, screen: QRect) -> QRect:
    """A place moved, and shrunk where it must be, so that all of it is on the screen."""
    found = QRect(place)
    found.setSize(place.size().boundedTo(screen.size()))
    found.moveLeft(min(max(found.left(), screen.left()), screen.right() - found.width() + 1))
    found.moveTop(min(max(found.top(), screen.top()), screen.bottom() - found.height() + 1))
    return found


def tab_rows(window: QMainWindow) -> list[QTabBar]:
    """Qt's own rows of dock tabs. The style sheet gives them no height."""
    found: list[QTabBar] = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found


def is_behind(window: QMainWindow, dock: QDockWidget) -> bool:
    """Whether another one stands in front of a dock in the same place."""
    title, mates = dock.windowTitle(), [d for d in window.tabifiedDockWidgets(dock) if not d.isFloating()]
    rows = [r for r in tab_rows(window) if title in (r.tabText(i) for i in range(r.count()))] if mates else []
    return any(row.tabText(row.currentIndex()) != title for row in rows)


def float_dock(window: QMainWindow, dock: QDockWidget) -> None:
    """Take a dock out of the window; it stands over the place where it was."""
    at, size = dock.mapToGlobal(dock.rect().topLeft()), dock.size()
    behind = dock.visibleRegion().isEmpty()
    screen = window.screen().availableGeometry()
    width, height = floating_size((size.width(), size.height()), (screen.width(), screen.height()))
    if behind:
        # Qt parks docks behind another's tab far outside.
        at = window.mapToGlobal(window.rect().center())
        at.setX(at.x() - width // 2)
        at.setY(at.y() - height // 2)
    dock.setFloating(True)
    dock.setGeometry(on_screen(QRect(at.x() - _STEP, at.y() + _STEP, width, height), screen))


def move_dock(window: QMainWindow, dock: QDockWidget, area: str, others: Sequence[QDockWidget]) -> None:
    """Dock at a side: as a tab with the first of `others` that is docked there, else alone."""
    there = AREAS[area]
    mates = [o for o in others if o is not dock and o.isVisible() and not o.isFloating()]
    mate = next((o for o in mates if window.dockWidgetArea(o) == there), None)
    stand_alone(window, dock, there)
    if mate is not None:
        window.tabifyDockWidget(mate, dock)
    dock.show()
    dock.raise_()


def stand_alone(window: QMainWindow, dock: QDockWidget, area: Qt.DockWidgetArea) -> None:
    """Give a dock a place of its own at a side: beside what is there at the left and below, under it at the right."""
    window.removeDockWidget(dock)
    dock.setFloating(False)
    right = area == AREAS["right"]
    window.addDockWidget(area, dock, Qt.Orientation.Vertical if right else Qt.Orientation.Horizontal)
    dock.show()
