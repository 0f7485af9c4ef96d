"""The slash menu: what opens it, what it offers, and how it is used without a mouse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.ports.skills import Skill
from boocode_desktop.orchestrator.skills import sorted_out
from boocode_desktop.ui.composer.slash import OWN_COMMANDS, Offer, slash_lines, slash_note
from boocode_desktop.ui.composer.triggers import trigger_at
from boocode_desktop.ui.palette.entries import Caption

REVIEW = ev.CommandInfo(name="review", description="read the changes of this branch", hint="[scope]")
COMPACT = ev.CommandInfo(name="compact", description="shorten the chat")
NOTES = ev.CommandInfo(name="release-notes", description="from commits since a tag")


@pytest.mark.parametrize(
    ("text", "cursor", "found"),
    [
        ("/", 1, ("/", 0, "")),
        ("/rev", 4, ("/", 0, "rev")),
        ("/rev", 2, ("/", 0, "r")),
        ("/rev ", 5, None),
        ("/rev", 0, None),
        (" /rev", 5, None),
        ("a\n/rev", 6, None),
        ("@", 1, ("@", 0, "")),
        ("look at @src/re", 15, ("@", 8, "src/re")),
        ("a\n@x", 4, ("@", 2, "x")),
        ("(@x", 3, ("@", 1, "x")),
        ("me@home.org", 11, None),
        ("@a b", 4, None),
        ("", 0, None),
    ],
)
def test_what_opens_a_menu(text, cursor, found):
    trigger = trigger_at(text, cursor)
    assert (trigger and (trigger.kind, trigger.start, trigger.query)) == found


@given(st.text(alphabet="a/@ \n(", max_size=200), st.integers(0, 200))
def test_a_trigger_is_what_stands_before_the_cursor(text, cursor):
    cursor = min(cursor, len(text))
    trigger = trigger_at(text, cursor)
    if trigger is not None:
        assert text[trigger.start : cursor] == trigger.kind + trigger.query


def lines_of(query, *, live=(REVIEW, COMPACT), found=(NOTES, REVIEW)):
    offer = Offer(agent="opencode", icon="bot", live=live, found=found, own=OWN_COMMANDS)
    lines = slash_lines(offer, query, lambda name: None, lambda action: None)
    return [line.title.upper() if isinstance(line, Caption) else line.entry.title for line in lines]


def test_the_agents_own_come_first_and_none_twice():
    lines = lines_of("")
    assert lines[:5] == ["OPENCODE, LIVE", "/review", "/compact", "OPENCODE, FOUND", "/release-notes"]
    assert lines[5:7] == ["BOOCODE", "/agent"]
    assert lines.count("/review") == 1
    assert lines_of("", live=())[:3] == ["OPENCODE", "/release-notes", "/review"]


def skill(name, **more):
    told = {"of_project": True, "digest": name, "description": "how to do it", **more}
    return Skill(name=name, folder=f"/repo/{name}", source=f".agents/skills/{name}", **told)


def test_skills_stand_between_and_none_that_the_agent_knows_itself():
    skills = (skill("review"), skill("release-notes"), skill("pdf"))
    offer = Offer(agent="goose", icon="bot", live=(REVIEW,), found=(NOTES,), own=OWN_COMMANDS, skills=skills)
    lines = slash_lines(offer, "", lambda name: None, lambda action: None)
    titles = [line.title if isinstance(line, Caption) else line.entry.title for line in lines]
    assert titles[:7] == ["goose, live", "/review", "goose, found", "/release-notes", "Skills", "/pdf", "BooCode"]


@pytest.mark.parametrize(
    ("found", "trusted", "words"),
    [
        ([], True, "the agent's own come first"),
        ([skill("pdf")], True, "the agent's own come first"),
        ([skill("pdf")], False, "1 skill waits until the folder is trusted"),
        ([skill("a"), skill("b")], False, "2 skills wait until the folder is trusted"),
        ([skill("a", problem="bad")], True, "1 skill cannot be read: see Memory"),
    ],
)
def test_the_menu_says_why_a_skill_is_missing(found, trusted, words):
    assert slash_note(sorted_out(found, frozenset(["ab", "pdf"]) if trusted else frozenset())) == words


def test_a_skill_is_chosen_and_sent_by_its_name(desktop, composer):
    desktop.world.skills[:] = [skill("pdf", of_project=False)]
    keys(desktop, composer, "/pd")
    desktop.wait(lambda: composer.completer.menu.isVisible() and composer.completer.menu.chosen.title == "/pdf")
    assert composer.completer.menu.chosen.group == "Skills"
    keys(desktop, composer, Qt.Key.Key_Tab, "a.pdf", Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.called("turns.send"))
    assert desktop.called("turns.send")[0][1].text == "/pdf a.pdf"


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("revi", ["OPENCODE, LIVE", "/review", "BOOCODE", "/changes"]),
        ("shorten", ["OPENCODE, LIVE", "/compact"]),
        ("zzz", []),
        ("rlno", ["OPENCODE, FOUND", "/release-notes"]),
    ],
)
def test_names_match_first_then_descriptions(query, lines):
    assert lines_of(query) == lines


def test_every_command_of_ours_is_an_action(desktop):
    for command in OWN_COMMANDS:
        assert command.action in desktop.context.actions.specs


@pytest.fixture
def composer(desktop):
    """A composer whose agent told two commands and has a third in a file."""
    composer = desktop.bench.area.pane.composer
    desktop.world.found_commands["boocode"] = (NOTES,)
    desktop.world.begin(composer._chat_id, "x")
    for event in (ev.Commands(commands=(REVIEW, COMPACT)), ev.TurnFinished(status="completed")):
        desktop.world.emit(composer._chat_id, event)
    desktop.wait(lambda: composer.standing.now.commands)
    desktop.window.activateWindow()
    composer.editor.setFocus()
    desktop.wait(composer.editor.hasFocus)
    return composer


def keys(desktop, composer, *pressed):
    for key in pressed:
        if isinstance(key, str):
            desktop.qtbot.keyClicks(composer.editor, key)
        else:
            desktop.qtbot.keyClick(composer.editor, key)


def test_a_command_is_chosen_by_keys_and_sent(desktop, composer):
    keys(desktop, composer, "/")
    assert composer.completer.menu.isVisible()
    assert composer.completer.menu.chosen.title == "/review"
    desktop.wait(lambda: any(c.name == "release-notes" for c in composer.standing.found))
    keys(desktop, composer, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert composer.completer.menu.chosen.title == "/release-notes"
    keys(desktop, composer, Qt.Key.Key_Up, Qt.Key.Key_Tab)
    assert composer.editor.toPlainText() == "/compact "
    assert not composer.completer.menu.isVisible()
    keys(desktop, composer, Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.called("turns.send"))
    assert desktop.called("turns.send")[0][1].text == "/compact"


def test_enter_sends_a_command_that_stands_there_in_full(desktop, composer):
    keys(desktop, composer, "/compact", Qt.Key.Key_Return)
    desktop.wait(lambda: desktop.called("turns.send"))
    assert desktop.called("turns.send")[0][1].text == "/compact"


def test_escape_closes_the_menu_alone_and_it_stays_closed(desktop, composer):
    composer.set_running(True)
    keys(desktop, composer, "/re", Qt.Key.Key_Escape)
    assert not composer.completer.menu.isVisible()
    assert desktop.called("turns.cancel") == []
    keys(desktop, composer, "v")
    assert not composer.completer.menu.isVisible()
    composer.editor.clear()
    keys(desktop, composer, "/")
    assert composer.completer.menu.isVisible()


def test_a_command_of_ours_is_done_at_once_and_leaves_no_text(desktop, composer):
    keys(desktop, composer, "/agent", Qt.Key.Key_Return)
    assert composer.editor.toPlainText() == ""
    menu = next(m for m in composer.takers.agent.findChildren(QMenu) if m.isVisible())
    menu.close()
    assert desktop.called("turns.send") == []


def test_the_menu_stands_above_the_message_as_wide_as_it_is(desktop, composer):
    keys(desktop, composer, "/")
    menu, card = composer.completer.menu, composer._card
    inset = menu.margin
    shown = menu.geometry().adjusted(inset, inset, -inset, -inset)
    anchor = card.mapTo(desktop.window, card.rect().topLeft())
    assert (shown.left(), shown.width()) == (anchor.x(), card.width())
    assert shown.bottom() < anchor.y()
    assert shown.top() >= 0
    desktop.bench.sidebar.list.setFocus()
    assert not menu.isVisible()


def test_the_button_types_the_slash(desktop, composer):
    composer.editor.show_text("later")
    composer.completer.open("/")
    assert composer.editor.toPlainText() == "/later"
    assert composer.completer.menu.chosen is not None


def test_a_click_completes(desktop, composer):
    keys(desktop, composer, "/")
    menu = composer.completer.menu
    index = menu.model.index(menu.model.step(1, 1))
    menu.list.clicked.emit(index)
    assert composer.editor.toPlainText() == "/compact "
