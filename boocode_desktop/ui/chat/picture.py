"""A picture as large as the window allows, decoded off the event loop."""

import asyncio

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.picture_reading import read_picture


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
        return (await asyncio.to_thread(read_picture, data, room)).image

    def _show(self, image: QImage) -> None:
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self._ratio)
        self.picture.setPixmap(pixmap)
        self.picture.setAccessibleName(f"{image.width()} by {image.height()} pixels")
