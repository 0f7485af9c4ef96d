"""Keys in a terminal: which are the window's, which the view's own, and what the others send. Decisions of values."""

from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from boocode_desktop.content.terminal.keys import ALT, CTRL, SHIFT, key_bytes
from boocode_desktop.ui.actions import action_table

Own = Literal["copy", "paste", "page_up", "page_down", "top", "bottom"]
Keys = Callable[[], Mapping[str, str]]
"""The keys that actions have now, by their ids."""

WINDOW_ACTIONS = (
    "view.next_part",
    "view.previous_part",
    "view.terminal",
    "view.palette",
    "chat.next",
    "chat.previous",
    "session.next",
    "session.previous",
    "program.settings",
    "terminal.copy",
    "terminal.paste",
    "terminal.find",
    "terminal.next",
    "terminal.previous",
)
"""Actions whose keys are the window's in a terminal too: the ways out, and what the pane does. Every other key without
both Ctrl and Shift, or both Ctrl and Alt, is the shell's."""
FULL_SCREEN_ACTIONS = frozenset(WINDOW_ACTIONS) - {"view.palette"}
"""The same while a program has the whole screen: editors need Ctrl K themselves, and F6 leads out of them."""

_OWN: dict[tuple[int, Qt.Key], Own] = {
    (CTRL, Qt.Key.Key_Insert): "copy",
    (SHIFT, Qt.Key.Key_Insert): "paste",
    (SHIFT, Qt.Key.Key_PageUp): "page_up",
    (SHIFT, Qt.Key.Key_PageDown): "page_down",
    (SHIFT, Qt.Key.Key_Home): "top",
    (SHIFT, Qt.Key.Key_End): "bottom",
}
_NAMES = {
    Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down", Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End", Qt.Key.Key_PageUp: "PageUp", Qt.Key.Key_PageDown: "PageDown",
    Qt.Key.Key_Insert: "Insert", Qt.Key.Key_Delete: "Delete", Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Tab: "Tab", Qt.Key.Key_Backtab: "Backtab", Qt.Key.Key_Escape: "Escape",
    Qt.Key.Key_Backspace: "Backspace", **{getattr(Qt.Key, f"Key_F{n}"): f"F{n}" for n in range(1, 13)},
}  # fmt: skip


def first_keys() -> Mapping[str, str]:
    """The keys that actions have by themselves."""
    return {spec.id: spec.shortcut for spec in action_table()}


def modifiers_of(held: Qt.KeyboardModifier) -> int:
    """Shift, Alt and Ctrl as terminals count them."""
    return (
        (SHIFT if held & Qt.KeyboardModifier.ShiftModifier else 0)
        | (ALT if held & Qt.KeyboardModifier.AltModifier else 0)
        | (CTRL if held & Qt.KeyboardModifier.ControlModifier else 0)
    )


def own_of(event: QKeyEvent) -> Own | None:
    """What the terminal itself does for a key."""
    return _OWN.get((modifiers_of(event.modifiers()), Qt.Key(event.key())))


def is_windows(event: QKeyEvent, keys: Mapping[str, str], *, full_screen: bool) -> bool:
    """Whether a key is left to the window's shortcuts."""
    if own_of(event) is not None:
        return False
    modifiers = modifiers_of(event.modifiers())
    if modifiers & CTRL and modifiers & (SHIFT | ALT):
        return True
    pressed = QKeySequence(event.keyCombination())
    kept = FULL_SCREEN_ACTIONS if full_screen else WINDOW_ACTIONS
    return any(keys.get(action) and QKeySequence(keys[action]) == pressed for action in kept)


def sent_by(event: QKeyEvent, *, application: bool) -> bytes:
    """The bytes that a key sends to the program; `application` as it asked for the arrow keys."""
    modifiers = modifiers_of(event.modifiers())
    name, text = _NAMES.get(Qt.Key(event.key()), ""), event.text()
    if modifiers & CTRL and not name and 32 <= event.key() < 127:
        text = chr(event.key())
    elif modifiers & ALT and not text and 32 <= event.key() < 127:
        text = chr(event.key()).lower()
    return key_bytes(name, text, modifiers if name else modifiers & ~SHIFT, application=application)
