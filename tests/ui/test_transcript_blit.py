"""What stands on screen after scrolling by pixels equals what a full repaint gives."""

import random
from dataclasses import replace

import pytest
from PIL import Image, ImageChops
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain.transcript import TextEntry, ToolEntry
from boocode_desktop.ui.transcript.blocks import Place
from boocode_desktop.ui.transcript.painting import Action
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


@pytest.fixture
def view(qtbot, theme, monkeypatch):
    monkeypatch.setattr(theme, "reduced_motion", True)
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(860, 640)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    return view


def chat(count: int) -> list:
    out = []
    for number in range(count):
        out.append(samples.prompt(number + 1, f"question {number} with `code` " + "words " * (number * 13 % 40)))
        out.append(
            TextEntry(id=f"text{number}", turn_id="t", text=samples.MARKDOWN + f"\n\nend of {number}", done=True)
        )
        out += [replace(entry, id=f"{entry.id}{number}") for entry in samples.tools()[:3]]
    return out


def settled(view: TranscriptView) -> None:
    for _ in range(3):
        view.background.settle()
        QApplication.processEvents()


def pixels(image: QImage) -> Image.Image:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    size = (plain.width(), plain.height())
    return Image.frombytes("RGB", size, bytes(plain.constBits()), "raw", "RGB", plain.bytesPerLine(), 1)


def assert_screen_is_true(view: TranscriptView, what: str) -> None:
    """Edges may differ by a rounding in the last bits of a colour, nothing else may."""
    settled(view)
    screen = pixels(view.screen().grabWindow(view.winId()).toImage())
    truth = pixels(view.grab().toImage())

    stale = ImageChops.difference(screen, truth).point([255 if level % 256 > 8 else 0 for level in range(768)])
    assert stale.getbbox() is None, f"after {what} the screen is stale in {stale.getbbox()}"


@pytest.mark.parametrize("seed", [7, 8])
def test_the_screen_stays_true_whatever_happens(view, seed):
    rng = random.Random(seed)
    view.set_entries(chat(25))
    assert_screen_is_true(view, "opening")
    bar = view.verticalScrollBar()
    growing = TextEntry(id="growing", turn_id="t", text="Beginning", done=False)
    output = ToolEntry(id="running", turn_id="t", step=1, tool="run_command", input={"command": "ls"}, started_at=1.0)
    for step in range(50):
        what = rng.choice(["up", "down", "jump", "grow", "append", "fold", "output", "end", "prepend"])
        if what in ("up", "down"):
            bar.setValue(bar.value() + rng.randint(1, 500) * (1 if what == "down" else -1))
        elif what == "jump":
            bar.setValue(rng.randint(0, bar.maximum()))
        elif what == "grow":
            growing = replace(
                growing, text=growing.text + rng.choice([" word", "\n\nnew", "\n\n```py\nx = 1\n```\n\n", "\n- a"])
            )
            view.put([growing])
        elif what == "append":
            view.put([TextEntry(id=f"more{step}", turn_id="t", text="another\n\nanswer", done=True)])
        elif what == "output":
            output = replace(output, output=output.output + f"line {step}\n" * rng.randint(1, 4))
            view.put([output])
        elif what == "end":
            view.scroll_to_end()
        elif what == "prepend":
            view.prepend_page([TextEntry(id=f"old{step}", turn_id="t", text="older\n\ntext", done=True)])
        else:
            seen = view.stage.scroller.seen()
            places = [s.place for s in seen if view.stage.spots(s)]
            if places:
                view.act(rng.choice(places), Action("toggle"))
        assert_screen_is_true(view, f"{what} (step {step})")


def test_a_card_stays_over_its_row_while_scrolling(view):
    view.set_entries([*chat(3), samples.permission(), *(replace(e, id=f"{e.id}z") for e in samples.tools()[:3])])
    for _ in range(6):
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() - 37)
        assert_screen_is_true(view, "scrolling a question")
    index = view.stage.blocks.index_of("ask1")
    seen = next(s for s in view.stage.scroller.seen() if s.place == Place(index, 0))
    card = view._overlay.get("ask1")
    assert card is not None and card.isVisible()
    assert card.geometry() == view.stage.rect(seen).toRect()


def test_another_theme_is_painted_at_once(view, theme, qapp):
    view.set_entries(chat(2))
    settled(view)
    theme.apply(qapp, "light")
    assert_screen_is_true(view, "switching to light")
    assert view.grab().toImage().pixelColor(3, 3).name().upper() == theme.tokens.bg0
