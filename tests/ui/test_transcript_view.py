"""The transcript widget: what people see, click, select and press."""

import logging
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from boocode_desktop.domain.transcript import EndEntry, TextEntry
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.painting import Action
from boocode_desktop.ui.transcript.rows import CodeBody
from boocode_desktop.ui.transcript.scroller import Seen
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


def text(number, words="some words"):
    return TextEntry(id=f"t{number}", turn_id="t", text=words, done=True)


def many(count=80):
    return [text(n, f"entry {n}\n\nsecond paragraph of {n}") for n in range(count)]


def place_of(view, entry_id, row=0):
    index = view.stage.blocks.index_of(entry_id)
    assert index is not None
    return Place(index, row)


def seen(view, place):
    return next((s for s in view.stage.scroller.seen() if s.place == place), None)


def spot(view, entry_id, act):
    for item in view.stage.scroller.seen():
        if view.stage.row(item.place).entry_id == entry_id:
            for found in view.stage.spots(item):
                if found.action.act == act:
                    return found.rect.center().toPoint()
    raise AssertionError(f"no {act} in {entry_id}")


def click(view, point):
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def bodies(view, entry_id):
    index = view.stage.blocks.index_of(entry_id)
    return [type(row.body).__name__ for row in view.stage.blocks.rows(index)]


def test_it_opens_at_the_end_and_stays_there_while_text_grows(view):
    view.set_entries(many())
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    growing = replace(text("new"), done=False)
    for _ in range(30):
        growing = replace(growing, text=growing.text + " more words\n\nand")
        view.put([growing])
        assert bar.value() == bar.maximum()


def test_reading_above_is_not_disturbed_by_what_comes_below(view):
    view.set_entries(many())
    view.verticalScrollBar().setValue(500)
    before = [(view.stage.row(s.place), s.y) for s in view.stage.scroller.seen()]
    for number in range(10):
        view.put([text(f"below{number}", "word " * 300)])
    assert [(view.stage.row(s.place), s.y) for s in view.stage.scroller.seen()] == before


def test_older_pages_are_asked_for_once_and_move_nothing(view, qtbot):
    view.has_older = True
    view.set_entries(many(30))
    asked = []
    view.older_requested.connect(lambda: asked.append(True))
    view.verticalScrollBar().setValue(100)
    view.verticalScrollBar().setValue(60)
    assert asked == [True]
    before = [(view.stage.row(s.place), s.y) for s in view.stage.scroller.seen()]
    view.has_older = False
    view.prepend_page([text(f"old{n}") for n in range(40)])
    assert [(view.stage.row(s.place), s.y) for s in view.stage.scroller.seen()] == before
    view.verticalScrollBar().setValue(0)
    assert asked == [True]
    assert view.stage.blocks.entry(0).id == "told0"


def test_a_header_folds_and_unfolds_under_the_mouse(view):
    view.set_entries(samples.tools()[:2])
    assert bodies(view, "trc_read") == ["HeadBody"]
    click(view, spot(view, "trc_read", "toggle"))
    assert bodies(view, "trc_read") == ["HeadBody", "CodeBody"]
    click(view, spot(view, "trc_read", "toggle"))
    assert bodies(view, "trc_read") == ["HeadBody"]


def test_unfolding_at_the_end_keeps_the_header_in_its_place(view):
    view.set_entries([*many(40), samples.tools()[0]])
    place = place_of(view, "trc_read")
    before = seen(view, place).y
    view.act(place, Action("toggle"))
    assert seen(view, place).y == before


def test_clicking_a_link_offers_it_and_dragging_over_it_does_not(view, qtbot):
    view.set_entries([text(1, "[a long link to click](https://x.test/a) and [bad](file:///etc/passwd)")])
    rect = view.stage.rect(view.stage.scroller.seen()[0])
    point = QPoint(int(rect.left()) + 30, int(rect.top()) + 8)
    with qtbot.waitSignal(view.link_activated) as caught:
        click(view, point)
    assert caught.args == ["https://x.test/a", "a long link to click"]
    heard = []
    view.link_activated.connect(lambda address, _label: heard.append(address))
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseMove(view.viewport(), point + QPoint(40, 0))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=point + QPoint(40, 0))
    view.act(place_of(view, "t1"), Action("link", "file:///etc/passwd"))
    assert heard == []


