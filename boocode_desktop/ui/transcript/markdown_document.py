"""Markdown to a laid out text that loads nothing: no file, no host, no HTML."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextListFormat,
    QTextTable,
    QTextTableFormat,
)

from boocode_desktop.content.bare_links import link_bare_addresses
from boocode_desktop.content.math_text import math_as_code
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.laid_text import LaidText, Pad

_PROPERTY = QTextFormat.Property
_LINE = int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
_SPECIFIED = QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly
_OBJECT = "\ufffc"
SHORT_CELL, CHARACTER_PX, CELL_ROOM_PX, NARROW_PX = 10, 8, 14, 400
"""A figure in characters, what it takes, and a width that hardly any chat is below."""
HEADINGS = {1: 20, 2: 17, 3: 15}


class InertDocument(QTextDocument):
    """A document that never reads a resource, whatever its text names."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        """Nothing, always."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLook:
    """How running text looks in its place. `line_percent` is of the font's own height."""

    px: int = 14
    tone: str = "tx1"
    code_tone: str = "accent"
    pad_tone: str = "bg3"
    line_percent: int = 127


class _Dresser:
    """Goes over a parsed document once and gives it our fonts, colours and distances."""

    def __init__(self, document: QTextDocument, theme: Theme, look: TextLook) -> None:
        self._document, self._theme, self._look = document, theme, look
        self._cursor = QTextCursor(document)
        self._code: list[tuple[int, int]] = []
        self._links: list[tuple[int, int]] = []
        self._strong: list[tuple[int, int]] = []
        self.boxes: list[tuple[int, bool]] = []
        self.quotes = False
        self._before: tuple[int, str] | None = None

    def dress(self) -> list[Pad]:
        """Change the document; the pads of its inline code."""
        self._replace_images()
        self._line_heights()
        block = self._document.begin()
        while block.isValid():
            self._block(block)
            block = block.next()
        self._tables()
        self._characters()
        return [Pad(start=start, length=length, tone=self._look.pad_tone) for start, length in self._code]

    def _line_heights(self) -> None:
        form = QTextBlockFormat()
        form.setLineHeight(self._look.line_percent, _LINE)
        self._cursor.select(QTextCursor.SelectionType.Document)
        self._cursor.mergeBlockFormat(form)

    def _block(self, block: QTextBlock) -> None:
        form = block.blockFormat()
        if form.hasProperty(_PROPERTY.BlockTrailingHorizontalRulerWidth):
            self._rule(block)
            return
        if block.begin().atEnd() and not form.headingLevel():
            return
        fence = form.hasProperty(_PROPERTY.BlockCodeFence) or form.hasProperty(_PROPERTY.BlockCodeLanguage)
        self._cursor.setPosition(block.position())
        self._margins(block, form, fence=fence)
        if form.headingLevel():
            self._heading(block, form.headingLevel())
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            char = fragment.charFormat()
            span = (fragment.position(), fragment.length())
            if fence or char.fontFixedPitch():
                self._code.append(span)
            if char.fontWeight() > QFont.Weight.DemiBold and not form.headingLevel():
                self._strong.append(span)
            if char.isAnchor():
                self._links.append(span)
            iterator += 1

    def _margins(self, block: QTextBlock, form: QTextBlockFormat, *, fence: bool) -> None:
        first = block.position() == 0
        level = form.intProperty(_PROPERTY.BlockQuoteLevel)
        gap = self._gap(block, form, fence=fence)
        change = QTextBlockFormat()
        change.setTopMargin(0 if first else gap)
        change.setBottomMargin(0)
        if level:
            self.quotes = True
            change.setLeftMargin(18 * level)
            change.setRightMargin(0)
        marker = form.marker()
        if marker != QTextBlockFormat.MarkerType.NoMarker:
            self.boxes.append((block.position(), marker == QTextBlockFormat.MarkerType.Checked))
            change.setMarker(QTextBlockFormat.MarkerType.NoMarker)
        self._cursor.mergeBlockFormat(change)
        listing = block.textList()
        if marker != QTextBlockFormat.MarkerType.NoMarker and listing is not None:
            bare = QTextListFormat()
            bare.setIndent(listing.format().indent())
            bare.setStyle(QTextListFormat.Style.ListStyleUndefined)
            self._cursor.createList(bare)

    def _gap(self, block: QTextBlock, form: QTextBlockFormat, *, fence: bool) -> int:
        """The room above a block; one list right after another begins like a paragraph."""
        listed, before = block.textList() is not None, self._before
        if not listed:
            self._before = None
            return 0 if fence else 6
        ticks = form.marker() != QTextBlockFormat.MarkerType.NoMarker
        listing = block.textList().format()
        self._before = (listing.indent(), "ticks" if ticks else listing.style().name)
        other_kind = before is not None and before[0] == self._before[0] and before != self._before
        return 6 if other_kind else 3

    def _rule(self, block: QTextBlock) -> None:
        form = QTextBlockFormat()
        form.setBackground(self._theme.color("line1"))
        form.setTopMargin(0)
        form.setBottomMargin(0)
        self._cursor.setPosition(block.position())
        self._cursor.mergeBlockFormat(form)

    def _heading(self, block: QTextBlock, level: int) -> None:
        """Our size instead of Qt's steps, which win as long as the property is there at all."""
        pieces: list[tuple[int, int, QTextCharFormat]] = []
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            form = QTextCharFormat(fragment.charFormat())
            form.clearProperty(_PROPERTY.FontSizeAdjustment)
            form.setFont(ui_font(HEADINGS.get(level, self._look.px), 600), _SPECIFIED)
            pieces.append((fragment.position(), fragment.length(), form))
            iterator += 1
        for start, length, form in pieces:
            self._select(start, length)
            self._cursor.setCharFormat(form)

    def _characters(self) -> None:
        # Our fonts have no heavier face: Qt would smear this one.
        strong = QTextCharFormat()
        strong.setFontWeight(QFont.Weight.DemiBold)
        for span in self._strong:
            self._select(*span)
            self._cursor.mergeCharFormat(strong)
        if self._code:
            form = QTextCharFormat()
            font = code_font(self._look.px - 1)
            form.setFont(font, _SPECIFIED)
            form.setForeground(self._theme.color(self._look.code_tone))
            for span in self._code:
                self._select(*span)
                self._cursor.mergeCharFormat(form)
        if self._links:
            form = QTextCharFormat()
            form.setForeground(self._theme.color("accent"))
            form.setFontUnderline(False)
            for span in self._links:
                self._select(*span)
                self._cursor.mergeCharFormat(form)

    def _tables(self) -> None:
        for frame in self._document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._table(frame)

    def _table(self, table: QTextTable) -> None:
        form = QTextTableFormat(table.format())
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(self._theme.color("line1"))
        form.setBorderCollapse(True)
        form.setCellSpacing(0)
        form.setCellPadding(6)
        table.setFormat(form)
        head = QTextCharFormat()
        head.setFontWeight(QFont.Weight.DemiBold)
        for column in range(table.columns()):
            cell = table.cellAt(0, column)
            shade = cell.format()
            shade.setBackground(self._theme.color("bg1"))
            cell.setFormat(shade)
            self._select(cell.firstPosition(), cell.lastPosition() - cell.firstPosition())
            self._cursor.mergeCharFormat(head)
            if table.rows() > 1:
                side = QTextBlockFormat()
                side.setAlignment(table.cellAt(1, column).firstCursorPosition().blockFormat().alignment())
                self._cursor.mergeBlockFormat(side)
        self._keep_figures_whole(table)

    def _keep_figures_whole(self, table: QTextTable) -> None:
        """A figure and its unit stay on one line, where a narrow window has room for all columns of them."""
        short: list[tuple[int, int]] = []
        room = 0
        for column in range(table.columns()):
            widest = 0
            for row in range(table.rows()):
                cell = table.cellAt(row, column)
                length = cell.lastPosition() - cell.firstPosition()
                self._select(cell.firstPosition(), length)
                if length <= SHORT_CELL and any(c.isdigit() for c in self._cursor.selectedText()):
                    widest = max(widest, length)
                    short.append((cell.firstPosition(), length))
            room += widest * CHARACTER_PX + CELL_ROOM_PX
        if room > NARROW_PX:
            return
        whole = QTextBlockFormat()
        whole.setNonBreakableLines(True)
        for span in short:
            self._select(*span)
            self._cursor.mergeBlockFormat(whole)

    def _replace_images(self) -> None:
        """Pictures become their words: what they name may be a file of this computer or a host elsewhere."""
        found = self._document.find(_OBJECT)
        while not found.isNull():
            char = found.charFormat()
            words = char.stringProperty(_PROPERTY.ImageAltText) if char.isImageFormat() else ""
            form = QTextCharFormat()
            form.setForeground(self._theme.color("tx2"))
            form.setFontItalic(True)
            found.insertText(f"[image: {words}]" if words else "[image]", form)
            found = self._document.find(_OBJECT, found)

    def _select(self, start: int, length: int) -> None:
        self._cursor.setPosition(start)
        self._cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)


