"""A script to read: line numbers, colours where they are seen, marks where something is wrong."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from boocode_desktop.content.highlighting import Span
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.pixels import whole

_MARK = 18


class ScriptView(QPlainTextEdit):
    """Read only; the text can be selected and copied. Lines get their colours when they are first seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._spans: Sequence[tuple[Span, ...]] = ()
        self._dressed: set[int] = set()
        self._marks: Mapping[int, str] = {}
        self._marked_line = 0
        self.setProperty("bare", True)
        self.setAccessibleName("Script")
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setFont(code_font(METRICS.code))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.gutter = _Gutter(self, theme)
        self.updateRequest.connect(self._on_update_request)
        theme.changed.connect(self._on_theme_changed)

    def show_script(self, text: str, marks: Mapping[int, str]) -> None:
        """Show a text without colours; `marks` has the tone of each line (from 1) that something is wrong with."""
        place = (self.verticalScrollBar().value(), self.horizontalScrollBar().value())
        same = text == self.toPlainText()
        self._marks, self._marked_line = marks, 0
        if not same:
            self._spans, self._dressed = (), set()
            self.setPlainText(text)
            self.verticalScrollBar().setValue(place[0])
        self.setExtraSelections([])
        self._make_room()
        self.gutter.update()

    def show_colors(self, spans: Sequence[tuple[Span, ...]]) -> None:
        """The colours of each line."""
        self._spans, self._dressed = spans, set()
        self._dress()

    def go_to_line(self, line: int) -> None:
        """Bring a line (from 1) into the middle and mark it."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return
        cursor = QTextCursor(block)
        self.setTextCursor(cursor)
        self.centerCursor()
        self._marked_line = line
        self._mark()

    def gutter_width(self) -> int:
        """Room for the numbers and the marks."""
        digits = len(str(max(100, self.blockCount())))
        return _MARK + digits * self.fontMetrics().horizontalAdvance("9") + 10

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The gutter is as high as the view; other lines are seen."""
        super().resizeEvent(event)
        box = self.contentsRect()
        self.gutter.setGeometry(QRect(box.left(), box.top(), self.gutter_width(), box.height()))
        self._dress()

    def paint_gutter(self, painter: QPainter) -> None:
        """The numbers and marks of the lines on screen."""
        theme, block, offset = self._theme, self.firstVisibleBlock(), self.contentOffset()
        painter.setFont(code_font(METRICS.caption))
        ratio = painter.device().devicePixelRatioF()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > self.gutter.height():
                break
            line = block.blockNumber() + 1
            tone = self._marks.get(line, "")
            if tone:
                icon = "circle-x" if tone == "bad" else "triangle-alert"
                painter.drawPixmap(QPointF(4, whole(box.center().y() - 6)), theme.pixmap(icon, tone, 12, ratio))
            painter.setPen(theme.color(tone or "tx3"))
            room = QRectF(_MARK, box.top(), self.gutter.width() - _MARK - 8, box.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
            block = block.next()

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        box = self.contentsRect()
        self.gutter.setGeometry(QRect(box.left(), box.top(), self.gutter_width(), box.height()))

    def _dress(self) -> None:
        """Colour the lines on screen that have no colours yet."""
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        offset = self.contentOffset()
        while block.isValid() and self.blockBoundingGeometry(block).translated(offset).top() <= bottom:
            number = block.blockNumber()
            if number < len(self._spans) and number not in self._dressed:
                self._dressed.add(number)
                block.layout().setFormats([self._range(span) for span in self._spans[number]])
                self.document().markContentsDirty(block.position(), block.length())
            block = block.next()

    def _range(self, span: Span) -> QTextLayout.FormatRange:
        form = QTextCharFormat()
        form.setForeground(self._theme.color(span.tone))
        out = QTextLayout.FormatRange()
        out.start, out.length, out.format = span.start, span.length, form
        return out

    def _mark(self) -> None:
        if not self._marked_line:
            return
        found = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(QColor(self._theme.color("bg3")))
        form.setProperty(QTextFormat.Property.FullWidthSelection, True)
        found.format, found.cursor = form, self.textCursor()
        self.setExtraSelections([found])

    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if dy:
            self.gutter.scroll(0, dy)
            self._dress()
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())

    def _on_theme_changed(self) -> None:
        self._dressed = set()
        self._dress()
        self._mark()
        self.gutter.update()


class _Gutter(QWidget):
    """Beside the lines."""

    def __init__(self, view: ScriptView, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._theme = view, theme
        self.setAccessibleName("Line numbers")

    def sizeHint(self) -> QSize:
        """As wide as the numbers."""
        return QSize(self._view.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Numbers and marks."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._view.paint_gutter(painter)
