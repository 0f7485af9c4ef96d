"""Rows that show a picture, or say why they cannot."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath

from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.canvas import Canvas, Ink
from boocode_desktop.ui.transcript.images import Images
from boocode_desktop.ui.transcript.painting import Action, RowPainter, RowState, Spot, paint_frame
from boocode_desktop.ui.transcript.rows import ImageBody, Row
from boocode_desktop.ui.widgets.spinner import paint_spinner

WIDTH, PICTURE, CAPTION = 320, 180, 30


class ImagePainter(RowPainter):
    """A thumbnail with its name and size."""

    def __init__(self, canvas: Canvas, images: Images) -> None:
        self._canvas, self._images = canvas, images

    def height(self, _row: Row, _width: int) -> int:
        """Always the same, so that a picture that arrives moves nothing."""
        return PICTURE + CAPTION

    def paint(self, painter: QPainter, row: Row, rect: QRectF, _state: RowState) -> None:
        """Frame, picture or placeholder, caption."""
        canvas, image = self._canvas, _image(row).image
        box = self._box(rect)
        paint_frame(painter, canvas.theme, box, "single")
        ratio = painter.device().devicePixelRatio()
        picture = self._images.get(image.sha256, QSize(int(WIDTH * 2), int(PICTURE * 2)))
        top = QRectF(box.left() + 1, box.top() + 1, box.width() - 2, PICTURE - 1)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(_rounded_top(top), Qt.ClipOperation.IntersectClip)
        if picture is not None:
            size = picture.size().scaled(top.size().toSize() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
            fitted = QRectF(0, 0, size.width() / ratio, size.height() / ratio)
            fitted.moveCenter(top.center())
            painter.fillRect(top, canvas.theme.color("code"))
            painter.drawPixmap(fitted, picture, QRectF(picture.rect()))
        else:
            self._placeholder(painter, top, failed=self._images.state(image.sha256) == "failed")
        painter.restore()
        self._caption(painter, row, box)

    def spots(self, row: Row, rect: QRectF) -> list[Spot]:
        """Opens the picture."""
        image = _image(row).image
        if self._images.state(image.sha256) != "ready":
            return []
        name = f"Open {image.name or 'the picture'}"
        return [Spot(rect=self._box(rect), action=Action("image", image.sha256), name=name)]

    def words(self, row: Row) -> str:
        """Name and size."""
        image = _image(row).image
        return f"Picture {image.name}, {image.width} by {image.height}"

    def _box(self, rect: QRectF) -> QRectF:
        return QRectF(rect.left(), rect.top(), min(WIDTH, rect.width()), rect.height())

    def _placeholder(self, painter: QPainter, box: QRectF, *, failed: bool) -> None:
        canvas = self._canvas
        painter.fillRect(box, canvas.theme.color("bg1"))
        if not failed:
            middle = QRectF(box.center().x() - 9, box.center().y() - 9, 18, 18)
            paint_spinner(painter, canvas.theme, middle, turning=False)
            return
        painter.fillRect(box, QBrush(canvas.theme.color("line0"), Qt.BrushStyle.BDiagPattern))
        canvas.icon(painter, "image-off", "bad", box.center().x() - 8, box.center().y() - 22)
        words = QRectF(box.left(), box.center().y() + 2, box.width(), 20)
        width = canvas.width("cannot be read", Ink(px=12, weight=600))
        words.setLeft(box.center().x() - width / 2)
        canvas.text(painter, words, "cannot be read", Ink(px=12, weight=600))

    def _caption(self, painter: QPainter, row: Row, box: QRectF) -> None:
        canvas, image = self._canvas, _image(row).image
        y = box.bottom() - CAPTION
        canvas.icon(painter, "image", "tx2", box.left() + 11, y + 8, 14)
        size = f"{image.width} × {image.height}" if image.width else ""
        width = canvas.width(size, Ink(px=12, tone="tx3")) + 2
        name = QRectF(box.left() + 32, y, box.width() - 56 - width, CAPTION - 1)
        canvas.text(painter, name, image.name or image.media_type, Ink(px=12, weight=600))
        right = QRectF(box.right() - 12 - width, y, width, CAPTION - 1)
        canvas.text(painter, right, size, Ink(px=12, tone="tx3"), right=True)


def _rounded_top(box: QRectF) -> QPainterPath:
    radius = METRICS.radius_card - 1
    path = QPainterPath(QPointF(box.left(), box.bottom()))
    path.lineTo(box.left(), box.top() + radius)
    path.quadTo(box.topLeft(), QPointF(box.left() + radius, box.top()))
    path.lineTo(box.right() - radius, box.top())
    path.quadTo(box.topRight(), QPointF(box.right(), box.top() + radius))
    path.lineTo(box.right(), box.bottom())
    path.closeSubpath()
    return path


def _image(row: Row) -> ImageBody:
    assert isinstance(row.body, ImageBody)
    return row.body
