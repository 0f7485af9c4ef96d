"""A row with a radio mark: one of several files."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_HEIGHT = 50


class OptionRow(QAbstractButton):
    """A name in code type, a line beneath it, a word on the right; one of its siblings is checked."""

    def __init__(
        self, theme: Theme, name: str, detail: str, word: str, tone: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._detail, self._word, self._tone = theme, name, detail, word, tone
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(f"{name}, {detail}, {word}" if word else f"{name}, {detail}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(240, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface when chosen, mark, texts."""
        theme, rect = self._theme, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isChecked() or self.underMouse() or self.hasFocus():
                painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg3"))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), METRICS.radius_button, METRICS.radius_button)
            paint_radio(painter, theme, QPointF(20, rect.center().y()), checked=self.isChecked())
            word_font = ui_font(METRICS.meta, 600)
            word = QFontMetricsF(word_font).horizontalAdvance(self._word)
            room = rect.width() - 40 - word - 28
            strong = self.isChecked()
            name_font, detail_font = code_font(METRICS.ui), ui_font(METRICS.meta)
            self._line(painter, self._name, name_font, "tx1" if strong else "tx2", QRectF(40, 6, room, 20))
            self._line(painter, self._detail, detail_font, "tx2", QRectF(40, 26, room, 18))
            painter.setFont(word_font)
            painter.setPen(theme.color(self._tone))
            right = QRectF(rect.width() - word - 12, 0, word + 2, rect.height())
            painter.drawText(right, Qt.AlignmentFlag.AlignVCenter, self._word)

    def _line(self, painter: QPainter, text: str, font: QFont, tone: str, box: QRectF) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(tone))
        shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


def paint_radio(painter: QPainter, theme: Theme, middle: QPointF, *, checked: bool) -> None:
    """A radio mark of 14 px."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_fill"))
        painter.drawEllipse(middle, 8, 8)
        painter.setBrush(theme.color("on_accent"))
        painter.drawEllipse(middle, 3, 3)
    else:
        painter.setPen(QPen(theme.color("tx3"), 1.4))
        painter.drawEllipse(middle, 7, 7)
