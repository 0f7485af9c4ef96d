"""Text that others wrote, made safe to show: no escape sequence steers a terminal, no character hides another."""

import re

# CSI, OSC/DCS/SOS/PM/APC strings up to their end (or the end of the text), and the short escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]).*?(?:\x1b\\|\x07|\x9c|$)"
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
_SGR = re.compile(r"\x1b\[[0-9;:]{0,64}m")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HIDING = re.compile("[\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]")


def safe_text(text: str) -> str:
    """The text without escape sequences, control characters (but tab and line feed) and bidi or invisible controls."""
    if not text.isascii() or "\x1b" in text or _CONTROLS.search(text):
        text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
        text = _CONTROLS.sub("", text)
        text = _HIDING.sub("", text)
    return text


def colours_only(text: str) -> str:
    """The text with its colours (SGR) kept and every other escape dropped."""
    out, end = [], 0
    for match in _SGR.finditer(text):
        out += [safe_text(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*out, safe_text(text[end:])])
