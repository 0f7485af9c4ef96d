"""Shows the hints of Markdown in the message's own text; the text itself stays as it was typed."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextFormat

from boocode_desktop.ui.composer.markdown_hints import HintKind, hints
from boocode_desktop.ui.composer.triggers import units_of
from boocode_desktop.ui.theme.fonts import CODE_FAMILIES
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

_FENCED = 1


class HintPainter(QSyntaxHighlighter):
    """Marks one document, line by line as they change."""

    def __init__(self, theme: Theme, document: QTextDocument, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._formats: dict[HintKind, QTextCharFormat] = {}
        theme.changed.connect(self._dress)
        self._dress()
        self.setDocument(document)

    def highlightBlock(self, text: str) -> None:
        """One line."""
        first = self.currentBlock().blockNumber() == 0
        found, fenced = hints(text, fenced=self.previousBlockState() == _FENCED, first=first)
        for hint in found:
            start = units_of(text, hint.start)
            self.setFormat(start, units_of(text, hint.start + hint.length) - start, self._formats[hint.kind])
        self.setCurrentBlockState(_FENCED if fenced else 0)

    def _dress(self) -> None:
        self._formats = {
            "bold": _format(weight=600),
            "italic": _format(italic=True),
            "heading": _format(weight=600),
            "code": self._tinted("syn_st", mono=True),
            "fence": self._tinted("tx3", mono=True),
            "marker": self._tinted("accent"),
            "mention": self._tinted("accent", surface="accent_soft"),
            "command": self._tinted("accent", surface="accent_soft"),
        }
        if self.document() is not None:
            self.rehighlight()

    def _tinted(self, tone: str, *, surface: str = "", mono: bool = False) -> QTextCharFormat:
        made = _format()
        made.setForeground(self._theme.color(tone))
        if surface:
            made.setBackground(self._theme.color(surface))
        if mono:
            made.setFontFamilies(list(CODE_FAMILIES))
            # No higher than the lines around it.
            made.setProperty(QTextFormat.Property.FontPixelSize, METRICS.code)
        return made


def _format(*, weight: int = 0, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    if weight:
        made.setFontWeight(weight)
    if italic:
        made.setFontItalic(True)
    return made
