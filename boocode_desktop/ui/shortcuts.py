"""Which keys do what when people chose some of their own, and which choices are refused. Decisions of values alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from boocode_desktop.config.settings import KeyBinding
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.actions import ActionSpec

FIXED = "composer"
"""Keys of the text field itself, which cannot be chosen."""

_IN_TEXTS = (
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Left,
    Qt.Key.Key_Up,
    Qt.Key.Key_Right,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


def chosen_keys(bindings: Iterable[KeyBinding]) -> dict[str, str]:
    """The keys people chose, by action; "" takes the keys away."""
    return {binding.name: binding.keys for binding in bindings}


def keys_in_force(table: Sequence[ActionSpec], chosen: Mapping[str, str]) -> dict[str, str]:
    """The keys of every action, without choices for actions that are fixed or unknown."""
    return {spec.id: spec.shortcut if spec.where == FIXED else chosen.get(spec.id, spec.shortcut) for spec in table}


def conflict(table: Sequence[ActionSpec], chosen: Mapping[str, str], action_id: str, keys: str) -> ActionSpec | None:
    """The action that has these keys already where `action_id` would work."""
    spec = next(row for row in table if row.id == action_id)
    wanted = QKeySequence(keys).toString()
    in_force = keys_in_force(table, chosen)
    for other in table:
        meets = "window" in (spec.where, other.where) or spec.where == other.where
        if other.id != action_id and meets and wanted and QKeySequence(in_force[other.id]).toString() == wanted:
            return other
    return None


def writes(keys: str) -> bool:
    """Whether keys write or move in a text: letters, Enter, arrows, with nothing but Shift held."""
    sequence = QKeySequence(keys)
    if sequence.isEmpty():
        return False
    first: QKeyCombination = sequence[0]  # type: ignore[index]
    held = first.keyboardModifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return held == Qt.KeyboardModifier.NoModifier and (first.key() < Qt.Key.Key_Escape or first.key() in _IN_TEXTS)


def with_keys(
    table: Sequence[ActionSpec], bindings: Sequence[KeyBinding], action_id: str, keys: str
) -> tuple[KeyBinding, ...]:
    """The choices with one more; the keys an action has by itself need no choice.

    Raises:
        UserFacingError: another action has the keys, or they would take a letter from the text.
    """
    spec = next(row for row in table if row.id == action_id)
    taken = conflict(table, chosen_keys(bindings), action_id, keys)
    if taken is not None:
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        raise UserFacingError(
            f"{shown} belongs to “{taken.title.rstrip('…')}”. Nothing was changed.",
            "Take other keys, or free it there.",
        )
    if spec.where != "changes" and writes(keys):
        raise UserFacingError(f"{keys} alone would be missing in every text. Nothing was changed.", "Add Ctrl or Alt.")
    left = tuple(binding for binding in bindings if binding.name != action_id)
    if QKeySequence(keys) == QKeySequence(spec.shortcut):
        return left
    known = next((binding for binding in bindings if binding.name == action_id), KeyBinding(name=action_id))
    return (*left, replace(known, keys=keys))
