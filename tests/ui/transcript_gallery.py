"""Pictures of every kind of row in both themes: `QT_QPA_PLATFORM=offscreen python -m tests.ui.transcript_gallery DIR`.

`QT_SCALE_FACTOR=2` for sharp screens.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


def picture() -> bytes:
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        shade = QLinearGradient(0, 0, 640, 360)
        shade.setColorAt(0, QColor("#1a2a4a"))
        shade.setColorAt(1, QColor("#8a3a6a"))
        painter.fillRect(image.rect(), shade)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def source(key, deliver):
    if key != "slow":
        deliver(picture() if key == "good" else b"no picture")


def pages():
    long = samples.prompt(
        3, "Please look at this log:\n" + "\n".join(f"line {n} of the log with some words" for n in range(90))
    )
    open_all = [samples.tools()[0], samples.search_open(), samples.tools()[8]]
    return {
        "conversation": (samples.conversation(), ()),
        "markdown": ([TextEntry(id="m", turn_id="t", text=samples.MARKDOWN, done=True)], ()),
        "tools": (samples.tools(), ()),
        "groups": (
            [*samples.at_once(), TextEntry(id="x", turn_id="t", text="Then.", done=True), *samples.special()],
            ["trc_g1", "trc_todos", "trc_page"],
        ),
        "tools-open": (open_all, [e.id for e in open_all]),
        "thinking": ([*samples.thinking(), samples.plan(), *samples.answered()], ["r1"]),
        "asks": ([samples.permission(), samples.question(), samples.form()], ()),
        "notes": ([*samples.notes(), *samples.ends()], ()),
        "images": ([samples.prompt(1, "look"), *samples.images(), long], ()),
        "empty": ([], ()),
    }


def shoot(app, theme, name, entries, opened, folder, suffix, size):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    view.set_image_source(source)
    view.resize(*size)
    view.show()
    view.set_entries(entries)
    for key in opened:
        index = view.stage.blocks.index_of(key)
        grouped = view.stage.blocks.group(index) is not None
        view.stage.folds.toggle(view.stage.blocks.entry(index), grouped=grouped)
        view.stage.blocks.rebuild(index)
    view.verticalScrollBar().setValue(0)
    for _ in range(3):
        app.processEvents()
        view.background.settle()
        app.processEvents()
    view.grab().save(str(Path(folder) / f"{name}-{suffix}.png"))
    view.deleteLater()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    only = sys.argv[2:]
    app = QApplication([])
    theme = Theme()
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    for name in ("dark", "light"):
        theme.apply(app, name)
        for page, (entries, opened) in pages().items():
            if not only or page in only:
                shoot(app, theme, page, entries, opened, folder, f"{name}-{scale}x", (900, 1000))


if __name__ == "__main__":
    main()
