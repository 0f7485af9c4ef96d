"""Fixed-width text with spans as a laid out text."""

from collections.abc import Sequence

from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)

from boocode_desktop.content.highlighting import Span
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.laid_text import LaidText, Pad
from boocode_desktop.ui.transcript.markdown_document import InertDocument

_LINE = int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
LINE_PERCENT = 120
LONGEST_LINE = 8_000
"""Characters of a line that are shown: laying out a longer one takes Qt seconds. Copying the block has all of it."""


def code_text(text: str, spans: Sequence[Span], theme: Theme, *, tone: str = "tx1") -> LaidText:
    """Lines in code type, wrapped anywhere; set its width before drawing."""
    document = InertDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    font = code_font(METRICS.code)
    document.setDefaultFont(font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))
    document.setDefaultTextOption(option)
    document.setPlainText("\n".join(map(_shown, text.split("\n"))))
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    form = QTextBlockFormat()
    form.setLineHeight(LINE_PERCENT, _LINE)
    cursor.mergeBlockFormat(form)
    pads = _dress(document.begin(), text, spans, theme)
    return LaidText(document=document, tone=tone, pads=tuple(pads))


def _shown(line: str) -> str:
    more = len(line) - LONGEST_LINE
    return line if more <= 0 else f"{line[:LONGEST_LINE]} … {more:,} more characters"


def _dress(first: QTextBlock, text: str, spans: Sequence[Span], theme: Theme) -> list[Pad]:
    """Give each line its formats (they live in the layout, not in the document), in UTF-16 offsets."""
    pads: list[Pad] = []
    pending = iter(spans)
    span = next(pending, None)
    block, offset = first, 0
    for line in text.split("\n"):
        ranges: list[QTextLayout.FormatRange] = []
        end = offset + len(line)
        while span is not None and span.start < end:
            low, high = max(span.start, offset), min(span.start + span.length, end, offset + LONGEST_LINE)
            if low < high:
                start, stop = _units(line, low - offset), _units(line, high - offset)
                ranges.append(_range(start, stop - start, span, theme))
                if span.back:
                    pads.append(Pad(start=block.position() + start, length=stop - start, tone=span.back))
            if span.start + span.length > end:
                break
            span = next(pending, None)
        if ranges:
            block.layout().setFormats(ranges)
        block, offset = block.next(), end + 1
    return pads


def _units(line: str, count: int) -> int:
    if line.isascii():
        return count
    return len(line[:count].encode("utf-16-le", "surrogatepass")) // 2


def _range(start: int, length: int, span: Span, theme: Theme) -> QTextLayout.FormatRange:
    form = QTextCharFormat()
    if span.tone:
        form.setForeground(theme.color(span.tone))
    if span.bold:
        form.setFontWeight(QFont.Weight.Bold)
    if span.italic:
        form.setFontItalic(True)
    if span.underline:
        form.setFontUnderline(True)
    out = QTextLayout.FormatRange()
    out.start, out.length, out.format = start, length, form
    return out
