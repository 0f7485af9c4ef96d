"""Whole pixels."""

import math


def whole(value: float) -> int:
    """The nearest whole number, halves always up: what is painted after scrolling must land where a repaint puts it."""
    return math.floor(value + 0.5)
