"""The terminal pane over real shells: keys, selection, search, links, tabs; the window's shortcuts stay out of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from boocode_desktop.content.terminal.lines import Line, Run, parse_line
from boocode_desktop.content.terminal.styles import Style
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.orchestrator.ports.agents import TerminalLaunch
from boocode_desktop.orchestrator.terminals import TerminalDesk
from boocode_desktop.processes.children import Children
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog
from boocode_desktop.ui.palette.palette import Palette
from boocode_desktop.ui.terminal.keys import first_keys, is_windows, own_of
from boocode_desktop.ui.terminal.paint import PAD
from boocode_desktop.ui.terminal.pane import TerminalPane
from boocode_desktop.ui.terminal.selection import Link, Span, Spot, edge_near, line_at, link_at, selected_text, word_at
from boocode_desktop.ui.terminal.view import TerminalView
from boocode_desktop.ui.widgets.toast import Toast

PLAIN = Style()


def line(text: str, *, wrapped: bool = False) -> Line:
    return Line((Run(0, text, PLAIN, len(text)),), wrapped)


def test_words_links_and_text_of_a_selection():
    lines = [line("see https://example.com/a?b=1, or src/app.py", wrapped=True), line("x" * 4), line("last")]
    link = link_at(Spot(0, 10), lines.__getitem__)
    assert link == Link("https://example.com/a?b=1", Span(Spot(0, 4), Spot(0, 29)))
    assert link_at(Spot(0, 31), lines.__getitem__) is None
    assert link_at(Spot(0, 3), [line("file:///etc/passwd")].__getitem__) is None
    assert word_at(lines[0], 0, 36) == Span(Spot(0, 34), Spot(0, 44))
    whole = selected_text(Span(Spot(0, 31), Spot(2, 2)), lines.__getitem__)
    assert whole == "or src/app.pyxxxx\nla"


def test_a_link_goes_on_in_the_next_row_and_one_that_the_program_gave_wins():
    given = Style(link="https://example.com/given")
    lines = [line("see https://exam", wrapped=True), line("ple.com/b and"), Line((Run(0, "https://a.b", given, 11),))]
    whole = Link("https://example.com/b", Span(Spot(0, 4), Spot(1, 9)))
    assert link_at(Spot(0, 6), lines.__getitem__) == link_at(Spot(1, 2), lines.__getitem__) == whole
    assert link_at(Spot(1, 10), lines.__getitem__) is None
    assert link_at(Spot(2, 3), lines.__getitem__) == Link(given.link, Span(Spot(2, 0), Spot(2, 11)))
    assert line_at(1, lines.__getitem__) == Span(Spot(0, 0), Spot(1, 13))


def test_wide_characters_are_selected_whole():
    lines = [parse_line("a日本\u3099b".encode())]
    assert selected_text(Span(Spot(0, 1), Spot(0, 3)), lines.__getitem__) == "日"
    assert selected_text(Span(Spot(0, 0), Spot(0, 6)), lines.__getitem__) == "a日本\u3099b"
    assert [edge_near(lines[0], across) for across in (0.4, 0.6, 1.9, 2.1, 4.9, 9.6)] == [0, 1, 1, 3, 5, 10]
    assert word_at(lines[0], 0, 4) == Span(Spot(0, 0), Spot(0, 6))


@pytest.fixture
def pane(make_desktop, loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHELL", "/bin/sh")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PS1", "$ ")

    async def root(_session_id: str) -> Path:
        return tmp_path

    async def launch(name: str, _environ: object) -> TerminalLaunch:
        raise NotFoundError(f"{name} has no program for a terminal here.")

    desk = TerminalDesk(Children(tmp_path / "run"), root, launch)
    desktop = make_desktop(terminals=desk)
    desktop.do("terminal.new")
    made = desktop.bench.docks.build("terminal")
    assert isinstance(made, TerminalPane)
    desktop.wait(lambda: made.view is not None)
    made.desktop = desktop
    yield made
    closing = loop.create_task(desk.close())
    desktop.wait(closing.done)


def shown(view: TerminalView) -> str:
    feed = view.terminal.feed
    return "\n".join(feed.line(place).text for place in range(feed.length))


def type_text(view: TerminalView, text: str) -> None:
    for character in text:
        if character == "\n":
            QTest.keyClick(view, Qt.Key.Key_Return)
        else:
            QTest.keyClicks(view, character)


def test_what_is_typed_runs_and_is_shown(pane: TerminalPane):
    view = pane.view
    type_text(view, "echo typed-$((40+2))\n")
    pane.desktop.wait(lambda: "typed-42" in shown(view))
    assert view.accessibleName() == "Terminal sh" and pane.tabs.tabText(0).startswith("sh")


CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.mark.parametrize(
    ("key", "held", "whose"),
    [
        (Qt.Key.Key_F6, NONE, "window"),
        (Qt.Key.Key_F6, SHIFT, "window"),
        (Qt.Key.Key_QuoteLeft, CTRL, "window"),
        (Qt.Key.Key_K, CTRL, "window, but a full-screen program's"),
        (Qt.Key.Key_Tab, CTRL, "window"),
        (Qt.Key.Key_Backtab, CTRL | SHIFT, "window"),
        (Qt.Key.Key_PageUp, CTRL, "window"),
        (Qt.Key.Key_PageDown, CTRL, "window"),
        (Qt.Key.Key_Comma, CTRL, "window"),
        (Qt.Key.Key_C, CTRL | SHIFT, "window"),
        (Qt.Key.Key_V, CTRL | SHIFT, "window"),
        (Qt.Key.Key_F, CTRL | SHIFT, "window"),
        (Qt.Key.Key_T, CTRL | SHIFT, "window"),
        (Qt.Key.Key_B, CTRL | ALT, "window"),
        (Qt.Key.Key_PageUp, SHIFT, "terminal"),
        (Qt.Key.Key_Insert, SHIFT, "terminal"),
        (Qt.Key.Key_C, CTRL, "shell"),
        (Qt.Key.Key_W, CTRL, "shell"),
        (Qt.Key.Key_T, CTRL, "shell"),
        (Qt.Key.Key_N, CTRL, "shell"),
        (Qt.Key.Key_Q, CTRL, "shell"),
        (Qt.Key.Key_B, CTRL, "shell"),
        (Qt.Key.Key_L, CTRL, "shell"),
        (Qt.Key.Key_Period, CTRL, "shell"),
        (Qt.Key.Key_Tab, NONE, "shell"),
        (Qt.Key.Key_Escape, NONE, "shell"),
        (Qt.Key.Key_F1, NONE, "shell"),
        (Qt.Key.Key_F10, NONE, "shell"),
        (Qt.Key.Key_B, ALT, "shell"),
        (Qt.Key.Key_A, NONE, "shell"),
    ],
)
def test_whose_a_key_is(qapp: QApplication, key: Qt.Key, held: Qt.KeyboardModifier, whose: str):
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, held)
    assert is_windows(event, first_keys(), full_screen=False) == whose.startswith("window")
    assert is_windows(event, first_keys(), full_screen=True) == (whose == "window")
    assert (own_of(event) is not None) == (whose == "terminal")


def test_keys_that_people_chose_count_in_the_terminal_too(qapp: QApplication):
    keys = {**first_keys(), "view.palette": "Ctrl+P"}
    for key, windows in ((Qt.Key.Key_P, True), (Qt.Key.Key_K, False)):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, CTRL)
        assert is_windows(event, keys, full_screen=False) is windows


def test_the_ways_out_of_a_terminal(pane: TerminalPane):
    desktop, view, window = pane.desktop, pane.view, pane.desktop.window
    editor = desktop.bench.area.pane.composer.editor
    view.setFocus()
    desktop.wait(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_F6)
    assert not view.hasFocus() and QApplication.focusWidget() is not None
    for _ in range(9):
        if not view.hasFocus():
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    assert view.hasFocus(), "F6 leads back into the terminal"
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_K, CTRL)
    palette = window.findChild(Palette)
    assert palette is not None and palette.isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    desktop.wait(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_QuoteLeft, CTRL)
    assert not desktop.bench.docks.visible("terminal") and editor.hasFocus()
    QTest.keyClick(editor, Qt.Key.Key_QuoteLeft, CTRL)
    assert desktop.bench.docks.visible("terminal")
    desktop.wait(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_F, CTRL | SHIFT)
    assert pane.search.field.hasFocus()
    QTest.keyClick(pane.search.field, Qt.Key.Key_Escape)
    assert view.hasFocus()


def test_a_full_screen_program_gets_its_keys(pane: TerminalPane):
    view, typed = pane.view, []
    show_line(pane, "\x1b[?1049h")
    view.terminal.type = typed.append
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_K, CTRL)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert typed == [b"\x0b", b"\x1b[A"] and pane.desktop.window.findChild(Palette) is None
    assert view.terminal.feed.screen.alternate


def test_pages_of_what_was_printed_are_turned_by_key(pane: TerminalPane):
    view = pane.view
    show_line(pane, "")
    view.terminal.feed.put(b"line\r\n" * 300)
    while view.terminal.feed.work(1):
        pass
    view.show_news()
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    QTest.keyClick(view, Qt.Key.Key_PageUp, SHIFT)
    assert bar.value() < bar.maximum()
    QTest.keyClick(view, Qt.Key.Key_Home, SHIFT)
    assert bar.value() == 0
    QTest.keyClick(view, Qt.Key.Key_End, SHIFT)
    assert bar.value() == bar.maximum()


class Painted(QObject):
    """What of a widget is painted, as it happens."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.rects: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.rects.append(event.rect())
        return False


