"""Where Tab goes: what stands above first, then what stands further left, in every dock and dialog."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QListWidget, QTextEdit, QVBoxLayout, QWidget

from boocode_desktop.ui.focus_order import before, neighbour, next_part, parts, reading_order
from boocode_desktop.ui.widgets.focus_ring import SHOWS_FOCUS, wants_ring
from tests.fakes import walk


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (QRect(0, 0, 10, 10), QRect(0, 10, 10, 10), True),
        (QRect(0, 12, 10, 10), QRect(50, 0, 10, 10), False),
        (QRect(0, 5, 10, 30), QRect(20, 0, 10, 50), True),
        (QRect(20, 0, 10, 50), QRect(0, 5, 10, 30), False),
        (QRect(0, 0, 10, 11), QRect(40, 10, 10, 10), True),
    ],
)
def test_what_is_read_first(one, other, first):
    assert (before(one, other) < 0) is first


def test_the_order_is_that_of_the_layout_not_of_making(qtbot):
    root = QWidget()
    qtbot.addWidget(root)
    below, left, right, hidden, disabled = (QLineEdit(root) for _ in range(5))
    column, row = QVBoxLayout(root), QHBoxLayout()
    row.addWidget(left)
    row.addWidget(right)
    column.addLayout(row)
    for line in (hidden, disabled, below):
        column.addWidget(line)
    disabled.setEnabled(False)
    root.show()
    hidden.hide()
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    assert reading_order(root) == [left, right, below]
    below.setFocus()
    assert neighbour(root, forward=True) is left
    assert neighbour(root, forward=False) is right
    assert neighbour(QWidget(), forward=True) is None


def test_the_parts_of_the_window_in_turn(desktop):
    desktop.window.resize(1900, 1100)
    for dock in ("changes", "traces"):
        desktop.bench.docks.show(dock)
    names = [part.accessibleName() for part in parts(desktop.window)]
    assert names == ["Projects", "", "Changes", "Trace"]
    desktop.bench.area.pane.composer.editor.setFocus()
    desktop.do("view.next_part")
    assert walk.pane_of(QApplication.focusWidget()).accessibleName() == "Changes"
    desktop.do("view.previous_part")
    assert QApplication.focusWidget() is desktop.bench.area.pane.composer.editor
    assert next_part(desktop.window, 1).accessibleName() == "Changes"
    assert next_part(desktop.window, -1).accessibleName() == "Projects"


def test_who_gets_a_ring(qtbot):
    words, listing, reading, shown = QTextEdit(), QListWidget(), QTextEdit(), QListWidget()
    for widget in (words, listing, reading, shown):
        qtbot.addWidget(widget)
    reading.setReadOnly(True)
    shown.setProperty(SHOWS_FOCUS, True)
    assert [wants_ring(w) for w in (words, listing, reading, shown, None)] == [False, True, True, False, False]


def test_the_ring_comes_with_the_keys_and_goes_with_them(desktop):
    listing = desktop.bench.sidebar.list
    listing.setFocus(Qt.FocusReason.TabFocusReason)
    ring = desktop.bench._ring._ring
    assert ring.parentWidget() is listing and ring.geometry() == listing.rect()
    listing.resize(listing.width() + 20, listing.height())
    assert ring.geometry() == listing.rect()
    desktop.bench.area.pane.composer.editor.setFocus()
    assert not ring.isVisible()
    assert desktop.bench._ring._ring is None
    assert QApplication.focusWidget() is desktop.bench.area.pane.composer.editor
