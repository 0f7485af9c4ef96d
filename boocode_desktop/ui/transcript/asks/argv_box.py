"""A command as one box per argument, so that spaces and quoting cannot hide."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.asks.visible import visible
from boocode_desktop.ui.transcript.canvas import Canvas, Ink

INK = Ink(px=13, mono=True)
FIRST = Ink(px=13, mono=True, tone="info")
PAD, GAP, INSIDE = 11, 5, 7


class ArgvBox(QWidget):
    """Arguments that flow over lines; a long one wraps inside its own box."""

    def __init__(self, theme: Theme, canvas: Canvas, argv: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._canvas = theme, canvas
        self._argv = [visible(argument) or "''" for argument in argv]
        self.setAccessibleName("Command: " + ", ".join(self._argv))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all boxes."""
        rects = self._rects(width)
        return int(max((rect.bottom() for rect in rects), default=24) + PAD)

    def sizeHint(self) -> QSize:
        """At the width it has."""
        width = max(self.width(), 300)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The well and the boxes in it."""
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("line0"), 1))
            painter.setBrush(theme.color("code"))
            well = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(well, METRICS.radius_input, METRICS.radius_input)
            for number, (text, rect) in enumerate(zip(self._argv, self._rects(self.width()), strict=True)):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg3"))
                painter.drawRoundedRect(rect, METRICS.radius_chip, METRICS.radius_chip)
                inner = rect.adjusted(INSIDE, 3, -INSIDE + 1, 0)
                self._canvas.paragraph(painter, inner, text, INK if number else FIRST)

    def _rects(self, width: int) -> list[QRectF]:
        out: list[QRectF] = []
        x, y, line = float(PAD), float(PAD), 0.0
        room = max(60.0, width - 2.0 * PAD)
        for text in self._argv:
            wide = min(self._canvas.width(text, INK) + 2 * INSIDE + 1, room)
            high = self._canvas.paragraph_height(text, wide - 2 * INSIDE + 1, INK) + 7
            if x > PAD and x + wide > PAD + room:
                x, y, line = float(PAD), y + line + GAP, 0.0
            out.append(QRectF(x, y, wide, high))
            x, line = x + wide + GAP, max(line, high)
        return out
