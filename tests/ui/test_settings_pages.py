"""The settings: search, reset, permissions with rules and history, keys that people choose."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from boocode_desktop.config.settings import KeyBinding, settings_table
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import PermissionResolved
from boocode_desktop.ui.actions import action_table
from boocode_desktop.ui.palette.palette import Palette
from boocode_desktop.ui.settings.key_list import cap_of, reset_of
from boocode_desktop.ui.settings.keyboard import KeyboardPage
from boocode_desktop.ui.settings.pages import page_table
from boocode_desktop.ui.settings.permissions import PermissionsPage, RuleRow, decided
from boocode_desktop.ui.settings.search import ResultsPage, found_pages, found_settings
from boocode_desktop.ui.settings.switch import Switch
from boocode_desktop.ui.shortcuts import conflict, keys_in_force, with_keys, writes
from boocode_desktop.ui.widgets.segmented import Segmented
from tests.ui.conftest import settings_pane, settle
from tests.ui.test_shell_access import twice, unnamed

TABLE = action_table()


@pytest.fixture
def pane(desktop):
    return settings_pane(desktop)


def named(root, kind, name):
    settle()
    return next(w for w in root.findChildren(kind) if w.accessibleName() == name and w.isVisibleTo(root))


# Search and reset


@pytest.mark.parametrize(
    ("query", "first"), [("theme", "theme"), ("warm sess", "agent_max_live"), ("GGUF", "model_folders")]
)
def test_settings_are_found_by_any_of_their_words(query, first):
    assert found_settings(query, settings_table())[0].key == first


def test_pages_are_found_by_what_they_hold():
    assert [p.name for p in found_pages("deny", page_table())] == ["Permissions"]
    assert [p.name for p in found_pages("shortcuts", page_table())] == ["Keyboard"]
    assert found_pages("xyzzy", page_table()) == []


def test_a_search_shows_controls_that_work(desktop, pane):
    pane.search.setText("motion")
    pane.show_found()
    results = pane.findChildren(ResultsPage)[-1]
    switch = named(results, Switch, "Reduce motion")
    before = desktop.setup.current.reduced_motion
    switch.click()
    desktop.wait(lambda: desktop.setup.current.reduced_motion != before)
    named(results, QWidget, "Reset Reduce motion").click()
    desktop.wait(lambda: desktop.setup.current.reduced_motion is False)
    desktop.context.theme.reduced_motion = True
    pane.search.setText("deny")
    pane.show_found()
    named(pane.findChildren(ResultsPage)[-1], QWidget, "Go to Permissions").click()
    assert pane.search.text() == ""
    assert named(pane, PermissionsPage, "")


def test_every_page_of_the_table_is_made_and_named(desktop, pane):
    for page in page_table():
        pane.show_group(page.name)
        settle()
        area = pane._stack.currentWidget()
        assert unnamed(area) == [], page.name
        assert twice(area) == [], page.name
    assert {spec.group for spec in settings_table()} <= {page.group for page in page_table()}


def squeezed(page):
    """Parts that got less height than their width needs."""
    parts = [w for w in (page, *page.findChildren(QWidget)) if w.isVisible() and w.layout() is not None]
    folding = [w for w in parts if w.layout().hasHeightForWidth()]
    return [w for w in folding if w.height() < w.layout().minimumHeightForWidth(w.width())]


@pytest.mark.parametrize("size", [(760, 560), (1440, 920)])
def test_nothing_is_squeezed_or_cut(desktop, size):
    world = desktop.world
    session = next(iter(world.sessions.values()))
    for number in range(6):
        world.asks[str(number)] = ask(id=str(number), answer={"option_id": "once"}, session_id=session.id)
        world.rules[str(number)] = rec.PermissionRule(id=str(number), effect="deny", pattern=f"run: x{number} *")
    desktop.window.resize(*size)
    made = settings_pane(desktop)
    for spec in page_table():
        made.show_group(spec.name)
        area = made._stack.currentWidget()
        page = area.widget()
        desktop.wait(lambda page=page, area=area: page.width() <= area.viewport().width())
        desktop.wait(lambda page=page: not squeezed(page))


# Permissions


def ask(**fields):
    body = {
        "argv": ["git", "push"],
        "options": [
            {"id": "once", "label": "Once", "effect": "allow_once"},
            {"id": "no", "label": "Deny", "effect": "deny"},
        ],
    }
    return rec.Ask(
        **{"id": "a", "session_id": "s", "chat_id": "c", "turn_id": "t", "kind": "tool", "body": body} | fields
    )


@pytest.mark.parametrize(
    ("answer", "words", "tone"),
    [
        ({"option_id": "once", "by": "user"}, "Once", "ok"),
        ({"option_id": "no", "by": "user"}, "Deny", "bad"),
        ({"by": "headless"}, "nobody was there to ask", "plain"),
        ({"by": "cancelled"}, "withdrawn with its turn", "plain"),
        ({"text": "use the second one", "by": "user"}, "use the second one", "plain"),
    ],
)
def test_what_came_of_a_question(answer, words, tone):
    found = decided(ask(answer=answer))
    assert (found.title, found.answer, found.tone) == ("git push", words, tone)


def test_rules_are_made_with_a_scope_and_removed(desktop, pane):
    world = desktop.world
    session = next(iter(world.sessions.values()))
    world.asks["a"] = ask(answer={"option_id": "once"}, session_id=session.id)
    pane.show_group("Permissions")
    page = pane.findChildren(PermissionsPage)[0]
    desktop.wait(lambda: len(page.recent.lines.lines) == 1)
    form = page.form
    desktop.wait(lambda: session.project_id in [c.id for c in form.scope._choices])
    form.effect.select("deny")
    form.pattern.setText("run: git push *")
    form.scope.chosen.emit(session.project_id)
    named(page, QWidget, "Add the rule").click()
    desktop.wait(lambda: page.findChildren(RuleRow))
    assert desktop.called("questions.add_rule") == [("deny", "run: git push *", session.project_id)]
    name = next(w.accessibleName() for w in page.findChildren(QWidget) if w.accessibleName().startswith("Remove the"))
    assert name == "Remove the rule deny run: git push *, project payments-api"
    named(page, QWidget, name).click()
    desktop.wait(lambda: not world.rules)


def test_a_rule_that_is_refused_says_why(desktop, pane):
    desktop.world.refusals["questions.add_rule"] = UserFacingError("“walk” is no kind.", "Examples: run, read.")
    pane.show_group("Permissions")
    page = pane.findChildren(PermissionsPage)[0]
    page.form.pattern.setText("walk: x")
    page.form.submit()
    desktop.wait(lambda: page.form.note.text() == "“walk” is no kind. Examples: run, read.")
    assert page.form.pattern.text() == "walk: x"


# Keys


def test_keys_that_meet_are_refused():
    assert conflict(TABLE, {}, "view.theme", "Ctrl+K").id == "view.palette"
    assert conflict(TABLE, {"view.palette": "Ctrl+P"}, "view.theme", "Ctrl+K") is None
    assert conflict(TABLE, {}, "changes.layout", "A").id == "changes.approve_hunk"
    assert conflict(TABLE, {}, "view.theme", "") is None
    with pytest.raises(UserFacingError, match="belongs to “Search or command”"):
        with_keys(TABLE, (), "view.theme", "Ctrl+K")
    with pytest.raises(UserFacingError, match="alone would be missing"):
        with_keys(TABLE, (), "view.theme", "9")


def test_choices_are_kept_only_where_they_differ():
    chosen = with_keys(TABLE, (), "view.palette", "Ctrl+P")
    assert chosen == (KeyBinding(name="view.palette", keys="Ctrl+P"),)
    assert with_keys(TABLE, chosen, "view.palette", "Ctrl+K") == ()
    assert keys_in_force(TABLE, {"composer.send": "Ctrl+X", "gone": "F9"})["composer.send"] == "Return"
    assert "gone" not in keys_in_force(TABLE, {"gone": "F9"})


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ("A", True),
        ("Shift+A", True),
        ("Return", True),
        ("Shift+Tab", True),
        ("F5", False),
        ("Ctrl+A", False),
        ("Alt+Left", False),
        ("Left", True),
        ("Meta+X", False),
        ("+", True),
        ("Ctrl++", False),
        ("", False),
    ],
)
def test_keys_that_write_in_a_text(keys, written):
    assert writes(keys) is written


def key_list(pane):
    pane.show_group("Keyboard")
    page = pane.findChildren(KeyboardPage)[0]
    page.list.setFocus()
    return page, page.list


def test_keys_are_chosen_by_pressing_them(desktop, pane):
    page, keys = key_list(pane)
    action, press = desktop.context.actions.action("view.welcome"), desktop.qtbot.keyClick
    keys.choose("view.welcome")
    press(keys, Qt.Key.Key_Return)
    assert keys.waiting == "view.welcome" and page.note.text().startswith("Press the keys for “Welcome page”")
    press(keys, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(lambda: action.shortcut() == QKeySequence("Ctrl+H"))
    assert desktop.setup.current.shortcuts == (KeyBinding(name="view.welcome", keys="Ctrl+H"),)
    assert desktop.context.actions.keys("view.welcome") == "Ctrl H"
    assert keys.chosen().spoken == "Welcome page, Ctrl H, chosen, by itself no keys"
    press(keys, Qt.Key.Key_Return)
    press(keys, Qt.Key.Key_Escape)
    assert keys.waiting == "" and action.shortcut() == QKeySequence("Ctrl+H")
    press(keys, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    desktop.wait(lambda: action.shortcut().isEmpty())
    assert desktop.setup.current.shortcuts == () and not page.reset.isEnabled()


def test_keys_of_another_action_are_taken_while_waiting_and_refused_with_its_name(desktop, pane):
    page, keys = key_list(pane)
    keys.choose("view.welcome")
    desktop.qtbot.keyClick(keys, Qt.Key.Key_Return)
    desktop.qtbot.keyClick(keys, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert "belongs to “Search or command”" in page.note.text()
    assert not desktop.window.findChildren(Palette)
    assert desktop.setup.current.shortcuts == ()


def test_keys_are_taken_away_and_all_come_back(desktop, pane):
    page, keys = key_list(pane)
    action = desktop.context.actions.action("view.palette")
    keys.choose("view.palette")
    desktop.qtbot.keyClick(keys, Qt.Key.Key_Backspace)
    desktop.wait(lambda: action.shortcut().isEmpty())
    assert keys.chosen().shown == "none"
    page.reset.click()
    desktop.wait(lambda: action.shortcut() == QKeySequence("Ctrl+K"))
    assert not page.reset.isEnabled()


def test_the_mouse_chooses_keys_and_brings_them_back(desktop, pane):
    page, keys = key_list(pane)
    keys.choose("view.theme")
    settle()

    def click(where):
        rect = keys.visualRect(keys.currentIndex())
        desktop.qtbot.mouseClick(keys.viewport(), Qt.MouseButton.LeftButton, pos=where(rect).center())

    click(cap_of)
    assert keys.waiting == "view.theme"
    desktop.qtbot.keyClick(keys, Qt.Key.Key_F9)
    desktop.wait(lambda: keys.chosen().changed)
    click(reset_of)
    desktop.wait(lambda: not keys.chosen().changed)
    click(cap_of)
    page.search.setFocus()
    assert keys.waiting == ""


def test_keys_of_the_text_field_stay(desktop, pane):
    _, keys = key_list(pane)
    keys.choose("composer.send")
    desktop.qtbot.keyClick(keys, Qt.Key.Key_Return)
    assert keys.waiting == ""
    assert keys.chosen().spoken == "Send or queue the message, while you write, Enter, cannot be changed"


def test_chosen_keys_hold_from_the_start(make_desktop, monkeypatch):
    from tests.fakes.setup import FakeSetup

    settings = replace(
        FakeSetup.__dataclass_fields__["current"].default_factory(),
        shortcuts=(KeyBinding(name="view.palette", keys="Ctrl+P"),),
    )
    monkeypatch.setattr(FakeSetup, "settings", lambda self: settings)
    desktop = make_desktop()
    assert desktop.context.actions.action("view.palette").shortcut() == QKeySequence("Ctrl+P")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ctrl k", ["view.palette"]),
        ("Ctrl+K", ["view.palette"]),
        ("palette xyzzy", []),
        ("search or", ["view.palette"]),
    ],
)
def test_the_keyboard_page_is_searched(desktop, pane, query, found):
    page, keys = key_list(pane)
    named(page, QLineEdit, "Search actions or keys").setText(query)
    assert [line.id for line in keys.keys_model.lines if line.id] == found
    assert (keys.chosen() is not None) is bool(found)


# Follow what others change


def field(pane, name):
    settle()
    return next(w for w in pane.findChildren(QLineEdit) if w.accessibleName() == name and w.isVisibleTo(pane))


def test_rows_follow_what_is_changed_elsewhere(desktop, pane):
    pane.show_group("Appearance")
    page = pane.page
    desktop.do("view.theme")
    desktop.wait(lambda: desktop.setup.current.theme == "light")
    themes = next(w for w in page.findChildren(Segmented) if w.isVisibleTo(page))
    assert themes.selected == "light"
    save(desktop, step_limit=7)
    pane.show_group("General")
    assert field(pane, "Step limit").text() == "7"
    save(desktop, step_limit=8)
    assert field(pane, "Step limit").text() == "8"


def save(desktop, **changes):
    saving = desktop.loop.create_task(desktop.setup.save_settings(replace(desktop.setup.current, **changes)))
    desktop.wait(saving.done)


def test_a_change_that_could_not_be_kept_is_taken_back_on_screen(desktop, pane):
    desktop.setup.refusal = UserFacingError("The settings could not be saved.", "Make room on the disk.")
    line = field(pane, "Step limit")
    line.setText("40")
    desktop.qtbot.keyClick(line, Qt.Key.Key_Return)
    desktop.wait(lambda: field(pane, "Step limit").text() == "")
    assert desktop.setup.current.step_limit is None
    assert "could not be saved" in desktop.bench.notices._toast.accessibleName()


@pytest.mark.parametrize(
    ("setting", "typed", "kept"),
    [("text_size", "50", 100), ("text_size", "500", 200), ("worktree_limit", "0", 1), ("worktree_limit", "", 50)],
)
def test_a_number_out_of_bounds_becomes_the_nearest_that_fits(desktop, setting, typed, kept):
    save(desktop, text_size=120, worktree_limit=9)
    settings_pane(desktop, setting)
    line = QApplication.focusWidget()
    line.selectAll()
    desktop.qtbot.keyClick(line, Qt.Key.Key_Delete)
    desktop.qtbot.keyClicks(line, typed)
    desktop.qtbot.keyClick(line, Qt.Key.Key_Return)
    desktop.wait(lambda: getattr(desktop.setup.current, setting) == kept)
    desktop.wait(lambda: QApplication.focusWidget().text() == str(kept))


def test_a_reset_row_keeps_the_keys_and_is_reset_once(desktop, pane):
    line = field(pane, "Live worktrees")
    line.setText("4")
    desktop.qtbot.keyClick(line, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.setup.current.worktree_limit == 4)
    named(pane, QWidget, "Reset Live worktrees").click()
    desktop.wait(lambda: desktop.setup.current.worktree_limit == 50)
    desktop.wait(lambda: field(pane, "Live worktrees").text() == "50")
    assert QApplication.focusWidget() is field(pane, "Live worktrees")


def test_an_answer_given_meanwhile_is_in_the_history(desktop, pane):
    pane.show_group("Permissions")
    page = pane.findChildren(PermissionsPage)[0]
    desktop.wait(lambda: page._shown is not None)
    session = next(iter(desktop.world.sessions.values()))
    desktop.world.asks["a"] = ask(answer={"option_id": "once"}, session_id=session.id)
    chat = next(iter(desktop.world.chats.values()))
    desktop.world.emit(chat.id, PermissionResolved(request_id="a", option_id="once"))
    desktop.wait(lambda: [line.title for line in page.recent.lines.lines] == ["git push"])
    assert page.recent.lines.lines[0].words.endswith(", Once")


def test_many_rules_come_in_portions(desktop, pane):
    for number in range(30):
        desktop.world.rules[str(number)] = rec.PermissionRule(id=str(number), effect="ask", pattern=f"run: x{number}")
    pane.show_group("Permissions")
    desktop.wait(lambda: len(pane.page.findChildren(RuleRow)) == 30)
