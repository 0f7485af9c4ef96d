"""With motion reduced, by choice or by the system, nothing turns, fades, slides or blinks."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, QTimer
from PySide6.QtWidgets import QApplication

from boocode_desktop.config.resources import resource_path
from boocode_desktop.domain import events as ev
from boocode_desktop.ui.theme.motion import Motion
from boocode_desktop.ui.theme.system_motion import SystemMotion, wants_less
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.spinner import Spinner
from tests.fakes import transcript_samples
from tests.ui.test_accessible_walk import open_docks

QUICK_MS = 250
MEASURES = {"Heartbeat", "Busy"}
"""Quick clocks that move nothing: one measures, one counts in words."""
PORTAL = Path(__file__).parents[1] / "fakes" / "fake_portal.py"
ASKS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from boocode_desktop.ui.theme.system_motion import SystemMotion
app = QApplication([])
def tell(reduced):
    print("reduced" if reduced else "as usual", flush=True)
    app.quit()
QTimer.singleShot(8000, lambda: app.exit(1))
asks = SystemMotion(tell, app)
asks.ask()
sys.exit(app.exec())
"""


@pytest.fixture(autouse=True)
def as_before(qapp):
    """Cursors and popups as they were."""
    blink = qapp.cursorFlashTime()
    yield
    qapp.setCursorFlashTime(blink)


@pytest.mark.parametrize(
    ("key", "value", "less"),
    [
        ("reduced-motion", 1, True),
        ("reduced-motion", 0, False),
        ("reduced-motion", "1", False),
        ("reduced-motion", True, False),
        ("enable-animations", False, True),
        ("enable-animations", True, False),
        ("enable-animations", 0, False),
        ("enable-animations", None, False),
    ],
)
def test_what_a_system_means(key, value, less):
    assert wants_less(key, value) is less


def test_either_of_both_is_enough_and_a_change_is_told_once(qapp):
    motion = Motion()
    heard = []
    motion.changed.connect(lambda: heard.append(motion.reduced))
    motion.hear_system(True)
    motion.choose(True)
    motion.hear_system(False)
    assert motion.reduced and heard == [True]
    motion.choose(False)
    assert not motion.reduced and heard == [True, False]


def test_cursors_stand_still_and_blink_again(qapp):
    qapp.setCursorFlashTime(1_000)
    motion = Motion()
    motion.choose(True)
    assert qapp.cursorFlashTime() == 0
    motion.choose(False)
    assert qapp.cursorFlashTime() == 1_000


def test_a_spinner_on_screen_stops_and_goes_on(qtbot, qapp):
    theme = Theme()
    spinner = Spinner(theme)
    qtbot.addWidget(spinner)
    theme.motion.hear_system(True)
    assert not spinner.turning
    theme.motion.hear_system(False)
    assert not spinner.turning, "it is not on screen"
    spinner.show()
    assert spinner.turning
    theme.reduced_motion = True
    assert not spinner.turning


def quick_clocks(root):
    """Who repeats something often enough to be seen as motion."""
    every = [t for t in root.findChildren(QTimer) if t.isActive() and not t.isSingleShot() and t.interval() < QUICK_MS]
    return sorted({type(t.parent()).__name__ for t in every} - MEASURES)


def moving(root):
    """Animations that run, Qt's own included."""
    return [
        type(a).__name__ for a in root.findChildren(QAbstractAnimation) if a.state() == QAbstractAnimation.State.Running
    ]


def test_a_busy_window_moves_only_where_motion_is_wanted(desktop):
    theme, pane = desktop.context.theme, desktop.bench.area.pane
    request = transcript_samples.permission().request
    desktop.world.script = lambda _text: [
        (0.0, ev.Text(delta="I look.")),
        (0.0, request),
    ]
    pane.composer.write("begin")
    pane.composer.submit()
    desktop.wait(lambda: desktop.world.answers)
    window = open_docks(desktop)
    desktop.context.bridge.run(asyncio.sleep(60), owner=window, slow="Committing")
    desktop.wait(lambda: any(spinner.isVisible() for spinner in window.findChildren(Spinner)))
    desktop.bench.notices.tell("Approved")
    assert theme.reduced_motion
    assert (quick_clocks(window), moving(window)) == ([], [])
    theme.reduced_motion = False
    assert "Spinner" in quick_clocks(window)
    theme.reduced_motion = True
    assert (quick_clocks(window), moving(window)) == ([], [])


def test_whoever_brings_an_animation_asks_first():
    """A new kind of motion has to look at `reduced_motion` in the same file."""
    moves = re.compile(r"Q(Variant|Property|SequentialAnimation|ParallelAnimation)\w*Animation|QTimeLine|AnimatedDocks")
    asked = re.compile(r"reduced_motion|motion\.reduced")
    sources = {
        p: p.read_text(encoding="utf-8") for p in (resource_path("").parent / "boocode_desktop/ui").rglob("*.py")
    }
    assert [str(p) for p, text in sources.items() if moves.search(text) and not asked.search(text)] == []


@contextlib.contextmanager
def bus():
    """A message bus of its own; its address."""
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    with daemon.stdout as said:
        try:
            yield said.readline().strip()
        finally:
            daemon.kill()
            daemon.wait(10)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (("org.freedesktop.appearance", "reduced-motion", "1"), "reduced"),
        (("org.freedesktop.appearance", "reduced-motion", "0"), "as usual"),
        (("org.gnome.desktop.interface", "enable-animations", "false"), "reduced"),
    ],
)
def test_a_real_desktop_portal_is_asked(setting, said):
    python = "/usr/bin/python3"
    if not Path(python).exists() or subprocess.run([python, "-c", "import dbus, gi"], check=False).returncode:
        pytest.skip("python3-dbus and python3-gi are not installed")
    with bus() as address:
        env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address, "QT_QPA_PLATFORM": "offscreen"}
        portal = subprocess.Popen(
            [python, str(PORTAL), *setting], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with portal:
            assert portal.stdout is not None and portal.stdin is not None
            assert portal.stdout.readline().strip() == "ready"
            done = subprocess.run(
                [sys.executable, "-c", ASKS], env=env, capture_output=True, text=True, timeout=30, check=False
            )
            portal.stdin.close()
        assert (done.stdout.strip(), done.returncode) == (said, 0), done.stderr


def test_nobody_to_ask_is_no_answer(qapp, monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    heard = []
    asks = SystemMotion(heard.append, QApplication.instance())
    asks.ask()
    asks.deleteLater()
    assert heard == []
