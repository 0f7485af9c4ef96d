"""The terminal pane over real shells: keys, selection, search, links, tabs; the window's shortcuts stay out of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from boocode_desktop.content.terminal.lines import Line, Run
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.orchestrator.ports.agents import TerminalLaunch
from boocode_desktop.orchestrator.terminals import TerminalDesk
from boocode_desktop.processes.children import Children
from boocode_desktop.ui.terminal.paint import PAD
from boocode_desktop.ui.terminal.pane import TerminalPane
from boocode_desktop.ui.terminal.selection import Span, Spot, link_at, selected_text, word_at
from boocode_desktop.ui.terminal.view import TerminalView

PLAIN = Style()


def line(text: str, *, wrapped: bool = False) -> Line:
    return Line((Run(0, text, PLAIN, len(text)),), wrapped)


def test_words_links_and_text_of_a_selection():
    lines = [line("see https://example.com/a?b=1, or src/app.py", wrapped=True), line("x" * 4), line("last")]
    assert link_at(lines[0], 10) == ("https://example.com/a?b=1", 4, 29)
    assert link_at(lines[0], 31) is None and link_at(line("file:///etc/passwd"), 3) is None
    assert word_at(lines[0], 0, 36) == Span(Spot(0, 34), Spot(0, 44))
    whole = selected_text(Span(Spot(0, 31), Spot(2, 2)), lines.__getitem__)
    assert whole == "or src/app.pyxxxx\nla"


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


def test_shortcuts_of_the_window_belong_to_the_shell_while_it_has_the_keyboard(pane: TerminalPane):
    view = pane.view
    for key, taken in ((Qt.Key.Key_K, True), (Qt.Key.Key_W, True), (Qt.Key.Key_Tab, False)):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
        event.ignore()
        QApplication.sendEvent(view, event)
        assert event.isAccepted() is taken, key


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
    assert pane.field.isVisible()
    QTest.keyClicks(pane.field, "needle 19")
    assert pane._count.text == "11 of 11"
    QTest.keyClick(pane.field, Qt.Key.Key_Return)
    assert pane._count.text == "10 of 11"
    QTest.keyClick(pane.field, Qt.Key.Key_Escape)
    assert not pane.field.isVisible()


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
