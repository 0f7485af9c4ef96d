"""How two versions of a picture look on their stage."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPen, QPixmap

from boocode_desktop.ui.changes.picture_layout import LABEL, Layout
from boocode_desktop.ui.changes.picture_side import Difference, PictureSide
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

SQUARE = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TONES = ("bad", "ok")
"""Before and after, beside their words."""


class PicturePainter:
    """Paints; holds nothing of the pictures."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._squares: tuple[str, QPixmap] | None = None

    def waiting(self, painter: QPainter, room: QRectF) -> None:
        """Pictures are being read."""
        painter.setFont(ui_font(METRICS.ui))
        painter.setPen(self._theme.color("tx2"))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "Reading the pictures…")

    def labels(self, painter: QPainter, now: Layout, sides: tuple[PictureSide, PictureSide], *, beside: bool) -> None:
        """Which is which, and how large, above the frames."""
        for number, (side, panel) in enumerate(zip(sides, now.panels, strict=True)):
            line = QRectF(panel.left(), 0, panel.width(), LABEL)
            right = bool(number) and not beside
            if not beside:
                line.setWidth(panel.width() / 2 - 8)
                line.moveLeft(panel.left() if not number else panel.center().x() + 8)
            self._label(painter, line, side, _TONES[number], right=right)

    def _label(self, painter: QPainter, line: QRectF, side: PictureSide, tone: str, *, right: bool) -> None:
        color = self._theme.color
        bold, plain = ui_font(METRICS.ui, 600), ui_font(METRICS.meta)
        painter.setFont(bold)
        name = painter.fontMetrics().horizontalAdvance(side.label)
        painter.setFont(plain)
        room = max(0, int(line.width()) - name - 24)
        facts = painter.fontMetrics().elidedText(side.facts, Qt.TextElideMode.ElideRight, room)
        used = painter.fontMetrics().horizontalAdvance(facts) + name + 22
        left = line.right() - used if right else line.left()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(tone))
        painter.drawEllipse(QPointF(left + 4, line.center().y()), 3.5, 3.5)
        painter.setPen(color("tx1"))
        painter.setFont(bold)
        painter.drawText(QRectF(left + 14, line.top(), name + 2, line.height()), _LEFT, side.label)
        painter.setPen(color("tx2"))
        painter.setFont(plain)
        painter.drawText(QRectF(left + 22 + name, line.top(), line.width(), line.height()), _LEFT, facts)

    def frame(self, painter: QPainter, panel: QRectF) -> None:
        """The ground of a picture."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line1"), 1))
        painter.setBrush(self._theme.color("code"))
        painter.drawRoundedRect(panel.adjusted(0.5, 0.5, -0.5, -0.5), METRICS.radius_card, METRICS.radius_card)

    def beside(
        self,
        painter: QPainter,
        now: Layout,
        sides: tuple[PictureSide, PictureSide],
        images: Sequence[QImage | None],
    ) -> None:
        """Two frames, each with its picture or with the reason why there is none."""
        for side, panel, room, image in zip(sides, now.panels, now.pictures, images, strict=True):
            self.frame(painter, panel)
            if image is None:
                self._reason(painter, panel, side)
            else:
                self._picture(painter, panel, room, image)

    def _reason(self, painter: QPainter, panel: QRectF, side: PictureSide) -> None:
        color, middle = self._theme.color, panel.center()
        painter.save()
        painter.setClipRect(panel.adjusted(1, 1, -1, -1))
        painter.fillRect(panel.adjusted(1, 1, -1, -1), QBrush(color("line0"), Qt.BrushStyle.BDiagPattern))
        words = QRectF(panel.left() + 16, middle.y() - 30, panel.width() - 32, 76)
        icon = self._theme.pixmap(
            "image-off" if side.broken else "image", "bad" if side.broken else "tx2", 18, _ratio(painter)
        )
        painter.drawPixmap(QPointF(middle.x() - 9, words.top()), icon)
        painter.setPen(color("tx1"))
        painter.setFont(ui_font(METRICS.ui, 600))
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words.adjusted(0, 26, 0, 0), centred, side.title)
        painter.setPen(color("tx2"))
        painter.setFont(ui_font(METRICS.meta))
        painter.drawText(words.adjusted(0, 46, 0, 40), int(centred | Qt.TextFlag.TextWordWrap), side.words)
        painter.restore()

    def _picture(self, painter: QPainter, panel: QRectF, room: QRectF, image: QImage, *, opacity: float = 1.0) -> None:
        painter.save()
        painter.setClipRect(panel.adjusted(1, 1, -1, -1), Qt.ClipOperation.IntersectClip)
        if image.hasAlphaChannel() and opacity == 1.0:
            painter.drawTiledPixmap(room, self._checkerboard())
        painter.setOpacity(opacity)
        painter.drawImage(room, image)
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("line1"), 1))
        painter.drawRect(room.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.restore()

    def _checkerboard(self) -> QPixmap:
        """What is seen through a picture."""
        name = self._theme.tokens.name
        if self._squares is None or self._squares[0] != name:
            tile = QPixmap(2 * SQUARE, 2 * SQUARE)
            tile.fill(self._theme.color("bg0"))
            with QPainter(tile) as painter:
                for left, top in ((0, 0), (SQUARE, SQUARE)):
                    painter.fillRect(left, top, SQUARE, SQUARE, self._theme.color("bg4"))
            self._squares = (name, tile)
        return self._squares[1]

    def swiped(self, painter: QPainter, now: Layout, images: Sequence[QImage | None], share: float) -> None:
        """The old version left of a divider, the new one right of it."""
        panel = now.panels[0]
        union = now.pictures[0].united(now.pictures[1])
        at = round(union.left() + share * union.width())
        self.frame(painter, panel)
        halves = (QRectF(panel.left(), 0, at - panel.left(), 1e5), QRectF(at, 0, panel.right() - at, 1e5))
        for image, room, half in zip(images, now.pictures, halves, strict=True):
            if image is not None:
                painter.save()
                painter.setClipRect(half)
                self._picture(painter, panel, room, image)
                painter.restore()
        self._divider(painter, panel, at)

    def _divider(self, painter: QPainter, panel: QRectF, at: float) -> None:
        color = self._theme.color
        at = min(max(at, panel.left() + 1), panel.right() - 1)
        painter.fillRect(QRectF(at - 1, panel.top() + 1, 2, panel.height() - 2), color("accent_fill"))
        painter.setPen(QPen(color("bg0"), 2))
        painter.setBrush(color("accent_fill"))
        middle = QPointF(at, panel.center().y())
        painter.drawEllipse(middle, 11, 11)
        for icon, left in (("chevron-left", -10), ("chevron-right", -1)):
            pixmap = self._theme.pixmap(icon, "on_accent", 11, _ratio(painter))
            painter.drawPixmap(QPointF(middle.x() + left, middle.y() - 5.5), pixmap)

    def laid_over(self, painter: QPainter, now: Layout, images: Sequence[QImage | None], share: float) -> None:
        """The new version over the old one, as much of it as its share."""
        panel, color = now.panels[0], self._theme.color
        self.frame(painter, panel)
        old, new = images
        if old is not None and share < 1.0:
            self._picture(painter, panel, now.pictures[0], old)
        if new is not None:
            self._picture(painter, panel, now.pictures[1], new, opacity=share)
        width = min(220.0, panel.width() - 40)
        card = QRectF(panel.center().x() - width / 2, panel.bottom() - 34, width, 24)
        painter.setPen(QPen(color("line2"), 1))
        painter.setBrush(color("bg2"))
        painter.drawRoundedRect(card, 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(card.left() + 14, card.center().y() - 2, card.width() - 64, 4)
        painter.setBrush(color("bg4"))
        painter.drawRoundedRect(track, 2, 2)
        painter.setBrush(color("accent_fill"))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * share, 4), 2, 2)
        painter.drawEllipse(QPointF(track.left() + track.width() * share, track.center().y()), 6, 6)
        painter.setPen(color("tx1"))
        painter.setFont(ui_font(METRICS.caption, 600))
        painter.drawText(card.adjusted(0, 0, -10, 0), _RIGHT, f"{share:.0%}")

    def differing(self, painter: QPainter, now: Layout, difference: Difference | None) -> None:
        """What differs is bright, what does not is black."""
        panel = now.panels[0]
        self.frame(painter, panel)
        if difference is None:
            self.waiting(painter, panel)
            return
        union = now.pictures[0].united(now.pictures[1])
        self._picture(painter, panel, union, difference.image)

    def ring(self, painter: QPainter, now: Layout) -> None:
        """Where the keyboard is."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        whole = now.panels[0].united(now.panels[1]).adjusted(-4, -4, 4, 4)
        painter.drawRoundedRect(whole, METRICS.radius_card + 3, METRICS.radius_card + 3)


def _ratio(painter: QPainter) -> float:
    return painter.device().devicePixelRatioF()
