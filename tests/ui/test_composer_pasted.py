"""Long pasted text beside the message: opened, changed, put back, sent, and kept in the draft."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, Qt

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.ui.composer.pasted import (
    Draft,
    draft_from_text,
    draft_of,
    draft_to_text,
    is_long,
    pasted_name,
    with_pasted,
)
from boocode_desktop.ui.composer.pasted_dialog import PastedDialog

LONG = "\n".join(f"line {n}" for n in range(212))


@pytest.mark.parametrize(
    ("text", "long"), [("", False), ("x" * 2_000, False), ("x" * 2_001, True), ("\n" * 15, False), ("\n" * 16, True)]
)
def test_what_counts_as_long(text, long):
    assert is_long(text) == long


def test_names_and_the_message_as_the_agent_gets_it():
    assert pasted_name(LONG) == "pasted text, 212 lines"
    assert pasted_name("x" * 3_000) == "pasted text, 3,000 characters"
    assert with_pasted("why?", []) == "why?"
    assert with_pasted("why?", ["a\nb\n"]) == "why?\n\nPasted text:\n```\na\nb\n```"
    assert with_pasted("", ["````x", "y"]) == "Pasted text 1:\n`````\n````x\n`````\n\nPasted text 2:\n```\ny\n```"


IMAGES = st.builds(ImageRef, sha256=st.text(max_size=4), media_type=st.just("image/png"), name=st.text(max_size=4))


@given(st.builds(Draft, text=st.text(), pasted=st.lists(st.text()).map(tuple), images=st.lists(IMAGES).map(tuple)))
def test_a_draft_comes_back_as_it_was(draft):
    assert draft_from_text(draft_to_text(draft)) == draft or draft.text.startswith("\x1eboocode draft\x1e")


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        ("why?", ()),
        ("why?", ("a\nb",)),
        ("", ("````x", "y")),
        ("Pasted text:\n```\nmine\n```", ("a", "b")),
        ("two\n\nparts", ("a\n\nPasted text:\nb", "c")),
    ],
)
def test_a_prompt_becomes_the_draft_that_it_was(text, pasted):
    assert draft_of(with_pasted(text, pasted)) == Draft(text=text, pasted=pasted)


@given(st.text("P`\n x"), st.lists(st.text("P`\n x")))
def test_no_word_of_a_prompt_is_lost_in_its_draft(text, pasted):
    prompt = with_pasted(text, pasted)
    draft = draft_of(prompt)
    assert with_pasted(draft.text, draft.pasted) == prompt


@pytest.mark.parametrize("broken", ["{", "[]", '{"images": [3]}', '{"pasted": 3}'])
def test_a_draft_that_cannot_be_read_is_text(broken):
    assert draft_from_text(f"\x1eboocode draft\x1e{broken}") == Draft(text=broken)


@pytest.fixture
def composer(desktop):
    composer = desktop.bench.area.pane.composer
    desktop.wait(lambda: composer._history.prompts)
    return composer


def paste(composer, text):
    data = QMimeData()
    data.setText(text)
    composer.editor.insertFromMimeData(data)


def click(desktop, composer):
    chip = composer.attachments._pasted[0]
    desktop.wait(lambda: chip.size() == chip.sizeHint())
    desktop.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))


def dialog_of(desktop):
    desktop.wait(lambda: any(d.isVisible() for d in desktop.window.findChildren(PastedDialog)))
    return next(d for d in desktop.window.findChildren(PastedDialog) if d.isVisible())


def test_long_text_becomes_a_chip_and_is_sent_with_the_message(desktop, composer):
    paste(composer, "short")
    assert composer.editor.toPlainText() == "short"
    paste(composer, LONG)
    assert composer.editor.toPlainText() == "short"
    assert composer.attachments._pasted[0].accessibleName() == "Open pasted text, 212 lines"
    composer.submit()
    desktop.wait(lambda: desktop.called("turns.send"))
    assert desktop.called("turns.send")[0][1].text == with_pasted("short", [LONG])
    assert composer.attachments.pasted == ()
    assert not composer.attachments.isVisible()


def test_a_chip_is_opened_by_keys_and_its_text_changed(desktop, composer):
    paste(composer, LONG)
    chip = composer.attachments._pasted[0]
    desktop.qtbot.keyClick(chip, Qt.Key.Key_Return)
    dialog = dialog_of(desktop)
    dialog.text.setPlainText("two\nlines")
    dialog._on_keep_clicked()
    assert composer.attachments.pasted == ("two\nlines",)
    assert chip.accessibleName() == "Open pasted text, 2 lines"
    desktop.qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert composer.attachments.pasted == ()


def test_a_chip_goes_back_into_the_text_or_away(desktop, composer):
    composer.editor.show_text("see ")
    paste(composer, LONG)
    click(desktop, composer)
    dialog_of(desktop)._on_insert_clicked()
    assert composer.editor.toPlainText() == f"see {LONG}"
    assert composer.attachments.pasted == ()
    paste(composer, LONG)
    click(desktop, composer)
    dialog_of(desktop)._on_remove_clicked()
    assert composer.attachments.pasted == ()


def test_a_chip_survives_a_failed_send_and_a_restart(desktop, composer):
    desktop.world.refusals["turns.send"] = UserFacingError("no", "")
    composer.editor.show_text("why?")
    paste(composer, LONG)
    with desktop.qtbot.waitSignal(desktop.context.bridge.refused):
        composer.submit()
    assert (composer.editor.toPlainText(), composer.attachments.pasted) == ("why?", (LONG,))
    chat_id = composer._chat_id
    desktop.wait(lambda: draft_from_text(desktop.world.drafts.get(chat_id, "")).pasted == (LONG,))
    session_id = desktop.context.selection.session_id
    chat = desktop.world.add_chat(session_id, "Later")
    desktop.world.drafts[chat.id] = desktop.world.drafts[chat_id]
    desktop.bench.navigator.show_session(session_id, chat.id)
    desktop.wait(lambda: desktop.context.selection.chat_id == chat.id)
    again = desktop.bench.area.pane.composer
    desktop.wait(lambda: again.attachments.pasted == (LONG,))
    assert again.editor.toPlainText() == "why?"
    assert not again.draft.pending
