"""Writing a code block into a file: the button, the questions, what is said afterwards."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from boocode_desktop.domain.changes import PutFile
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.chat.applying import replace_words
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog
from boocode_desktop.ui.transcript.text_painters import code_tools
from boocode_desktop.ui.transcript.view import TranscriptView
from boocode_desktop.ui.widgets.toast import Toast
from tests.fakes import transcript_samples as samples


def answer(text):
    return TextEntry(id="t", turn_id="t", text=text, done=True)


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_the_button_gives_the_code_and_the_path_the_answer_names(view, qtbot):
    view.set_entries([answer("In `src/a.py`:\n\n```python\nx = 1\n```")])
    seen = view.stage.scroller.seen()[-1]
    spot = next(spot for spot in view.stage.spots(seen) if spot.action.act == "apply_code")
    with qtbot.waitSignal(view.apply_requested) as caught:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot.rect.center().toPoint())
    assert caught.args == ["x = 1", "src/a.py"]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("```python\nx\n```", ["apply_code", "copy_code"]),
        ("```diff\n-x\n```", ["copy_code"]),
        ("```python\nx", ["copy_code"]),
    ],
    ids=["code", "difference", "still-written"],
)
def test_only_whole_code_is_offered(view, text, acts):
    view.set_entries([answer(text)])
    row = view.stage.row(view.stage.blocks.last())
    assert [tool.act for tool in code_tools(row.body)] == acts


def dialog(desktop, kind):
    desktop.wait(lambda: any(d.isVisible() for d in desktop.window.findChildren(kind)))
    return next(d for d in desktop.window.findChildren(kind) if d.isVisible())


def ask(desktop, path, code="x = 1\n"):
    desktop.bench.area.pane.transcript.view.apply_requested.emit(code, path)
    return dialog(desktop, LineDialog)


def test_a_new_file_is_written_at_once(desktop):
    line = ask(desktop, "src/new.py")
    assert line.line.text() == "src/new.py"
    line._on_accepted()
    desktop.wait(lambda: desktop.world.put_files == {"src/new.py": "x = 1\n"})
    desktop.wait(lambda: desktop.window.findChildren(Toast))


def test_replacing_a_file_is_asked_for(desktop):
    desktop.world.put_files["src/old.py"] = "y\n"
    ask(desktop, "src/old.py")._on_accepted()
    confirm = dialog(desktop, ConfirmDialog)
    assert desktop.world.put_files["src/old.py"] == "y\n"
    confirm.accept()
    desktop.wait(lambda: desktop.world.put_files["src/old.py"] == "x = 1\n")


def test_what_already_stands_there_is_not_written(desktop):
    desktop.world.put_files["a.py"] = "x = 1\n"
    ask(desktop, "a.py")._on_accepted()
    desktop.wait(lambda: desktop.window.findChildren(Toast))
    assert all(call[3] for call in desktop.called("review.put_file"))


def test_a_refusal_is_shown(desktop, qtbot):
    desktop.world.refusals["review.put_file"] = UserFacingError("It leads outside.", "Name a file inside.")
    with qtbot.waitSignal(desktop.bench.bridge.refused) as caught:
        ask(desktop, "../a.py")._on_accepted()
    assert caught.args[0].message == "It leads outside."


def test_what_replacing_means_in_words():
    words = replace_words(PutFile(path="a.py", existed=True, added=1, removed=12))
    assert words.startswith("a.py exists. 1 line would come and 12 lines would go.")