def drag(view, begin, end):
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(view.viewport(), end - QPoint(2, 0))
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)


def test_a_selection_crosses_rows_and_copies_as_text_and_as_markdown(view):
    view.set_entries([text(1, "first **bold** row\n\n```py\nx = 1\n```\n\nlast `code` row")])
    rows = [view.stage.rect(s) for s in view.stage.scroller.seen()]
    drag(view, rows[0].topLeft().toPoint() + QPoint(1, 6), QPoint(int(rows[2].right()) - 2, int(rows[2].bottom()) - 4))
    view.copy()
    assert QGuiApplication.clipboard().text() == "first bold row\n\nx = 1\n\nlast code row"
    view.act(Place(0, 0), Action("copy_markdown"))
    assert QGuiApplication.clipboard().text() == "first **bold** row\n\n```py\nx = 1\n```\n\nlast `code` row"


def test_half_a_row_is_copied_as_it_reads(view):
    view.set_entries([text(1, "**bold** start and the end")])
    rect = view.stage.rect(view.stage.scroller.seen()[0])
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.topLeft().toPoint() + QPoint(8, 8))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.topLeft().toPoint() + QPoint(8, 8))
    assert view.stage.selection.text() == "bold"
    assert view.stage.selection.markdown() == "bold"


def test_select_all_takes_every_row(view):
    view.set_entries(many(30))
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert all(f"second paragraph of {n}" in copied for n in range(30))


def test_the_scroll_bar_comes_with_the_text_and_moves_nothing(view):
    view.set_entries([text(1, "short")])
    bar, width = view.verticalScrollBar(), view.stage.width
    assert not bar.isEnabled()
    view.put([*many(30)])
    assert bar.isVisible() and bar.isEnabled() and bar.maximum() > 0
    assert view.stage.width == width


def keys(view, *pressed, more=Qt.KeyboardModifier.NoModifier):
    for key in pressed:
        QTest.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier | more)
    return view.stage.selection.text()


def test_shift_and_the_arrows_select_rows_across_messages(view):
    view.set_entries([text(1, "one\n\n```py\nx = 1\n```"), text(2, "two"), text(3, "three")])
    view.setFocus()
    up, down = Qt.Key.Key_Up, Qt.Key.Key_Down
    assert keys(view, down) == "three"
    assert keys(view, up) == "two\n\nthree"
    assert keys(view, up, up) == keys(view, up) == "one\n\nx = 1\n\ntwo\n\nthree"
    assert keys(view, down) == "x = 1\n\ntwo\n\nthree"
    assert keys(view, Qt.Key.Key_End) == "three"
    assert keys(view, Qt.Key.Key_Home) == "one\n\nx = 1\n\ntwo\n\nthree"
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("two\n\nthree")
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.stage.selection.empty
    assert keys(view, down) == "x = 1"
    assert keys(view, down, down, up) == "x = 1\n\ntwo"


def test_shift_and_the_arrows_to_the_sides_select_characters_and_words(view):
    view.set_entries([text(1, "some **bold** words"), text(2, "and more")])
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Up)
    left, right, control = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier
    assert keys(view, right, right) == "so"
    assert keys(view, right, right, more=control).strip() == "some bold"
    assert keys(view, left, left) == "some bol"
    assert keys(view, *[right] * 9) == "some bold words\n\na"
    assert keys(view, *[left] * 3) == "some bold word"


def test_a_selection_goes_on_by_key_from_where_the_mouse_clicked(view):
    view.set_entries([text(1, "abcdef")])
    rect = view.stage.rect(view.stage.scroller.seen()[0])
    click(view, rect.topLeft().toPoint() + QPoint(1, 8))
    view.setFocus()
    assert keys(view, Qt.Key.Key_Right) == "a"


