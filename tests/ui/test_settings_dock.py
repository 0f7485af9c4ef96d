"""The settings as a pane: where they come up, who has the keys, how they fold, what layouts do with them."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from boocode_desktop.ui.commands.settings import place_for
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.layouts import STORED
from boocode_desktop.ui.settings.navigation import GroupButton
from boocode_desktop.ui.settings.pages import page_table
from boocode_desktop.ui.settings.pane import NARROWEST
from tests.fakes import walk
from tests.ui.conftest import settings_pane, settle


@pytest.mark.parametrize(
    ("width", "is_open", "floating", "placed", "place"),
    [
        (1_440, False, False, False, "large"),
        (1_440, False, False, True, "beside"),
        (1_440, True, False, False, "here"),
        (1_440, False, True, False, "here"),
        (1_920, False, False, False, "beside"),
    ],
)
def test_where_they_come_up(width, is_open, floating, placed, place):
    assert place_for(width, is_open=is_open, floating=floating, placed=placed) == place


def focused():
    return QApplication.focusWidget()


@pytest.fixture
def editor(desktop):
    desktop.window.resize(1_440, 900)
    editor = desktop.bench.area.pane.composer.editor
    editor.setFocus()
    return editor


def test_in_a_small_window_they_get_all_of_it_and_escape_puts_everything_back(desktop, editor):
    docks = desktop.bench.docks
    pane = settings_pane(desktop)
    assert docks.large == "settings"
    desktop.wait(lambda: isinstance(focused(), GroupButton))
    assert isinstance(focused(), GroupButton) and pane.isAncestorOf(focused())
    desktop.qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert focused() is editor
    assert not docks.visible("settings")
    assert docks.visible("changes") and docks.visible("traces")


def test_beside_the_chats_they_stay_when_the_keys_go_back(desktop, editor):
    docks = desktop.bench.docks
    pane = settings_pane(desktop)
    desktop.do("settings.maximise")
    assert docks.large == "" and docks.visible("settings") and pane.isAncestorOf(focused())
    desktop.qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert focused() is editor and docks.visible("settings")
    desktop.do("program.settings")
    assert pane.isAncestorOf(focused())
    desktop.do("view.settings")
    assert focused() is editor and not docks.visible("settings")
    desktop.do("view.settings")
    assert docks.visible("settings") and docks.large == ""


def test_in_a_wide_window_they_come_up_beside_the_chats_and_give_the_room_back(desktop, editor):
    desktop.window.resize(1_900, 1_000)
    docks = desktop.bench.docks
    desktop.wait(lambda: docks.build("traces").width() > 300)
    before = docks.build("traces").width()
    pane = settings_pane(desktop)
    assert docks.large == ""
    desktop.wait(lambda: pane.width() >= 640)
    docks.show("settings", False)
    desktop.wait(lambda: docks.build("traces").isVisible())
    desktop.wait(lambda: abs(docks.build("traces").width() - before) <= 4)


def test_f6_walks_to_them(desktop, editor):
    desktop.window.resize(1_900, 1_000)
    pane = settings_pane(desktop)
    editor.setFocus()
    for _ in range(6):
        desktop.do("view.next_part")
        if pane.isAncestorOf(focused()):
            break
    desktop.wait(lambda: isinstance(focused(), GroupButton))


def test_they_are_there_before_any_session_and_survive_being_saved(first_start):
    docks = first_start.bench.docks
    first_start.window.resize(1_900, 1_000)
    pane = settings_pane(first_start)
    assert pane.isVisible()
    docks.save()
    assert docks.visible("settings")
    first_start.qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not pane.isAncestorOf(focused())


def test_layouts_bring_them_back(desktop):
    desktop.window.resize(1_900, 1_000)
    docks = desktop.bench.docks
    settings_pane(desktop)
    state = docks.save()
    desktop.do("layout.focus")
    assert not docks.visible("settings")
    assert docks.restore(state)
    assert docks.visible("settings")
    assert STORED


def test_a_narrow_pane_has_a_menu_in_place_of_the_list(desktop):
    desktop.window.resize(1_900, 1_000)
    pane = settings_pane(desktop, "Keyboard")
    desktop.wait(lambda: not pane.picker.isVisible())
    pane.setFixedWidth(420)
    settle()
    assert pane.picker.isVisible() and pane.picker.text() == "Keyboard"
    assert focused() is pane.picker
    pane.picker.chosen.emit("Models")
    assert pane.page.findChildren(QLineEdit)
    pane.setFixedWidth(900)
    settle()
    assert not pane.picker.isVisible()
    assert isinstance(focused(), GroupButton) and focused().text() == "Models"


def test_the_focus_goes_with_the_page(desktop, editor):
    pane = settings_pane(desktop)
    pane.show_group("Agents")
    assert focused().text() == "Agents"
    desktop.qtbot.keyClick(focused(), Qt.Key.Key_Down)
    assert focused().text() == "Permissions" and focused().isChecked()


@pytest.mark.parametrize("page", [page.name for page in page_table()])
def test_opened_at_a_page_its_entry_has_the_keys(desktop, page):
    settings_pane(desktop, page)
    desktop.wait(lambda: isinstance(focused(), GroupButton))
    assert (focused().text(), focused().isChecked()) == (page, True)


def test_a_setting_found_in_the_palette_gets_the_keys(desktop, editor):
    settings_pane(desktop, "step_limit")
    assert isinstance(focused(), QLineEdit) and focused().accessibleName() == "Step limit"


def test_escape_ends_a_search_first(desktop, editor):
    pane = settings_pane(desktop)
    desktop.qtbot.keyClick(focused(), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert focused() is pane.search
    desktop.qtbot.keyClicks(pane.search, "theme")
    desktop.wait(lambda: pane.page.findChildren(QLineEdit) == [] and "theme" in pane.search.text())
    desktop.qtbot.keyClick(pane.search, Qt.Key.Key_Escape)
    assert pane.search.text() == "" and focused() is pane.search
    desktop.qtbot.keyClick(pane.search, Qt.Key.Key_Escape)
    assert focused() is editor


class Windows(QObject):
    """Notes every window that shows itself."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return False


