"""Arguments and paths so that nothing in them can hide: control, format and look-alike space characters are named."""

import unicodedata

_NAMES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "": ""}


def visible(text: str) -> str:
    """`text` with every character that shows nothing, or turns the reading order, written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char == " " or (char.isprintable() and unicodedata.category(char) not in ("Cf", "Zs", "Zl", "Zp")):
        return char
    return _NAMES.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{{{ord(char):x}}}")
