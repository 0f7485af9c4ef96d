"""A laid out text of one row: drawn with rounded backs, quote bars and boxes, asked for positions and links."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPalette,
    QTextBlock,
    QTextCursor,
    QTextDocument,
)

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import mix
from boocode_desktop.ui.widgets.pixels import whole

MOST_FOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """Characters that stand on a rounded back: inline code, a hit."""

    start: int
    length: int
    tone: str


@dataclass(slots=True, eq=False, kw_only=True)
class LaidText:
    """A document with what Qt cannot draw itself. Positions are document positions, points are its own px.

    `boxes` are task items (position of the block, ticked); `plain` says that its colours are still to come.
    """

    document: QTextDocument
    tone: str = "tx1"
    pads: tuple[Pad, ...] = ()
    boxes: tuple[tuple[int, bool], ...] = ()
    quotes: bool = False
    plain: bool = False
    _backs: list[tuple[QRectF, str]] | None = field(default=None)
    _found: tuple[str, list[QRectF]] | None = field(default=None)

    @property
    def height(self) -> int:
        """The height in whole px."""
        return int(self.document.size().height() + 0.999)

    @property
    def ideal_width(self) -> float:
        """The width the text would like to have."""
        return self.document.idealWidth()

    @property
    def length(self) -> int:
        """The last position."""
        return self.document.characterCount() - 1

    def set_width(self, width: float) -> None:
        """Lay out anew."""
        if self.document.textWidth() != width:
            self.document.setTextWidth(width)
            self._backs = self._found = None

    def hit(self, point: QPointF) -> int:
        """The position nearest to a point."""
        return max(0, self.document.documentLayout().hitTest(point, Qt.HitTestAccuracy.FuzzyHit))

    def link(self, point: QPointF) -> str:
        """The address under a point, or ""."""
        return self.document.documentLayout().anchorAt(point)

    def links(self) -> list[str]:
        """All addresses in the text, in order."""
        out: list[str] = []
        block = self.document.begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                form = iterator.fragment().charFormat()
                if form.isAnchor() and form.anchorHref() not in out:
                    out.append(form.anchorHref())
                iterator += 1
            block = block.next()
        return out

    def link_label(self, address: str) -> str:
        """The text of the first link to an address, "" if there is none."""
        block = self.document.begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                if fragment.charFormat().anchorHref() == address:
                    return fragment.text()
                iterator += 1
            block = block.next()
        return ""

    def text(self, start: int, end: int) -> str:
        """The characters between two positions."""
        return self._cursor(start, end).selection().toPlainText()

    def word(self, position: int) -> tuple[int, int]:
        """The word around a position."""
        cursor = self._cursor(position, position)
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def moved(self, position: int, by: int, *, words: bool) -> int | None:
        """The position one character or word further, forth or back; None at the edge of the text."""
        cursor, move = self._cursor(position, position), QTextCursor.MoveOperation
        forth, back = (move.NextWord, move.PreviousWord) if words else (move.NextCharacter, move.PreviousCharacter)
        went = cursor.movePosition(forth if by > 0 else back)
        return cursor.position() if went and cursor.position() != position else None

    def end_point(self) -> QRectF:
        """Where the next character would stand."""
        block = self.document.lastBlock()
        return self._caret(block, max(0, block.length() - 1))

    def lines(self) -> list[QRectF]:
        """The place of each block (a line of code, wrapped or not)."""
        layout, out = self.document.documentLayout(), []
        block = self.document.begin()
        while block.isValid():
            out.append(layout.blockBoundingRect(block))
            block = block.next()
        return out

    def draw(
        self,
        painter: QPainter,
        theme: Theme,
        origin: QPointF,
        clip: QRectF,
        selection: tuple[int, int] | None = None,
        find: str = "",
    ) -> None:
        """Draw at `origin`, with marks on the words that are looked for; `clip` is in the painter's coordinates."""
        painter.save()
        painter.translate(origin)
        inner = clip.translated(-origin)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_backs(painter, theme, inner)
        self._draw_found(painter, theme, find)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if selection is not None:
            self._draw_selection(painter, selection_color(theme), selection)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = self._palette(theme)
        context.clip = inner
        self.document.documentLayout().draw(painter, context)
        self._draw_boxes(painter, theme)
        painter.restore()

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(max(start, 0), self.length))
        cursor.setPosition(min(max(end, 0), self.length), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _palette(self, theme: Theme) -> QPalette:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, theme.color(self.tone))
        for role in (QPalette.ColorRole.Dark, QPalette.ColorRole.Light, QPalette.ColorRole.Mid):
            palette.setColor(role, theme.color("line1"))
        return palette

    def _draw_selection(self, painter: QPainter, color: QColor, span: tuple[int, int]) -> None:
        """Under the text; Qt's own selections cover the numbers of lists."""
        block = self.document.findBlock(min(max(span[0], 0), self.length))
        while block.isValid() and block.position() < span[1]:
            low = max(span[0], block.position())
            high = min(span[1], block.position() + block.length())
            for rect in self._line_rects(block, low, high):
                painter.fillRect(rect, color)
            block = block.next()

    def _draw_backs(self, painter: QPainter, theme: Theme, clip: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for rect, tone in self._measured_backs():
            if rect.intersects(clip):
                painter.setBrush(theme.color(tone))
                radius = 1.5 if rect.width() < 4 else 4
                painter.drawRoundedRect(rect, radius, radius)

    def _draw_found(self, painter: QPainter, theme: Theme, words: str) -> None:
        if not words:
            return
        if self._found is None or self._found[0] != words:
            pads = (Pad(start=start, length=length, tone="") for start, length in self._occurrences(words))
            self._found = (words, [rect for pad in pads for rect in self._spans(pad)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(found_color(theme))
        for rect in self._found[1]:
            painter.drawRoundedRect(rect, 3, 3)

    def _occurrences(self, words: str) -> Iterator[tuple[int, int]]:
        """Where the words stand, whatever their case: position and length."""
        cursor = self.document.find(words, 0)
        for _ in range(MOST_FOUND):
            if cursor.isNull():
                return
            yield cursor.selectionStart(), cursor.selectionEnd() - cursor.selectionStart()
            cursor = self.document.find(words, cursor)

    def _draw_boxes(self, painter: QPainter, theme: Theme) -> None:
        ratio = painter.device().devicePixelRatio()
        for position, ticked in self.boxes:
            line = self._caret(self.document.findBlock(position), 0)
            name, tone = ("circle-check", "ok") if ticked else ("circle", "tx3")
            at = QPointF(whole(line.left() - 22), whole(line.center().y() - 7))
            painter.drawPixmap(at, theme.pixmap(name, tone, 15, ratio))

    def _measured_backs(self) -> list[tuple[QRectF, str]]:
        if self._backs is None:
            self._backs = [(rect, pad.tone) for pad in self.pads for rect in self._spans(pad)]
            if self.quotes:
                self._backs += [(rect, "line2") for rect in self._quote_bars()]
        return self._backs

    def _spans(self, pad: Pad) -> list[QRectF]:
        """The rectangles of a run of characters, one for each line it stands on."""
        block = self.document.findBlock(pad.start)
        rects = self._line_rects(block, pad.start, pad.start + pad.length)
        return [rect.adjusted(-2, 0, 2, 0) for rect in rects]

    def _line_rects(self, block: QTextBlock, start: int, end: int) -> list[QRectF]:
        """Where the positions from `start` to `end` of one block stand, line by line."""
        layout = block.layout()
        place = self.document.documentLayout().blockBoundingRect(block).topLeft()
        first, last = start - block.position(), end - block.position()
        out = []
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            low, high = max(first, line.textStart()), min(last, line.textStart() + line.textLength())
            if low < high:
                left, right = _x(line.cursorToX(low)), _x(line.cursorToX(high))
                height = line.ascent() + line.descent()
                top = place.y() + line.y() + (line.height() - height) / 2
                out.append(QRectF(place.x() + left, top, right - left, height))
        return out

    def _quote_bars(self) -> list[QRectF]:
        bars: list[QRectF] = []
        block = self.document.begin()
        while block.isValid():
            level = block.blockFormat().intProperty(_QUOTE_LEVEL)
            rect = self.document.documentLayout().blockBoundingRect(block)
            for depth in range(level):
                bar = QRectF(4 + 18 * depth, rect.top(), 3, rect.height())
                if bars and bars[-1].left() == bar.left() and bar.top() - bars[-1].bottom() < 12:
                    bars[-1].setBottom(bar.bottom())
                else:
                    bars.append(bar)
            block = block.next()
        return bars

    def _caret(self, block: QTextBlock, offset: int) -> QRectF:
        place = self.document.documentLayout().blockBoundingRect(block).topLeft()
        line = block.layout().lineForTextPosition(offset)
        if not line.isValid():
            return QRectF(place.x(), place.y(), 0, 18)
        return QRectF(place.x() + _x(line.cursorToX(offset)), place.y() + line.y(), 0, line.height())


_QUOTE_LEVEL = 0x1080


def _x(value: object) -> float:
    """Qt gives (x, position) here, its stubs say float or so."""
    first = value[0] if isinstance(value, tuple | list) else value
    return float(first) if isinstance(first, int | float) else 0.0


def found_color(theme: Theme) -> QColor:
    """The back of words that are looked for; text on it stays readable."""
    t = theme.tokens
    return theme.color(mix(t.bg0, t.warn_fill, 0.36 if theme.dark else 0.5))


def selection_color(theme: Theme) -> QColor:
    """The back of selected text."""
    t = theme.tokens
    return theme.color(mix(t.bg0, t.accent_fill, 0.42 if theme.dark else 0.24))
