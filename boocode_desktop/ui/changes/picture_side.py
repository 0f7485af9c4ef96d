"""One version of a picture: decoded in a thread, with what is said of it, or why it cannot be seen."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColorConstants, QImage, QPainter

from boocode_desktop.content.pictures import pixels_words
from boocode_desktop.domain.changes import FileVersion
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.ages import size as bytes_words
from boocode_desktop.ui.picture_reading import Picture, read_picture

ROOM = QSize(4096, 4096)
DIFFERENCE_ROOM = 2048
_DOUBLINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureSide:
    """`label` says which version; `facts` its size; without a picture, `title` and `words` say why there is none."""

    label: str
    facts: str = ""
    picture: Picture | None = None
    title: str = ""
    words: str = ""
    broken: bool = False

    @property
    def size(self) -> QSize:
        """In px; empty without a picture."""
        return self.picture.size if self.picture is not None else QSize()

    @property
    def spoken(self) -> str:
        """Everything, as a sentence."""
        return ". ".join(w.rstrip(".") for w in (f"{self.label}: {self.facts or self.title}", self.words) if w)


def read_side(label: str, version: FileVersion | None, absent: tuple[str, str]) -> PictureSide:
    """Decode a version. `absent` is the title and the words for a file that was not there. For a thread."""
    if version is None:
        return PictureSide(label=label, title=absent[0], words=absent[1])
    weight = bytes_words(version.size)
    if version.data is None:
        words = f"{weight} are more than is read here."
        return PictureSide(label=label, facts=weight, title="Too large to show", words=words, broken=True)
    try:
        found = read_picture(version.data, ROOM)
    except UserFacingError as problem:
        title = problem.message.removesuffix(".")
        return PictureSide(label=label, facts=weight, title=title, words=problem.hint, broken=True)
    alpha = QImage.Format.Format_ARGB32_Premultiplied
    kind = alpha if found.image.hasAlphaChannel() else QImage.Format.Format_RGB32
    found = Picture(image=found.image.convertToFormat(kind), size=found.size, frames=found.frames)
    facts = f"{pixels_words(found.size.width(), found.size.height(), found.frames)} · {weight}"
    return PictureSide(label=label, facts=facts, picture=found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """What differs, brightened; and how many of how many pixels that is."""

    image: QImage
    differing: int
    total: int


def difference_of(before: Picture, after: Picture) -> Difference:
    """Both pictures from the same corner, one taken from the other. For a thread."""
    union = before.size.expandedTo(after.size)
    scale = min(1.0, DIFFERENCE_ROOM / max(1, union.width()), DIFFERENCE_ROOM / max(1, union.height()))
    image = _on_black(before, union, scale)
    with QPainter(image) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        painter.drawImage(0, 0, _on_black(after, union, scale))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
    for _ in range(_DOUBLINGS):
        same = image.copy()
        with QPainter(image) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            painter.drawImage(0, 0, same)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    total = grey.width() * grey.height()
    grey_bytes, stride = bytes(grey.constBits()), grey.bytesPerLine()
    rows = (grey_bytes[y * stride : y * stride + grey.width()] for y in range(grey.height()))
    return Difference(image=image, differing=total - sum(row.count(0) for row in rows), total=total)


def _on_black(picture: Picture, union: QSize, scale: float) -> QImage:
    image = QImage((QSizeF(union) * scale).toSize().expandedTo(QSize(1, 1)), QImage.Format.Format_RGB32)
    image.fill(QColorConstants.Black)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(QPointF(), QSizeF(picture.size) * scale), picture.image)
    return image
