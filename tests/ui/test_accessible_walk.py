"""The finished window with everything open, gone through without eyes and without a mouse."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMenu

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.orchestrator.ports.agents import TerminalLaunch
from boocode_desktop.orchestrator.terminals import TerminalDesk
from boocode_desktop.processes.children import Children
from boocode_desktop.ui.banner import BannerText
from boocode_desktop.ui.composer.pickers import Picker
from boocode_desktop.ui.dialogs.sheet import Sheet
from boocode_desktop.ui.settings.navigation import GroupButton
from tests.fakes import transcript_samples as samples
from tests.fakes import walk
from tests.ui.conftest import settings_pane

ASKING = ("session.rename", "session.delete", "session.rewind", "project.trust", "chat.rename")
OPENED = ("view.palette", "program.about", *ASKING)


def open_docks(desktop):
    desktop.window.resize(1900, 1200)
    docks = desktop.bench.docks
    for dock in docks._docks:
        docks.show(dock)
    desktop.wait(lambda: desktop.bench.area.pane.isVisible())
    return desktop.window


def every_dock(desktop):
    """The window again and again, each time with another dock on screen."""
    window = open_docks(desktop)
    for dock in desktop.bench.docks._docks:
        desktop.bench.docks.show(dock)
        yield dock, window


def findings(root):
    return {
        "without a name": walk.unnamed(root),
        "twice": walk.twice(root),
        "class or icon as name": walk.technical(root),
        "without a role": walk.unspoken(root),
        "by mouse alone": walk.without_mouse(root),
        "focus not seen": walk.unseen_focus(root),
    }


def nothing(found):
    return {kind: [] for kind in found}


def test_the_window_with_every_dock_open(desktop):
    for dock, window in every_dock(desktop):
        found = {dock: findings(window)}
        assert found == {dock: nothing(found[dock])}


def test_the_window_on_its_first_start(first_start):
    first_start.wait(lambda: first_start.bench.welcome.models._files)
    first_start.wait(lambda: not walk.unnamed(first_start.window))
    found = findings(first_start.window)
    assert found == nothing(found)


def shown_sheet(desktop):
    desktop.wait(lambda: any(s.isVisible() for s in desktop.window.findChildren(Sheet)))
    return next(s for s in desktop.window.findChildren(Sheet) if s.isVisible())


@pytest.mark.parametrize("action", OPENED)
def test_every_dialog(desktop, action):
    desktop.do(action)
    found = findings(shown_sheet(desktop))
    assert found == nothing(found)


def test_every_page_of_the_settings(desktop):
    pane = settings_pane(desktop)
    pages = [b.text() for b in pane.findChildren(GroupButton)]
    assert len(pages) >= 5
    for page in pages:
        pane.show_group(page)
        found = {page: findings(desktop.window)}
        assert found == {page: nothing(found[page])}


def test_every_popup_menu_of_the_composer(desktop):
    pickers = [p for p in desktop.bench.area.pane.findChildren(Picker) if p.isVisible()]
    assert len(pickers) >= 3
    for picker in pickers:
        picker.open_menu()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), picker.accessibleName()
        assert menu.accessibleName()
        entries = [a.text() for a in menu.actions() if not a.isSeparator()]
        assert entries
        assert len(set(entries)) == len(entries), entries
        menu.close()


@pytest.mark.parametrize("ask", [samples.permission, samples.question, samples.form])
def test_a_busy_chat_with_a_question_a_queue_a_picture_and_a_toast(desktop, ask):
    pane = desktop.bench.area.pane
    desktop.world.script = lambda _text: [(0.0, ev.Text(delta="I look.")), (0.0, ask().request)]
    for text in ("begin", "then this", "and that"):
        pane.composer.write(text)
        pane.composer.submit()
    desktop.wait(lambda: pane.composer.queue.count == 2)
    desktop.wait(lambda: desktop.called("turns.send") and desktop.world.answers)
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    pane.composer.attachments.add_image(picture)
    desktop.wait(lambda: pane.composer.attachments.images)
    desktop.bench.banner.say(
        BannerText(title="The disk is full", detail="Nothing is lost", actions=(("a", "Try again"),))
    )
    desktop.bench.notices.tell("Approved", "3 files", action="Undo", act=lambda: None)
    window = open_docks(desktop)
    desktop.wait(lambda: any("Composer" not in type(w).__name__ for w in walk.controls(pane.transcript.view)))
    found = findings(window)
    assert found == nothing(found)


@pytest.fixture
def with_terminal(make_desktop, loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A window with a shell in it."""
    for name, value in (("SHELL", "/bin/sh"), ("HOME", str(tmp_path)), ("PS1", "$ ")):
        monkeypatch.setenv(name, value)

    async def root(_session_id: str) -> Path:
        return tmp_path

    async def launch(name: str, _environ: object) -> TerminalLaunch:
        raise NotFoundError(f"{name} has no program for a terminal here.")

    desk = TerminalDesk(Children(tmp_path / "run"), root, launch)
    desktop = make_desktop(terminals=desk)
    desktop.do("terminal.new")
    desktop.wait(lambda: desktop.bench.docks.build("terminal").view is not None)
    yield desktop
    closing = loop.create_task(desk.close())
    desktop.wait(closing.done)


def test_a_terminal_and_its_search(with_terminal):
    window = open_docks(with_terminal)
    with_terminal.do("terminal.find")
    found = findings(window)
    assert found == nothing(found)


def test_tab_reaches_everything_and_leaves_every_pane_once(desktop):
    """A pane is gone through from end to end; nothing jumps back into it later."""
    window = open_docks(desktop)
    desktop.bench.sidebar.list.setFocus()
    order = []
    while (here := QApplication.focusWidget()) not in order:
        order.append(here)
        desktop.qtbot.keyClick(here, Qt.Key.Key_Tab)
        assert len(order) < 200
    wanted = [w for w in walk.controls(window) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [walk.describe(w) for w in wanted if w not in order and walk.tab_stop(w)] == []
    panes = [walk.pane_of(w) for w in order]
    changes = [pane for before, pane in zip([None, *panes], panes, strict=False) if pane is not before]
    again = [walk.describe(p) for p in set(changes) if changes.count(p) > 1 + (p is panes[0] and p is panes[-1])]
    assert [w for w in again if not w.endswith(" MainWindow")] == []


FULL_HD_AT_200 = (960, 540)


@pytest.mark.parametrize("action", ["", *OPENED, "program.keys"])
def test_at_200_percent_on_a_full_hd_screen_nothing_is_cut(desktop, action):
    """Text size 200 % makes everything twice as large, so that half the pixels are left to lay out in."""
    desktop.window.resize(*FULL_HD_AT_200)
    if not action:
        assert walk.cut(desktop.window) == []
        return
    desktop.do(action)
    sheet = shown_sheet(desktop)
    assert walk.cut(sheet) == []
    assert desktop.window.rect().contains(sheet.card.geometry())


def test_two_panes_side_by_side(desktop):
    desktop.window.resize(1900, 1200)
    desktop.do("pane.split")
    desktop.wait(lambda: len(desktop.bench.area.columns) == 2)
    desktop.wait(lambda: not walk.unnamed(desktop.window))
    found = findings(desktop.window)
    assert found == nothing(found)
