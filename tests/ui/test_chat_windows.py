"""Chats in windows of their own: torn off, put back, there after a restart, and gone with their chat."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from boocode_desktop.domain import events as ev
from boocode_desktop.ui.chat.windows import STORED, ChatWindow
from tests.ui.conftest import settle
from tests.ui.test_panes import at, drag, rows


@pytest.fixture
def area(desktop):
    desktop.wait(lambda: desktop.bench.area.tabs.count() == 3)
    return desktop.bench.area


def opened(desktop) -> list[ChatWindow]:
    return list(desktop.bench.windows._open.values())


def test_a_chat_moves_to_its_own_window_and_goes_on_there(desktop, area):
    chat_id, pane = at(desktop, 1), area.pane
    desktop.do("chat.tear_off")
    (window,) = opened(desktop)
    assert window.isVisible()
    assert window.pane is pane
    assert rows(desktop) == [[2, 3]]
    assert desktop.context.selection.chat_id != chat_id
    pane.composer.write("Go on here")
    pane.composer.submit()
    desktop.wait(lambda: [args for args in desktop.called("turns.send") if args[0] == chat_id])
    desktop.wait(lambda: not pane.composer.running)


def test_closing_its_window_puts_the_chat_back_into_the_oldest_pane(desktop, area):
    at(desktop, 3)
    desktop.do("pane.split")
    at(desktop, 2)
    pane = area.pane
    desktop.do("chat.tear_off")
    assert rows(desktop) == [[1], [3]]
    (window,) = opened(desktop)
    window.activateWindow()
    desktop.wait(window.isActiveWindow)
    desktop.qtbot.keyClick(pane.composer.editor, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(lambda: rows(desktop) == [[1, 2], [3]])
    assert area.pane is pane
    assert pane.isVisible()


def test_a_tab_dragged_out_of_the_window_is_torn_off(desktop, area):
    tabs = area.tabs
    outside = tabs.mapFromGlobal(desktop.window.mapToGlobal(QPoint(-300, 400)))
    drag(desktop, tabs, tabs.tabRect(1).center(), outside)
    assert rows(desktop) == [[1, 3]]
    assert len(opened(desktop)) == 1


def test_it_stays_open_while_another_session_is_shown(desktop, area):
    chat_id = at(desktop, 2)
    session_id = area.session_id
    desktop.do("chat.tear_off")
    other = next(s for s in desktop.world.sessions if s != session_id)
    desktop.bench.navigator.show_session(other)
    desktop.wait(lambda: area.session_id == other)
    assert opened(desktop)[0].isVisible()
    desktop.world.play(chat_id, "Meanwhile", [ev.Text(delta="done")])
    blocks = opened(desktop)[0].pane.transcript.view.stage.blocks
    desktop.wait(lambda: len(blocks) == 3)
    opened(desktop)[0].close()
    assert not opened(desktop)
    desktop.bench.navigator.show_session(session_id)
    desktop.wait(lambda: rows(desktop) == [[1, 3, 2]])


def test_asking_for_it_brings_its_window(desktop, area):
    chat_id = at(desktop, 2)
    desktop.do("chat.tear_off")
    opened(desktop)[0].showMinimized()
    desktop.bench.navigator.show_session(area.session_id, chat_id)
    desktop.wait(lambda: not opened(desktop)[0].isMinimized())
    assert rows(desktop) == [[1, 3]]


def test_its_window_goes_when_the_chat_is_closed(desktop, area):
    chat_id = at(desktop, 2)
    desktop.do("chat.tear_off")
    area.close_asked.emit(chat_id)
    desktop.wait(lambda: not opened(desktop))
    desktop.wait(lambda: rows(desktop) == [[1, 3]])


def test_windows_are_there_after_a_restart(desktop, area, make_desktop):
    at(desktop, 2)
    desktop.do("chat.tear_off")
    desktop.wait(lambda: desktop.world.settings.get(STORED))
    stored = desktop.world.settings[STORED]
    desktop.world.settings[STORED] = [*stored, {"chat": "gone", "session": "gone", "place": ""}, "nonsense"]
    again = make_desktop()
    again.wait(lambda: len(opened(again)) == 1)
    again.wait(lambda: rows(again) == [[1, 3]])
    assert opened(again)[0].pane.chat.number == 2
    assert "Fix flaky retry test" in [label.text().partition("New chat in ")[2] for label in labels(again)]
    assert opened(again)[0].testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating), "the main window has the keys"


def labels(desktop):
    return opened(desktop)[0].pane.empty.findChildren(QLabel)


def test_a_window_torn_off_at_the_edge_of_the_screen_is_all_on_it(desktop, area):
    at(desktop, 2)
    screen = desktop.window.screen().availableGeometry()
    area.tab_dropped.emit(desktop.context.selection.chat_id, screen.bottomRight() - QPoint(4, 4))
    desktop.wait(lambda: opened(desktop))
    assert screen.contains(opened(desktop)[0].geometry())


def test_commands_mean_the_chat_whose_window_has_the_keyboard(desktop, area, monkeypatch):
    chat_id = at(desktop, 2)
    desktop.do("chat.tear_off")
    (window,) = opened(desktop)
    monkeypatch.setattr(
        "boocode_desktop.ui.chat.windows.QApplication.activeWindow", staticmethod(lambda: window), raising=True
    )
    desktop.world.script = lambda text: [(0, ev.Text(delta="…")), (3_600, ev.Text(delta=""))]
    window.pane.composer.write("go")
    window.pane.composer.submit()
    desktop.wait(lambda: window.pane.composer.running)
    desktop.do("chat.stop")
    desktop.wait(lambda: desktop.called("turns.cancel") == [(chat_id,)])
    settle()