def test_no_part_of_a_page_flashes_up_as_a_window_while_it_is_made(desktop, qapp):
    windows = Windows()
    qapp.installEventFilter(windows)
    pane = settings_pane(desktop)
    for page in page_table():
        pane.show_group(page.name)
        settle()
    pane.search.setText("a")
    pane.show_found()
    settle()
    qapp.removeEventFilter(windows)
    assert windows.shown == []


@pytest.mark.parametrize("page", [page.name for page in page_table()])
def test_a_narrow_pane_cuts_nothing(desktop, page):
    desktop.window.resize(1_440, 900)
    pane = settings_pane(desktop, page)
    desktop.do("settings.maximise")
    pane.setFixedWidth(NARROWEST)
    desktop.wait(lambda: pane.picker.isVisible())
    area = pane._stack.currentWidget()
    desktop.wait(lambda: pane.page.width() <= area.viewport().width())
    assert pane.page.minimumSizeHint().width() <= area.viewport().width()
    assert walk.cut(pane) == []


def test_escape_leaves_from_the_title_bar_too(desktop, editor):
    settings_pane(desktop)
    close = next(w for w in desktop.window.findChildren(QWidget) if w.accessibleName() == "Close settings")
    close.setFocus()
    desktop.qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert focused() is editor and not desktop.bench.docks.visible("settings")


def test_what_is_told_is_seen_while_the_settings_have_the_whole_window(desktop, editor):
    notices = desktop.bench.notices
    settings_pane(desktop)
    notices.tell("Something happened")
    assert notices._toast.isVisible()
    assert desktop.window.rect().contains(notices._toast.geometry().translated(notices._perch.pos()))
    desktop.qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert notices._toast.isVisible() and notices._perch.parentWidget() is not desktop.window


def test_another_size_offers_to_open_again_and_nothing_else_does(desktop, editor):
    settings_pane(desktop, "text_size")
    line = focused()
    line.setText("150")
    desktop.qtbot.keyClick(line, Qt.Key.Key_Return)
    notices = desktop.bench.notices
    desktop.wait(lambda: notices._toast is not None)
    assert notices._toast.accessibleName() == "150 % holds from the next start. Everything that is open comes back."
    assert not desktop.window.starts_again
    desktop.bench.leaving._at_work = lambda: 0
    desktop.do("program.restart")
    desktop.wait(lambda: not desktop.window.isVisible())
    assert desktop.window.starts_again


def test_who_keeps_working_does_not_start_again_later(desktop):
    desktop.bench.leaving._at_work = lambda: 1
    desktop.do("program.restart")
    dialog = next(d for d in desktop.window.findChildren(ConfirmDialog) if d.isVisible())
    dialog.reject()
    assert not desktop.window.starts_again and desktop.window.isVisible()