def markdown_text(markdown: str, theme: Theme, look: TextLook, definitions: str = "") -> LaidText:
    """Markdown (GitHub dialect, HTML shown as text) with our looks; set its width before drawing."""
    document = InertDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setIndentWidth(26)
    document.setDefaultFont(ui_font(look.px))
    features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
    shown = link_bare_addresses(math_as_code(markdown))
    document.setMarkdown(f"{shown}\n\n{definitions}" if definitions else shown, features)
    dresser = _Dresser(document, theme, look)
    pads = dresser.dress()
    return LaidText(
        document=document,
        tone=look.tone,
        pads=tuple(pads),
        boxes=tuple(dresser.boxes),
        quotes=dresser.quotes,
    )


def plain_text(text: str, theme: Theme, look: TextLook) -> LaidText:
    """Text as a person typed it: line breaks stay, `code` between backticks is marked."""
    document = InertDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(ui_font(look.px))
    shown, spans = _backticks(text)
    document.setPlainText(shown)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    lines = QTextBlockFormat()
    lines.setLineHeight(look.line_percent, _LINE)
    cursor.mergeBlockFormat(lines)
    form = QTextCharFormat()
    form.setFont(code_font(look.px - 1), _SPECIFIED)
    form.setForeground(theme.color(look.code_tone))
    for start, length in spans:
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(form)
    pads = tuple(Pad(start=start, length=length, tone=look.pad_tone) for start, length in spans)
    return LaidText(document=document, tone=look.tone, pads=pads)


def _backticks(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without single backticks around words on one line, and where those words stand (UTF-16)."""
    parts = text.split("`")
    if len(parts) < 3 or "```" in text:
        return text, []
    out, spans, at = parts[0], [], _units(parts[0])
    for index in range(1, len(parts)):
        part = parts[index]
        closed = index % 2 == 1 and index + 1 < len(parts) and "\n" not in part and part
        if index % 2 == 1 and not closed:
            return text, []
        if closed:
            spans.append((at, _units(part)))
        out, at = out + part, at + _units(part)
    return out, spans


def _units(text: str) -> int:
    """The length in UTF-16 units, as Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_web_link(address: str) -> bool:
    """Whether an address may be offered for opening: nothing but web and mail addresses."""
    return QUrl(address).scheme().lower() in ("http", "https", "mailto")
