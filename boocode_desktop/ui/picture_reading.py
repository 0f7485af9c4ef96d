"""Pictures from bytes that nobody vouches for: of few kinds, within limits. Safe in any thread, and meant for one."""

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from boocode_desktop.domain.errors import UserFacingError

MOST_PIXELS = 64_000_000
_ALLOCATION_MB = 256
_FORMATS = (b"png", b"jpeg", b"webp", b"gif", b"bmp")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """A decoded picture. `size` is its own in px, `image` may be smaller; `frames` counts those of an animation."""

    image: QImage
    size: QSize
    frames: int = 1


def read_picture(data: bytes, room: QSize) -> Picture:
    """The picture, scaled down to fit `room` px. The size is read before the pixels are.

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
    if bytes(reader.format().data()) not in _FORMATS or not size.isValid():
        raise UserFacingError("The picture cannot be shown.", "It is broken, or of a kind that is not shown here.")
    if size.width() * size.height() > MOST_PIXELS:
        pixels = f"{size.width():,} × {size.height():,} pixels"
        raise UserFacingError("The picture is too large to show.", f"{pixels} are more than 64 megapixels.")
    frames = reader.imageCount() if reader.supportsAnimation() else 1
    reader.setAutoTransform(True)
    if size.width() > room.width() or size.height() > room.height():
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise UserFacingError("The picture is broken.", f"{reader.errorString()}.".replace("..", "."))
    if (image.width() > image.height()) != (size.width() > size.height()):
        size = size.transposed()
    return Picture(image=image, size=size, frames=max(1, frames))
