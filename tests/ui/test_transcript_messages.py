"""What can be done with a message: by mouse, by letter, and what becomes of it in the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.transcript import EndEntry, TextEntry
from boocode_desktop.ui.chat.pins import Pin, pins_of, toggled
from boocode_desktop.ui.composer.pasted import with_pasted
from boocode_desktop.ui.transcript.messages import answer_actions, answer_text, prompt_actions, quoted
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples

TURN = f"{samples.TURN}7"


def turn():
    return [
        samples.prompt(),
        TextEntry(id="a1", turn_id=TURN, text="First words.", done=True),
        replace(samples.tools()[0], turn_id=TURN),
        TextEntry(id="a2", turn_id=TURN, text="Last words.", done=True),
        EndEntry(id="end", turn_id=TURN, status="completed", number=7, duration_ms=1_000),
    ]


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    view.set_entries(turn())
    return view


def click(view, entry_id, act):
    for seen in view.stage.scroller.seen():
        if view.stage.row(seen.place).entry_id == entry_id:
            for spot in view.stage.spots(seen):
                if spot.action.act == act:
                    point = spot.rect.center().toPoint()
                    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
                    return
    raise AssertionError(f"no {act} in {entry_id}")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("one\ntwo", "> one\n> two\n\n"),
        ("a\n\nb\n", "> a\n>\n> b\n\n"),
        ("  \n", ""),
        ("\n".join(map(str, range(100))), "\n".join(f"> {n}" for n in range(60)) + "\n> …\n\n"),
    ],
)
def test_how_text_is_quoted(text, quote):
    assert quoted(text) == quote


def test_an_answer_is_what_was_said_without_calls():
    assert answer_text(turn()) == "First words.\n\nLast words."


def test_only_numbered_turns_are_forked_and_rewound():
    assert "rewind" not in [action.act for action in prompt_actions(0)]
    assert "fork" not in [action.act for action in answer_actions(0)]
    assert next(a for a in prompt_actions(7) if a.act == "rewind").value == "6"


def test_copying_a_prompt_and_an_answer(view):
    click(view, samples.prompt().id, "copy_entry")
    assert QGuiApplication.clipboard().text() == samples.prompt().text
    click(view, "end", "copy_answer")
    assert QGuiApplication.clipboard().text() == "First words.\n\nLast words."


@pytest.mark.parametrize(
    ("entry_id", "act", "signal", "given"),
    [
        (samples.prompt().id, "rewind", "rewind_requested", [6]),
        (samples.prompt().id, "resend", "resend_requested", [samples.prompt()]),
        ("end", "fork", "fork_requested", [7]),
        ("end", "quote", "quote_requested", ["> First words.\n>\n> Last words.\n\n"]),
        ("end", "pin", "pin_requested", ["a2", "Last words."]),
        ("end", "rewind", "rewind_requested", [7]),
    ],
)
def test_what_the_mouse_asks(view, qtbot, entry_id, act, signal, given):
    with qtbot.waitSignal(getattr(view.messages, signal)) as caught:
        click(view, entry_id, act)
    assert caught.args == given


@pytest.mark.parametrize(
    ("key", "signal", "given"),
    [
        (Qt.Key.Key_Q, "quote_requested", ["> Last words.\n\n"]),
        (Qt.Key.Key_P, "pin_requested", ["a2", "Last words."]),
        (Qt.Key.Key_E, "resend_requested", [samples.prompt()]),
        (Qt.Key.Key_F, "fork_requested", [7]),
        (Qt.Key.Key_R, "rewind_requested", [7]),
    ],
)
def test_what_letters_ask_of_the_message_under_the_keyboard(view, qtbot, key, signal, given):
    view.setFocus()
    assert view.go_to("a2")
    with qtbot.waitSignal(getattr(view.messages, signal)) as caught:
        QTest.keyClick(view, key)
    assert caught.args == given


def test_letters_do_nothing_before_the_keyboard_stands_somewhere(view):
    asked = []
    view.messages.pin_requested.connect(lambda *args: asked.append(args))
    QTest.keyClick(view, Qt.Key.Key_P)
    assert asked == []


def test_a_selection_is_quoted_rather_than_the_row(view, qtbot):
    view.select_all()
    view._cursor.set(view.stage.blocks.last())
    with qtbot.waitSignal(view.messages.quote_requested) as caught:
        QTest.keyClick(view, Qt.Key.Key_Q)
    assert "> First words." in caught.args[0] and "> Last words." in caught.args[0]


def test_the_actions_show_while_the_message_is_met(view):
    bubble = view.stage.scroller.seen()[0]
    area = view.stage.rect(view.stage.scroller.seen()[1]).toRect()
    before = view.viewport().grab(area).toImage()
    point = view.stage.rect(bubble).center()
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        QPointF(view.viewport().mapToGlobal(point.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), move)
    assert view.viewport().grab(area).toImage() != before


def test_pins_as_they_are_stored():
    pin, other = Pin(entry_id="a", words="x"), Pin(entry_id="b", words="y")
    assert toggled((), pin) == (pin,)
    assert toggled((pin, other), pin) == (other,)
    assert pins_of([{"id": "a", "words": "x"}, {"words": "no id"}, 3]) == (pin,)
    assert pins_of(None) == ()


def transcript(desktop):
    return desktop.bench.area.pane.transcript


def test_a_pin_is_kept_marked_and_leads_back(desktop):
    chat = desktop.world.add_chat(desktop.context.selection.session_id, "Long")
    for number in range(60):
        desktop.world.play(chat.id, f"prompt {number}", [ev.Text(delta=f"answer {number}")])
    desktop.bench.navigator.show_session(chat.session_id, chat.id)
    desktop.wait(lambda: desktop.bench.area.pane.chat.id == chat.id and len(transcript(desktop).view.stage.blocks))
    first = next(e for e in desktop.world.stored[chat.id] if isinstance(e.event, ev.Text))
    key = f"{first.turn_id}:{first.seq}"
    transcript(desktop).view.messages.pin_requested.emit(key, "answer 0")
    pins = transcript(desktop).pins
    desktop.wait(lambda: desktop.world.settings.get(f"chat.pins.{chat.id}") == [{"id": key, "words": "answer 0"}])
    assert pins.strip.isVisible() and key in transcript(desktop).view.stage.pinned
    assert not transcript(desktop).view.holds(key)
    pins.strip._buttons[0].click()
    desktop.wait(lambda: transcript(desktop).view.holds(key))
    view = transcript(desktop).view
    desktop.wait(lambda: view._cursor.place is not None and view.stage.row(view._cursor.place).entry_id == key)
    pins.strip.menu().actions()[-1].trigger()
    desktop.wait(lambda: desktop.world.settings.get(f"chat.pins.{chat.id}") == [])
    assert not pins.strip.isVisible()


def test_a_pin_whose_message_is_gone_says_so(desktop, qtbot):
    with qtbot.waitSignal(desktop.bench.bridge.refused) as caught:
        transcript(desktop).go_to("gone")
    assert "not in this chat any more" in caught.args[0].message


def test_a_quote_goes_below_what_is_written(desktop):
    composer = desktop.bench.area.pane.composer
    composer.write("My thought")
    transcript(desktop).view.messages.quote_requested.emit("> yours\n\n")
    assert composer.editor.toPlainText() == "My thought\n\n> yours\n\n"


def test_editing_a_message_makes_a_fork_that_ends_before_it(desktop):
    chat_id = desktop.context.selection.chat_id
    prompts = [e for e in shown(desktop) if e.kind == "prompt"]
    transcript(desktop).view.messages.resend_requested.emit(prompts[0])
    desktop.wait(lambda: desktop.called("chats.fork"))
    assert desktop.called("chats.fork") == [(chat_id, 0)]
    desktop.wait(lambda: desktop.context.selection.chat_id != chat_id)
    desktop.wait(lambda: desktop.bench.area.pane.composer.editor.toPlainText() == prompts[0].text)


def test_editing_a_message_brings_its_pictures_and_pasted_texts_along(desktop):
    chat_id = desktop.context.selection.chat_id
    asked = next(e for e in shown(desktop) if e.kind == "prompt")
    image = ImageRef(sha256="ab", media_type="image/png", name="red.png")
    text = with_pasted("why?", ["one\ntwo", "three"])
    messages = transcript(desktop).view.messages
    messages.resend_requested.emit(replace(asked, text=text, images=(image,)))
    desktop.wait(lambda: desktop.context.selection.chat_id != chat_id)
    composer = desktop.bench.area.pane.composer
    desktop.wait(lambda: composer.attachments.pasted)
    assert (composer.editor.toPlainText(), composer.attachments.pasted) == ("why?", ("one\ntwo", "three"))
    assert composer.attachments.images == (image,)
    composer.submit()
    desktop.wait(lambda: desktop.called("turns.send"))
    sent = desktop.called("turns.send")[0][1]
    assert (sent.text, sent.images) == (text, (image,))


def test_a_fork_from_an_answer_is_shown(desktop):
    chat_id = desktop.context.selection.chat_id
    number = next(e.number for e in shown(desktop) if e.kind == "prompt")
    transcript(desktop).view.messages.fork_requested.emit(number)
    desktop.wait(lambda: desktop.context.selection.chat_id != chat_id)
    assert desktop.called("chats.fork") == [(chat_id, number)]


def shown(desktop):
    blocks = transcript(desktop).view.stage.blocks
    return [blocks.entry(index) for index in range(len(blocks))]
