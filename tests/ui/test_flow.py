"""Widgets that go on in the next line where the room ends."""

import pytest
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.widgets.flow import FlowLayout


def boxes(layout, *sizes):
    made = []
    for width, height in sizes:
        box = QWidget()
        box.setFixedSize(width, height)
        layout.addWidget(box)
        made.append(box)
    return made


@pytest.mark.parametrize(
    ("width", "height", "places"),
    [
        (400, 30, [(0, 0), (108, 0), (216, 0)]),
        (308, 30, [(0, 0), (108, 0), (216, 0)]),
        (307, 68, [(0, 0), (108, 0), (0, 38)]),
        (100, 106, [(0, 0), (0, 38), (0, 76)]),
    ],
)
def test_lines_break_where_the_room_ends(qtbot, width, height, places):
    root = QWidget()
    qtbot.addWidget(root)
    layout = FlowLayout(root)
    made = boxes(layout, (100, 30), (100, 30), (92, 30))
    root.resize(width, height)
    root.show()
    assert layout.heightForWidth(width) == height
    assert [(box.x(), box.y()) for box in made] == places


def test_what_is_hidden_takes_no_room(qtbot):
    root = QWidget()
    qtbot.addWidget(root)
    layout = FlowLayout(root)
    first, second = boxes(layout, (100, 30), (100, 30))
    first.hide()
    root.resize(300, 30)
    root.show()
    assert (second.x(), layout.sizeHint().width(), layout.minimumSize().width()) == (0, 100, 100)
    assert layout.takeAt(5) is None and layout.itemAt(0).widget() is first
