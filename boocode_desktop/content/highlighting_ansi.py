"""What a terminal program printed, as plain text with spans: colours become tones, overwritten lines are dropped."""

import colorsys
import re
from dataclasses import dataclass, replace

from boocode_desktop.content.highlighting import Span

_ESCAPE = re.compile(
    r"\x1b\[([0-9;:<=>?]*)[ -/]*([@-~])"
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x9b]",
    re.DOTALL,
)
_BASE = ("tx3", "bad", "ok", "warn", "info", "accent", "syn_ty", "tx1")
_SOFT = {"bad": "bad_soft", "ok": "ok_soft", "warn": "warn_soft", "info": "info_soft", "accent": "accent_soft"}
_LEVELS = (0, 95, 135, 175, 215, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    tone: str = ""
    back: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False

    def span(self, start: int, length: int) -> Span | None:
        """The span of text written with this pen, None where it is plain."""
        tone, back = self.tone or ("tx3" if self.dim else ""), self.back
        if self.inverse:
            tone, back = "tx1", _SOFT.get(tone, "bg4")
        if not (tone or back or self.bold or self.italic or self.underline):
            return None
        return Span(
            start=start,
            length=length,
            tone=tone,
            back=back,
            bold=self.bold,
            italic=self.italic,
            underline=self.underline,
        )


def ansi_text(raw: str) -> tuple[str, tuple[Span, ...]]:
    """The text without escapes, and its spans. Everything that is not a colour or a style is dropped."""
    pen = _Pen()
    parts: list[str] = []
    spans: list[Span] = []
    length = at = 0
    source = _overwritten(raw)
    for match in _ESCAPE.finditer(source):
        length = _write(parts, spans, source[at : match.start()], length, pen)
        at = match.end()
        if match.group(2) == "m":
            pen = _styled(pen, match.group(1))
    _write(parts, spans, source[at:], length, pen)
    return "".join(parts), tuple(spans)


def _write(parts: list[str], spans: list[Span], text: str, length: int, pen: _Pen) -> int:
    if text:
        parts.append(text)
        span = pen.span(length, len(text))
        if span is not None:
            spans.append(span)
    return length + len(text)


def _overwritten(raw: str) -> str:
    """Line ends as `\\n`; of a line written again after `\\r` only the last writing, its escapes kept."""
    text = raw.replace("\r\n", "\n")
    if "\r" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        *before, last = line.rstrip("\r").split("\r")
        styles = "".join(m.group() for piece in before for m in _ESCAPE.finditer(piece) if m.group(2) == "m")
        lines.append(styles + last)
    return "\n".join(lines)


def _styled(pen: _Pen, codes: str) -> _Pen:
    numbers = [int(part) if part.isdigit() else 0 for part in codes.replace(":", ";").split(";")]
    while numbers:
        code = numbers.pop(0)
        if code in (38, 48):
            tone = _extended(numbers)
            pen = replace(pen, tone=tone) if code == 38 else replace(pen, back=_SOFT.get(tone, ""))
        else:
            pen = _simple(pen, code)
    return pen


def _simple(pen: _Pen, code: int) -> _Pen:
    if code == 0:
        return _Pen()
    if 30 <= code <= 37 or 90 <= code <= 97:
        return replace(pen, tone=_named(code % 10, bright=code >= 90))
    if 40 <= code <= 47 or 100 <= code <= 107:
        return replace(pen, back=_SOFT.get(_BASE[code % 10], ""))
    return _flagged(pen, code)


def _flagged(pen: _Pen, code: int) -> _Pen:
    match code:
        case 1:
            return replace(pen, bold=True)
        case 2:
            return replace(pen, dim=True)
        case 3 | 23:
            return replace(pen, italic=code == 3)
        case 4 | 24:
            return replace(pen, underline=code == 4)
        case 7 | 27:
            return replace(pen, inverse=code == 7)
        case 22:
            return replace(pen, bold=False, dim=False)
        case 39:
            return replace(pen, tone="")
        case 49:
            return replace(pen, back="")
        case _:
            return pen


def _named(number: int, *, bright: bool) -> str:
    return "tx2" if number == 7 and not bright else _BASE[number]


def _extended(numbers: list[int]) -> str:
    """The tone of `5;n` or `2;r;g;b`, whose numbers are taken off the list."""
    mode = numbers.pop(0) if numbers else 0
    if mode == 5 and numbers:
        return _indexed(numbers.pop(0))
    if mode == 2 and len(numbers) >= 3:
        red, green, blue = numbers[:3]
        del numbers[:3]
        return _nearest(red, green, blue)
    numbers.clear()
    return ""


def _indexed(number: int) -> str:
    if number < 16:
        return _named(number % 8, bright=number >= 8)
    if number >= 232:
        level = 8 + 10 * (min(number, 255) - 232)
        return _nearest(level, level, level)
    number -= 16
    return _nearest(_LEVELS[number // 36 % 6], _LEVELS[number // 6 % 6], _LEVELS[number % 6])


def _nearest(red: int, green: int, blue: int) -> str:
    """The tone of a free colour, by its hue: the tones are readable in both themes, the colour may not be."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(min(c, 255) / 255 for c in (red, green, blue)))
    if saturation < 0.2:
        return "tx1" if value > 0.8 else "tx2" if value > 0.55 else "tx3"
    bounds = ((0.05, "bad"), (0.19, "warn"), (0.45, "ok"), (0.54, "syn_ty"), (0.70, "info"), (0.92, "accent"))
    return next((tone for bound, tone in bounds if hue < bound), "bad")
