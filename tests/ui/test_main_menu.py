"""Every action by menu and in the list of keys, and nothing twice."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from boocode_desktop.ui.main_menu import CAPTIONS, FIXED, MENU, key_entries, main_menu
from boocode_desktop.ui.palette.palette import Palette


def test_every_action_stands_in_the_main_menu_once(desktop):
    actions = desktop.context.actions
    menu = main_menu(actions, desktop.window)
    shown = [a.objectName() for below in menu.actions() for a in below.menu().actions()]
    assert len(set(shown)) == len(shown)
    wanted = {spec.id for spec in actions.specs.values() if not spec.hidden}
    assert set(shown) == wanted - {MENU}
    assert [a.text() for a in menu.actions()] == list(CAPTIONS.values())
    menu.deleteLater()


def test_actions_without_a_menu_entry_have_a_key(desktop):
    assert [s.id for s in desktop.context.actions.specs.values() if s.hidden and not s.shortcut] == []


def test_f10_opens_it_below_its_button_and_escape_closes_it(desktop):
    editor = desktop.bench.area.pane.composer.editor
    desktop.qtbot.keyClick(editor, Qt.Key.Key_F10)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and menu.accessibleName() == "Main menu"
    button = desktop.bench.sidebar.menu_button
    assert menu.x() == button.mapToGlobal(button.rect().topLeft()).x()
    desktop.qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_it_opens_without_the_sidebar_too(desktop):
    desktop.do("view.sidebar")
    desktop.do("view.menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()


def test_a_new_session_from_the_menu_by_keys_alone(desktop):
    before = len(desktop.world.sessions)
    desktop.qtbot.keyClick(desktop.bench.area.pane.composer.editor, Qt.Key.Key_F10)
    menu = QApplication.activePopupWidget()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        desktop.qtbot.keyClick(menu, key)
    below = QApplication.activePopupWidget()
    assert below.accessibleName() == "Session"
    assert below.activeAction().objectName() == "session.new"
    desktop.qtbot.keyClick(below, Qt.Key.Key_Return)
    desktop.wait(lambda: len(desktop.world.sessions) == before + 1)


def test_the_list_of_keys_names_every_key(desktop):
    actions = desktop.context.actions
    entries = key_entries(actions)
    listed = [(e.title, e.keys) for e in entries]
    for spec in actions.specs.values():
        if spec.shortcut:
            assert (spec.title.rstrip("…"), actions.keys(spec.id)) in listed, spec.id
    assert all(e.keys and e.title for e in entries)
    assert [(e.title, e.keys) for e in entries[-len(FIXED) :]] == [(title, keys) for title, keys, _ in FIXED]


def test_f1_opens_the_list_and_a_key_can_be_searched_and_used(desktop):
    desktop.qtbot.keyClick(desktop.bench.area.pane.composer.editor, Qt.Key.Key_F1)
    listing = desktop.window.findChildren(Palette)[-1]
    assert listing.accessibleName() == "Keyboard shortcuts"
    desktop.qtbot.keyClicks(listing.line, "about")
    assert listing._count.text() == "nothing found", "it has no key"
    listing.line.clear()
    desktop.qtbot.keyClicks(listing.line, "hide the sidebar")
    assert listing.chosen().keys == "Ctrl B"
    desktop.qtbot.keyClick(listing.line, Qt.Key.Key_Return)
    desktop.wait(lambda: not desktop.bench.docks.visible("sidebar"))
