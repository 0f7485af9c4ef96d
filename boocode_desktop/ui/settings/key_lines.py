"""The rows of the keyboard page: actions with the keys in force, by menu, as a search leaves them. Values alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from boocode_desktop.ui.actions import ActionSpec
from boocode_desktop.ui.shortcuts import FIXED

PLACES = {
    "changes": "while the changes have the focus",
    "composer": "while you write",
    "chat": "in the chat",
    "terminal": "in a terminal",
}
NO_KEYS = "none"
_MODIFIERS = frozenset(("ctrl", "alt", "shift", "meta"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """An action, or with `id` "" the caption of a menu. `own` are the keys it has by itself, `keys` those in force."""

    id: str = ""
    title: str
    place: str = ""
    keys: str = ""
    own: str = ""
    fixed: bool = False

    @property
    def shown(self) -> str:
        """The keys as people read them."""
        return keys_text(self.keys) or NO_KEYS

    @property
    def changed(self) -> bool:
        """Whether somebody chose other keys."""
        return not self.fixed and QKeySequence(self.keys) != QKeySequence(self.own)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        if not self.id:
            return self.title
        words = [self.title, self.place, "no keys" if self.shown == NO_KEYS else self.shown]
        if self.fixed:
            words.append("cannot be changed")
        if self.changed:
            words.append(f"chosen, by itself {keys_text(self.own) or 'no keys'}")
        return ", ".join(word for word in words if word)


def keys_text(keys: str) -> str:
    """Keys of the settings as people read them, such as `Ctrl K`."""
    text = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("+", " ").replace("Return", "Enter").strip() if text != "+" else text


def key_lines(table: Sequence[ActionSpec], in_force: Mapping[str, str], query: str = "") -> tuple[KeyLine, ...]:
    """Every action under the caption of its menu; with a query, those that hold all of its words."""
    words = query.lower().replace("+", " ").split()
    lines: list[KeyLine] = []
    for menu in dict.fromkeys(spec.menu for spec in table):
        rows = [_line(spec, in_force[spec.id]) for spec in table if spec.menu == menu]
        found = [row for row in rows if _holds(row, menu, words)]
        if found:
            lines += [KeyLine(title=menu.capitalize()), *found]
    return tuple(lines)


def _line(spec: ActionSpec, keys: str) -> KeyLine:
    return KeyLine(
        id=spec.id,
        title=spec.title.rstrip("…"),
        place=PLACES.get(spec.where, ""),
        keys=keys,
        own=spec.shortcut,
        fixed=spec.where == FIXED,
    )


def _holds(line: KeyLine, menu: str, words: Sequence[str]) -> bool:
    keys = line.shown.lower().split()
    if _MODIFIERS.intersection(words):
        return keys[: len(words)] == list(words) or (len(words) == 1 and words[0] in keys)
    text = f"{line.title} {menu} {line.place}".lower()
    return all(word in text or word in keys for word in words)
