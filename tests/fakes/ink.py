"""Every text that a window paints, with its colour and the colour it stands on: measured, not looked up.

What Python paints is heard at the painter; Qt's own widgets say the colour of their text themselves.
"""

import contextlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPalette,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStyle,
    QStyledItemDelegate,
    QTabBar,
    QTextEdit,
    QWidget,
)

from boocode_desktop.ui.theme.tokens import contrast, mix

LEAST, LEAST_LARGE = 4.5, 3.0
LARGE_PX, LARGE_BOLD_PX = 24, 18.5
MOST_IN_DOCUMENT = 400
_OWN = (QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QCheckBox, QSpinBox)


@dataclass(frozen=True, slots=True)
class Ink:
    """A text as it was painted. `box` is in the window's pixels."""

    text: str
    color: str
    box: QRectF
    font: QFont
    where: str
    strength: float = 1.0

    @property
    def large(self) -> bool:
        """Whether less contrast is enough."""
        px = self.font.pixelSize() if self.font.pixelSize() > 0 else self.font.pointSizeF() * 96 / 72
        return px >= LARGE_PX or (px >= LARGE_BOLD_PX and self.font.weight() >= QFont.Weight.Bold)


@dataclass(slots=True)
class Pad:
    """What is written down while a window is grabbed."""

    window: QWidget
    inks: list[Ink] = field(default_factory=list)

    def note(self, painter: QPainter, box: QRectF, text: str, color: QColor) -> None:
        """A text at a place of the painter."""
        device = painter.device()
        if not isinstance(device, QWidget) or not device.isEnabled() or not text.strip() or color.alpha() < 255:
            return
        placed = painter.worldTransform().mapRect(box)
        if painter.hasClipping():
            placed = placed.intersected(painter.worldTransform().mapRect(painter.clipBoundingRect()))
        placed = placed.intersected(QRectF(device.rect()))
        middle = device.mapTo(self.window, placed.center().toPoint())
        over = self.window.childAt(middle)
        if over is not None and over is not device and not device.isAncestorOf(over):
            return  # something else lies over it
        corner = device.mapTo(self.window, placed.topLeft().toPoint()) if device is not self.window else QPointF(0, 0)
        if not placed.isEmpty() and (self.window.isAncestorOf(device) or device is self.window):
            at = QRectF(QPointF(corner), placed.size())
            self.inks.append(Ink(text, color.name(), at, painter.font(), _kind(device)))


def _kind(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} < {type(parent).__name__}"


def _boxed(painter: QPainter, arguments: tuple[object, ...]) -> tuple[QRectF, str]:
    """Where `drawText` puts its text, and the text."""
    text = next(a for a in reversed(arguments) if isinstance(a, str))
    metrics = QFontMetricsF(painter.font())
    first = arguments[0]
    if isinstance(first, (int, float)) and len(arguments) == 3:
        first = QPointF(float(first), float(arguments[1]))  # type: ignore[arg-type]
    if isinstance(first, (int, float)):
        first = QRectF(*(float(a) for a in arguments[:4]))  # type: ignore[arg-type]
    if hasattr(first, "width"):
        room = QRectF(first)  # type: ignore[call-overload]
        flags = next((a for a in arguments[1:] if isinstance(a, (int, Qt.AlignmentFlag, Qt.TextFlag))), 0)
        return metrics.boundingRect(room, int(getattr(flags, "value", flags)), text).intersected(room), text
    return metrics.tightBoundingRect(text).translated(QPointF(first)), text  # type: ignore[call-overload]


def _layout_inks(pad: Pad, painter: QPainter, layout: QTextLayout, at: QPointF, default: QColor) -> None:
    text = layout.text()
    runs = [(0, len(text), default)]
    for span in layout.formats():
        brush = span.format.foreground()
        if brush.style() != Qt.BrushStyle.NoBrush:
            runs.append((span.start, span.length, brush.color()))
    for start, length, color in runs[:MOST_IN_DOCUMENT]:
        line = layout.lineForTextPosition(start)
        if not line.isValid() or not length:
            continue
        if (start, length) == (0, len(text)) and len(runs) > 1:
            continue  # the rest between coloured spans has the default's colour, which plain lines show
        left = _number(line.cursorToX(start))
        right = _number(line.cursorToX(min(start + length, line.textStart() + line.textLength())))
        box = QRectF(left, line.y(), max(1.0, right - left), line.height()).translated(at + layout.position())
        pad.note(painter, box, text[start : start + length], color)