def test_a_row_without_text_is_passed_over_by_keys(view):
    view.set_entries([text(1, "a"), *samples.ends()[:1], text(2, "b")])
    view.setFocus()
    view.go_to("t1")
    assert keys(view, *[Qt.Key.Key_Right] * 4) == "a\n\nb"
    assert keys(view, *[Qt.Key.Key_Left] * 4) == ""


def test_the_copy_button_takes_the_whole_block(view):
    code = "\n".join(f"x{n} = {n}" for n in range(150))
    view.set_entries([text(1, f"```py\n{code}\n```")])
    view.verticalScrollBar().setValue(0)
    click(view, spot(view, "t1", "copy_code"))
    assert QGuiApplication.clipboard().text() == code


def test_the_keyboard_walks_rows_and_enter_acts(view):
    view.set_entries([text(1), *samples.tools()[:2], samples.ends()[3]])
    view.setFocus()
    heard = []
    view.continue_requested.connect(heard.append)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view._cursor.place == place_of(view, "end4")
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard == [samples.TURN]
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Up)
    assert view._cursor.place == place_of(view, "trc_read")
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert bodies(view, "trc_read") == ["HeadBody", "CodeBody"]
    QTest.keyClick(view, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text().startswith("**Read** `src/retry.py`")
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view._cursor.place == place_of(view, "trc_edit")


def test_the_keyboard_brings_its_row_on_screen(view):
    view.set_entries(many(60))
    view.setFocus()
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Up)
        assert seen(view, view._cursor.place) is not None
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_left_and_right_choose_between_actions(view):
    view.set_entries([samples.tools()[4]])
    view.setFocus()
    heard = []
    view.stop_requested.connect(lambda: heard.append("stop"))
    QTest.keyClick(view, Qt.Key.Key_Up)
    while view._cursor.spot()[1].action.act != "stop":
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard == ["stop"]


def test_the_way_back_shows_when_the_end_is_out_of_sight(view):
    view.set_entries(many(60))
    assert not view._jump.wanted
    view.verticalScrollBar().setValue(300)
    assert view._jump.wanted
    click(view, view._jump.rect.center())
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    assert not view._jump.wanted


def test_rewind_and_stop_reach_whoever_listens(view, qtbot):
    view.set_entries([samples.ends()[1], samples.tools()[4]])
    with qtbot.waitSignal(view.messages.rewind_requested) as caught:
        click(view, spot(view, "end2", "rewind"))
    assert caught.args == [8]
    with qtbot.waitSignal(view.stop_requested):
        click(view, spot(view, "trc_count", "stop"))


def test_a_new_turn_takes_continue_away(view):
    end = EndEntry(id="end", turn_id="t", status="interrupted", number=1)
    view.set_entries([text(1), end])
    assert view.stage.row(place_of(view, "end")).body.actions
    view.put([samples.prompt(2)])
    assert not view.stage.row(place_of(view, "end")).body.actions


def test_only_live_rows_keep_the_clock_running(view):
    view.set_entries([samples.tools()[0]])
    assert not view._timer.isActive()
    view.put([samples.tools()[4]])
    assert view._timer.isActive()
    view.hide()
    assert not view._timer.isActive()
    view.show()
    assert view._timer.isActive()
    view.put([replace(samples.tools()[4], outcome="success", latency_ms=5.0)])
    assert not view._timer.isActive()


def test_colours_arrive_and_change_no_height(view, qtbot):
    code = "\n".join(f"def f{n}(a): return {n}  # {'x' * 40}" for n in range(40))
    with qtbot.waitSignal(view.highlighter.ready):
        view.set_entries([text(1, f"```python\n{code}\n```")])
        view.grab()
    place = Place(0, 0)
    height = seen(view, place).height
    laid, row = view.stage.text_of(place)
    assert isinstance(row.body, CodeBody) and not laid.plain
    assert laid.document.begin().layout().formats()
    view.stage.blocks.stale(place)
    assert view.stage.blocks.height(place) == height


