"""Links say where they go before they are followed, in words that cannot load or hide anything."""

import pytest
from PySide6.QtCore import QPointF, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.chat.link_dialog import LinkDialog
from boocode_desktop.ui.transcript.view import TranscriptView
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.plain_tips import plain_tip
from tests.fakes import transcript_samples as samples


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def dialog(qtbot, theme):
    window = QWidget()
    window.resize(900, 600)
    qtbot.addWidget(window)
    window.show()

    def make(address, label=""):
        made = LinkDialog(theme, window, address, label)
        made.open()
        return made

    return make


def hover(view, x, y):
    rect = view.stage.rect(view.stage.scroller.seen()[0])
    view._pointer.hover(QPointF(rect.left() + x, rect.top() + y))
    return view.viewport().toolTip()


def test_the_whole_address_is_shown_under_the_mouse(view):
    view.set_entries([TextEntry(id="t", turn_id="t", text="[docs and more](https://x.test/a?b=1&c=<i>)", done=True)])
    assert hover(view, 20, 8) == "<p>https://x.test/a?b=1&amp;c=%3Ci%3E</p>" or "x.test/a?b=1" in hover(view, 20, 8)
    assert hover(view, 500, 8) == ""


def test_a_file_is_no_link(view):
    view.set_entries([TextEntry(id="t", turn_id="t", text="[a file to read](file:///etc/passwd)", done=True)])
    assert hover(view, 20, 8) == ""


@pytest.mark.parametrize(
    ("text", "tip"),
    [
        ("plain", "plain"),
        ('<img src="file:///x">', '<p style="white-space: pre-wrap">&lt;img src=&quot;file:///x&quot;&gt;</p>'),
        ("a & b", '<p style="white-space: pre-wrap">a &amp; b</p>'),
    ],
)
def test_tips_are_never_html(text, tip):
    assert plain_tip(text) == tip


def words(dialog):
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_the_dialog_names_the_host_and_the_whole_address(dialog):
    shown = dialog("https://docs.python.org/3/library", "the docs")
    text = "\n".join(words(shown))
    assert "docs.python.org" in text and "https://docs.python.org/3/library" in text.replace("\u200b", "")
    assert "leads to" not in text


def test_a_link_that_reads_otherwise_is_warned_of(dialog):
    shown = dialog("https://evil.test/", "https://github.com/login")
    assert "The link reads github.com, but leads to evil.test." in words(shown)


def test_copying_leaves_it_closed_and_opening_opens(dialog, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    first = dialog("https://x.test/a")
    press(first, "Copy the address")
    assert QGuiApplication.clipboard().text() == "https://x.test/a" and opened == []
    press(dialog("https://x.test/a"), "Open")
    assert opened == [QUrl("https://x.test/a")]


def press(dialog, text):
    next(button for button in dialog.findChildren(Button) if button.text() == text).click()
