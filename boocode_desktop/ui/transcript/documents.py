"""Laid out texts of rows: made when seen, kept for the last few hundred."""

from collections import OrderedDict

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.transcript.code_document import code_text
from boocode_desktop.ui.transcript.highlighter import Highlighter
from boocode_desktop.ui.transcript.laid_text import LaidText
from boocode_desktop.ui.transcript.markdown_document import TextLook, markdown_text, plain_text
from boocode_desktop.ui.transcript.rows import BubbleBody, CodeBody, Row, TextBody

KEPT = 300


class Documents:
    """The texts of rows by row."""

    def __init__(self, theme: Theme, highlighter: Highlighter) -> None:
        self._theme = theme
        self._highlighter = highlighter
        self._texts: OrderedDict[Row, LaidText] = OrderedDict()

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, row: Row, width: float | None = None) -> LaidText:
        """The text of a row that has one, laid out at a width (None: at whatever width it has).

        Raises:
            TypeError: the row has no text.
        """
        found = self._texts.get(row)
        if found is None:
            found = self._texts[row] = self._make(row)
            if len(self._texts) > KEPT:
                self._texts.popitem(last=False)
        else:
            self._texts.move_to_end(row)
        if width is not None:
            found.set_width(width)
        return found

    def forget(self, row: Row) -> None:
        """Drop a row's text; harmless when it has none."""
        self._texts.pop(row, None)

    def forget_plain(self) -> None:
        """Drop texts that waited for their colours."""
        for row in [row for row, text in self._texts.items() if text.plain]:
            del self._texts[row]

    def clear(self) -> None:
        """Drop everything (another theme)."""
        self._texts.clear()

    def _make(self, row: Row) -> LaidText:
        match row.body:
            case TextBody() as body:
                return markdown_text(body.markdown, self._theme, text_look(body), body.definitions)
            case BubbleBody() as body:
                return plain_text(body.text, self._theme, TextLook(pad_tone="bg0", line_percent=132))
            case CodeBody() as body:
                spans = self._highlighter.spans(body)
                tone = "tx2" if body.look == "tool" else "tx1"
                laid = code_text(body.text, spans or (), self._theme, tone=tone)
                laid.plain = spans is None
                return laid
            case _:
                raise TypeError(f"{type(row.body).__name__} has no text")


def text_look(body: TextBody) -> TextLook:
    """Answers are set larger than thinking."""
    if body.look != "answer":
        return TextLook(px=13, tone="tx2", code_tone="tx1", line_percent=132)
    return TextLook()
