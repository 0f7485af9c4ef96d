"""Block elements (U+2580 to U+259F) as rectangles that fill their cells, so that bars and pictures have no seams."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

FIRST, LAST = "\u2580", "\u259f"
Part = tuple[float, float, float, float]
"""Left, top, right and bottom of a rectangle, in shares of a cell."""

_WHOLE: Part = (0, 0, 1, 1)
_QUARTERS: tuple[Part, ...] = ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1))
_SHADES = {"\u2591": 0.25, "\u2592": 0.5, "\u2593": 0.75}
# Which quarters (upper left, upper right, lower left, lower right) U+2596 to U+259F fill, as bits.
_CORNERS = (0b0010, 0b0001, 0b1000, 0b1011, 0b1001, 0b1110, 0b1101, 0b0100, 0b0110, 0b0111)


def parts_of(character: str) -> tuple[Sequence[Part], float]:
    """The rectangles of a block element, and how opaque they are."""
    number = ord(character) - ord(FIRST)
    if character in _SHADES:
        return (_WHOLE,), _SHADES[character]
    if number == 0:
        return ((0, 0, 1, 0.5),), 1
    if number <= 8:
        return ((0, 1 - number / 8, 1, 1),), 1
    if number <= 15:
        return ((0, 0, (16 - number) / 8, 1),), 1
    if number == 16:
        return ((0.5, 0, 1, 1),), 1
    if number == 20:
        return ((0, 0, 1, 1 / 8),), 1
    if number == 21:
        return ((7 / 8, 0, 1, 1),), 1
    bits = _CORNERS[number - 22]
    return [quarter for place, quarter in enumerate(_QUARTERS) if bits & (8 >> place)], 1


def paint_blocks(painter: QPainter, box: QRectF, text: str, tone: QColor) -> None:
    """Block elements side by side in a box of as many cells."""
    width, place = box.width() / len(text), 0
    for character, same in groupby(text):
        count = len(list(same))
        parts, opacity = parts_of(character)
        color = QColor(tone)
        color.setAlphaF(opacity)
        for x0, y0, x1, y1 in parts:
            top, height = box.top() + y0 * box.height(), (y1 - y0) * box.height()
            if (x0, x1) == (0, 1):
                painter.fillRect(QRectF(box.left() + place * width, top, count * width, height), color)
                continue
            for number in range(place, place + count):
                painter.fillRect(QRectF(box.left() + (number + x0) * width, top, (x1 - x0) * width, height), color)
        place += count
