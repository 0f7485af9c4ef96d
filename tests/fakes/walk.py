"""Walks over a window's widgets as somebody does who does not see it: names, roles, where the keys can go."""

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.dialogs.sheet import Sheet
from boocode_desktop.ui.sidebar.panel import Sidebar

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
)
PANES = (QDockWidget, ChatPane, Sheet, Sidebar)
SAY_NOTHING = (QAccessible.Role.NoRole, QAccessible.Role.Client)
ITEMS = 40
"""So many entries of a list are asked for their names."""
AROUND = 10
"""Pixels beside a control that may show its focus."""


def controls(root: QWidget) -> list[QWidget]:
    """Everything visible that people can do something with, without the parts Qt puts inside of others."""
    return [w for w in root.findChildren(QWidget) if w.isVisible() and _is_control(w) and not _parked(w)]


def _parked(widget: QWidget) -> bool:
    """Whether it stands in a dock behind another one's tab, which Qt keeps outside of the window."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, QDockWidget):
        above = above.parentWidget()
    return above is not None and above.visibleRegion().isEmpty()


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, QScrollBar) or not widget.isEnabled() or widget.objectName().startswith("qt_"):
        return False
    if widget.size().isEmpty() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return False  # Qt's own rows of dock tabs: no height, no keys
    if isinstance(widget.parentWidget(), (QTabBar, QComboBox, QAbstractSpinBox)) and not widget.accessibleName():
        return False  # scroll buttons, editors and lists of Qt's own
    if isinstance(widget, QLineEdit) and widget.isReadOnly() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return False  # shown, not yet to be edited
    takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    return isinstance(widget, CONTROLS) or bool(takes_tab)


def name(widget: QWidget) -> str:
    """What a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface is not None else ""


def describe(widget: QWidget) -> str:
    """Which widget a finding is about."""
    parents = [type(widget).__name__]
    above = widget.parentWidget()
    while above is not None and len(parents) < 4:
        parents.append(type(above).__name__)
        above = above.parentWidget()
    return f"{name(widget)!r} " + " < ".join(parents)


def unnamed(root: QWidget) -> list[str]:
    """Controls, and entries of lists, without a name."""
    found = [describe(w) for w in controls(root) if not name(w)]
    for view in controls(root):
        if isinstance(view, QAbstractItemView):
            found += [f"entry {number} of {describe(view)}" for number in _nameless_entries(view)]
    return found


def _nameless_entries(view: QAbstractItemView) -> Iterator[int]:
    model = view.model()
    for number in range(min(ITEMS, model.rowCount()) if model is not None else 0):
        index = model.index(number, 0)
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        said = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data(Qt.ItemDataRole.DisplayRole)
        if enabled and not str(said or "").strip():
            yield number


def unspoken(root: QWidget) -> list[str]:
    """Controls whose role says nothing of what they are."""
    found = []
    for widget in controls(root):
        interface = QAccessible.queryAccessibleInterface(widget)
        page = isinstance(widget, QScrollArea)  # what is in it says what it is
        if not page and (interface is None or interface.role() in SAY_NOTHING):
            found.append(describe(widget))
    return found


def technical(root: QWidget) -> list[str]:
    """Widgets whose name is that of a class or of an icon, which says nothing to people."""
    icons = {path.stem for path in resource_path("icons").glob("*.svg")}
    every = [root, *root.findChildren(QWidget)]
    classes = {c.__name__ for w in every for c in type(w).__mro__}
    return [describe(w) for w in every if w.isVisible() and w.accessibleName() in icons | classes]


def twice(root: QWidget) -> list[str]:
    """Names that stand twice in one pane."""
    named = Counter((pane_of(w), name(w)) for w in controls(root) if w.isEnabled())
    return [f"{said!r} x{count} in {describe(pane)}" for (pane, said), count in named.items() if count > 1]


def pane_of(widget: QWidget) -> QWidget:
    """The pane, dialog or window a control stands in."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, PANES):
        above = above.parentWidget()
    return above if above is not None else widget.window()


def reachable(widget: QWidget) -> bool:
    """Whether Tab can go there, or the keys of the part that it belongs to work it."""
    if isinstance(widget.parentWidget(), QTabBar):
        return True  # a tab's button; the bar has keys of its own
    proxy, group = widget.focusProxy(), widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        # Tab goes to the chosen one, arrow keys to the others.
        return any(b.focusPolicy() & Qt.FocusPolicy.TabFocus for b in group.buttons())
    return bool((proxy or widget).focusPolicy() & Qt.FocusPolicy.TabFocus)


def without_mouse(root: QWidget) -> list[str]:
    """Controls that only a mouse can reach."""
    return [describe(w) for w in controls(root) if not reachable(w)]


def unseen_focus(root: QWidget) -> list[str]:
    """Controls that look the same with and without the focus."""
    found = []
    window = root.window()
    for widget in controls(root):
        if (
            widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not widget.visibleRegion().isEmpty()
        ):
            at = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
            at = at.adjusted(-AROUND, -AROUND, AROUND, AROUND)
            if _picture(window, at, None) == _picture(window, at, widget):
                found.append(describe(widget))
    return found


def _picture(window: QWidget, at: QRect, focused: QWidget | None) -> QImage:
    before = QApplication.focusWidget()
    if focused is not None:
        focused.setFocus(Qt.FocusReason.TabFocusReason)
    elif before is not None:
        before.clearFocus()
    return window.grab(at).toImage()


def tab_stop(widget: QWidget) -> bool:
    """Whether Tab stops there; one of an exclusive group is enough."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is None or not group.exclusive() or widget.isChecked()


def cut(root: QWidget) -> list[str]:
    """Texts that do not fit and neither wrap nor end in an ellipsis of their own."""
    found = []
    for label in root.findChildren(QLabel):
        seen = label.isVisible() and not label.visibleRegion().isEmpty()
        if seen and label.text() and not label.wordWrap() and label.sizeHint().width() > label.width() + 1:
            found.append(f"{label.text()!r} needs {label.sizeHint().width()} px of {label.width()}")
    return found
