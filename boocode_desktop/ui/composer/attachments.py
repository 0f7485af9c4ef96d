"""What goes with the message: chips of pictures, read and stored off the event loop, and of long pasted texts."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QImageReader, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import ImageRef
from boocode_desktop.ui.ages import size
from boocode_desktop.ui.composer.pasted import pasted_name
from boocode_desktop.ui.composer.pasted_chip import PastedChip
from boocode_desktop.ui.composer.pasted_dialog import PastedDialog
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.flow import FlowLayout

MEDIA = {b"png": "image/png", b"jpeg": "image/jpeg", b"webp": "image/webp", b"gif": "image/gif"}
LIMIT = 20_000_000
_WIDEST = 200


def sniff(data: bytes) -> str:
    """The media type of a picture by its content, "" when it is none that models take."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return MEDIA.get(bytes(QImageReader.imageFormat(buffer).data()), "")


def encode(image: QImage) -> bytes:
    """A pasted picture as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def read_picture(path: Path) -> tuple[bytes, str]:
    """A file's bytes and media type.

    Raises:
        UserFacingError: it cannot be read, is too large, or is no picture.
    """
    try:
        count = path.stat().st_size
        if count > LIMIT:
            raise UserFacingError(f"{path.name} has {size(count)}, over the limit of {size(LIMIT)}.", "Scale it down.")
        data = path.read_bytes()
    except OSError as error:
        raise UserFacingError(f"{path.name} cannot be read.", str(error.strerror or error)) from error
    media = sniff(data)
    if not media:
        raise UserFacingError(
            f"{path.name} is no PNG, JPEG, WebP or GIF picture.", "Name the file in the text instead."
        )
    return data, media


class AttachmentChip(QWidget):
    """A picture's name with a button that takes it off."""

    removed = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name = theme, name
        self.image: ImageRef | None = None
        self.setAccessibleName(f"Attached {name}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.addStretch(1)
        remove = IconButton(theme, "x", f"Remove {name}", size=18, icon_size=12, tone="tx2")
        remove.clicked.connect(self.removed)
        row.addWidget(remove)
        theme.changed.connect(self.update)

    def set_image(self, image: ImageRef) -> None:
        """It is stored."""
        self.image = image
        self.update()

    def sizeHint(self) -> QSize:
        """Icon, name, button."""
        width = min(_WIDEST, QFontMetricsF(ui_font(METRICS.meta)).horizontalAdvance(self._name))
        return QSize(int(width) + 54, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A framed chip; fainter while it is read."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("line1"), 1))
            painter.setBrush(theme.color("bg3"))
            painter.drawRoundedRect(rect, METRICS.radius_tool, METRICS.radius_tool)
            icon = theme.pixmap("file-image" if self.image else "hourglass", "tx2", 14, self.devicePixelRatioF())
            painter.drawPixmap(8, 6, icon)
            font = ui_font(METRICS.meta)
            painter.setFont(font)
            painter.setPen(theme.color("tx1" if self.image else "tx2"))
            box = QRectF(28, 0, self.width() - 52, self.height())
            shown = QFontMetricsF(font).elidedText(self._name, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


class Attachments(QWidget):
    """The row of chips.

    Signals:
        changed: a chip came, went or became ready.
        text_inserted(str): a pasted text is wanted in the message itself.
    """

    changed = Signal()
    text_inserted = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._chips: list[AttachmentChip] = []
        self._pasted: list[PastedChip] = []
        self._row = FlowLayout(self, gap=6)
        self.hide()

    @property
    def images(self) -> tuple[ImageRef, ...]:
        """What is ready to be sent."""
        return tuple(chip.image for chip in self._chips if chip.image is not None)

    @property
    def reading(self) -> bool:
        """Whether a picture is still being read."""
        return any(chip.image is None for chip in self._chips)

    @property
    def pasted(self) -> tuple[str, ...]:
        """The pasted texts."""
        return tuple(chip.text for chip in self._pasted)

    def add_text(self, text: str) -> None:
        """Put a long text beside the message."""
        chip = PastedChip(self._context.theme, text, self)
        chip.removed.connect(lambda: self._drop_text(chip))
        chip.opened.connect(lambda: self._open(chip))
        self._pasted.append(chip)
        self._row.addWidget(chip)
        self._settle()

    def add_file(self, path: Path) -> None:
        """Attach a picture file."""
        self._take(path.name, lambda: read_picture(path))

    def add_image(self, image: QImage) -> None:
        """Attach a pasted picture."""
        self._take("pasted.png", lambda: (encode(image), "image/png"))

    def restore(self, images: Sequence[ImageRef]) -> None:
        """Show pictures that are stored already (a prompt that could not be sent)."""
        for image in images:
            self._add_chip(image.name or "picture").set_image(image)
        self._settle()

    def clear(self) -> None:
        """Take all chips off."""
        for chip in list(self._chips):
            self._drop(chip)
        for text in list(self._pasted):
            self._drop_text(text)

    def _take(self, name: str, load: Callable[[], tuple[bytes, str]]) -> None:
        chip = self._add_chip(name)

        async def attach() -> ImageRef:
            data, media = await asyncio.to_thread(load)
            return await self._context.front.chats.attach(data, media_type=media, name=name)

        def done(image: ImageRef) -> None:
            chip.set_image(image)
            self._settle()

        def failed(problem: UserFacingError) -> None:
            self._drop(chip)
            self._context.bridge.refused.emit(problem)

        self._context.bridge.run(attach(), owner=chip, done=done, error=failed)
        self._settle()

    def _add_chip(self, name: str) -> AttachmentChip:
        chip = AttachmentChip(self._context.theme, name, self)
        chip.removed.connect(lambda: self._drop(chip))
        self._chips.append(chip)
        self._row.addWidget(chip)
        return chip

    def _drop(self, chip: AttachmentChip) -> None:
        if chip in self._chips:
            self._chips.remove(chip)
            chip.hide()
            chip.deleteLater()
            self._settle()

    def _open(self, chip: PastedChip) -> None:
        dialog = PastedDialog(self._context.theme, self.window(), pasted_name(chip.text).capitalize(), chip.text)
        dialog.kept.connect(lambda text: self._keep(chip, text))
        dialog.dropped.connect(lambda: self._drop_text(chip))
        dialog.inserted.connect(lambda text: self._insert(chip, text))
        dialog.open()

    def _keep(self, chip: PastedChip, text: str) -> None:
        if text.strip():
            chip.set_text(text)
            self._settle()
        else:
            self._drop_text(chip)

    def _insert(self, chip: PastedChip, text: str) -> None:
        self._drop_text(chip)
        self.text_inserted.emit(text)

    def _drop_text(self, chip: PastedChip) -> None:
        if chip in self._pasted:
            self._pasted.remove(chip)
            chip.hide()
            chip.deleteLater()
            self._settle()

    def _settle(self) -> None:
        self.setVisible(bool(self._chips or self._pasted))
        self.changed.emit()