@pytest.mark.parametrize("where", ["height", "paint"])
def test_a_row_that_fails_is_logged_once_and_the_rest_is_shown(view, monkeypatch, caplog, where):
    view.set_entries([text(1), *samples.tools()[:1], text(2)])
    painter = view.stage.painter(view.stage.row(place_of(view, "trc_read")))
    monkeypatch.setattr(painter, where, lambda *a: 1 / 0)
    with caplog.at_level(logging.ERROR):
        view.put([replace(samples.tools()[0], latency_ms=7.0)])
        view.grab()
        view.grab()
    assert [r.getMessage() for r in caplog.records] == [
        f"{'measuring' if where == 'height' else 'painting'} HeadBody of trc_read failed"
    ]
    assert seen(view, place_of(view, "t2")) is not None


def test_a_narrow_window_wraps_and_keeps_its_place(view):
    view.set_entries([text(n, "many words " * 60) for n in range(40)])
    view.verticalScrollBar().setValue(1500)
    anchor = view.stage.scroller.anchor
    view.resize(420, 700)
    assert view.stage.scroller.anchor[0] == anchor[0]
    assert view.stage.width < 420
    view.resize(160, 90)
    view.grab()


def test_nothing_at_all_is_an_empty_canvas(view, theme):
    view.set_entries([])
    assert view.grab().toImage().pixelColor(450, 350).name().upper() == theme.tokens.bg0
    assert view.stage.text_at(QPointF(5, 5)) is None
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    view.copy()


def test_the_menu_offers_copies_and_links(view, qtbot):
    view.set_entries([text(1, "see [docs](https://x.test/d)\n\n")])
    rect = view.stage.rect(view.stage.scroller.seen()[0])
    point = rect.topLeft().toPoint() + QPoint(4, 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    view.contextMenuEvent(event)
    (menu,) = view.findChildren(QMenu)
    labels = [action.text() for action in menu.actions()]
    assert labels[:4] == [
        "Copy\tCtrl+C",
        "Copy as Markdown\tCtrl+Shift+C",
        "Copy this part\tC",
        "Open https://x.test/d",
    ]
    with qtbot.waitSignal(view.link_activated) as caught:
        menu.actions()[3].trigger()
    assert caught.args == ["https://x.test/d", "docs"]
    menu.close()


def wheel(view, steps):
    point = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        point,
        view.viewport().mapToGlobal(point),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_wheel_moves_what_is_seen_by_whole_steps_up_to_the_very_top(view):
    view.set_entries([text(n, "a paragraph\n\n" * (n % 7) + "- item\n" * (n % 5) + "end") for n in range(60)])
    for _ in range(400):
        before = {id(view.stage.row(s.place)): s.y for s in view.stage.scroller.seen()}
        wheel(view, 1)
        after = {id(view.stage.row(s.place)): s.y for s in view.stage.scroller.seen()}
        top = view.stage.scroller.seen()[0]
        moved = {after[key] - before[key] for key in before.keys() & after.keys()}
        assert moved <= {120} or top.place == Place(0, 0)
        if view.verticalScrollBar().value() == 0:
            break
    assert view.stage.scroller.seen()[0] == Seen(Place(0, 0), 0, view.stage.blocks.height(Place(0, 0)))
    wheel(view, -1)
    assert view.stage.scroller.seen()[0].y == -120 or view.stage.scroller.seen()[0].place != Place(0, 0)


def test_the_scroll_bar_reaches_both_ends_at_once(view):
    view.set_entries(many(200))
    view.verticalScrollBar().setValue(0)
    assert view.stage.scroller.seen()[0].place == Place(0, 0)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert view.stage.scroller.seen()[-1].place == view.stage.blocks.last()


def test_what_comes_while_one_reads_above_is_counted_until_one_is_back(view):
    view.set_entries(many())
    view.verticalScrollBar().setValue(500)
    assert view._jump.words == "" and view._jump.name == "Go to the newest message"
    growing = replace(text("new"), done=False)
    view.put([growing, samples.tools()[0], *samples.ends()[:1]])
    view.put([replace(growing, text="some words more")])
    assert view._jump.words == "2 new"
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view._jump.unread == 0 and not view._jump.wanted
    view.put([text("last")])
    assert view._jump.unread == 0


def test_many_new_ones_are_not_counted_to_the_end(view):
    view._jump.unread = 1_500
    assert view._jump.words == "999+ new"
