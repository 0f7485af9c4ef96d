"""How text of a terminal looks, as values, and what "select graphic rendition" makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Style:
    """How a run looks: colours as names (`red`, `brightred`) or `rrggbb`, "" for the terminal's own. `link` is the web
    address that the program gave the text, "" for none."""

    fg: str = ""
    bg: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    reverse: bool = False
    link: str = ""


PLAIN = Style()
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_SWITCHES: dict[int, dict[str, bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"reverse": True},
    9: {"struck": True},
    21: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"reverse": False},
    29: {"struck": False},
}


def styled(style: Style, parameters: Sequence[int]) -> Style:
    """The style after a "select graphic rendition" sequence."""
    changes: dict[str, object] = {}
    codes = list(parameters or (0,))
    while codes:
        code = codes.pop(0)
        if code == 0:
            style, changes = Style(link=style.link), {}
        elif code in _SWITCHES:
            changes.update(_SWITCHES[code])
        elif code in (38, 48, 58):
            found = _extended(codes)
            if found is not None and code != 58:  # the colour of an underline is its text's
                changes["fg" if code == 38 else "bg"] = found
        elif 30 <= code <= 37 or 40 <= code <= 47:
            changes["fg" if code < 40 else "bg"] = _NAMES[code % 10]
        elif 90 <= code <= 97 or 100 <= code <= 107:
            changes["fg" if code < 100 else "bg"] = f"bright{_NAMES[code % 10]}"
        elif code in (39, 49):
            changes["fg" if code == 39 else "bg"] = ""
    return replace(style, **changes) if changes else style  # type: ignore[arg-type]  # names of fields


def with_link(style: Style, address: str) -> Style:
    """The style with another address, "" for none."""
    return style if style.link == address else replace(style, link=address)


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


def flattened(group: str) -> str:
    """A parameter with parts (`4:3`, `38:2::1:2:3`) as the older form with semicolons that means the same; "" when it
    has none."""
    kind, *parts = group.split(":")
    if kind == "4":
        return "24" if parts[:1] == ["0"] else "4"
    if kind in ("38", "48") and parts[:1] == ["5"]:
        return ";".join((kind, *parts[:2]))
    if kind in ("38", "48") and parts[:1] == ["2"]:
        # With four or more numbers the first one names a colour space.
        return ";".join((kind, "2", *(parts[2:5] if len(parts) > 4 else parts[1:4])))
    return ""