def _number(value: object) -> float:
    return float(value[0] if isinstance(value, tuple) else value)  # type: ignore[arg-type]


def _document_inks(pad: Pad, painter: QPainter, layout: QAbstractTextDocumentLayout, context: object) -> None:
    document = layout.document()
    default = context.palette.color(QPalette.ColorRole.Text)  # type: ignore[attr-defined]
    block, seen = document.begin(), 0
    while block.isValid() and seen < MOST_IN_DOCUMENT:
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            brush = fragment.charFormat().foreground()
            color = brush.color() if brush.style() != Qt.BrushStyle.NoBrush else default
            spans = [
                (s.start, s.length, s.format.foreground().color())
                for s in block.layout().formats()
                if s.format.foreground().style() != Qt.BrushStyle.NoBrush
            ]
            inner = fragment.position() - block.position()
            for start, length, tint in spans or [(inner, fragment.length(), color)]:
                _span_ink(pad, painter, layout, block, start, length, tint, fragment.charFormat().font())
                seen += 1
            if spans:
                break
            fragments += 1
        block = block.next()


def _span_ink(pad, painter, layout, block, start, length, color, font) -> None:
    line = block.layout().lineForTextPosition(start)
    if not line.isValid():
        return
    left = _number(line.cursorToX(start))
    right = _number(line.cursorToX(min(start + length, line.textStart() + line.textLength())))
    at = layout.blockBoundingRect(block).topLeft()
    box = QRectF(left, line.y(), max(1.0, right - left), line.height()).translated(at)
    painter.save()
    painter.setFont(font)
    pad.note(painter, box, block.text()[start : start + length], color)
    painter.restore()


@contextlib.contextmanager
def writing_down(pad: Pad, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hear every text while this lasts."""
    draw_text, draw_layout = QPainter.drawText, QTextLayout.draw
    draw_document = QAbstractTextDocumentLayout.draw

    def text(painter: QPainter, *arguments: object) -> object:
        box, words = _boxed(painter, arguments)
        pad.note(painter, box, words, painter.pen().color())
        return draw_text(painter, *arguments)

    def layout(laid: QTextLayout, painter: QPainter, at: QPointF, *rest: object) -> object:
        _layout_inks(pad, painter, laid, QPointF(at), painter.pen().color())
        return draw_layout(laid, painter, at, *rest)

    def document(laid: QAbstractTextDocumentLayout, painter: QPainter, context: object) -> object:
        _document_inks(pad, painter, laid, context)
        return draw_document(laid, painter, context)

    with monkeypatch.context() as patch:
        patch.setattr(QPainter, "drawText", text)
        patch.setattr(QTextLayout, "draw", layout)
        patch.setattr(QAbstractTextDocumentLayout, "draw", document)
        yield


@contextlib.contextmanager
def touched(monkeypatch: pytest.MonkeyPatch, *, pressed: bool = False) -> Iterator[None]:
    """As if the pointer were over everything at once, and pressed; every row of a list is under it and chosen."""
    paint: dict[type, Callable[..., object]] = {}
    with monkeypatch.context() as patch:
        patch.setattr(QWidget, "underMouse", lambda _self: True)
        if pressed:
            patch.setattr(QAbstractButton, "isDown", lambda _self: True)
        for kind in _kinds(QStyledItemDelegate):
            if "paint" in vars(kind):
                paint[kind] = vars(kind)["paint"]
                patch.setattr(kind, "paint", _lit(vars(kind)["paint"]))
        yield


def _lit(original: Callable[..., object]) -> Callable[..., object]:
    def paint(self: object, painter: QPainter, option: object, index: object) -> object:
        state = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        option.state = option.state | state  # type: ignore[attr-defined]
        return original(self, painter, option, index)

    return paint


def _kinds(base: type) -> Iterator[type]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def own_inks(window: QWidget) -> list[Ink]:
    """The texts of Qt's own widgets."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, _OWN) or not widget.isVisible() or not widget.isEnabled():
            continue
        text, hint = _shown_text(widget), ""
        if not text and isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)):
            text = hint = widget.placeholderText()
        seen = widget.visibleRegion().boundingRect()
        if not text.strip() or seen.isEmpty() or type(widget).paintEvent is not _qt_paint(widget):
            continue
        role = QPalette.ColorRole.WindowText if isinstance(widget, (QLabel, QCheckBox)) else QPalette.ColorRole.Text
        inner = QRectF(widget.mapTo(window, seen.topLeft()), seen.size()).adjusted(3, 3, -3, -3)
        color = widget.palette().color(QPalette.ColorRole.PlaceholderText if hint else role)
        found.append(Ink(text, color.name(), inner, widget.font(), _kind(widget), color.alphaF()))
    return found


