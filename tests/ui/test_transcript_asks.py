"""Question cards: keys, answers, forms, and that several open ones have one filled button."""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from boocode_desktop.domain.events import AskOption, PermissionRequested, PermissionResolved
from boocode_desktop.domain.transcript import AskEntry
from boocode_desktop.ui.transcript.asks.card import AskCard
from boocode_desktop.ui.transcript.asks.factory import ask_card
from boocode_desktop.ui.transcript.asks.form import FormCard
from boocode_desktop.ui.transcript.asks.options import OptionRow
from boocode_desktop.ui.transcript.asks.permission import PermissionCard
from boocode_desktop.ui.transcript.asks.question import QuestionCard
from boocode_desktop.ui.transcript.canvas import Canvas
from boocode_desktop.ui.transcript.view import TranscriptView
from boocode_desktop.ui.widgets.buttons import Button
from tests.fakes import transcript_samples as samples


@pytest.fixture
def make(qtbot, theme):
    def build(ask):
        card = ask_card(theme, Canvas(theme, lambda: samples.NOW), ask, lambda: samples.NOW)
        qtbot.addWidget(card)
        card.resize(700, card.height_at(700))
        card.show()
        qtbot.waitExposed(card)
        heard = []
        card.answered.connect(lambda option, text: heard.append((option, text)))
        return card, heard

    return build


def buttons(card):
    return {button.text(): button for button in card.findChildren(Button)}


@pytest.mark.parametrize(
    ("key", "option"),
    [(Qt.Key.Key_D, "deny"), (Qt.Key.Key_A, "session"), (Qt.Key.Key_Return, "once"), (Qt.Key.Key_Enter, "once")],
)
def test_a_key_answers_a_permission(make, key, option):
    card, heard = make(samples.permission())
    assert isinstance(card, PermissionCard)
    card.setFocus()
    QTest.keyClick(card, key)
    assert heard == [(option, "")]


def test_keys_with_control_and_other_keys_answer_nothing(make):
    card, heard = make(samples.permission())
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(card, Qt.Key.Key_X)
    assert heard == []


@pytest.mark.parametrize(
    ("label", "option"), [("Deny", "deny"), ("Always for this session", "session"), ("Once", "once")]
)
def test_a_button_answers_a_permission(make, label, option):
    card, heard = make(samples.permission())
    buttons(card)[label].click()
    assert heard == [(option, "")]


def test_a_changed_rule_goes_with_always_and_only_with_it(make):
    card, heard = make(samples.permission())
    (rule,) = card.findChildren(QLineEdit)
    assert rule.isReadOnly()
    card._pencil.click()
    assert not rule.isReadOnly()
    rule.setText("run: git push origin *")
    buttons(card)["Once"].click()
    buttons(card)["Always for this session"].click()
    assert heard == [("once", ""), ("session", "run: git push origin *")]


def test_every_part_of_a_permission_is_named(make):
    card, _ = make(samples.permission())
    names = {child.accessibleName() for child in card.findChildren(object) if hasattr(child, "accessibleName")}
    assert "Command: git, push, --force-with-lease, origin, fix/retry-clock" in names
    assert {"Edit the rule", "Once", "Deny", "Always for this session"} <= names
    assert card.accessibleName() == "Run this command?"
    shown = [label.text() for label in card.findChildren(QLabel)]
    assert "It writes to a remote. The worktree rule does not cover that." in shown


def test_text_of_agents_is_never_markup(make):
    ask = samples.permission()
    request = PermissionRequested(
        request_id="x",
        kind="tool",
        title="<img src=/etc/passwd>",
        options=samples.OPTIONS,
        path="/tmp/<b>x",
        reason="<b>bold</b>",
    )
    card, _ = make(AskEntry(id="x", turn_id=ask.turn_id, request=request))
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText for label in card.findChildren(QLabel) if "<" in label.text()
    )


def test_foreign_options_keep_their_sides(make):
    options = (
        AskOption(id="a", label="Allow always", effect="allow_always"),
        AskOption(id="b", label="Reject always", effect="deny_always"),
        AskOption(id="c", label="Allow", effect="allow_once"),
        AskOption(id="d", label="Reject", effect="deny"),
    )
    request = PermissionRequested(request_id="x", kind="tool", title="t", options=options)
    card, heard = make(AskEntry(id="x", turn_id="t", request=request))
    places = {text: button.x() for text, button in buttons(card).items()}
    assert places["Reject"] < places["Reject always"] < places["Allow always"] < places["Allow"]
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_D)
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert heard == [("d", ""), ("c", "")]