def test_only_what_changed_is_painted(pane: TerminalPane):
    view, feed = pane.view, pane.view.terminal.feed
    show_line(pane, "first\r\nsecond\r\nthird")
    height = view.cell_size[0]
    painted = Painted(view.viewport())
    view.show_news()
    pane.desktop.wait(lambda: painted.rects)
    painted.rects.clear()
    feed.put(b"\x1b[2;1Hsecond, and more\x1b[2;1H")
    feed.work(1)
    view.show_news()
    pane.desktop.wait(lambda: painted.rects)
    # The second row, and the one that the cursor left.
    assert [r.height() <= 3 * height for r in painted.rects] == [True] * len(painted.rects)
    assert min(r.top() for r in painted.rects) == PAD + height
    painted.rects.clear()
    feed.put(b"\r\n" * 200)
    feed.work(1)
    view.show_news()
    pane.desktop.wait(lambda: any(r.height() == view.viewport().height() for r in painted.rects))


def test_lines_that_would_run_at_once_are_shown_before_they_are_pasted(pane: TerminalPane):
    view, typed = pane.view, []
    show_line(pane, "$ ")
    view.terminal.type = typed.append
    QGuiApplication.clipboard().setText("one\ntwo\n")
    view.terminal.feed.screen.private.discard(2004)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_V, CTRL | SHIFT)
    dialog = pane.desktop.window.findChild(ConfirmDialog)
    assert dialog is not None and typed == []
    dialog.reject()
    pane.desktop.wait(lambda: pane.desktop.window.findChild(ConfirmDialog) is None)
    QTest.keyClick(view, Qt.Key.Key_Insert, SHIFT)
    pane.desktop.window.findChild(ConfirmDialog).accept()
    assert typed == [b"one\rtwo\r"]
    view.terminal.feed.screen.private.add(2004)
    QTest.keyClick(view, Qt.Key.Key_V, CTRL | SHIFT)
    assert typed[1:] == [b"\x1b[200~one\rtwo\r\x1b[201~"]


