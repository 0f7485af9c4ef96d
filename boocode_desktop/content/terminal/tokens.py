"""What a program prints, cut into text, control characters and escape sequences. Nothing here acts on them.

Only what a screen needs passes. Sequences that would reach outside it (clipboard, files, device strings) and those
longer than any honest one are dropped, wherever the stream is cut; of links only those to web addresses are kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.content.terminal.styles import flattened

Kind = Literal["text", "control", "csi", "escape", "title", "link"]
PENDING_LIMIT = 4096
"""Characters of an unfinished sequence that are kept; a longer one is dropped up to its end."""
PARAMETER_LIMIT = 9999
_COUNT_LIMIT = 32
TITLE_LIMIT = 120
_NAMED = {(" ", "q"): "cursor", ("!", "p"): "soft"}
_WEB = re.compile(r"https?://[!-~]{1,2000}")

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f\x80-\x9f]+)"
    r"|(?P<control>[\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f])"
    r"|(?:\x1b\[|\x9b)(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])(?P<string>[^\x07\x1b\x9c]*)(?:\x07|\x1b\\|\x9c)"
    r"|\x1b(?P<escape>[#%()*+\-./][0-~]|[0-OQ-WYZ\\`a-~])"
    r"|(?P<dropped>[\x00-\x06\x10-\x1a\x1c-\x1f\x7f\x80-\x8f\x91-\x97\x99\x9a\x9c])"
)
_STRING_END = re.compile(r"[\x07\x9c]|\x1b\\")
_STRING_START = re.compile(r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*\x1b?")
_SEQUENCE_START = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[#%()*+\-./]?)|\x9b[0-?]*[ -/]*")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: `text` as it is, `value` the character that names a control or sequence, parameters of a CSI.

    `private` is the mark before the parameters (`?`, `>`, …), "" without one.
    """

    kind: Kind
    value: str
    parameters: tuple[int, ...] = ()
    private: str = ""


class Tokens:
    """Cuts a stream that arrives in pieces of any size."""

    def __init__(self) -> None:
        self._pending = ""
        self._skipping = False

    def feed(self, data: str) -> Iterator[Token]:
        """The tokens of the next piece, with what was unfinished before it."""
        data, self._pending = self._pending + data, ""
        place = self._skip(data)
        end = len(data)
        while place < end:
            found = _TOKEN.match(data, place)
            if found is None:
                place = self._unfinished(data, place)
                continue
            place = found.end()
            token = _token(found)
            if token is not None:
                yield token

    def _skip(self, data: str) -> int:
        """Where to go on after a string that was too long."""
        if not self._skipping:
            return 0
        end = _STRING_END.search(data)
        if end is None:
            self._pending = "\x1b" if data.endswith("\x1b") else ""
            return len(data)
        self._skipping = False
        return end.end()

    def _unfinished(self, data: str, place: int) -> int:
        """Keep the beginning of a sequence for the next piece; drop what cannot become one."""
        string = _STRING_START.match(data, place)
        started = string or _SEQUENCE_START.match(data, place)
        if started is None or started.end() < len(data):
            # A sequence broken off by another one: leave its introducer out and read on.
            return started.end() if started is not None and started.end() > place else place + 1
        if len(data) - place > PENDING_LIMIT:
            self._skipping = string is not None
            return len(data)
        self._pending = data[place:]
        return len(data)


def _token(found: re.Match[str]) -> Token | None:
    if found.lastgroup == "text":
        return Token("text", found["text"])
    if found.end() - found.start() > PENDING_LIMIT:
        return None
    match found.lastgroup:
        case "control":
            return Token("control", found["control"])
        case "escape":
            return Token("escape", found["escape"])
        case "string":
            return _string(found[0], found["string"])
        case "final":
            return _csi(found)
        case _:
            return None


def _csi(found: re.Match[str]) -> Token | None:
    raw, final = found["parameters"], found["final"]
    if found["between"]:
        final = _NAMED.get((found["between"], final), "")
        if not final or (final == "soft" and raw):
            return None
    private = raw[0] if raw and raw[0] in "<=>?" else ""
    words = raw[len(private) :].split(";")
    if ":" in raw:
        if found["final"] != "m":
            return None
        words = ";".join(flattened(word) if ":" in word else word for word in words).split(";")
    words = words[:_COUNT_LIMIT]
    if any(not word.isascii() or (word and not word.isdigit()) for word in words):
        return None
    numbers = tuple(min(int(word[:5] or 0), PARAMETER_LIMIT) for word in words)
    return Token("csi", final, () if raw in ("", private) else numbers, private)


def _string(whole: str, string: str) -> Token | None:
    """A title, or the begin or end ("") of a link."""
    if not whole.startswith(("\x1b]", "\x9d")):
        return None
    number, _, text = string.partition(";")
    if number == "8":
        address = text.partition(";")[2]
        return Token("link", address if _WEB.fullmatch(address) else "")
    if number not in ("0", "2"):
        return None
    clean = "".join(c for c in text if c.isprintable())[:TITLE_LIMIT]
    return Token("title", clean)
