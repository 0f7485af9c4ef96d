"""At twice the text size, on half the pixels: what does not fit is cut, and then a tool tip has all of it."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.settings.navigation import GroupButton
from boocode_desktop.ui.widgets.labels import ElidedLabel
from tests.fakes import ink
from tests.ui.conftest import settings_pane, settle
from tests.ui.test_accessible_walk import FULL_HD_AT_200, OPENED, shown_sheet

SMALLEST = (760, 480)


@pytest.mark.parametrize("size", [FULL_HD_AT_200, SMALLEST])
def test_the_window_with_each_dock(desktop, monkeypatch, size):
    desktop.window.resize(*size)
    for dock in desktop.bench.docks._docks:
        desktop.bench.docks.show(dock)
        settle()
        assert (dock, ink.cut_without_tip(desktop.window, monkeypatch)) == (dock, [])


def test_the_first_start(first_start, monkeypatch):
    first_start.window.resize(*FULL_HD_AT_200)
    first_start.wait(lambda: first_start.bench.welcome.models._files)
    assert ink.cut_without_tip(first_start.window, monkeypatch) == []


@pytest.mark.parametrize("action", [*OPENED, "program.keys"])
def test_every_dialog_covers_the_window_and_cuts_nothing(desktop, monkeypatch, action):
    desktop.window.resize(*FULL_HD_AT_200)
    desktop.do(action)
    sheet = shown_sheet(desktop)
    settle()
    assert ink.cut_without_tip(sheet.card, monkeypatch) == []
    for x in range(20, desktop.window.width(), 90):
        for y in range(20, desktop.window.height(), 60):
            over = desktop.window.childAt(QPoint(x, y))
            assert over is sheet or sheet.isAncestorOf(over), f"{over} lies over the dialog at {x}, {y}"


def test_every_page_of_the_settings(desktop, monkeypatch):
    desktop.window.resize(*FULL_HD_AT_200)
    pane = settings_pane(desktop)
    for page in [b.text() for b in pane.findChildren(GroupButton)]:
        pane.show_group(page)
        settle()
        assert (page, ink.cut_without_tip(desktop.window, monkeypatch)) == (page, [])


def test_a_message_that_is_too_long(desktop, monkeypatch):
    desktop.window.resize(*FULL_HD_AT_200)
    desktop.bench.notices.tell(
        "A very long title " * 9, "with a very long detail " * 9, action="Undo", act=lambda: None
    )
    settle()
    assert ink.cut_without_tip(desktop.window, monkeypatch) == []


def test_the_measure_finds_a_cut_text(qtbot, theme, monkeypatch):
    window = QWidget()
    qtbot.addWidget(window)
    label = ElidedLabel(theme, "much too long for so little room", parent=window)
    label.setGeometry(0, 0, 80, 20)
    window.show()
    assert ink.cut_without_tip(window, monkeypatch) == []
    monkeypatch.setattr(ElidedLabel, "setToolTip", lambda *_: None)
    label.setProperty("toolTip", "")
    assert len(ink.cut_without_tip(window, monkeypatch)) == 1