def _qt_paint(widget: QWidget) -> object:
    first = next(k for k in type(widget).__mro__ if k.__module__.startswith("PySide6"))
    return first.paintEvent  # type: ignore[attr-defined]


def _shown_text(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, (QPlainTextEdit, QTextEdit)):
        cursor = QTextCursor(widget.document())
        cursor.select(QTextCursor.SelectionType.Document)
        return cursor.selectedText()
    return str(widget.text())  # type: ignore[attr-defined]


def ground(image: QImage, box: QRectF, ratio: float) -> str:
    """The colour that most of a place has."""
    area = QRectF(box.topLeft() * ratio, box.size() * ratio).toRect().intersected(image.rect())
    seen: Counter[int] = Counter()
    step_x, step_y = max(1, area.width() // 60), max(1, area.height() // 12)
    for y in range(area.top(), area.bottom() + 1, step_y):
        for x in range(area.left(), area.right() + 1, step_x):
            seen[image.pixel(x, y)] += 1
    return QColor(seen.most_common(1)[0][0]).name() if seen else ""


def faint(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of a window with too little contrast to what they stand on."""
    pad = Pad(window)
    with writing_down(pad, monkeypatch):
        picture = window.grab()
    image = picture.toImage()
    found = set()
    for ink in (*pad.inks, *own_inks(window)):
        under = ground(image, ink.box, picture.devicePixelRatio())
        share = contrast(mix(under, ink.color, ink.strength), under) if under else 21.0
        if share < (LEAST_LARGE if ink.large else LEAST) - 0.005:
            found.add(f"{ink.text[:40]!r} {ink.color} on {under} is {share:.2f} in {ink.where}")
    return sorted(found)


def counted(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many texts a window shows: a measure that finds nothing must at least have looked."""
    pad = Pad(window)
    with writing_down(pad, monkeypatch):
        window.grab()
    return len(pad.inks) + len(own_inks(window))


def cut_without_tip(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that end in an ellipsis of ours and that no tool tip completes."""
    pad, elided = Pad(window), {}
    with writing_down(pad, monkeypatch), monkeypatch.context() as patch:
        for kind in (QFontMetrics, QFontMetricsF):
            patch.setattr(kind, "elidedText", _remembering(kind.elidedText, elided))
        window.grab()
    found = set()
    for ink in pad.inks:
        whole = elided.get(ink.text)
        if whole is not None and not _tips(ink, window):
            found.add(f"{ink.text!r} of {whole!r} in {ink.where}")
    return sorted(found)


def _remembering(original: Callable[..., str], elided: dict[str, str]) -> Callable[..., str]:
    def shorten(self: object, text: str, *rest: object) -> str:
        shown = original(self, text, *rest)
        if shown != text:
            elided[shown] = text
        return shown

    return shorten


def _tips(ink: Ink, window: QWidget) -> str:
    """What a pointer that rests on a text is told."""
    at = ink.box.center().toPoint()
    widget: QWidget | None = window.childAt(at)
    if widget is not None:
        here, none = QPointF(widget.mapFrom(window, at)), Qt.MouseButton.NoButton
        move = QMouseEvent(QEvent.Type.MouseMove, here, here, none, none, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, move)
    while widget is not None and widget is not window:
        view = widget.parentWidget()
        if isinstance(view, QAbstractItemView) and widget is view.viewport():
            tip = view.indexAt(widget.mapFrom(window, at)).data(Qt.ItemDataRole.ToolTipRole)
            return str(tip or "")
        if isinstance(widget, QTabBar):
            return widget.tabToolTip(widget.tabAt(widget.mapFrom(window, at)))
        if widget.toolTip():
            return widget.toolTip()
        ours = type(widget).__module__.startswith("boocode_desktop")
        if ours and "event" in vars(type(widget)) and "ToolTip" in inspect.getsource(type(widget)):
            return "asked for at the moment"
        widget = view
    return ""