def test_a_very_long_argument_wraps_inside_the_card(make):
    request = PermissionRequested(
        request_id="x", kind="tool", title="t", options=samples.OPTIONS, argv=("bash", "-lc", "x" * 3000)
    )
    card, _ = make(AskEntry(id="x", turn_id="t", request=request))
    assert card.height_at(500) > card.height_at(1500) > 200
    card.grab()


def test_numbers_choose_and_enter_answers(make):
    card, heard = make(samples.question())
    assert isinstance(card, QuestionCard)
    QTest.keyClick(card, Qt.Key.Key_2)
    assert [row.isChecked() for row in card.findChildren(OptionRow)] == [False, True, False]
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert heard == [("b", "")]


def test_a_written_answer_wins(make):
    card, heard = make(samples.question())
    QTest.keyClick(card, Qt.Key.Key_4)
    (line,) = card.findChildren(QLineEdit)
    QTest.keyClicks(line, "both of them")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert heard[0] == ("", "both of them")


def test_skipping_answers_with_nothing(make):
    card, heard = make(samples.question())
    buttons(card)["Skip"].click()
    assert heard == [("", "")]


def test_a_form_checks_and_sends_json(make):
    card, heard = make(samples.form())
    assert isinstance(card, FormCard)
    buttons(card)["Send"].click()
    assert heard == [] and any("Folder is needed" in label.text() for label in card.findChildren(QLabel))
    folder, lines = card.findChildren(QLineEdit)[:2]
    folder.setText("out")
    lines.setText("many")
    buttons(card)["Send"].click()
    assert heard == [] and any("must be a number" in label.text() for label in card.findChildren(QLabel))
    lines.setText("7")
    buttons(card)["Send"].click()
    assert json.loads(heard[0][1]) == {"folder": "out", "lines": 7, "kind": "html", "open": False}


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 900)
    view.show()
    qtbot.waitExposed(view)
    return view


def primary(card):
    return [button.text() for button in card.findChildren(Button) if button.look.kind == "primary"]


def test_of_several_open_questions_the_first_has_the_filled_button(view):
    view.set_entries([samples.permission("one"), samples.permission("two")])
    cards = [view._overlay.get(key) for key in ("one", "two")]
    assert [primary(card) for card in cards] == [["Once"], []]
    view.put([samples.permission("one", PermissionResolved(request_id="one", option_id="once"))])
    assert view._overlay.get("one") is None
    assert primary(view._overlay.get("two")) == ["Once"]


def test_an_answer_in_the_transcript_names_its_question(view, qtbot):
    view.set_entries([samples.question("q1")])
    assert view.focus_question()
    card = view._overlay.get("q1")
    with qtbot.waitSignal(view.permission_answered) as caught:
        buttons(card)["Answer"].click()
    assert caught.args == ["q1", "a", ""]
    assert isinstance(card, AskCard)


def test_a_question_out_of_sight_is_hidden_and_found_again(view):
    rest = [samples.prompt(n, "text " * 200) for n in range(2, 30)]
    view.set_entries([samples.permission("one"), *rest])
    card = view._overlay.get("one")
    assert card is None or not card.isVisible()
    assert view.focus_question()
    assert view._overlay.get("one").isVisible()


def test_an_editable_rule_makes_room(view):
    view.set_entries([samples.permission("one"), samples.prompt(2)])
    card = view._overlay.get("one")
    card._pencil.click()
    view.grab()
    assert card.height() >= card.height_at(card.width()) - 1


def test_in_a_low_window_the_part_with_the_keyboard_is_brought_into_sight(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(800, 170)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    view.set_entries([samples.prompt(), samples.question()])
    assert view.focus_question()
    card = view._overlay.card(view.stage.blocks.entry(1))
    assert card.height() > view.viewport().height()
    seen = view.viewport().rect()
    for part in (buttons(card)["Answer"], card.findChildren(OptionRow)[0], buttons(card)["Skip"]):
        part.setFocus()
        qtbot.waitUntil(lambda part=part: seen.contains(part.rect().translated(part.mapTo(view.viewport(), QPoint()))))
