"""The palette: what it finds, how it is grouped, the keys, and that choosing does the thing."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from boocode_desktop.ui.commands.palette import STORED
from boocode_desktop.ui.palette.entries import CHATS, RECENT, Caption, Entry, Hit, Index, Shelf, sought
from boocode_desktop.ui.palette.line_list import LineModel, runs
from boocode_desktop.ui.palette.palette import Palette
from boocode_desktop.ui.sidebar.rows import STATES


def entry(title, group="Actions", act=lambda: None):
    return Entry(title=title, group=group, icon="x", act=act)


INDEX = Index(
    [
        entry("Retry the last turn"),
        entry("New session"),
        entry("Fix flaky retry test", "Sessions and chats"),
        entry("Theme", "Settings"),
    ]
)


def titles(found):
    return [line.title if isinstance(line, Caption) else line.entry.title for line in found.lines]


def test_without_a_query_everything_is_there_in_groups():
    assert titles(INDEX.find("")) == [
        "Actions",
        "Retry the last turn",
        "New session",
        "Sessions and chats",
        "Fix flaky retry test",
        "Settings",
        "Theme",
    ]


def test_the_group_of_the_best_hit_comes_first():
    assert titles(INDEX.find("flaky"))[:2] == ["Sessions and chats", "Fix flaky retry test"]
    assert titles(INDEX.find("retry"))[:2] == ["Actions", "Retry the last turn"]
    assert INDEX.find("retry").matched == 2


def test_prefixes_narrow():
    assert titles(INDEX.find(">")) == ["Actions", "Retry the last turn", "New session", "Settings", "Theme"]
    assert titles(INDEX.find("#retry")) == ["Sessions and chats", "Fix flaky retry test"]
    assert titles(INDEX.find("#zzz")) == []


def test_matched_letters_are_marked():
    hit = next(line for line in INDEX.find("new").lines if isinstance(line, Hit))
    assert runs(hit.entry.title, set(hit.positions)) == [("New", True), (" session", False)]


def test_the_list_steps_over_captions_and_round_the_ends(qtbot):
    model = LineModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(INDEX.find("").lines)
    assert model.step(-1, 1) == 1
    assert model.step(2, 1) == 4
    assert model.step(6, 1) == 1
    assert model.step(1, -1) == 6
    model.show(())
    assert model.step(0, 1) == -1


def opened(desktop):
    desktop.do("view.palette")
    return desktop.window.findChildren(Palette)[-1]


def test_it_offers_actions_sessions_chats_projects_and_settings(desktop):
    palette = opened(desktop)
    found = {e.group for e in palette._index._entries}
    assert found == {"Actions", "Sessions and chats", "Projects", "Settings"}
    names = [e.title for e in palette._index._entries]
    assert "Broken link crawl" in names
    assert "Try full jitter instead" in names
    assert "New session in notes" in names
    assert "Step limit" in names
    assert "Approve hunk" not in names


def test_what_is_sought_among_files():
    found = [sought(query) for query in ("", "  ", "retry", ">retry", "#retry", "@ret ry", "@")]
    assert found == ["", "", "retry", "", "", "ret ry", ""]


def test_files_and_symbols_of_the_session_come_below_and_are_named_in_the_message(desktop):
    desktop.world.files[:] = ["src/retry.py", "docs/retrying guide.md"]
    composer = desktop.bench.area.pane.composer
    composer.write("Look at")
    palette = opened(desktop)
    desktop.qtbot.keyClicks(palette.line, "retry")
    chosen = palette.chosen()
    assert chosen.group != "Files"
    desktop.wait(lambda: "Files" in {e.group for e in shown(palette)})
    assert palette.chosen() is chosen, "what was chosen stays, files come below"
    palette.line.clear()
    desktop.qtbot.keyClicks(palette.line, "@guide")
    desktop.wait(lambda: [e.title for e in shown(palette)] == ["retrying guide.md"])
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    desktop.wait(lambda: composer.editor.toPlainText() == 'Look at @"docs/retrying guide.md" ')
    assert QApplication.focusWidget() is composer.editor


def test_an_old_answer_is_not_shown(desktop):
    palette = opened(desktop)
    desktop.qtbot.keyClicks(palette.line, "zzz")
    palette.show_more("zz", [Hit(entry=entry("old", "Files"), positions=())])
    assert shown(palette) == []
    assert palette._count.text() == "nothing found"


def test_without_a_session_nothing_is_sought(first_start):
    palette = opened(first_start)
    first_start.qtbot.keyClicks(palette.line, "retry")
    assert first_start.called("mentions.find") == []


def shown(palette):
    rows = range(palette.model.rowCount())
    return [hit.entry for hit in (palette.model.hit(row) for row in rows) if hit is not None]


def test_typing_and_enter_goes_to_a_session(desktop):
    palette = opened(desktop)
    assert QApplication.focusWidget() is palette.line
    desktop.qtbot.keyClicks(palette.line, "darkth")
    assert palette.chosen().title == "Dark theme tokens"
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    wanted = next(s for s in desktop.world.sessions.values() if s.title == "Dark theme tokens")
    desktop.wait(lambda: desktop.context.selection.session_id == wanted.id)


def test_arrows_choose_and_escape_gives_the_focus_back(desktop):
    editor = desktop.bench.area.pane.composer.editor
    editor.setFocus()
    palette = opened(desktop)
    first = palette.chosen()
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.chosen() is not first
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.chosen() is first
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is editor


def test_ctrl_k_opens_and_closes(desktop):
    desktop.qtbot.keyClick(desktop.bench.area.pane.composer.editor, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = desktop.window.findChildren(Palette)[-1]
    assert palette.isVisible()
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not palette.isVisible()


def test_the_windows_shortcuts_rest_while_it_is_open(desktop):
    palette = opened(desktop)
    before = len(desktop.world.sessions)
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert desktop.called("chats.create") == []
    assert len(desktop.world.sessions) == before


def test_a_query_without_hits_says_so_and_enter_does_nothing(desktop):
    palette = opened(desktop)
    desktop.qtbot.keyClicks(palette.line, "qqqqqq")
    assert palette._count.text() == "nothing found"
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_an_action_chosen_in_it_is_done_after_it_closed(desktop):
    done = []
    palette = Palette(desktop.context.theme, desktop.window, [entry("Do it", act=partial(done.append, 1))])
    palette.open()
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert done == []
    desktop.wait(lambda: done == [1])


def test_every_state_has_a_word_and_a_tone(theme):
    for look in STATES.values():
        assert look.word
        assert theme.color(look.tone).isValid()


def test_what_was_used_lately_comes_first_but_never_before_a_better_hit():
    entries = [
        entry("New chat"),
        entry("New session"),
        entry("Renew the lease"),
        entry("Notes on new keys", "Sessions and chats"),
    ]
    entries = [replace(e, key=e.title) for e in entries]
    index = Index(entries, recent=["New session", "Renew the lease"])
    assert titles(index.find(""))[:4] == [RECENT, "New session", "Renew the lease", "Actions"]
    assert titles(index.find("new"))[:3] == ["Actions", "New session", "New chat"]
    assert titles(index.find("new")).index("Renew the lease") > titles(index.find("new")).index("New chat")
    assert titles(Index(entries).find("new"))[1] == "New chat", "the shorter one, when none was used"


def test_a_slip_of_the_finger_is_forgiven_and_said():
    found = INDEX.find("sessoin")
    assert titles(found) == ["Actions", "New session"] and found.meant
    assert not INDEX.find("session").meant
    assert titles(INDEX.find("zzzz")) == []
    scattered = Index([entry("New session in notes"), entry("New session")])
    assert titles(scattered.find("sessoin"))[1:] == ["New session in notes", "New session"]


def test_very_many_chats_are_found_but_not_listed():
    index = Index([entry("New session")])
    index.add(Shelf([entry(f"Chat about case {number}", CHATS) for number in range(3_000)]))
    assert titles(index.find("")) == ["Actions", "New session"]
    assert titles(index.find("case 2999")) == [CHATS, "Chat about case 2999"]
    assert titles(index.find("#case 17"))[1] == "Chat about case 17"
    assert titles(index.find(">case 17")) == []
    assert index.size == 3_001


def test_chats_of_other_sessions_are_found_and_opened(desktop):
    other = next(s for s in desktop.world.sessions.values() if s.title == "Broken link crawl")
    chat = desktop.world.add_chat(other.id, title="Which links redirect twice")
    palette = opened(desktop)
    desktop.wait(lambda: len(palette._index._shelf) > 0)
    palette.line.setText("redirect twice")
    chosen = palette.chosen()
    assert chosen is not None and chosen.detail == f"chat {chat.number} of Broken link crawl"
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.context.selection.chat_id == chat.id)


def test_what_was_chosen_is_offered_first_next_time_and_after_a_restart(desktop, make_desktop):
    palette = opened(desktop)
    palette.line.setText("about boocode")
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.world.settings.get(STORED) == ["action/program.about"])
    for window in (desktop, make_desktop()):
        again = opened(window)
        window.wait(lambda again=again: titles(again._index.find(""))[:2] == [RECENT, "About BooCode"])
        again.reject()


def test_late_answers_leave_what_is_chosen_where_it_is(desktop):
    palette = opened(desktop)
    palette.line.setText("session")
    palette.list.setCurrentIndex(palette.model.index(3))
    chosen = palette.chosen()
    assert chosen is not None
    palette.add(Shelf([entry("session", CHATS)]))
    assert palette.chosen() is chosen


def test_what_is_loaded_behind_it_cannot_take_the_keys(desktop):
    palette = opened(desktop)
    editor = desktop.bench.area.pane.composer.editor
    editor.setFocus()
    assert palette.line.hasFocus()
    desktop.qtbot.keyClicks(QApplication.focusWidget(), "abc")
    assert palette.line.text() == "abc" and not editor.toPlainText()
    desktop.qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert editor.hasFocus()
