"""Chips and state dots: a tone is always beside a word."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.pixels import whole

Tone = Literal["plain", "accent", "ok", "warn", "bad", "info"]
SURFACES: dict[str, str] = {
    "plain": "bg3",
    "accent": "accent_soft",
    "ok": "ok_soft",
    "warn": "warn_soft",
    "bad": "bad_soft",
    "info": "info_soft",
}


def chip_font(*, mono: bool = False) -> QFont:
    """The font of chips."""
    return code_font(METRICS.caption) if mono else ui_font(METRICS.caption, 600)


def chip_width(text: str, *, icon: bool = False, mono: bool = False) -> float:
    """The width of a painted chip."""
    return QFontMetricsF(chip_font(mono=mono)).horizontalAdvance(text) + 14 + (17 if icon else 0)


def paint_chip(
    painter: QPainter,
    theme: Theme,
    rect: QRectF,
    text: str,
    tone: Tone = "plain",
    *,
    icon: str = "",
    mono: bool = False,
) -> None:
    """Draw a chip into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(SURFACES[tone]))
    painter.drawRoundedRect(rect, METRICS.radius_chip, METRICS.radius_chip)
    ink = "tx2" if tone == "plain" else tone
    x = rect.left() + 7
    if icon:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(QPointF(x, whole(rect.center().y() - 6.5)), theme.pixmap(icon, ink, 13, ratio))
        x += 17
    painter.setPen(theme.color(ink))
    painter.setFont(chip_font(mono=mono))
    painter.drawText(QRectF(x, rect.top(), rect.right() - x, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def paint_dot(painter: QPainter, color: QColor, center: QPointF, *, radius: float = 3.5, halo: bool = False) -> None:
    """A state dot; the halo says that it is live or waits for the person."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if halo:
        soft = QColor(color)
        soft.setAlpha(64)
        painter.setBrush(soft)
        painter.drawEllipse(center, radius + 2.5, radius + 2.5)
    painter.setBrush(color)
    painter.drawEllipse(center, radius, radius)
    painter.restore()


class Chip(QWidget):
    """A short word on a tinted surface."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        tone: Tone = "plain",
        *,
        icon: str = "",
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._text, self._icon, self._mono = theme, text, icon, mono
        self._tone: Tone = tone
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_text(self, text: str, tone: Tone | None = None, *, icon: str | None = None) -> None:
        """Change the word, and its tone and icon when given."""
        self._text, self._tone = text, self._tone if tone is None else tone
        self._icon = self._icon if icon is None else icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fits the word."""
        return QSize(int(chip_width(self._text, icon=bool(self._icon), mono=self._mono) + 1), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip."""
        with QPainter(self) as painter:
            paint_chip(
                painter, self._theme, QRectF(self.rect()), self._text, self._tone, icon=self._icon, mono=self._mono
            )


class StateDot(QWidget):
    """A dot and its word; colour is never the only sign."""

    def __init__(
        self, theme: Theme, word: str, tone: str = "tx3", *, halo: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._word, self._tone, self._halo = theme, word, tone, halo
        self.setAccessibleName(word)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_state(self, word: str, tone: str, *, halo: bool = False) -> None:
        """Change the word, its tone and whether it is live."""
        if (word, tone, halo) == (self._word, self._tone, self._halo):
            return
        self._word, self._tone, self._halo = word, tone, halo
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The dot with its halo and the word."""
        return QSize(int(QFontMetricsF(ui_font(METRICS.meta, 500)).horizontalAdvance(self._word) + 21), 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dot, then the word in the same tone."""
        with QPainter(self) as painter:
            color = self._theme.color(self._tone)
            middle = self.height() / 2
            paint_dot(painter, color, QPointF(7, middle), halo=self._halo)
            painter.setPen(color)
            painter.setFont(ui_font(METRICS.meta, 500))
            painter.drawText(QRectF(19, 0, self.width() - 19, self.height()), Qt.AlignmentFlag.AlignVCenter, self._word)
