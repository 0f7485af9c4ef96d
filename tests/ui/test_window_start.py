"""What the first paint costs: nothing is loaded before it that it can do without."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.skeleton import LOGO, paint_logo
from boocode_desktop.ui.theme.theme import Theme

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = """
import linecache, sys
from boocode_desktop.app.interpreter import leave_sources_unread
leave_sources_unread()
import boocode_desktop.ui.workbench
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
QWidget().setWindowTitle("Still as it is named here")
print(len(linecache.cache) < 10, len(sys.modules) > 300)
"""
FIRST_PAINT = """
import os, sys
from PySide6 import QtCore
import boocode_desktop.app.window as window_module

class Window(window_module.MainWindow):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.painted.connect(self.look)

    def look(self):
        heavy = [m for m in ("sqlalchemy", "asyncio", "qasync", "logging.handlers", "json") if m in sys.modules]
        print("enumerations" if "Qt" in vars(QtCore) else "", *heavy)
        sys.stdout.flush()
        os._exit(0)

window_module.MainWindow = Window
from boocode_desktop.app.entry import run
sys.exit(run([]))
"""


def test_the_first_paint_loads_neither_the_program_nor_the_enumerations_of_qt():
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "\n"), done.stdout + done.stderr


def test_the_logo_of_the_first_paint_is_the_painted_one(qtbot: QtBot, theme: Theme):
    stored = QImage(str(resource_path(LOGO))).convertToFormat(QImage.Format.Format_ARGB32)
    painted = QImage(stored.size(), QImage.Format.Format_ARGB32_Premultiplied)
    painted.fill(0)
    with QPainter(painted) as painter:
        paint_logo(painter, theme, QRectF(painted.rect()))
    assert painted.convertToFormat(QImage.Format.Format_ARGB32) == stored


def test_nobody_reads_the_sources_of_all_modules():
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["True", "True"], done.stderr
