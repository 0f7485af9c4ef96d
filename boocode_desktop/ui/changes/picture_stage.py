"""Two versions of a picture, painted beside or over each other; moved and swiped by pointer and keys."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from boocode_desktop.ui.changes.picture_layout import Layout, Mode, layout
from boocode_desktop.ui.changes.picture_paint import PicturePainter
from boocode_desktop.ui.changes.picture_side import Difference, PictureSide
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.spoken_role import say_role

InThread = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""Runs a function in a thread and hands its result to another one on the GUI thread."""
STEP, FAR = 0.05, 40.0
SHARED: tuple[Mode, ...] = ("swipe", "onion")
"""The modes in which a share of each version is seen."""


class PictureStage(QWidget):
    """Keys: the arrows move the divider or the share, else the picture; with Shift always the picture.

    Signals:
        changed: what is shown, or how, is different now.
        zoom_asked: a double click wants the other zoom.
    """

    changed = Signal()
    zoom_asked = Signal()

    def __init__(self, theme: Theme, in_thread: InThread) -> None:
        super().__init__()
        self._in_thread = in_thread
        self._painter = PicturePainter(theme)
        self.sides: tuple[PictureSide, PictureSide] | None = None
        self.difference: Difference | None = None
        self.mode: Mode = "side"
        self.fitted = True
        self.share = 0.5
        self._moved = QPointF()
        self._drag: QPointF | None = None
        self._scaled: dict[int, QImage] = {}
        self._asked: dict[int, QSize] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 80)
        self.setAccessibleName("Pictures before and after")
        say_role(self, QAccessible.Role.Graphic)
        theme.changed.connect(self.update)

    @property
    def comparable(self) -> bool:
        """Whether there are two pictures to lay over each other."""
        return self.sides is not None and all(side.picture is not None for side in self.sides)

    @property
    def seen(self) -> bool:
        """Whether there is any picture."""
        return any(side.picture is not None for side in self.sides or ())

    def show_sides(self, sides: tuple[PictureSide, PictureSide] | None) -> None:
        """Other pictures, or none while they are read."""
        self.sides, self.difference = sides, None
        self._moved, self.share = QPointF(), 0.5
        self._scaled.clear()
        self._asked.clear()
        self._tell()

    def choose_mode(self, mode: Mode) -> None:
        """Beside each other, or over each other."""
        self.mode = mode
        self._tell()

    def choose_zoom(self, *, fitted: bool) -> None:
        """All of it, or 100 %."""
        self.fitted, self._moved = fitted, QPointF()
        self._tell()

    def show_difference(self, difference: Difference) -> None:
        """What was worked out for the pictures on screen."""
        self.difference = difference
        self._tell()

    def _tell(self) -> None:
        spoken = [side.spoken for side in self.sides or ()]
        if self.mode in SHARED and self.comparable:
            new = 1 - self.share if self.mode == "swipe" else self.share
            spoken.append(f"{new * 100:.0f} % of the new version is seen")
        self.setAccessibleDescription(". ".join(spoken))
        self.update()
        self.changed.emit()

    @property
    def mode_now(self) -> Mode:
        """Beside each other where there are no two pictures, whatever was chosen."""
        return self.mode if self.comparable else "side"

    def layout_now(self) -> Layout:
        """Where everything is."""
        sizes = (self.sides[0].size, self.sides[1].size) if self.sides else (QSize(), QSize())
        return layout(QSizeF(self.size()), sizes, self.mode_now, fitted=self.fitted, moved=self._moved)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frames, pictures, labels."""
        with QPainter(self) as painter:
            if self.sides is None:
                self._painter.waiting(painter, QRectF(self.rect()))
                return
            now, paint = self.layout_now(), self._painter
            paint.labels(painter, now, self.sides, beside=self.mode_now == "side")
            images = [self._image(number, now) for number in (0, 1)]
            match self.mode_now:
                case "side":
                    paint.beside(painter, now, self.sides, images)
                case "swipe":
                    paint.swiped(painter, now, images, self.share)
                case "onion":
                    paint.laid_over(painter, now, images, self.share)
                case "difference":
                    paint.differing(painter, now, self.difference)
            if self.hasFocus():
                paint.ring(painter, now)

    def _image(self, number: int, now: Layout) -> QImage | None:
        """A version at the size it is shown; until a thread has made that smoothly, the whole one."""
        picture = self.sides[number].picture if self.sides is not None else None
        if picture is None:
            return None
        wanted = (now.pictures[number].size() * self.devicePixelRatioF()).toSize().expandedTo(QSize(1, 1))
        if wanted.width() >= picture.image.width():
            return picture.image
        if self._asked.get(number) != wanted:
            self._asked[number] = wanted
            whole = picture.image

            def scaled() -> QImage:
                keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
                return whole.scaled(wanted, keep, smooth)

            self._in_thread(scaled, lambda image: self._on_scaled(number, wanted, image))
        done = self._scaled.get(number)
        return done if done is not None and done.size() == wanted else picture.image

    def _on_scaled(self, number: int, wanted: QSize, image: QImage) -> None:
        if self._asked.get(number) == wanted:
            self._scaled[number] = image
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What fits is another size."""
        super().resizeEvent(event)
        self.changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the divider or the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = event.position()
            self._pull(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull it along."""
        if self._drag is not None:
            self._pull(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._drag = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """The other zoom."""
        self.zoom_asked.emit()

    def _pull(self, to: QPointF) -> None:
        if self.mode_now in SHARED:
            now = self.layout_now()
            union = now.pictures[0].united(now.pictures[1])
            self._set_share((to.x() - union.left()) / max(1.0, union.width()))
        elif self._drag is not None:
            self._move_by(to - self._drag)
            self._drag = to

    def _set_share(self, place: float) -> None:
        """A divider further right shows more of the old version; an onion skin there shows more of the new one."""
        self.share = min(max(place, 0.0), 1.0)
        self._tell()

    def _move_by(self, by: QPointF) -> None:
        beyond = self.layout_now().beyond
        to = self._moved + by
        self._moved = QPointF(_within(to.x(), beyond.x()), _within(to.y(), beyond.y()))
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move a picture that is larger than its frame."""
        by = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if self.layout_now().beyond.isNull():
            event.ignore()
        else:
            self._move_by(QPointF(by))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows."""
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        elif self.mode_now in SHARED and way[0] and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._set_share(self.share + STEP * way[0])
        else:
            self._move_by(QPointF(-FAR * way[0], -FAR * way[1]))


def _within(value: float, most: float) -> float:
    return min(max(value, -most), most)
