"""Lines of a terminal as values: text with runs of one style each, at their columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wcwidth import wcwidth

from boocode_desktop.content.terminal.tokens import Tokens

_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.|[\x00-\x08\x0b-\x1f\x7f]"
)
TAB = 8


@dataclass(frozen=True, slots=True)
class Style:
    """How a run looks: colours as names (`red`, `brightred`) or `rrggbb`, "" for the terminal's own."""

    fg: str = ""
    bg: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    reverse: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style from a column on. `width` is in columns: a wide character takes two."""

    column: int
    text: str
    style: Style
    width: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row. `wrapped`: it goes on in the next one without a line end."""

    runs: tuple[Run, ...] = ()
    wrapped: bool = False

    @property
    def text(self) -> str:
        """The characters, gaps between runs filled with spaces, nothing after the last one."""
        parts: list[str] = []
        at = 0
        for run in self.runs:
            parts.append(" " * (run.column - at) + run.text)
            at = run.column + run.width
        return "".join(parts).rstrip()


EMPTY = Line()


def printed_text(data: bytes) -> str:
    """What a printed line reads like: no escape sequences, only what the last carriage return left."""
    clean = _ESCAPES.sub(b"", data.rstrip(b"\r").rpartition(b"\r")[2])
    return clean.decode("utf-8", "replace").expandtabs(TAB).rstrip()


def parse_line(data: bytes) -> Line:
    """A printed line with its colours; cursor movements in it are left out."""
    runs: list[Run] = []
    style, column = PLAIN, 0
    for token in Tokens().feed(data.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace")):
        if token.kind == "text":
            for text, width in pieces(token.value):
                runs.append(Run(column, text, style, width))
                column += width
        elif token.kind == "control" and token.value == "\t":
            column += TAB - column % TAB
        elif token.kind == "csi" and token.value == "m" and not token.private:
            style = styled(style, token.parameters)
    return Line(tuple(runs))


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """Text in pieces that a monospaced font draws in step: ASCII together, everything else one by one."""
    if text.isascii():
        yield text, len(text)
        return
    for part in re.split(r"([^\x00-\x7f])", text):
        if part:
            yield part, len(part) if part.isascii() else max(1, columns_of(part))


def columns_of(character: str) -> int:
    """How many columns a character takes: 0 for combining marks, 2 for wide ones."""
    return max(0, wcwidth(character))


_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def styled(style: Style, parameters: Sequence[int]) -> Style:
    """The style after a "select graphic rendition" sequence."""
    changes: dict[str, object] = {}
    codes = list(parameters or (0,))
    while codes:
        code = codes.pop(0)
        if code == 0:
            style, changes = PLAIN, {}
        elif code in _SWITCHES:
            name, on = _SWITCHES[code]
            changes[name] = on
            if code == 22:
                changes["bold"] = False
        elif code in (38, 48):
            found = _extended(codes)
            if found is not None:
                changes["fg" if code == 38 else "bg"] = found
        elif 30 <= code <= 37 or 40 <= code <= 47:
            changes["fg" if code < 40 else "bg"] = _NAMES[code % 10]
        elif 90 <= code <= 97 or 100 <= code <= 107:
            changes["fg" if code < 100 else "bg"] = f"bright{_NAMES[code % 10]}"
        elif code in (39, 49):
            changes["fg" if code == 39 else "bg"] = ""
    if not changes:
        return style
    values = {name: getattr(style, name) for name in Style.__dataclass_fields__} | changes
    return Style(**values)


_SWITCHES = {
    1: ("bold", True),
    3: ("italic", True),
    4: ("underline", True),
    7: ("reverse", True),
    9: ("struck", True),
    22: ("bold", False),
    23: ("italic", False),
    24: ("underline", False),
    27: ("reverse", False),
    29: ("struck", False),
}


def _extended(codes: list[int]) -> str | None:
    """A colour of the 256, or a true one; takes its numbers off `codes`."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return indexed(codes.pop(0))
    if kind == 2 and len(codes) >= 3:
        red, green, blue = (min(255, codes.pop(0)) for _ in range(3))
        return f"{red:02x}{green:02x}{blue:02x}"
    return None


def indexed(number: int) -> str:
    """One of the 256 colours: the first sixteen by name, the others as `rrggbb`."""
    if number < 8:
        return _NAMES[number]
    if number < 16:
        return f"bright{_NAMES[number - 8]}"
    if number < 232:
        steps = (0, 95, 135, 175, 215, 255)
        cube = number - 16
        return "".join(f"{steps[cube // divisor % 6]:02x}" for divisor in (36, 6, 1))
    return f"{min(255, 8 + (number - 232) * 10):02x}" * 3
