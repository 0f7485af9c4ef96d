"""What screen readers get of the transcript."""

import pytest
from PySide6.QtGui import QAccessible

from boocode_desktop.domain.transcript import EndEntry, TextEntry
from boocode_desktop.ui.transcript.accessible import AccessibleItem, AccessibleList, interface_for
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 800)
    view.show()
    qtbot.waitExposed(view)
    view.set_entries([*samples.conversation(), *samples.notes(), samples.permission()])
    return view


def test_the_view_is_a_list_with_an_item_for_each_entry(view):
    listing = QAccessible.queryAccessibleInterface(view)
    assert isinstance(listing, AccessibleList)
    assert listing.role() == QAccessible.Role.List
    assert listing.childCount() == len(view.stage.blocks)
    words = [listing.child(n).text(QAccessible.Text.Name) for n in range(listing.childCount())]
    assert words[0].startswith("You: `test_retry_backoff` fails") and "boocode answers" in words[0]
    assert any(w.startswith("Edit src/retry.py, 2 lines added, 2 removed, 0.3 s, done, unfolded") for w in words)
    assert words[-1] == "Question, waiting for you: Run this command?"


def test_items_survive_two_hundred_questions(view):
    listing = interface_for("", view)
    for n in range(200):
        item = listing.child(n % listing.childCount())
        assert isinstance(item, AccessibleItem) and item.isValid()
        assert item.role() == QAccessible.Role.ListItem
        assert listing.indexOfChild(item) == n % listing.childCount()
        item.state(), item.rect(), item.parent(), item.text(QAccessible.Text.Description)
    assert listing.child(10_000) is None and listing.child(-1) is None


def test_an_item_on_screen_has_a_place_and_is_found_there(view):
    listing = interface_for("", view)
    last = listing.child(listing.childCount() - 1)
    assert not last.rect().isEmpty() and not last.state().offscreen
    middle = last.rect().center()
    assert listing.childAt(middle.x(), middle.y()) is last
    assert listing.child(0).state().offscreen


def test_the_keyboards_row_is_the_focused_item(view):
    view.setFocus()
    view._step(-1)
    view._step(-1)
    listing = interface_for("", view)
    focused = listing.focusChild()
    assert focused is not None and focused.state().focused
    assert focused.index == view._cursor.place.block


def test_other_widgets_keep_their_own_interfaces(view):
    assert interface_for("", view.viewport()) is None


def test_what_is_said_without_being_asked(view):
    told = [view.accessible.news(entry) for entry in (*samples.notes(), samples.permission(), samples.prompt())]
    assert told == ["", "", told[2], "", "", "", "Question: Run this command?", ""]
    assert told[2].startswith("The model server went away. Partial text was kept.")


def test_the_end_of_a_turn_is_said_with_how_its_answer_begins(view):
    said = TextEntry(id="said", turn_id="t9", text="**All** runs pass.", done=True)
    end = EndEntry(id="end", turn_id="t9", status="completed", number=9)
    view.put([said, end])
    assert view.accessible.news(end) == "Turn 9 completed. All runs pass."
