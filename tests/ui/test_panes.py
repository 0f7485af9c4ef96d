"""Panes side by side: split, moved, closed, forked beside, remembered; the history in an empty one; tabs dragged."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from boocode_desktop.ui.chat.drop_mark import DropMark
from boocode_desktop.ui.chat.pane_view import PaneView
from boocode_desktop.ui.chat.places import CLOSED, places_key
from boocode_desktop.ui.chat.session_chats import ChatLine
from boocode_desktop.ui.dialogs.questions import LineDialog
from tests.fakes import walk
from tests.ui.conftest import settle


def rows(desktop):
    """The numbers of the chats in each pane, left to right."""
    chats = desktop.world.chats
    return [[chats[c].number for c in pane.chats] for pane in desktop.bench.area.arrangement.panes]


@pytest.fixture
def area(desktop):
    desktop.wait(lambda: desktop.bench.area.tabs.count() == 3)
    return desktop.bench.area


def at(desktop, number):
    """Go to the chat of a number."""
    chat = next(v.chat for v in desktop.bench.area.chats if v.chat.number == number)
    desktop.bench.area.arrange(desktop.bench.area.arrangement.brought(chat.id))
    return chat.id


def test_a_chat_opens_in_a_new_pane_and_both_are_live(desktop, area):
    chat_id = at(desktop, 2)
    desktop.do("pane.split")
    assert rows(desktop) == [[1, 3], [2]]
    assert desktop.context.selection.chat_id == chat_id
    shown = [column.pages.currentWidget() for column in area.columns]
    assert all(page.isVisible() for page in shown)
    assert shown[1] is area.pane
    assert shown[1].composer.editor.hasFocus()
    assert abs(area.columns[0].width() - area.columns[1].width()) < 10
    assert [c.accessibleName() for c in area.columns] == ["Pane 1 of 2", "Pane 2 of 2"]


def test_the_pane_with_the_keyboard_is_the_one_that_commands_mean(desktop, area):
    at(desktop, 2)
    desktop.do("pane.split")
    left, right = area.columns
    left.pages.currentWidget().composer.editor.setFocus()
    assert desktop.context.selection.chat_id == left.pages.currentWidget().chat.id
    assert area.tabs is left.tabs
    desktop.do("pane.next")
    assert area.tabs is right.tabs
    assert right.pages.currentWidget().composer.editor.hasFocus()
    desktop.do("pane.previous")
    assert area.tabs is left.tabs


def test_closing_a_pane_moves_its_tabs_to_the_oldest_and_keeps_their_contents(desktop, area):
    at(desktop, 2)
    desktop.do("pane.split")
    moved = area.pane
    desktop.do("pane.move_tab")
    assert rows(desktop) == [[1, 3, 2], []]
    at(desktop, 3)
    desktop.do("pane.split")
    desktop.do("pane.close")
    assert rows(desktop) == [[1, 2, 3], []]
    desktop.do("pane.close")
    assert len(area.columns) == 1 or rows(desktop) == [[1, 2, 3]]
    at(desktop, 2)
    assert area.pane is moved


def test_the_first_pane_can_be_closed_too(desktop, area):
    at(desktop, 1)
    desktop.do("pane.split")
    left = area.columns[0]
    left._close.click()
    assert rows(desktop) == [[1, 2, 3]]
    assert [p.isVisible() for p in area.panes() if p is area.pane] == [True]
    assert len(desktop.window.findChildren(PaneView)) >= 1
    desktop.do("pane.close")
    assert rows(desktop) == [[1, 2, 3]]


def test_tabs_move_by_key_and_stay_so_after_a_restart(desktop, area):
    at(desktop, 1)
    desktop.do("chat.move_right")
    assert rows(desktop) == [[2, 1, 3]]
    desktop.do("chat.move_right")
    desktop.do("chat.move_right")
    desktop.do("chat.move_left")
    at(desktop, 3)
    desktop.do("pane.split")
    assert rows(desktop) == [[2, 1], [3]]
    session_id = area.session_id
    desktop.wait(lambda: desktop.world.settings.get(places_key(session_id)))
    other = next(s for s in desktop.world.sessions if s != session_id)
    desktop.bench.navigator.show_session(other)
    desktop.wait(lambda: area.session_id == other)
    assert len(area.columns) == 1
    desktop.bench.navigator.show_session(session_id)
    desktop.wait(lambda: area.session_id == session_id)
    assert rows(desktop) == [[2, 1], [3]]
    assert desktop.world.chats[desktop.context.selection.chat_id].number == 3


def test_a_tab_is_dragged_with_the_mouse(desktop, area):
    tabs = area.tabs
    start, target = tabs.tabRect(0).center(), tabs.tabRect(2).center() + QPoint(20, 0)
    drag(desktop, tabs, start, target)
    assert rows(desktop) == [[2, 3, 1]]
    assert desktop.world.chats[desktop.context.selection.chat_id].number == 1


def drag(desktop, tabs, start, target):
    press, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    desktop.qtbot.mousePress(tabs, press, none, start)
    steps = 12
    for step in range(1, steps + 1):
        desktop.qtbot.mouseMove(tabs, start + (target - start) * step / steps)
    desktop.qtbot.mouseRelease(tabs, press, none, target)


def test_a_tab_dropped_on_another_pane_goes_there(desktop, area):
    at(desktop, 3)
    desktop.do("pane.split")
    left, right = area.columns
    at(desktop, 1)
    middle = right.mapToGlobal(right.rect().center())
    drag(desktop, left.tabs, left.tabs.tabRect(0).center(), left.tabs.mapFromGlobal(middle))
    assert rows(desktop) == [[2], [3, 1]]
    assert area.pane is right.pages.currentWidget()


def test_while_a_tab_is_carried_the_window_says_where_it_would_go(desktop, area):
    at(desktop, 3)
    desktop.do("pane.split")
    left, right = area.columns
    tabs, none = left.tabs, Qt.KeyboardModifier.NoModifier
    desktop.qtbot.mousePress(tabs, Qt.MouseButton.LeftButton, none, tabs.tabRect(0).center())
    seen = []
    docks = desktop.bench.docks.build("changes")
    for over in (right, docks, left):
        desktop.qtbot.mouseMove(tabs, tabs.mapFromGlobal(over.mapToGlobal(over.rect().center())))
        mark = desktop.window.findChild(DropMark)
        assert mark is not None and mark.isVisible() and not mark.grab().isNull()
        seen.append((mark.words, mark._pane))
    assert seen == [("Move to this pane", right), ("Move to its own window", None), ("Move to this pane", left)]
    desktop.qtbot.mouseMove(tabs, tabs.tabRect(0).center())
    assert not mark.isVisible(), "back in its row"
    desktop.qtbot.mouseRelease(tabs, Qt.MouseButton.LeftButton, none, tabs.tabRect(0).center())
    assert rows(desktop) == [[1, 2], [3]]


def test_an_empty_pane_is_the_history_of_the_session(desktop, area):
    closed = at(desktop, 2)
    desktop.do("chat.close")
    desktop.wait(lambda: rows(desktop) == [[1, 3]])
    desktop.do("pane.new")
    assert rows(desktop) == [[1, 3], []]
    assert area.pane is None
    assert desktop.context.selection.chat_id == ""
    history = area.column.history
    lines = {line.accessibleName(): line for line in history.findChildren(ChatLine)}
    assert [name.split(":")[0] for name in lines] == ["Chat 1", "Chat 3", "Chat 2"]
    shut = next(line for name, line in lines.items() if name.endswith(", closed"))
    shut.click()
    desktop.wait(lambda: rows(desktop) == [[1, 3], [2]])
    assert desktop.context.selection.chat_id == closed


def test_the_history_calls_a_chat_as_its_tab_does(desktop, area):
    chats = desktop.world.chats
    first = next(c for c in chats.values() if c.session_id == area.session_id and c.number == 1)
    chats[first.id] = replace(first, title="")
    desktop.do("pane.new")
    desktop.bench.navigator.reload()
    name = "Chat 1: Fix flaky retry test"
    desktop.wait(
        lambda: any(line.accessibleName().startswith(name) for line in area.column.history.findChildren(ChatLine))
    )
    assert area.columns[0].tabs.tabText(0) == "Fix flaky retry test"


def test_an_open_chat_chosen_in_the_history_moves_there(desktop, area):
    desktop.do("pane.new")
    area.column.history.findChildren(ChatLine)[0].click()
    assert rows(desktop) == [[2, 3], [1]]


def test_chats_are_renamed_and_closed_from_the_history(desktop, area):
    desktop.do("pane.new")
    line = area.column.history.findChildren(ChatLine)[1]
    line.rename.click()
    desktop.wait(lambda: any(d.isVisible() for d in desktop.window.findChildren(LineDialog)))
    dialog = next(d for d in desktop.window.findChildren(LineDialog) if d.isVisible())
    dialog.line.setText("Seeds")
    desktop.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    desktop.wait(lambda: area.columns[0].tabs.tabText(1) == "Seeds")
    line = area.column.history.findChildren(ChatLine)[1]
    line.turn.click()
    desktop.wait(lambda: rows(desktop) == [[1, 3], []])


def test_archived_sessions_come_back_from_the_history(desktop, area):
    project = desktop.world.sessions[area.session_id].project_id
    away = desktop.world.add_session(project, "Old work")
    desktop.do("pane.new")
    desktop.world.sessions[away.id] = type(away)(**{**vars_of(away), "archived": True})
    desktop.bench.navigator.reload()
    desktop.wait(lambda: any(b.accessibleName() == "Restore Old work" for b in buttons(area.column.history)))
    next(b for b in buttons(area.column.history) if b.accessibleName() == "Restore Old work").click()
    desktop.wait(lambda: desktop.called("sessions.restore") == [(away.id,)])
    desktop.wait(lambda: area.session_id == away.id)


def vars_of(record):
    return {name: getattr(record, name) for name in record.__slots__}


def buttons(widget):
    from boocode_desktop.ui.widgets.buttons import IconButton

    return widget.findChildren(IconButton)


def test_a_fork_opens_beside_its_original(desktop, area):
    original = at(desktop, 1)
    desktop.do("chat.fork_beside")
    desktop.wait(lambda: rows(desktop) == [[1, 2, 3], [4]])
    assert desktop.called("chats.fork") == [(original, 2)]
    assert area.columns[0].pages.currentWidget().chat.id == original
    desktop.wait(lambda: area.pane.chat.forked_from == original)


def test_a_chat_without_a_turn_has_nothing_to_fork(desktop, area):
    at(desktop, 3)
    desktop.do("chat.new")
    desktop.wait(lambda: rows(desktop) == [[1, 2, 3, 4]])
    desktop.do("chat.fork_beside")
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    assert not desktop.called("chats.fork")


def test_new_chats_open_in_a_new_pane_from_the_menu(desktop, area):
    desktop.do("pane.new_ask")
    desktop.wait(lambda: rows(desktop) == [[1, 2, 3], [4]])
    assert area.pane.chat.read_only
    desktop.do("pane.new_code")
    desktop.wait(lambda: rows(desktop) == [[1, 2, 3], [4], [5]])
    assert not area.pane.chat.read_only


def test_closed_chats_reopen_newest_first_without_doubles(desktop, area):
    second, third = at(desktop, 2), at(desktop, 3)
    for chat_id in (second, third):
        desktop.bench.area.close_asked.emit(chat_id)
        desktop.wait(lambda chat_id=chat_id: chat_id not in desktop.bench.area.arrangement.chats)
    desktop.wait(lambda: desktop.world.settings.get(CLOSED) == [third, second])
    desktop.do("chat.reopen")
    desktop.wait(lambda: rows(desktop) == [[1, 3]])
    desktop.do("chat.reopen")
    desktop.wait(lambda: rows(desktop) == [[1, 3, 2]])
    desktop.do("chat.reopen")
    desktop.wait(lambda: desktop.bench.notices._toast is not None)
    assert rows(desktop) == [[1, 3, 2]]


def test_tabs_show_the_numbers_of_their_chats(desktop, area):
    at(desktop, 2)
    desktop.do("chat.close")
    desktop.wait(lambda: rows(desktop) == [[1, 3]])
    desktop.do("chat.new")
    desktop.wait(lambda: rows(desktop) == [[1, 3, 4]])
    assert [area.tabs._numbers[c] for c in area.tabs.ids()] == ["1", "3", "4"]
    assert area.tabs.tabToolTip(2) == "Chat 4: Chat 4"


def test_the_menu_of_a_tab_brings_its_chat(desktop, area):
    chat_id = at(desktop, 1)
    area.tab_menu_asked.emit(area.tabs.ids()[2], QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert desktop.context.selection.chat_id != chat_id
    menu.close()
    settle()


def test_panes_and_the_history_are_reached_and_named_without_eyes_or_mouse(desktop, area):
    desktop.window.resize(1_800, 1_000)
    at(desktop, 2)
    desktop.do("pane.split")
    desktop.do("pane.new")
    desktop.wait(lambda: area.column.history.isVisible())
    window = desktop.window
    assert walk.unnamed(window) == walk.twice(window) == walk.without_mouse(window) == walk.unseen_focus(window) == []
