"""The real window in a child process, reporting moments and memory to whoever measures.

    window_child.py bare|painted|idle|quiet|reopen STARTED

Prints one number: milliseconds since STARTED (Unix time) until the moment, resident megabytes for `bare-idle` and
`idle`, or percent of a core for `quiet`. The window is the shipped one, started through the program's own entry; only
its signals are listened to.
"""

import os
import sys
import time
from pathlib import Path

SETTLE_S = 6.0
WATCHED_S = 5.0


def report(value: float) -> None:
    print(f"{value:.1f}", flush=True)
    os._exit(0)


def resident_mb() -> float:
    """Proportional set size, so that shared libraries count alike in both programs."""
    text = Path("/proc/self/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def bare(mode: str, started: float) -> None:
    """A QMainWindow with nothing in it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event) -> None:
            super().paintEvent(event)
            if mode == "bare":
                report((time.time() - started) * 1000)

    app = QApplication([])
    window = Window()
    window.resize(1440, 920)
    window.show()
    if mode == "bare-idle":
        QTimer.singleShot(int(SETTLE_S * 1000), lambda: report(resident_mb()))
    app.exec()


def program(mode: str, started: float) -> None:
    """The shipped window."""
    from boocode_desktop.app.interpreter import leave_sources_unread

    leave_sources_unread()  # as the entry does before it imports the window
    import boocode_desktop.app.window as window_module

    class Window(window_module.MainWindow):
        def __init__(self, *arguments, **more) -> None:
            super().__init__(*arguments, **more)
            if mode == "painted":
                self.painted.connect(lambda: report((time.time() - started) * 1000))
            else:
                self.painted.connect(lambda: follow(self, mode, started))

    window_module.MainWindow = Window
    from boocode_desktop.app.entry import run

    sys.exit(run([]))


def follow(window, mode: str, started: float) -> None:
    """Wait for the workbench, then for the moment."""
    from PySide6.QtCore import QTimer

    timer = QTimer(window)
    timer.setInterval(2)

    def look() -> None:
        from PySide6.QtWidgets import QTextEdit, QWidget

        views = [w for w in window.findChildren(QWidget) if type(w).__name__ == "TranscriptView" and w.isVisible()]
        editors = [w for w in window.findChildren(QTextEdit) if type(w).__name__ == "Editor" and w.isVisible()]
        editors = editors or [w for w in window.findChildren(QWidget) if w.accessibleName() == "Message"]
        if not views or not editors:
            return
        timer.stop()
        if mode == "idle":
            QTimer.singleShot(int(SETTLE_S * 1000), lambda: report(resident_mb()))
            return
        if mode == "quiet":
            QTimer.singleShot(int(SETTLE_S * 1000), lambda: watch(window))
            return
        type_a_letter(views[0], editors[0], started)

    timer.timeout.connect(look)
    timer.start()


def watch(window) -> None:
    """Report the share of one core, in percent, that the program takes while nothing happens."""
    from PySide6.QtCore import QTimer

    before = time.process_time()

    def done() -> None:
        report((time.process_time() - before) / WATCHED_S * 100)

    QTimer.singleShot(int(WATCHED_S * 1000), window, done)


def type_a_letter(view, editor, started: float) -> None:
    """A real key event into the composer; done when both it and the transcript are painted."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    editor.setFocus()
    QTest.keyClicks(editor, "x")
    while not (editor.toPlainText().endswith("x") and view.verticalScrollBar().maximum() > 0):
        QApplication.processEvents()
    editor.viewport().repaint()
    view.viewport().repaint()
    report((time.time() - started) * 1000)


if __name__ == "__main__":
    mode, began = sys.argv[1], float(sys.argv[2])
    (bare if mode.startswith("bare") else program)(mode, began)
