"""The surface that holds a group of things, tinted at its edge where it needs the person."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS, mix

TINT = 0.42


def card_border(theme: Theme, tone: str = "") -> str:
    """The border colour of a card: a rule, or the tone mixed into the card."""
    t = theme.tokens
    return mix(t.bg2, t.color(tone), TINT) if tone else t.line1


def paint_card(
    painter: QPainter,
    theme: Theme,
    rect: QRectF,
    *,
    tone: str = "",
    surface: str = "bg1",
    radius: float = METRICS.radius_card,
) -> None:
    """Draw the card's surface and border into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color(card_border(theme, tone)), 1))
    painter.setBrush(theme.color(surface))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()


class Card(QWidget):
    """A surface for a layout of your own; with a `tone` it asks for the person."""

    def __init__(self, theme: Theme, *, tone: str = "", surface: str = "bg2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone, self._surface = theme, tone, surface
        theme.changed.connect(self.update)

    def set_tone(self, tone: str) -> None:
        """Change the edge."""
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface."""
        with QPainter(self) as painter:
            paint_card(painter, self._theme, QRectF(self.rect()), tone=self._tone, surface=self._surface)
