"""The order in which Tab goes through a window: as people read it, whatever the order in which its parts were made."""

from collections.abc import Sequence
from functools import cmp_to_key

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu, QTabBar, QWidget

SLACK = 2
"""Widgets that overlap by so many pixels still stand one below the other."""


def before(one: QRect, other: QRect) -> int:
    """Negative where `one` is read first: what stands above, else what stands further left."""
    if one.top() + one.height() <= other.top() + SLACK:
        return -1
    if other.top() + other.height() <= one.top() + SLACK:
        return 1
    return one.left() - other.left() or one.top() - other.top()


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab stops at a widget."""
    policy = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return policy and widget.isEnabled() and widget.focusProxy() is None and widget.isVisible()


def reading_order(root: QWidget) -> list[QWidget]:
    """Every visible widget beneath `root` that takes Tab, in the order in which people read."""
    found: list[QWidget] = []
    for child in _children(root):
        if takes_tab(child):
            found.append(child)
        found += reading_order(child)
    return found


def neighbour(root: QWidget, *, forward: bool) -> QWidget | None:
    """Where Tab goes from the widget that has the keys now, round the ends."""
    order = reading_order(root)
    if not order:
        return None
    here = QApplication.focusWidget()
    at = order.index(here) + (1 if forward else -1) if here in order else 0 if forward else -1
    return order[at % len(order)]


def parts(window: QMainWindow) -> Sequence[QWidget]:
    """The docks on screen and what stands between them, as they are read."""
    centre = window.centralWidget()
    return [w for w in _children(window) if (isinstance(w, QDockWidget) and reading_order(w)) or w is centre]


def next_part(window: QMainWindow, step: int) -> QWidget | None:
    """The dock, or the middle, that is `step` further than the one with the keys."""
    every = parts(window)
    here = QApplication.focusWidget()
    at = next((i for i, part in enumerate(every) if here is not None and part.isAncestorOf(here)), -1)
    if not every:
        return None
    return every[(at + step) % len(every)] if at >= 0 else every[0]


def focus_first(part: QWidget) -> None:
    """Give the keys to what a part is about: a dock's content before its title bar."""
    content = part.widget() if isinstance(part, QDockWidget) else part
    proxy = content.focusProxy() if content is not None else None
    stops = [proxy] if proxy is not None and proxy.isVisible() else []
    stops += reading_order(content) if content is not None else []
    stops += reading_order(part)
    if stops:
        stops[0].setFocus(Qt.FocusReason.TabFocusReason)


def _children(root: QWidget) -> list[QWidget]:
    inside = [
        w
        for w in root.children()
        if isinstance(w, QWidget)
        and w.isVisible()
        and not w.isWindow()
        and not isinstance(w, QMenu)
        # A dock behind another one's tab, or a row of one tab, is not hidden but stands outside of the window.
        and not (isinstance(w, QDockWidget | QTabBar) and w.visibleRegion().isEmpty())
    ]
    return sorted(inside, key=cmp_to_key(_compare))


def _compare(one: QWidget, other: QWidget) -> int:
    return before(one.geometry(), other.geometry())