def test_a_mouse_is_told_in_the_form_the_program_knows(pane: TerminalPane):
    view, typed = pane.view, []
    at = show_line(pane, "\x1b[?1000h")
    view.terminal.type = typed.append
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(2))
    assert typed == [b"\x1b[M \x23\x21", b"\x1b[M#\x23\x21"]
    view.terminal.feed.screen.private.add(1006)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(2))
    assert typed[2:] == [b"\x1b[<0;3;1M", b"\x1b[<0;3;1m"]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, SHIFT, at(2))
    assert len(typed) == 4


def test_an_ended_shell_starts_again_with_enter(pane: TerminalPane):
    view = pane.view
    type_text(view, "printf '\\033[?1049h\\033[?1000h'; exit 3\n")
    pane.desktop.wait(lambda: not view.terminal.running and "Enter starts it again" in shown(view).replace("\n", ""))
    assert pane.tabs.tabText(0) == "sh (ended)"
    assert not view.terminal.feed.screen.alternate and not view.terminal.feed.screen.mouse
    QTest.keyClick(view, Qt.Key.Key_A)
    QTest.keyClick(view, Qt.Key.Key_Return)
    pane.desktop.wait(lambda: view.terminal.running)
    type_text(view, "echo again-$((1+1))\n")
    pane.desktop.wait(lambda: "again-2" in shown(view))


