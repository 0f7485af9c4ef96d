"""Text of agents in the window: no file is opened, no host is asked, nothing hides, and no size hangs it."""

import ctypes
import os
import random
import socket
import struct
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QApplication

from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.background import Background
from boocode_desktop.ui.transcript.images import Images, decode_image
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes.moments import at_random_moments

IN_OPEN_OR_READ = 0x20 | 0x1


class Watched:
    """A folder whose every opened file the kernel tells us about, Qt's own included."""

    def __init__(self, folder: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.inotify_init1(os.O_NONBLOCK)
        assert self._libc.inotify_add_watch(self._fd, os.fsencode(folder), IN_OPEN_OR_READ) >= 0

    def opened(self) -> bool:
        """Whether anything in it was opened or read since the last look."""
        try:
            return bool(os.read(self._fd, 65_536))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._fd)


class Listener:
    """A host that counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        try:
            while True:
                self._socket.accept()[0].close()
                self.visits += 1
        except OSError:
            return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def view(qtbot) -> TranscriptView:
    theme = Theme(reduced_motion=True)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    view = TranscriptView(theme)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def show(view: TranscriptView, text: str) -> None:
    """Show it and paint it twice, as scrolling would."""
    view.set_entries([TextEntry(id="t1", turn_id="t", text=text, done=True)])
    for _ in range(2):
        view.grab()
        QApplication.processEvents()


MARKDOWN = (
    "![x]({url}/a.png)",
    "![x]({path})",
    "![x](file://{path})",
    "![x][r]\n\n[r]: {path}",
    "[![x]({path})]({url}/b)",
    "<img src='{path}'> <img src='{url}/c.png'>",
    "<style>body {{ background: url({path}) }}</style>",
    "<object data='{path}'></object> <iframe src='{url}'></iframe>",
    "| a |\n|---|\n| ![x]({path}) ![y]({url}/d.png) |",
    "> - ![x](<{path}>) ![y](//127.0.0.1:{port}/e.png)",
    "# ![x](qrc:/x) ![y](data:image/svg+xml;base64,PHN2Zy8+) ![z]({path})",
)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's watch of Linux")
@pytest.mark.parametrize("number", range(len(MARKDOWN)))
def test_markdown_loads_no_file_and_no_host(view: TranscriptView, tmp_path: Path, listener: Listener, number: int):
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(8, 8))
    watched = Watched(tmp_path)
    secret.read_bytes()
    assert watched.opened(), "the watch works"
    url = f"http://127.0.0.1:{listener.port}"
    show(view, MARKDOWN[number].format(path=secret, url=url, port=listener.port))
    assert not watched.opened()
    assert listener.visits == 0
    watched.close()


def png(width: int, height: int) -> bytes:
    """A grey picture that says that size; its data holds at most 64 lines."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = zlib.compress(b"\0" * (width // 8 + 2) * min(height, 64))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


PNG_BOMBS = {
    "20,000 by 20,000": png(20_000, 20_000),
    "a line of 2,000,000,000": png(2_000_000_000, 1),
    "a column of 2,000,000,000": png(1, 2_000_000_000),
    "41 million": png(8_200, 5_000),
}


def uses(number: int) -> str:
    """A group of ten times the group before it."""
    return f"<use href=\x27#g{number - 1}\x27/>" * 10 if number else "<rect width=\x271\x27 height=\x271\x27/>"


USES = "".join(f"<g id=\x27g{n}\x27>{uses(n)}</g>" for n in range(7))
SVG_BOMBS = {
    "refers to a file": "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "a billion laughs": "<!DOCTYPE s [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><svg>&b;</svg>",
    "a million uses": f"<svg xmlns='http://www.w3.org/2000/svg'><defs>{USES}</defs><use href='#g6'/></svg>",
    "an entity from outside": "<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg><text>&x;</text></svg>",
}


def assert_not_drawn(data: bytes) -> None:
    began = time.monotonic()
    assert decode_image(data, QSize(640, 360)).isNull()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", sorted(PNG_BOMBS))
def test_png_bomb_is_not_unpacked(name: str):
    assert_not_drawn(PNG_BOMBS[name])


@pytest.mark.parametrize("name", sorted(SVG_BOMBS))
def test_svg_bomb_is_not_drawn(name: str):
    assert_not_drawn(SVG_BOMBS[name].encode())


def test_png_bomb_below_the_limit_of_pixels_takes_no_more_memory_than_allowed(qtbot):
    """A colour needs four bytes, so that far fewer pixels than are allowed need more than is allowed."""
    images = Images(Background())
    assert QImageReader.allocationLimit() == 128
    large = QImage(6_500, 6_000, QImage.Format.Format_Mono)
    large.fill(1)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    large.convertToFormat(QImage.Format.Format_RGB32).save(buffer, "PNG")
    assert decode_image(bytes(buffer.data().data()), QSize(640, 360)).isNull()
    images.deleteLater()


@at_random_moments
def test_truncated_image_hurts_nobody(moment: int):
    """Cut anywhere, or with bytes that were changed: a picture of the stated size or none, and no crash."""
    chance = random.Random(moment)
    good = png(400, 60)
    assert decode_image(good, QSize(640, 360)).size() == QSize(400, 60)
    cut = good[: chance.randrange(len(good))]
    assert decode_image(cut, QSize(640, 360)).size() in (QSize(0, 0), QSize(400, 60))
    damaged = bytearray(good)
    for _ in range(chance.randint(1, 5)):
        damaged[chance.randrange(8, len(damaged))] = chance.randrange(256)
    decode_image(bytes(damaged), QSize(640, 360))


def test_markdown_bomb(view: TranscriptView):
    began = time.process_time()
    for text in (
        "> " * 500 + "deep",
        "[" * 20_000,
        "*_" * 20_000,
        "`" * 50_001,
        "| a " * 300 + "|\n" + "|---" * 300 + "|\n" + "| b " * 300 + "|",
        "```\n" + "x" * 500_000 + "\n```",
        "- \u202e" + "\x1b]52;c;aGk=\x07" * 2_000,
    ):
        show(view, text)
    assert time.process_time() - began < 5
