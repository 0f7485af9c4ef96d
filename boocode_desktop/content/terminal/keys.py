"""What a terminal sends for keys, pastes and the mouse. Pure."""

import re
from typing import Literal

SHIFT, ALT, CTRL = 1, 2, 4
_ARROWS = {"Up": "A", "Down": "B", "Right": "C", "Left": "D", "Home": "H", "End": "F"}
_NUMBERED = {
    "Insert": 2, "Delete": 3, "PageUp": 5, "PageDown": 6,
    "F5": 15, "F6": 17, "F7": 18, "F8": 19, "F9": 20, "F10": 21, "F11": 23, "F12": 24,
}  # fmt: skip
_FUNCTIONS = {"F1": "P", "F2": "Q", "F3": "R", "F4": "S"}
_PLAIN = {"Return": "\r", "Enter": "\r", "Tab": "\t", "Escape": "\x1b", "Backspace": "\x7f"}
_CTRL = {
    " ": "\x00",
    "@": "\x00",
    "[": "\x1b",
    "\\": "\x1c",
    "]": "\x1d",
    "^": "\x1e",
    "_": "\x1f",
    "/": "\x1f",
    "?": "\x7f",
}
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
Button = Literal["left", "middle", "right", "none", "wheel_up", "wheel_down"]
_LEGACY_MOST = 222
_BUTTONS = {"left": 0, "middle": 1, "right": 2, "none": 3, "wheel_up": 64, "wheel_down": 65}


def key_bytes(name: str, text: str = "", modifiers: int = 0, *, application: bool = False) -> bytes:
    """The bytes of a key.

    Args:
        name: Its name as Qt has it (`Up`, `F5`, `Return`); "" for a key that only types.
        text: What it types without Ctrl and Alt.
        modifiers: `SHIFT`, `ALT` and `CTRL` together.
        application: Whether the program asked for application keys.
    """
    sequence = _named(name, modifiers, application)
    if sequence is not None:
        return sequence.encode()
    if modifiers & CTRL:
        code = _ctrl(text)
        if code is None:
            return b""
        text = code
    return (("\x1b" if modifiers & ALT and text else "") + text).encode()


def _named(name: str, modifiers: int, application: bool) -> str | None:
    mark = f";{modifiers + 1}" if modifiers else ""
    if name in _ARROWS:
        if mark:
            return f"\x1b[1{mark}{_ARROWS[name]}"
        return f"\x1b{'O' if application else '['}{_ARROWS[name]}"
    if name in _NUMBERED:
        return f"\x1b[{_NUMBERED[name]}{mark}~"
    if name in _FUNCTIONS:
        return f"\x1b[1{mark}{_FUNCTIONS[name]}" if mark else f"\x1bO{_FUNCTIONS[name]}"
    if name == "Backtab" or (name == "Tab" and modifiers & SHIFT):
        return "\x1b[Z"
    if name in _PLAIN:
        plain = "\x08" if name == "Backspace" and modifiers & CTRL else _PLAIN[name]
        return ("\x1b" if modifiers & ALT else "") + plain
    return None


def _ctrl(text: str) -> str | None:
    letter = text.lower()
    if len(letter) == 1 and "a" <= letter <= "z":
        return chr(ord(letter) - 96)
    return _CTRL.get(text)


def runs_at_once(text: str, *, bracketed: bool) -> bool:
    """Whether pasting a text would run it line by line, before anybody could look at it."""
    return not bracketed and ("\n" in text or "\r" in text)


def paste_bytes(text: str, *, bracketed: bool) -> bytes:
    """Pasted text without control characters, so that nothing in it can end the paste or act as a key."""
    clean = _UNSAFE.sub("", text.replace("\r\n", "\r").replace("\n", "\r"))
    return (f"\x1b[200~{clean}\x1b[201~" if bracketed else clean).encode()


def mouse_bytes(
    button: Button,
    column: int,
    line: int,
    modifiers: int,
    *,
    pressed: bool,
    moved: bool = False,
    legacy: bool = False,
) -> bytes:
    """A movement of the mouse; column and line count from 0. The `legacy` form ends at column and line 222,
    and does not say which button was let go."""
    code = _BUTTONS[button] + (32 if moved else 0)
    code += (4 if modifiers & SHIFT else 0) + (8 if modifiers & ALT else 0) + (16 if modifiers & CTRL else 0)
    if not legacy:
        return f"\x1b[<{code};{column + 1};{line + 1}{'M' if pressed else 'm'}".encode()
    if max(column, line) > _LEGACY_MOST:
        return b""
    return b"\x1b[M" + bytes((32 + (code if pressed else code | 3), 33 + column, 33 + line))
