"""Answers to choose from, as rows with a radio sign, a description and a number key."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.canvas import Canvas, Ink

LABEL = Ink(px=13, weight=500)
DETAIL = Ink(px=12, tone="tx2")
LEFT = 42


class OptionRow(QAbstractButton):
    """One answer; checked when chosen."""

    def __init__(self, theme: Theme, canvas: Canvas, label: str, description: str, number: int) -> None:
        super().__init__()
        self._theme, self._canvas = theme, canvas
        self._description, self._number = description, number
        self.setText(label)
        self.setAccessibleName(f"{label}. {description}" if description else label)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        """Long answers wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Label and description with room around them."""
        room = width - LEFT - 46
        height = self._canvas.paragraph_height(self.text(), room, LABEL) + 14
        if self._description:
            height += self._canvas.paragraph_height(self._description, room, DETAIL) + 2
        return int(height + 0.99)

    def sizeHint(self) -> QSize:
        """At the width it has."""
        width = max(self.width(), 280)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface, sign, words, number."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._surface(painter)
            self._sign(painter)
            self._words(painter)
            if self._number <= 9:
                paint_key(painter, self._theme, self._canvas, QRectF(self.rect()), str(self._number))

    def _surface(self, painter: QPainter) -> None:
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg3") if self.isChecked() or self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, METRICS.radius_button, METRICS.radius_button)

    def _sign(self, painter: QPainter) -> None:
        theme, on = self._theme, self.isChecked()
        circle = QRectF(13, self.height() / 2 - 8, 16, 16)
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(theme.color("tx3"), 1.5))
        painter.setBrush(theme.color("accent_fill") if on else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if on:
            painter.setBrush(theme.color("on_accent"))
            painter.drawEllipse(circle.adjusted(5, 5, -5, -5))

    def _words(self, painter: QPainter) -> None:
        canvas, room = self._canvas, self.width() - LEFT - 46
        box = QRectF(LEFT, 7, room, self.height())
        canvas.paragraph(painter, box, self.text(), LABEL)
        if self._description:
            box.translate(0, canvas.paragraph_height(self.text(), room, LABEL) + 2)
            canvas.paragraph(painter, box, self._description, DETAIL)


def paint_key(painter: QPainter, theme: Theme, canvas: Canvas, row: QRectF, key: str) -> None:
    """A key hint at the right end of a row."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(row.right() - 34, row.center().y() - 10, 22, 20)
    painter.setPen(QPen(theme.color("line1"), 1))
    painter.setBrush(theme.color("bg3"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), METRICS.radius_chip, METRICS.radius_chip)
    ink = Ink(px=11, tone="tx2", weight=500)
    width = canvas.width(key, ink)
    canvas.text(painter, QRectF(box.center().x() - width / 2, box.top(), width + 4, box.height()), key, ink)


class KeyHint(QWidget):
    """A key hint beside a text line."""

    def __init__(self, theme: Theme, canvas: Canvas, key: str) -> None:
        super().__init__()
        self._theme, self._canvas, self._key = theme, canvas, key
        self.setFixedSize(34, 34)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The key."""
        with QPainter(self) as painter:
            paint_key(painter, self._theme, self._canvas, QRectF(self.rect()).adjusted(0, 0, 5, 0), self._key)
