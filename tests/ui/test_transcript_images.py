"""Pictures: decoded in a thread, within limits, never more than an allowed format."""

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QColor, QImage

from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.transcript import ImageEntry
from boocode_desktop.ui.transcript.background import Background
from boocode_desktop.ui.transcript.images import Images, decode_image
from boocode_desktop.ui.transcript.view import TranscriptView

BOX = QSize(640, 360)


def encoded(kind="PNG", width=800, height=600):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#4488CC"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


def bomb(width, height):
    """A small PNG that says it is large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width // 8 + 1) * min(height, 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_allowed_formats_are_scaled_into_the_box(kind):
    image = decode_image(encoded(kind), BOX)
    assert (image.width(), image.height()) == (480, 360)


def test_small_pictures_keep_their_size():
    assert decode_image(encoded(width=30, height=20), BOX).size() == QSize(30, 20)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='10' height='10'/></svg>",
        b"%PDF-1.4",
        encoded()[:200],
        bomb(50_000, 50_000),
        bomb(100_000, 8),
    ],
    ids=["empty", "text", "svg", "pdf", "cut", "bomb", "wide"],
)
def test_everything_else_is_refused_quickly(data, qtbot):
    image = decode_image(data, BOX)
    assert image.isNull() or image.width() <= BOX.width()


def test_a_picture_is_asked_for_once_and_arrives(qtbot, theme):
    images, asked = Images(Background()), []

    def source(key, deliver):
        asked.append((key, deliver))

    images.source = source
    assert images.get("a", BOX) is None and images.get("a", BOX) is None
    assert [key for key, _ in asked] == ["a"]
    with qtbot.waitSignal(images.ready) as caught:
        asked[0][1](encoded())
    assert caught.args == ["a"]
    assert images.get("a", BOX).width() == 480 and images.state("a") == "ready"


@pytest.mark.parametrize("data", [None, b"broken"])
def test_a_picture_that_cannot_be_read_says_so(qtbot, theme, data):
    view = TranscriptView(theme)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.set_image_source(lambda key, deliver: deliver(data))
    view.show()
    view.set_entries(
        [ImageEntry(id="i", turn_id="t", image=ImageRef(sha256="k", media_type="image/png", name="x.png"))]
    )
    view.grab()
    qtbot.waitUntil(lambda: view.images.state("k") == "failed")
    height = view.stage.scroller.seen()[0].height
    view.grab()
    assert view.stage.scroller.seen()[0].height == height
    assert view.stage.spots(view.stage.scroller.seen()[0]) == []


def test_a_picture_can_be_opened(qtbot, theme):
    view = TranscriptView(theme)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.set_image_source(lambda key, deliver: deliver(encoded()))
    view.show()
    view.set_entries(
        [ImageEntry(id="i", turn_id="t", image=ImageRef(sha256="k", media_type="image/png", name="x.png"))]
    )
    view.grab()
    qtbot.waitUntil(lambda: view.images.state("k") == "ready")
    (spot,) = view.stage.spots(view.stage.scroller.seen()[0])
    with qtbot.waitSignal(view.image_activated) as caught:
        view.act(view.stage.scroller.seen()[0].place, spot.action)
    assert caught.args == ["k"]
