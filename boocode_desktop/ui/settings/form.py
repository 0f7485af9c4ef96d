"""Settings as rows that keep each change at once. One form serves every page of the dialog."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Settings, SettingSpec, settings_table
from boocode_desktop.ui.composer.choices import agent_choices
from boocode_desktop.ui.composer.pickers import Choice
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.settings.controls import control_for, picker_for
from boocode_desktop.ui.settings.rows import SettingRow
from boocode_desktop.ui.settings.values import value_of, with_value
from boocode_desktop.ui.shortcuts import chosen_keys, keys_in_force
from boocode_desktop.ui.theme.theme import Theme

_FIRST_MODEL = Choice(id="", label="The first there is")


class SettingsForm(QObject):
    """Makes rows and keeps what people change, one change after the other.

    Signals:
        changed(str): the setting of this key has another value now.
        replaced: all settings may be other ones now; what shows them is made anew.
    """

    changed = Signal(str)
    replaced = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._saving = asyncio.Lock()
        self.table = {spec.key: spec for spec in settings_table()}

    def fill(self, column: QVBoxLayout, specs: Sequence[SettingSpec]) -> None:
        """A row for each setting, at the end of a column."""
        for number, spec in enumerate(specs, 1):
            column.addWidget(self.row(spec, last=number == len(specs)))

    def row(self, spec: SettingSpec, *, last: bool = False) -> SettingRow:
        """The row of a setting, kept in step with its value."""
        row = FormRow(self._context.theme, spec, self.control(spec, self.value(spec.key)), self, last=last)
        self.changed.connect(row.follow)
        return row

    def value(self, key: str) -> Any:
        """What is in force."""
        return value_of(self._context.setup.settings(), key)

    def change(self, key: str, value: Any) -> None:
        """Keep a value and put it in force."""
        if self.value(key) != value:
            self._context.bridge.run(self._keep(key, value))

    def reset_all(self) -> None:
        """Every default again; services and their keys stay."""
        self._context.bridge.run(self._reset_all(), done=lambda _: self.replaced.emit(), key="settings.reset")

    def taken_anew(self) -> None:
        """Somebody else replaced the settings."""
        put_in_force(self._context, self._context.setup.settings())
        self.replaced.emit()

    async def _reset_all(self) -> None:
        async with self._saving:
            kept = self._context.setup.settings()
            fresh = replace(Settings(), endpoints=kept.endpoints)
            await self._context.setup.save_settings(fresh)
        put_in_force(self._context, fresh)

    async def _keep(self, key: str, value: Any) -> None:
        # A second change made meanwhile must not begin from what the first one is about to replace.
        async with self._saving:
            fresh = with_value(self._context.setup.settings(), key, value)
            await self._context.setup.save_settings(fresh)
        put_in_force(self._context, fresh)
        self.changed.emit(key)

    def control(self, spec: SettingSpec, value: Any) -> QWidget:
        """The control of a setting, showing `value`."""
        theme = self._context.theme

        def changed(new: Any) -> None:
            self.change(spec.key, new)

        if spec.key == "default_agent":
            choices = agent_choices(self._context.front.agents.snapshot(), value)
            return picker_for(theme, spec, "bot", choices, value, changed)
        if spec.key == "default_model":
            picker = picker_for(theme, spec, "cpu", [_FIRST_MODEL, Choice(id=value, label=value)], value, changed)
            self._context.bridge.run(
                self._context.front.models.available(),
                owner=picker,
                done=lambda models: picker.offer(
                    [_FIRST_MODEL, *(Choice(id=m.id, label=m.name or m.id, note=m.provider) for m in models)],
                    picker.selected,
                ),
            )
            return picker
        return control_for(theme, spec, value, changed)


class FormRow(SettingRow):
    """A row that follows the form."""

    def __init__(self, theme: Theme, spec: SettingSpec, control: QWidget, form: SettingsForm, *, last: bool) -> None:
        super().__init__(theme, spec.label, spec.help, control, last=last)
        self._spec, self._form = spec, form
        self.key = spec.key
        self.reset_asked.connect(self._on_reset_asked)
        self.follow(spec.key)

    def follow(self, key: str) -> None:
        """The setting of this key changed."""
        if key == self._spec.key:
            self.show_changed(self._form.value(key) != self._spec.default)

    def _on_reset_asked(self) -> None:
        self._form.change(self._spec.key, self._spec.default)
        self.replace_control(self._form.control(self._spec, self._spec.default))


def put_in_force(context: Context, settings: Settings) -> None:
    """What the window itself takes from the settings."""
    app = QApplication.instance()
    theme = context.theme
    theme.reduced_motion, theme.text_size = settings.reduced_motion, settings.text_size
    table = tuple(context.actions.specs.values())
    context.actions.set_keys(keys_in_force(table, chosen_keys(settings.shortcuts)))
    if isinstance(app, QApplication) and theme.choice != settings.theme:
        theme.apply(app, settings.theme)
