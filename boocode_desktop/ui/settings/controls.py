"""One control per kind of setting."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from boocode_desktop.config.settings import SettingSpec
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.settings.switch import Switch
from boocode_desktop.ui.settings.values import list_text, list_value
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.segmented import Segmented

_FEW, _LARGEST, _TEXT_WIDTH, _NUMBER_WIDTH = 4, 100_000_000, 240, 84
Changed = Callable[[Any], None]


def control_for(theme: Theme, spec: SettingSpec, value: Any, changed: Changed) -> QWidget:
    """The control that shows `value` and calls `changed` with the new one."""
    match spec.kind:
        case "switch":
            return _switch(theme, spec, value, changed)
        case "choice":
            return _choice(theme, spec, value, changed)
        case "number":
            return _number(spec, value, changed)
        case "list":
            return _list(spec, value, changed)
        case _:
            return _text(spec, value, changed)


def picker_for(
    theme: Theme, spec: SettingSpec, icon: str, choices: list[Choice], value: str, changed: Changed
) -> Picker:
    """A menu of choices that are known only while the program runs (agents, models)."""
    picker = Picker(theme, spec.label, icon, framed=True)
    picker.offer(choices, value)

    def chosen(choice_id: str) -> None:
        picker.select(choice_id)
        changed(choice_id)

    picker.chosen.connect(chosen)
    return picker


def _switch(theme: Theme, spec: SettingSpec, value: bool, changed: Changed) -> QWidget:
    switch = Switch(theme, spec.label)
    switch.setChecked(value)
    switch.toggled.connect(changed)
    return switch


def _choice(theme: Theme, spec: SettingSpec, value: str, changed: Changed) -> QWidget:
    labels = [(choice, choice.capitalize() or "Default") for choice in spec.choices]
    if len(labels) <= _FEW:
        row = Segmented(theme, labels, name=spec.label)
        row.select(value)
        row.chosen.connect(changed)
        return row
    choices = [Choice(id=choice, label=label) for choice, label in labels]
    return picker_for(theme, spec, "sliders-horizontal", choices, value, changed)


class Nearest(QIntValidator):
    """Takes whole numbers; one out of bounds becomes the nearest that fits, nothing at all becomes `empty`."""

    def __init__(self, lowest: int, largest: int, empty: str, parent: QObject) -> None:
        super().__init__(lowest, largest, parent)
        self._empty = empty

    def fixup(self, text: str) -> str:
        """What is left in the field when somebody leaves it."""
        digits = text.strip()
        return str(min(max(int(digits), self.bottom()), self.top())) if digits.isdecimal() else self._empty


def _number(spec: SettingSpec, value: int | None, changed: Changed) -> QWidget:
    line = QLineEdit("" if value is None else str(value))
    line.setAccessibleName(spec.label)
    line.setFixedWidth(_NUMBER_WIDTH)
    line.setPlaceholderText("none" if spec.optional else str(spec.default))
    lowest = spec.minimum if spec.minimum is not None else 0
    line.setValidator(Nearest(lowest, spec.maximum or _LARGEST, "" if spec.optional else str(spec.default), line))

    def finished() -> None:
        text = line.text().strip()
        changed(int(text) if text else None if spec.optional else spec.default)

    line.editingFinished.connect(finished)
    if spec.optional:
        # An empty field is "intermediate" to the validator, which then keeps `editingFinished` back.
        line.textChanged.connect(lambda text: finished() if not text else None)
    return line


class TextLine(QLineEdit):
    """A field with room for some words, which gives way where there is little."""

    def sizeHint(self) -> QSize:
        """Some words."""
        return QSize(_TEXT_WIDTH, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A word."""
        return QSize(_TEXT_WIDTH // 2, super().minimumSizeHint().height())


def _text(spec: SettingSpec, value: str, changed: Changed) -> QWidget:
    line = TextLine(value)
    line.setAccessibleName(spec.label)
    line.setMaximumWidth(_TEXT_WIDTH)
    line.editingFinished.connect(lambda: changed(line.text().strip()))
    return line


def _list(spec: SettingSpec, value: Any, changed: Changed) -> QWidget:
    line = TextLine(list_text(value))
    line.setAccessibleName(spec.label)
    line.setMaximumWidth(_TEXT_WIDTH)
    line.setPlaceholderText("off" if spec.optional else "")

    def finished() -> None:
        try:
            changed(list_value(line.text(), spec))
        except ValueError:
            line.setToolTip("A quote is not closed.")
            line.setFocus()

    line.editingFinished.connect(finished)
    return line
