"""How comments look below the lines they are about."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from boocode_desktop.ui.changes.diff_paint import BUTTON_WIDTH
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.cards import paint_card

_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
_ANYWHERE = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWrapAnywhere
_PAD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment as it is shown. `note` says what is odd about its place."""

    ref: str
    side: str
    text: str
    note: str = ""


class RemarkPainter:
    """Measures and paints comments."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font: QFont = ui_font(METRICS.ui)

    def height(self, remark: Remark, width: int) -> int:
        """How high a comment is in a column of `width` px."""
        note = 18 if remark.note else 0
        return self._text_height(remark, width) + note + 2 * _PAD + 10

    def _text_height(self, remark: Remark, width: int) -> int:
        room = QRect(0, 0, max(80, width - self._inset()), 10_000)
        box = QFontMetrics(self._font).boundingRect(room, self._flags(remark, room.width()), remark.text)
        return max(20, box.height())

    def _flags(self, remark: Remark, room: int) -> int:
        """Between words, or anywhere where one word alone is too wide."""
        metrics = QFontMetrics(self._font)
        widest = max((metrics.horizontalAdvance(word) for word in remark.text.split()), default=0)
        return int(_WORDS if widest <= room else _ANYWHERE)

    def _inset(self) -> int:
        return 24 + 32 + BUTTON_WIDTH["edit"] + BUTTON_WIDTH["remove"] + 30

    def paint(self, painter: QPainter, rect: QRect, remark: Remark) -> None:
        """The card in its row."""
        theme = self._theme
        card = QRectF(rect).adjusted(12, 5, -4, -5)
        paint_card(painter, theme, card, surface="bg2", tone="warn" if remark.note else "")
        ratio = painter.device().devicePixelRatioF()
        icon = theme.pixmap("message-square", "accent", 15, ratio)
        painter.drawPixmap(int(card.left()) + 10, int(card.top()) + _PAD, icon)
        painter.setFont(self._font)
        painter.setPen(theme.color("tx1"))
        height = self._text_height(remark, rect.width())
        box = QRect(int(card.left()) + 34, int(card.top()) + _PAD - 1, max(80, rect.width() - self._inset()), height)
        painter.drawText(box, self._flags(remark, box.width()), remark.text)
        if remark.note:
            painter.setFont(ui_font(METRICS.meta))
            painter.setPen(theme.color("warn"))
            painter.drawText(box.left(), box.bottom() + 16, remark.note)
