"""A picture as large as the window allows, decoded off the event loop."""

import asyncio

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import Dialog

MOST_PIXELS = 64_000_000
_ALLOCATION_MB = 256
_FORMATS = (b"png", b"jpeg", b"webp", b"gif", b"bmp")


def decode(data: bytes, room: QSize) -> QImage:
    """The picture scaled down into `room` px.

    Raises:
        UserFacingError: it is none of the formats we show, too large, or broken.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAllocationLimit(_ALLOCATION_MB)
    size = reader.size()
    if bytes(reader.format().data()) not in _FORMATS or size.width() * size.height() > MOST_PIXELS:
        raise UserFacingError("The picture cannot be shown.", "It is of an unknown kind, or larger than 64 megapixels.")
    if size.width() > room.width() or size.height() > room.height():
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise UserFacingError("The picture is broken.", reader.errorString())
    return image


class PictureSheet(Dialog):
    """Reads the picture when it is opened."""

    def __init__(self, context: Context, window: QWidget, sha256: str) -> None:
        room = window.size() * 0.82
        super().__init__(context.theme, window, "Picture", width=room.width())
        self._ratio = window.devicePixelRatioF()
        self.picture = QLabel("Reading…")
        self.picture.setTextFormat(Qt.TextFormat.PlainText)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.picture)
        context.bridge.run(
            self._read(context, sha256, (room - QSize(40, 90)) * self._ratio),
            owner=self,
            done=self._show,
            error=lambda problem: self.picture.setText(f"{problem.message} {problem.hint}"),
        )

    async def _read(self, context: Context, sha256: str, room: QSize) -> QImage:
        data = await context.front.store.attachment(sha256)
        return await asyncio.to_thread(decode, data, room)

    def _show(self, image: QImage) -> None:
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self._ratio)
        self.picture.setPixmap(pixmap)
        self.picture.setAccessibleName(f"{image.width()} by {image.height()} pixels")
