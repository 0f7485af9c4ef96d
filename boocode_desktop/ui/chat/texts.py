"""One painted line of text, elided where its room ends."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme


def paint_line(painter: QPainter, text: str, rect: QRectF, theme: Theme, tone: str, px: int, weight: int = 400) -> None:
    """Draw `text` in the middle of `rect`'s height."""
    font = ui_font(px, weight)
    painter.setFont(font)
    painter.setPen(theme.color(tone))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
