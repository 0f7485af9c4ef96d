"""Find in chat: which entries hold words, marks, going from one to the next, pages that are not loaded."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.chat.finding import first_after, found_words, holding, stepped
from boocode_desktop.ui.transcript.laid_text import found_color
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


def text(number, words):
    return TextEntry(id=f"t{number}", turn_id="t", text=words, done=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ASYNCIO.SLEEP", ["trc_edit", "trc_search"]),
        ("stands in two places", ["trc_two"]),
        ("order_lines", ["trc_mcp"]),
        ("", []),
        ("nowhere", []),
    ],
)
def test_calls_are_found_by_input_output_and_failure(query, found):
    assert holding(samples.tools(), query) == found


@pytest.mark.parametrize(
    ("entries", "query"),
    [
        ([samples.prompt()], "fails about one run"),
        (samples.thinking(), "stretches both"),
        ([samples.plan()], "pin the runner"),
        ([samples.permission()], "--force-with-lease"),
        ([samples.question()], "which clock"),
        (samples.notes(), "model server went"),
        (samples.images(), "p99.png"),
    ],
)
def test_every_kind_of_entry_is_found(entries, query):
    assert len(holding([*entries, *samples.ends()], query)) >= 1


@pytest.mark.parametrize(
    ("matches", "order", "here", "first"),
    [
        (["a", "c"], ["a", "b", "c"], "b", 1),
        (["a", "c"], ["a", "b", "c"], "a", 0),
        (["a"], ["a", "b", "c"], "b", 0),
        ([], ["a"], "a", -1),
    ],
)
def test_the_search_begins_where_one_reads(matches, order, here, first):
    assert first_after(matches, order, here) == first


@pytest.mark.parametrize(
    ("current", "count", "by", "then"), [(0, 3, 1, 1), (2, 3, 1, 0), (0, 3, -1, 2), (-1, 0, 1, -1), (-1, 2, -1, 1)]
)
def test_going_on_goes_round(current, count, by, then):
    assert stepped(current, count, by) == then


def test_what_is_said():
    assert found_words(2, 17, query="x", searching=False) == "3 of 17"
    assert found_words(2, 17, query="x", searching=True) == "3 of 17+"
    assert found_words(-1, 0, query="x", searching=True) == "Searching…"
    assert found_words(-1, 0, query="x", searching=False) == "Nothing found"
    assert found_words(-1, 0, query=" ", searching=False) == ""


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def marked(view):
    image = view.viewport().grab().toImage()
    wanted = found_color(view._theme).rgb()
    return any(image.pixel(x, y) == wanted for y in range(0, image.height(), 2) for x in range(0, image.width(), 2))


def test_words_are_marked_where_they_are_seen_and_only_then(view):
    view.set_entries([text(1, "a *needle* in 🙂 hay, another Needle")])
    view.mark("needle")
    assert marked(view)
    view.mark("")
    assert not marked(view)


def test_marks_follow_characters_beyond_the_first_plane(view):
    view.set_entries([text(1, "🙂🙂 needle")])
    laid, _row = view.stage.text_of(view.stage.blocks.first())
    assert list(laid._occurrences("NEEDLE")) == [(5, 6)]


def test_a_match_in_a_folded_card_is_unfolded(view):
    view.set_entries([samples.prompt(), *samples.at_once(), samples.tools()[3]])
    view.stage.folds.toggle_group(view.stage.blocks.group(1).key)
    view.stage.blocks.rebuild_group(1)
    assert view.show_found("trc_g2", "def __init__")
    place = view._cursor.place
    assert "def __init__" in view.stage.words(place)
    assert view.show_found("trc_search", "tests/test_8.py")
    assert "tests/test_8.py" in view.stage.words(view._cursor.place)
    assert not view.show_found("gone", "x")


def pane(desktop):
    return desktop.bench.area.pane


@pytest.fixture
def long_chat(desktop):
    chat = desktop.world.add_chat(desktop.context.selection.session_id, "Long")
    for number in range(80):
        words = f"answer {number}" + (" with a needle" if number in (3, 40, 79) else "")
        desktop.world.play(chat.id, f"prompt {number}", [ev.Text(delta=words)])
    desktop.bench.navigator.show_session(chat.session_id, chat.id)
    desktop.wait(lambda: pane(desktop).chat.id == chat.id and len(pane(desktop).transcript.view.stage.blocks))
    return desktop


def current_words(desktop):
    view = pane(desktop).transcript.view
    place = view._cursor.place
    return view.stage.words(place) if place is not None else ""


def test_find_reaches_pages_that_are_not_loaded(long_chat):
    finder = pane(long_chat).transcript.finder
    long_chat.do("chat.find")
    assert finder.bar.isVisible() and finder.bar.field.hasFocus()
    QTest.keyClicks(finder.bar.field, "NEEDLE")
    long_chat.wait(lambda: finder.bar.count.text == "3 of 3")
    assert current_words(long_chat) == "answer 79 with a needle"
    QTest.keyClick(finder.bar.field, Qt.Key.Key_Return)
    long_chat.wait(lambda: current_words(long_chat) == "answer 3 with a needle")
    assert finder.bar.count.text == "1 of 3"
    QTest.keyClick(finder.bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    long_chat.wait(lambda: current_words(long_chat) == "answer 79 with a needle")
    QTest.keyClick(finder.bar.field, Qt.Key.Key_Up)
    long_chat.wait(lambda: current_words(long_chat) == "answer 40 with a needle")


def test_leaving_the_search_takes_the_marks_away_and_gives_the_keyboard_to_the_match(long_chat):
    finder, view = pane(long_chat).transcript.finder, pane(long_chat).transcript.view
    long_chat.do("chat.find")
    QTest.keyClicks(finder.bar.field, "needle")
    long_chat.wait(lambda: finder.bar.count.text == "3 of 3")
    QTest.keyClick(finder.bar.field, Qt.Key.Key_Escape)
    assert not finder.bar.isVisible() and view.stage.find == "" and view.hasFocus()
    assert finder.matches == ()


def test_nothing_found_is_said(long_chat):
    finder = pane(long_chat).transcript.finder
    long_chat.do("chat.find")
    QTest.keyClicks(finder.bar.field, "haystack")
    long_chat.wait(lambda: finder.bar.count.text == "Nothing found")
