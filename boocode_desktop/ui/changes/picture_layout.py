"""Where two versions of a picture stand on their stage. Pure but for rectangles."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF

Mode = Literal["side", "swipe", "onion", "difference"]
LABEL, GAP, MARGIN = 30, 16, 16
SMALL, ENLARGED = 512, 4
"""Fitted pictures smaller than half of the first, such as icons, are enlarged by up to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`panels` are the frames of before and after (the same one where they lie over each other), `pictures` where each
    picture is, `scale` how large a pixel is shown, `beyond` how far it can be moved in each direction."""

    panels: tuple[QRectF, QRectF]
    pictures: tuple[QRectF, QRectF]
    scale: float
    beyond: QPointF


def layout(stage: QSizeF, sizes: tuple[QSize, QSize], mode: Mode, *, fitted: bool, moved: QPointF) -> Layout:
    """Both pictures at one scale, so that they compare: as large as fits, but only icons are enlarged; or at 100 %.

    Args:
        stage: what there is, px.
        sizes: of before and after in px; an empty one is not there.
        mode: beside each other, or over each other from the same corner.
        fitted: whether everything is to be seen.
        moved: how far the pictures were moved from the middle, px.
    """
    panels = _panels(stage, mode)
    union = QSizeF(max(s.width() for s in sizes), max(s.height() for s in sizes))
    room = panels[0].size()
    most = max(1, min(ENLARGED, SMALL // max(1, int(max(union.width(), union.height())))))
    fit = min(most, room.width() / max(1.0, union.width()), room.height() / max(1.0, union.height()))
    scale = max(fit, 0.001) if fitted else 1.0
    whole = union * scale
    beyond = QPointF(max(0.0, whole.width() - room.width()) / 2, max(0.0, whole.height() - room.height()) / 2)
    at = QPointF(_within(moved.x(), beyond.x()), _within(moved.y(), beyond.y()))
    pictures = tuple(_picture(panel, size, whole, scale, at, mode) for panel, size in zip(panels, sizes, strict=True))
    return Layout(panels=panels, pictures=(pictures[0], pictures[1]), scale=scale, beyond=beyond)


def _panels(stage: QSizeF, mode: Mode) -> tuple[QRectF, QRectF]:
    left, top = float(MARGIN), float(LABEL)
    width, height = stage.width() - 2 * MARGIN, max(1.0, stage.height() - LABEL - MARGIN)
    if mode != "side":
        both = QRectF(left, top, max(1.0, width), height)
        return both, both
    half = max(1.0, (width - GAP) / 2)
    return QRectF(left, top, half, height), QRectF(left + half + GAP, top, half, height)


def _picture(panel: QRectF, size: QSize, whole: QSizeF, scale: float, at: QPointF, mode: Mode) -> QRectF:
    own = QSizeF(size) * scale
    place = QRectF(QPointF(), own)
    if mode == "side":
        place.moveCenter(panel.center() + at)
    else:
        # Over each other they share a corner: what grew at its end then differs only there.
        corner = panel.center() + at - QPointF(whole.width() / 2, whole.height() / 2)
        place.moveTopLeft(corner)
    return QRectF(round(place.x()), round(place.y()), own.width(), own.height())


def _within(value: float, most: float) -> float:
    return min(max(value, -most), most)