def test_a_tab_says_how_its_agent_stands(pane: TerminalPane):
    terminal, told = pane.view.terminal, []
    pane.waiting_changed.connect(told.append)
    terminal.agent = "claude"
    for status, words in (("working", "working"), ("blocked", "needs you"), ("done", "done")):
        terminal.tell_status(status, "May I?")
        assert pane.tabs.tabText(0) == f"sh · {words}" and not pane.tabs.tabIcon(0).isNull()
    assert told == ["", "1 needs you", ""] and pane.tabs.tabToolTip(0) == "May I?"


def test_an_agent_that_waits_out_of_sight_is_told(pane: TerminalPane):
    desktop, first = pane.desktop, pane.view
    first.terminal.agent = "claude"
    first.terminal.tell_status("blocked", "May I?")
    assert not desktop.window.findChildren(Toast), "it is on screen"
    first.terminal.tell_status("working", "")
    desktop.do("terminal.new")
    desktop.wait(lambda: pane.view not in (None, first))
    first.terminal.tell_status("blocked", "May I?")
    desktop.wait(lambda: desktop.window.findChildren(Toast))
    desktop.bench.docks.show("terminal", False)
    desktop.window.findChildren(Toast)[0].acted.emit()
    assert desktop.bench.docks.visible("terminal") and pane.view is first
    assert desktop.window.focusWidget() is first


def test_what_is_typed_while_a_terminal_starts_is_for_it(pane: TerminalPane):
    first = pane.view
    pane.desktop.do("terminal.new")
    starting = QApplication.focusWidget()
    assert starting.accessibleName() == "A terminal is being started"
    QTest.keyClicks(starting, "echo early-$((1+1))")
    QTest.keyClick(starting, Qt.Key.Key_Return)
    pane.desktop.wait(lambda: pane.view not in (None, first) and "early-2" in shown(pane.view))
    assert "early" not in shown(first) and pane.view.hasFocus()


def test_terminals_are_changed_by_key(pane: TerminalPane):
    first = pane.view
    pane.desktop.do("terminal.new")
    pane.desktop.wait(lambda: pane.view not in (None, first))
    second = pane.view
    QTest.keyClick(second, Qt.Key.Key_Right, CTRL | SHIFT)
    assert pane.view is first and first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Left, CTRL | SHIFT)
    assert pane.view is second and second.hasFocus()


