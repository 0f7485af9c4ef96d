"""Text that others wrote, made safe to show: no escape sequence steers a terminal, no character hides another.

An escape that is never finished loses only its introducer: dropping what follows would let a program hide it.
Everything here takes time linear in the text.
"""

import re

# Strings of OSC, DCS, SOS, PM and APC up to their end; CSI sequences; the short escapes. None of the character classes
# admits what could begin another string, so that a text full of beginnings is not searched again for each of them.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*+(?:\x1b\\|\x07|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
    r"|\x1b[ -/]*+[0-~]?"
)
_SGR = re.compile(r"\x1b\[([0-9;:]{0,64})m")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}|\][^\x07\x1b\n]{0,512}\x1b?)?\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HIDING = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONCEAL = "8"


def safe_text(text: str) -> str:
    """The text without escape sequences, control characters (but tab and line feed) and bidi or invisible controls."""
    if not text.isascii() or _CONTROLS.search(text):
        text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
        text = _CONTROLS.sub("", text)
        text = _HIDING.sub("", text)
    return text


def colours_only(text: str) -> str:
    """The text with its colours and weights (SGR) kept, but for concealing, and every other escape dropped."""
    out, end = [], 0
    for match in _SGR.finditer(text):
        out += [safe_text(text[end : match.start()]), "" if _conceals(match[1]) else match[0]]
        end = match.end()
    return "".join([*out, safe_text(text[end:])])


def split_unfinished(text: str) -> tuple[str, str]:
    """For text that comes in pieces: what can be shown, and an escape at its end that goes on in the next piece."""
    found = _UNFINISHED.search(text, max(0, len(text) - 600))
    return (text[: found.start()], found[0]) if found else (text, "")


def _conceals(parameters: str) -> bool:
    """Whether SGR parameters make text invisible; the 8 of a palette colour (`38;5;8`) does not."""
    numbers = iter(parameters.split(";"))
    for number in numbers:
        if number in ("38", "48", "58"):
            for _ in range(3 if next(numbers, "") == "2" else 1):
                next(numbers, "")
        elif number.lstrip("0") == _CONCEAL:
            return True
    return False
