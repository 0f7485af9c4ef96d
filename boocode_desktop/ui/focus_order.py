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


def reading_order(root: QWidget, also: QWidget | None = None) -> list[QWidget]:
    """Every visible widget beneath `root` that takes Tab, and `also`, in the order in which people read."""
    found: list[QWidget] = []
    for child in _children(root):
        if takes_tab(child) or child is also:
            found.append(child)
        found += reading_order(child, also)
    return found


def neighbour(root: QWidget, *, forward: bool, home: QWidget | None = None) -> QWidget | None:
    """Where Tab goes from the widget that has the keys now, round the ends.

    Qt asks too when that widget is disabled, whose neighbour it is then, and when it is hidden: then they stay in what
    is left around it, or go to `home` where that is the whole window.
    """
    here = QApplication.focusWidget()
    if here is not None and root.isAncestorOf(here) and not here.isVisible():
        return _left_around(root, here, home)
    order = reading_order(root, here)
    if not order or order == [here]:
        return None
    at = order.index(here) + (1 if forward else -1) if here in order else 0 if forward else -1
    return order[at % len(order)]


def _left_around(root: QWidget, gone: QWidget, home: QWidget | None) -> QWidget | None:
    above: QWidget | None = gone.parentWidget()
    wanted = home if home is not None and takes_tab(home) else None
    while above is not None:
        if above.isVisible():
            if wanted is not None and (above is root or above.isAncestorOf(wanted)):
                return wanted
            if stops := reading_order(above):
                return stops[0]
        above = above.parentWidget() if above is not root else None
    return wanted


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
