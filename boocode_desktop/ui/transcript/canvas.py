"""What row painters draw with: the theme, fonts, text that is elided, tinted icons."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.pixels import whole

FontKey = tuple[int, int, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How a piece of text looks."""

    tone: str = "tx1"
    px: int = 13
    weight: int = 400
    mono: bool = False


class Canvas:
    """Drawing with tokens. `clock` gives Unix time, for elapsed times and countdowns."""

    def __init__(self, theme: Theme, clock: Callable[[], float]) -> None:
        self.theme = theme
        self.clock = clock
        self._fonts: dict[FontKey, QFont] = {}
        self._metrics: dict[FontKey, QFontMetricsF] = {}

    def font(self, ink: Ink) -> QFont:
        """The font of an ink; do not change it."""
        key = (ink.px, ink.weight, ink.mono)
        if key not in self._fonts:
            self._fonts[key] = code_font(ink.px, bold=ink.weight > 500) if ink.mono else ui_font(ink.px, ink.weight)
        return self._fonts[key]

    def metrics(self, ink: Ink) -> QFontMetricsF:
        """The metrics of an ink's font."""
        key = (ink.px, ink.weight, ink.mono)
        if key not in self._metrics:
            self._metrics[key] = QFontMetricsF(self.font(ink))
        return self._metrics[key]

    def width(self, text: str, ink: Ink) -> float:
        """How wide a text is on one line."""
        return self.metrics(ink).horizontalAdvance(text)

    def text(self, painter: QPainter, rect: QRectF, text: str, ink: Ink, *, right: bool = False) -> float:
        """One line in the middle of `rect`, elided; the width that was drawn."""
        if rect.width() <= 4 or not text:
            return 0.0
        shown = text
        width = self.width(text, ink)
        if width > rect.width():
            shown = self.metrics(ink).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            width = self.width(shown, ink)
        painter.setFont(self.font(ink))
        painter.setPen(self.theme.color(ink.tone))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        return width

    def paragraph_height(self, text: str, width: float, ink: Ink) -> float:
        """The height of text that wraps."""
        flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        return self.metrics(ink).boundingRect(QRectF(0, 0, width, 10_000), flags, text).height()

    def paragraph(self, painter: QPainter, rect: QRectF, text: str, ink: Ink) -> None:
        """Text that wraps, from the top of `rect`."""
        painter.setFont(self.font(ink))
        painter.setPen(self.theme.color(ink.tone))
        flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        painter.drawText(rect, int(flags) | int(Qt.AlignmentFlag.AlignLeft), text)

    def icon(self, painter: QPainter, name: str, tone: str, x: float, y: float, size: int = 16) -> None:
        """An icon with its top left corner at a whole pixel near (x, y)."""
        pixmap = self.theme.pixmap(name, tone, size, painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(whole(x), whole(y)), pixmap)