def test_a_terminal_opens_in_any_folder_and_one_that_is_gone_is_said(pane: TerminalPane, tmp_path: Path):
    said = []
    pane.desktop.context.bridge.refused.connect(said.append)
    (tmp_path / "deep").mkdir()
    pane.desktop.do("terminal.new_elsewhere")
    dialog = pane.desktop.window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "deep"))
    dialog.close()
    pane.desktop.wait(lambda: pane.tabs.count() == 2)
    type_text(pane.view, "pwd\n")
    pane.desktop.wait(lambda: str(tmp_path / "deep") in shown(pane.view).replace("\n", ""))
    second = pane.view
    pane._open(cwd=tmp_path / "gone")
    pane.desktop.wait(lambda: said)
    assert "does not exist" in said[0].message
    assert pane.view is second and pane.desktop.window.focusWidget() is second


def test_renaming_is_heard_everywhere(pane: TerminalPane):
    pane.desktop.do("terminal.rename")
    dialog = pane.desktop.window.findChild(LineDialog)
    dialog.entered.emit("build")
    assert pane.tabs.tabText(0) == "build" and pane.view.accessibleName() == "Terminal build"
    dialog.reject()


def test_what_can_be_done_stands_in_a_menu(pane: TerminalPane):
    view = pane.view
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), view.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(view, event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles[:3] == ["Copy from the terminal", "Paste into the terminal", "Find in the terminal"]
    menu.close()


def test_select_and_copy(pane: TerminalPane):
    view = pane.view
    at = show_line(pane, "pick this word")
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(0))
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at(5))
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        QPointF(at(9)),
        QPointF(view.viewport().mapToGlobal(at(9))),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), move)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at(9))
    assert view.copy() and QGuiApplication.clipboard().text() == "this"
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(11))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at(11))
    assert view.copy() and QGuiApplication.clipboard().text() == "word"


def show_line(pane: TerminalPane, text: str) -> Callable[[int], QPoint]:
    """Clear the screen, print a line, and return where its columns are."""
    view, feed = pane.view, pane.view.terminal.feed
    pane.desktop.wait(lambda: feed.waiting == 0 and "$" in shown(view))
    feed.put(f"\x1b[2J\x1b[3J\x1b[H{text}\r\n".encode())
    while feed.work(1):
        pass
    feed.history.clear()
    view.terminal.resize(feed.screen.columns, feed.screen.lines)
    view.show_news()
    height, cell = view.cell_size
    return lambda column: QPoint(round(PAD + (column + 0.2) * cell), round(PAD + height / 2))


def test_search_finds_and_steps(pane: TerminalPane):
    view = pane.view
    view.terminal.feed.put(b"".join(b"needle %d\r\n" % n for n in range(200)))
    while view.terminal.feed.work(1):
        pass
    pane.desktop.do("terminal.find")
    search = pane.search
    assert search.field.isVisible()
    QTest.keyClicks(search.field, "needle 19")
    pane.desktop.wait(lambda: search.count.text == "11 of 11")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert search.count.text == "10 of 11"
    QTest.keyClick(search.field, Qt.Key.Key_Escape)
    assert not search.field.isVisible() and view.hasFocus()


def test_a_link_is_shown_before_it_is_opened(pane: TerminalPane):
    asked: list[str] = []
    view = pane.view
    view.link_asked.disconnect()
    view.link_asked.connect(asked.append)
    place = show_line(pane, "https://example.com/x")(4)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == []
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert asked == ["https://example.com/x"]


def test_terminals_live_on_when_the_pane_is_closed_and_close_one_by_one(pane: TerminalPane):
    desktop, docks = pane.desktop, pane.desktop.bench.docks
    type_text(pane.view, "echo kept-$((1+1))\n")
    desktop.wait(lambda: "kept-2" in shown(pane.view))
    docks.show("terminal", False)
    docks.show("terminal")
    assert "kept-2" in shown(pane.view)
    desktop.do("terminal.new")
    desktop.wait(lambda: pane.tabs.count() == 2)
    desktop.do("terminal.close")
    desktop.wait(lambda: pane.tabs.count() == 1)
    desktop.do("terminal.close")
    desktop.wait(lambda: pane.view is None)
    assert pane.tabs.count() == 0
