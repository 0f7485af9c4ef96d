"""Pictures of the chat: fetched by whoever has them, decoded in a thread, within limits."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from boocode_desktop.ui.transcript.background import Background

ImageSource = Callable[[str, Callable[[bytes | None], None]], None]
"""Gets a content hash and a function to call with the bytes (None if there are none), on the GUI thread."""

FORMATS = ("png", "jpeg", "jpg", "webp", "gif", "bmp")
PIXEL_LIMIT = 40_000_000
BYTE_LIMIT = 50_000_000
ALLOCATION_MB = 128
KEPT = 60


def decode_image(data: bytes, box: QSize) -> QImage:
    """The picture, scaled to fit `box` px; a null image when it is none of the allowed formats or too large.

    Safe in any thread. The size is read before the pixels are.
    """
    if not data or len(data) > BYTE_LIMIT:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader()
    reader.setDecideFormatFromContent(True)
    reader.setDevice(buffer)
    if bytes(reader.format().data()).decode("ascii", "replace").lower() not in FORMATS:
        return QImage()
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > PIXEL_LIMIT:
        return QImage()
    reader.setAutoTransform(True)
    if size.width() > box.width() or size.height() > box.height():
        reader.setScaledSize(size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class Images(QObject):
    """Pictures by content hash.

    Signals:
        ready(str): a picture is there now, or cannot be.
    """

    ready = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        QImageReader.setAllocationLimit(ALLOCATION_MB)
        self.source: ImageSource | None = None
        self._known: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._asked: set[str] = set()

    def state(self, sha256: str) -> str:
        """`ready`, `failed` or `loading`."""
        if sha256 not in self._known:
            return "loading"
        return "failed" if self._known[sha256] is None else "ready"

    def get(self, sha256: str, box: QSize) -> QPixmap | None:
        """The picture to fit `box` (device px); None until it is there. Asks for it once."""
        if sha256 in self._known:
            self._known.move_to_end(sha256)
            return self._known[sha256]
        if sha256 not in self._asked and self.source is not None:
            self._asked.add(sha256)
            self.source(sha256, lambda data: self._deliver(sha256, data, box))
        return None

    def _deliver(self, sha256: str, data: bytes | None, box: QSize) -> None:
        if data is None:
            self._on_job_done(sha256, None)
        else:
            job = partial(decode_image, data, box)
            self._background.run(job, lambda image: self._on_job_done(sha256, image))

    def _on_job_done(self, sha256: str, image: QImage | None) -> None:
        self._asked.discard(sha256)
        self._known[sha256] = None if image is None or image.isNull() else QPixmap.fromImage(image)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        self.ready.emit(sha256)
