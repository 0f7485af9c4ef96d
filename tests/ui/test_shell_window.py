"""The frame of the window: first paint without heavy imports, title, place on screen, leaving."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QSessionManager

from boocode_desktop.app.window import scale_text
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.exit_signals import ExitSignals
from boocode_desktop.ui.main_window import MainWindow, window_title
from boocode_desktop.ui.window_memory import WindowMemory, WindowPlace

HEAVY = ("asyncio", "qasync", "sqlalchemy", "httpx", "pydantic", "acp", "pygit2", "PIL", "pygments", "psutil", "json")


@pytest.mark.parametrize(
    ("session", "project", "title"),
    [
        ("", "", "BooCode"),
        ("Fix it", "api", "Fix it · api — BooCode"),
        ("two\nlines", "", "two lines — BooCode"),
        ("", "api", "api — BooCode"),
    ],
)
def test_titles_end_in_the_name(session, project, title):
    assert window_title(session, project) == title


def test_the_first_window_imports_nothing_heavy():
    code = (
        "import sys; import boocode_desktop.ui.main_window; "
        f"print([m for m in {HEAVY!r} if m in sys.modules], "
        "[m for m in sys.modules if m.startswith('boocode_desktop.') "
        "and not m.startswith(('boocode_desktop.ui', 'boocode_desktop.config'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] []"


def test_the_skeleton_paints_and_says_so(qtbot, theme):
    window = MainWindow(theme)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        window.show()
    picture = window.grab().toImage()
    assert picture.pixelColor(4, picture.height() // 2).name() == theme.color("bg1").name()
    assert picture.pixelColor(picture.width() - 9, picture.height() // 2).name() == theme.color("bg0").name()


def test_the_place_on_screen_is_remembered(qtbot, theme, tmp_path):
    memory = WindowMemory(tmp_path / "window")
    window = MainWindow(theme, memory)
    qtbot.addWidget(window)
    window.resize(780, 560)
    window.show()
    window.close()
    again = MainWindow(theme, memory)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (780, 560)
    assert memory.load().theme == "dark"


def test_the_size_of_text_holds_from_the_next_start(tmp_path):
    memory = WindowMemory(tmp_path / "window")
    for kept, read in ((150, 150), (100, 100), (900, 200)):
        memory.save(WindowPlace(geometry="00", text_size=kept))
        assert memory.load().text_size == read
    (tmp_path / "window").write_text("00\nlight\n")
    assert memory.load() == WindowPlace(geometry="00", theme="light")
    environ: dict[str, str] = {}
    assert not scale_text(environ, 100)
    assert scale_text(environ, 150)
    assert environ == {"QT_SCALE_FACTOR": "1.5"}
    assert not scale_text(environ, 200)


@pytest.mark.parametrize("text", ["", "zz dark", "one two three", "é"])
def test_a_broken_memory_starts_at_the_windows_own_size(qtbot, theme, tmp_path, text, caplog):
    path = tmp_path / "window"
    path.write_text(text)
    with caplog.at_level(logging.WARNING):
        window = MainWindow(theme, WindowMemory(path))
    qtbot.addWidget(window)
    assert window.width() >= 700


def test_a_memory_that_cannot_be_written_is_logged(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        WindowMemory(tmp_path / "no" / "window").save(WindowPlace())
    assert "cannot be saved" in caplog.text
    WindowMemory().save(WindowPlace())
    assert WindowMemory().load() == WindowPlace()


def test_closing_saves_what_is_written_and_leaves(desktop):
    for session_id in desktop.world.sessions:
        desktop.world.set_state(session_id, "idle")
    desktop.bench.sidebar.refresh()
    desktop.wait(lambda: desktop.bench.turns_at_work() == 0)
    desktop.bench.area.pane.composer.write("unsent words")
    with desktop.qtbot.waitSignal(desktop.bench.leaving.left):
        desktop.window.close()
    assert not desktop.window.isVisible()
    assert "unsent words" in desktop.world.drafts.values()
    assert {"window.docks", "window.folded"} <= set(desktop.world.settings)


def question(desktop):
    return next((d for d in desktop.window.findChildren(ConfirmDialog) if d.isVisible()), None)


def test_while_agents_work_it_asks_once(desktop):
    desktop.wait(lambda: desktop.bench.turns_at_work() == 2)
    desktop.window.close()
    dialog = question(desktop)
    assert dialog.accessibleName() == "Close BooCode?"
    desktop.window.close()
    assert len([d for d in desktop.window.findChildren(ConfirmDialog) if d.isVisible()]) == 1
    dialog.reject()
    assert desktop.window.isVisible()
    desktop.window.close()
    with desktop.qtbot.waitSignal(desktop.bench.leaving.left):
        question(desktop).accept()
    assert not desktop.window.isVisible()


def test_told_to_leave_it_does_not_ask(desktop):
    with desktop.qtbot.waitSignal(desktop.bench.leaving.left, timeout=3_000):
        desktop.bench.leaving.leave_now()
    assert question(desktop) is None


def test_a_store_that_hangs_or_fails_keeps_nobody(desktop, caplog):
    async def fail():
        raise OSError("disk")

    desktop.bench.leaving._save = fail
    with caplog.at_level(logging.ERROR), desktop.qtbot.waitSignal(desktop.bench.leaving.left):
        desktop.bench.leaving.leave_now()
    assert "could not be saved" in caplog.text


def test_the_session_manager_ends_it_without_a_question(desktop):
    asked = []

    class Manager:
        def setRestartHint(self, hint):
            asked.append(hint)

    with desktop.qtbot.waitSignal(desktop.bench.leaving.left):
        desktop.bench.leaving._on_commit_data_requested(Manager())
    assert asked == [QSessionManager.RestartHint.RestartNever]
    assert QGuiApplication.instance() is not None


def test_signals_arrive_at_once_and_handlers_are_given_back(qtbot):
    before = signal.getsignal(signal.SIGTERM)
    signals = ExitSignals()
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            with qtbot.waitSignal(signals.received) as received:
                os.kill(os.getpid(), number)
            assert received.args == [number]
    finally:
        signals.close()
    assert signal.getsignal(signal.SIGTERM) is before


def test_nothing_in_the_window_starts_a_nested_loop():
    folder = Path(__file__).parents[2] / "boocode_desktop" / "ui"
    found = [p.name for p in folder.rglob("*.py") if any(w in p.read_text() for w in (".exec(", ".exec_("))]
    assert found == []
