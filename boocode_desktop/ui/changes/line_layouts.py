"""Laid-out lines of code, cached: text with syntax colours and the marks of changed words."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QFont, QTextCharFormat, QTextLayout, QTextOption

from boocode_desktop.content.diff_words import Spans, changed_words
from boocode_desktop.content.highlighting import Span
from boocode_desktop.domain.changes import DiffLine
from boocode_desktop.ui.theme.tokens import METRICS

KEPT = 600
SHOWN_CHARACTERS = 2_000
TAB_COLUMNS = 4


class LineLayouts:
    """Lays lines out when they are first drawn and keeps the newest `KEPT`."""

    def __init__(self, font: QFont, char_width: float, color: Callable[[str], QColor]) -> None:
        self._font = font
        self._color = color
        self._option = QTextOption()
        self._option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._option.setTabStopDistance(char_width * TAB_COLUMNS)
        self._char = char_width
        self._columns = 0
        self._kept: OrderedDict[int, QTextLayout] = OrderedDict()
        self._marks: dict[int, Spans] = {}
        self._formats: dict[tuple[str, bool], QTextCharFormat] = {}

    def clear(self) -> None:
        """Forget everything: another file, theme or colouring."""
        self._kept.clear()
        self._marks.clear()

    def wrap(self, columns: int) -> None:
        """Wrap lines after so many characters; 0 for never."""
        if columns != self._columns:
            self._columns = columns
            mode = QTextOption.WrapMode.WrapAnywhere if columns else QTextOption.WrapMode.NoWrap
            self._option.setWrapMode(mode)
            self.clear()

    def layout(self, line: DiffLine, partner: DiffLine | None, spans: Sequence[Span]) -> QTextLayout:
        """The line ready to draw; `partner` is the line it replaced or that replaced it."""
        found = self._kept.get(id(line))
        if found is None:
            found = self._kept[id(line)] = self._make(line, partner, spans)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(id(line))
        return found

    def _make(self, line: DiffLine, partner: DiffLine | None, spans: Sequence[Span]) -> QTextLayout:
        text = line.text[:SHOWN_CHARACTERS] + ("…" if len(line.text) > SHOWN_CHARACTERS else "")
        layout = QTextLayout(text, self._font)
        layout.setCacheEnabled(True)
        layout.setTextOption(self._option)
        layout.setFormats([*self._syntax(spans, text), *self._words(line, partner, text)])
        layout.beginLayout()
        width = self._columns * self._char + self._char / 2 if self._columns else 1e7
        top = 0
        while (row := layout.createLine()).isValid():
            row.setLineWidth(width)
            row.setPosition(QPointF(0, top))
            top += METRICS.code_line
        layout.endLayout()
        return layout

    def _words(self, line: DiffLine, partner: DiffLine | None, text: str) -> list[QTextLayout.FormatRange]:
        if partner is None or line.kind == "context":
            return []
        back = self._format("del_word" if line.kind == "removed" else "add_word", back=True)
        return [_range(text, start, end, back) for start, end in self._marked(line, partner)]

    def _marked(self, line: DiffLine, partner: DiffLine) -> Spans:
        """The changed words of a line. Both lines of a pair come from one comparison: the other's are kept for it."""
        known = self._marks.pop(id(line), None)
        if known is not None:
            return known
        removed = line.kind == "removed"
        old, new = changed_words(line.text, partner.text) if removed else changed_words(partner.text, line.text)
        if len(self._marks) > KEPT:
            self._marks.clear()
        self._marks[id(partner)] = new if removed else old
        return old if removed else new

    def _syntax(self, spans: Sequence[Span], text: str) -> list[QTextLayout.FormatRange]:
        return [_range(text, s.start, s.start + s.length, self._format(s.tone)) for s in spans if s.tone]

    def _format(self, tone: str, *, back: bool = False) -> QTextCharFormat:
        found = self._formats.get((tone, back))
        if found is None:
            found = self._formats[tone, back] = QTextCharFormat()
            brush = QBrush(self._color(tone))
            if back:
                # On the stronger surface syntax colours would be too faint.
                found.setBackground(brush)
                found.setForeground(QBrush(self._color("tx1")))
            else:
                found.setForeground(brush)
        return found


def _utf16(text: str) -> int:
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF) if not text.isascii() else len(text)


def _range(text: str, start: int, end: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    """A format over characters `start` to `end`; Qt counts in UTF-16."""
    found = QTextLayout.FormatRange()
    found.format = form
    found.start = _utf16(text[:start])
    found.length = _utf16(text[start:end])
    return found
