"""Work in threads: results here, failures logged, nothing to a view that is gone."""

import logging
import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.transcript.background import Background
from boocode_desktop.ui.transcript.view import TranscriptView


def test_results_come_back_on_the_thread_that_asked(qtbot):
    background, heard = Background(), []
    here = threading.get_ident()
    background.run(threading.get_ident, lambda ident: heard.append((ident, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0] != here and heard[0][1] == here


def test_a_failure_is_logged_and_hands_over_none(qtbot, caplog):
    background, heard = Background(), []
    with caplog.at_level(logging.ERROR):
        background.run(lambda: 1 / 0, heard.append)
        background.settle()
    assert heard == [None]
    assert [r.getMessage() for r in caplog.records] == ["work for the transcript failed"]


def test_nothing_comes_after_the_owner_is_gone(qtbot):
    owner, heard, gate = QObject(), [], threading.Event()
    background = Background(owner)
    background.run(gate.wait, heard.append)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    gate.set()
    QApplication.processEvents()
    assert heard == []


def test_a_view_can_go_while_its_code_is_being_coloured(qtbot, theme):
    for number in range(5):
        view = TranscriptView(theme)
        view.resize(600, 400)
        view.show()
        code = "\n".join(f"def f{n}(): return {n}" for n in range(400))
        view.set_entries([TextEntry(id=f"t{number}", turn_id="t", text=f"```python\n{code}\n```", done=True)])
        view.grab()
        with qtbot.waitSignal(view.destroyed):
            view.close()
            view.deleteLater()
