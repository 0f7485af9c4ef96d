"""Every text on screen against what it stands on, in both themes, at rest, under the pointer and pressed."""

import pytest
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.domain import events as ev
from boocode_desktop.ui.banner import BannerText
from boocode_desktop.ui.settings.navigation import GroupButton
from boocode_desktop.ui.transcript.view import TranscriptView
from boocode_desktop.ui.widgets.labels import ElidedLabel
from tests.fakes import ink, transcript_samples
from tests.ui.conftest import settings_pane, settle
from tests.ui.test_accessible_walk import OPENED, every_dock, shown_sheet
from tests.ui.transcript_gallery import pages, source

THEMES = pytest.mark.parametrize("look", ["dark", "light"])
TONES = ("plain", "accent", "ok", "warn", "bad", "info")


@pytest.fixture
def measure(monkeypatch, context, qapp):
    """What is too faint in a window: at rest, touched, pressed."""

    def measured(window):
        found = {"at rest": ink.faint(window, monkeypatch)}
        for name, pressed in (("under the pointer", False), ("pressed", True)):
            with ink.touched(monkeypatch, pressed=pressed):
                found[name] = ink.faint(window, monkeypatch)
        return {state: faint for state, faint in found.items() if faint}

    return measured


def wear(desktop, look):
    """Put the theme on and let everything paint in it."""
    desktop.context.theme.apply(QApplication.instance(), look)
    settle()


@THEMES
def test_the_window_with_every_dock(desktop, measure, monkeypatch, look):
    wear(desktop, look)
    for dock, window in every_dock(desktop):
        assert (dock, measure(window)) == (dock, {})
    assert ink.counted(desktop.window, monkeypatch) > 80


@THEMES
def test_the_first_start(first_start, measure, look):
    wear(first_start, look)
    first_start.wait(lambda: first_start.bench.welcome.models._files)
    first_start.window.resize(1440, 2400)
    assert measure(first_start.window) == {}


@THEMES
@pytest.mark.parametrize("action", [*OPENED, "program.keys"])
def test_every_dialog(desktop, measure, look, action):
    wear(desktop, look)
    desktop.do(action)
    sheet = shown_sheet(desktop)
    desktop.wait(sheet.card.isVisible)
    assert measure(sheet.card) == {}


@THEMES
def test_every_page_of_the_settings(desktop, measure, look):
    wear(desktop, look)
    pane = settings_pane(desktop)
    for page in [b.text() for b in pane.findChildren(GroupButton)]:
        pane.show_group(page)
        assert (page, measure(pane)) == (page, {})


@THEMES
@pytest.mark.parametrize("page", sorted(pages()))
def test_every_kind_of_row_in_a_chat(qtbot, qapp, theme, measure, look, page):
    theme.apply(qapp, look)
    entries, opened = pages()[page]
    view = TranscriptView(theme)
    qtbot.addWidget(view)
    view.set_image_source(source)
    view.resize(900, 2600)
    view.show()
    view.set_entries(entries)
    for key in opened:
        index = view.stage.blocks.index_of(key)
        grouped = view.stage.blocks.group(index) is not None
        view.stage.folds.toggle(view.stage.blocks.entry(index), grouped=grouped)
        view.stage.blocks.rebuild(index)
    settle()
    view.background.settle()
    assert measure(view) == {}


@THEMES
@pytest.mark.parametrize("ask", ["permission", "question", "form"])
def test_a_busy_chat_with_a_question_a_queue_and_messages(desktop, measure, look, ask):
    wear(desktop, look)
    pane = desktop.bench.area.pane
    request = getattr(transcript_samples, ask)().request
    desktop.world.script = lambda _text: [(0.0, ev.Text(delta="I look.")), (0.0, request)]
    for text in ("begin", "then this", "and that"):
        pane.composer.write(text)
        pane.composer.submit()
    desktop.wait(lambda: pane.composer.queue.count == 2 and desktop.world.answers)
    for tone in TONES:
        desktop.bench.banner.say(BannerText(title="The disk is full", detail="Nothing is lost", tone=tone))
        desktop.bench.notices.tell("Approved", "3 files", tone=tone, action="Undo", act=lambda: None)
        assert (tone, measure(desktop.window)) == (tone, {})


def test_the_measure_finds_what_is_too_faint(qtbot, theme, monkeypatch):
    """Painted by Python, by Qt, from the palette; large text may be fainter."""

    class Painted(QWidget):
        def paintEvent(self, _event):
            with QPainter(self) as painter:
                painter.setPen(QColor("#777777"))
                painter.drawText(self.rect(), 0, "faint paint")
                painter.setFont(QFont("Inter", 40))
                painter.drawText(10, 60, "large")

    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet("QWidget { background: #888888 } QLabel { color: #777777 } QLineEdit { color: #000000 }")
    column = QVBoxLayout(window)
    painted, label, line = Painted(), QLabel("faint label"), QLineEdit("readable")
    painted.setFixedSize(300, 80)
    for widget in (painted, label, line, ElidedLabel(theme, "elided", tone="#888888")):
        column.addWidget(widget)
    window.show()
    found = ink.faint(window, monkeypatch)
    assert [row.split("'")[1] for row in found] == ["elided", "faint label", "faint paint", "large"]
    label.setEnabled(False)
    assert "'faint label'" not in " ".join(ink.faint(window, monkeypatch))


def test_the_ground_is_what_most_of_a_place_is():
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#101010"))
    with QPainter(image) as painter:
        painter.fillRect(0, 0, 8, 20, QColor("#ffffff"))
    assert ink.ground(image, ink.QRectF(0, 0, 20, 20), 1.0) == "#101010"
    assert ink.ground(image, ink.QRectF(0, 0, 8, 20), 1.0) == "#ffffff"
    assert ink.ground(image, ink.QRectF(90, 90, 8, 20), 1.0) == ""
