"""Icons: SVG files tinted with a colour and drawn sharp at any device pixel ratio."""

import logging
import math
from pathlib import Path

from PySide6 import QtCore
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap

_log = logging.getLogger(__name__)
STROKE = "1.75"
_CACHE_LIMIT = 2000


class Icons:
    """The icons of a folder, drawn on demand and remembered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def pixmap(self, name: str, color: str, size: int, ratio: float) -> QPixmap:
        """The icon `name` in `color` (`#RRGGBB`), `size` px square, for a device pixel ratio.

        An unknown name gives an empty picture and one line in the log.
        """
        key = (name, color, size, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            if len(self._pixmaps) >= _CACHE_LIMIT:
                self._pixmaps.clear()
            found = self._pixmaps[key] = self._draw(name, color, size, ratio)
        return found

    def icon(self, name: str, color: str, size: int) -> QIcon:
        """The same as a QIcon that holds a pixmap for every ratio in use."""
        icon = QIcon()
        for ratio in sorted({1.0, 2.0, *(s.devicePixelRatio() for s in QGuiApplication.screens())}):
            icon.addPixmap(self.pixmap(name, color, size, ratio))
        return icon

    def _draw(self, name: str, color: str, size: int, ratio: float) -> QPixmap:
        side = math.ceil(size * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(QtCore.Qt.GlobalColor.transparent)
        source = self._source(name)
        if source:
            # Late, because the first paint needs no icon and the library takes a tenth of the time until then.
            from PySide6.QtSvg import QSvgRenderer

            text = source.replace("currentColor", color)
            renderer = QSvgRenderer(QByteArray(text.encode()))
            with QPainter(pixmap) as painter:
                renderer.render(painter, QRectF(0, 0, side, side))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _source(self, name: str) -> str:
        if name not in self._sources:
            path = self._folder / f"{name}.svg"
            try:
                text = path.read_text(encoding="utf-8")
            except OSError:
                _log.error("there is no icon named %s", name)
                text = ""
            self._sources[name] = text.replace('stroke-width="2"', f'stroke-width="{STROKE}"')
        return self._sources[name]
