"""Syntax colours: source text in, spans with a tone each out. The tones are names of theme tokens.

Pygments is loaded with the first code that is coloured, not with the window: it costs some 25 ms of its start.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

HIGHLIGHT_LIMIT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`length` characters from `start`, shown in `tone` (a token's name) on `back` ("" for none)."""

    start: int
    length: int
    tone: str = ""
    back: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False


def tones() -> "dict[_TokenType, str]":
    """Which tone a kind of token has; a kind not named here has that of its parent."""
    from pygments.token import Token

    return {
        Token.Comment: "syn_cm",
        Token.Comment.Preproc: "syn_kw",
        Token.Comment.Hashbang: "syn_cm",
        Token.Keyword: "syn_kw",
        Token.Keyword.Type: "syn_ty",
        Token.Keyword.Constant: "syn_num",
        Token.Operator.Word: "syn_kw",
        Token.Operator: "syn_op",
        Token.Name.Function: "syn_fn",
        Token.Name.Class: "syn_ty",
        Token.Name.Exception: "syn_ty",
        Token.Name.Builtin: "syn_fn",
        Token.Name.Builtin.Pseudo: "tx1",
        Token.Name.Decorator: "syn_fn",
        Token.Name.Tag: "syn_kw",
        Token.Name.Attribute: "syn_fn",
        Token.Name.Constant: "syn_num",
        Token.Literal.String: "syn_st",
        Token.Literal.String.Escape: "syn_num",
        Token.Literal.String.Interpol: "syn_num",
        Token.Literal.Number: "syn_num",
        Token.Literal.Date: "syn_num",
        Token.Generic.Heading: "syn_kw",
        Token.Generic.Subheading: "syn_kw",
        Token.Generic.Inserted: "ok",
        Token.Generic.Deleted: "bad",
        Token.Generic.Error: "bad",
        Token.Generic.Traceback: "bad",
        Token.Generic.Prompt: "tx3",
        Token.Generic.Output: "tx2",
    }


def lexer_of(language: str = "", path: str = "") -> "Lexer | None":
    """The lexer of a language name or else of a file name; None if there is none. Loading one takes about 20 ms."""
    from pygments.lexers import find_lexer_class_by_name, get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        if language:
            found: Lexer = find_lexer_class_by_name(language)(stripnl=False, ensurenl=False)
            return found
        return get_lexer_for_filename(path, stripnl=False, ensurenl=False) if path else None
    except ClassNotFound:
        return None


def highlight(code: str, language: str = "", *, path: str = "", limit: int = HIGHLIGHT_LIMIT) -> tuple[Span, ...]:
    """The spans of the first `limit` characters (about 70 µs a line; call it off the event loop)."""
    lexer = lexer_of(language, path)
    if lexer is None or not code:
        return ()
    known = tones()
    tone = lru_cache(maxsize=256)(lambda kind: _tone(known, kind))
    spans: list[Span] = []
    for start, kind, text in lexer.get_tokens_unprocessed(code[:limit]):
        found = tone(kind)
        if found and not text.isspace():
            spans.append(Span(start=start, length=len(text), tone=found))
    return tuple(spans)


def _tone(known: "dict[_TokenType, str]", kind: "_TokenType") -> str:
    at: _TokenType | None = kind
    while at is not None:
        if at in known:
            return known[at]
        at = at.parent
    return ""


def shift_spans(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """The part of `spans` that lies in `[start, end)`, counted from `start`."""
    out: list[Span] = []
    for span in spans:
        low, high = max(span.start, start), min(span.start + span.length, end)
        if low < high:
            out.append(replace(span, start=low - start, length=high - low))
    return tuple(out)
