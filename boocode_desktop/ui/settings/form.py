"""Settings as rows that keep each change at once. One form serves every page of the dialog."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.config.settings import Settings, SettingSpec, settings_table
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.ui.composer.choices import agent_choices
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.settings.controls import Changed, control_for, picker_for
from boocode_desktop.ui.settings.rows import SettingRow
from boocode_desktop.ui.settings.values import value_of, with_value
from boocode_desktop.ui.theme.theme import Theme

_FIRST_MODEL = Choice(id="", label="The first there is")
_ASKING = "\0asking"
_LISTS = ("shortcuts", "endpoints")


def model_entries(models: Sequence[ModelInfo], chosen: str, *, asking: bool = False) -> list[Choice]:
    """What can be chosen as the model of new chats; one that nobody offers now stays, and says so."""
    # The settings may hold a name as well as an id.
    by_name = next((m for m in models if m.name == chosen), None) if all(m.id != chosen for m in models) else None
    entries = [_FIRST_MODEL]
    for model in models:
        entry = chosen if model is by_name else model.id
        entries.append(Choice(id=entry, label=model.name or model.id, note=model.provider))
    if chosen and chosen not in {entry.id for entry in entries}:
        entries.append(Choice(id=chosen, label=chosen, note="" if asking else "not offered by any service now"))
    if asking:
        entries.append(Choice(id=_ASKING, label="Asking the services…", enabled=False))
    return entries


class SettingsForm(QObject):
    """Makes rows and keeps what people change, one change after the other.

    Signals:
        changed(str): the setting of this key is to be shown anew: it has another value, or a change was refused.
    """

    changed = Signal(str)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._saving = asyncio.Lock()
        self.table = {spec.key: spec for spec in settings_table()}
        self._known = context.setup.settings()
        self.destroyed.connect(context.setup.watch_settings(self._on_settings_changed))

    def fill(self, column: QVBoxLayout, specs: Sequence[SettingSpec]) -> None:
        """A row for each setting, at the end of a column."""
        for number, spec in enumerate(specs, 1):
            column.addWidget(self.row(spec, last=number == len(specs)))

    def row(self, spec: SettingSpec, *, last: bool = False) -> SettingRow:
        """The row of a setting, kept in step with its value."""
        row = FormRow(self._context.theme, spec, self, last=last)
        self.changed.connect(row.follow)
        return row

    def value(self, key: str) -> Any:
        """What is in force."""
        return value_of(self._context.setup.settings(), key)

    def change(self, key: str, value: Any) -> None:
        """Keep a value and put it in force."""

        def refused(problem: UserFacingError) -> None:
            self.changed.emit(key)
            self._context.bridge.refused.emit(problem)

        if self.value(key) != value:
            self._context.bridge.run(self._keep(key, value), error=refused)

    async def reset_all(self) -> Path:
        """Every default again, but services stay; the file that holds the settings of before."""
        async with self._saving:
            return await self._context.setup.reset_settings()

    def control(self, spec: SettingSpec, value: Any, changed: Changed) -> QWidget:
        """The control of a setting, showing `value`."""
        theme = self._context.theme
        if spec.key == "default_agent":
            choices = agent_choices(self._context.front.agents.snapshot(), value)
            return picker_for(theme, spec, "bot", choices, value, changed)
        if spec.key == "default_model":
            picker = picker_for(theme, spec, "cpu", model_entries((), value, asking=True), value, changed)
            self._ask_models(picker)
            picker.opening.connect(lambda: self._ask_models(picker))
            return picker
        return control_for(theme, spec, value, changed)

    def _ask_models(self, picker: Picker) -> None:
        def answered(models: Sequence[ModelInfo]) -> None:
            picker.offer(model_entries(models, picker.selected), picker.selected)

        asking = Going(words="Asking which models there are", stop="at once")
        self._context.bridge.run(self._context.front.models.available(), owner=picker, done=answered, slow=asking)

    async def _keep(self, key: str, value: Any) -> None:
        # A second change made meanwhile must not begin from what the first one is about to replace.
        async with self._saving:
            fresh = with_value(self._context.setup.settings(), key, value)
            await self._context.setup.save_settings(fresh)

    def _on_settings_changed(self, fresh: Settings) -> None:
        before, self._known = self._known, fresh
        for key in (*self.table, *_LISTS):
            if value_of(before, key) != value_of(fresh, key):
                self.changed.emit(key)


class FormRow(SettingRow):
    """A row that follows the form."""

    def __init__(self, theme: Theme, spec: SettingSpec, form: SettingsForm, *, last: bool) -> None:
        self.key, self._spec, self._form = spec.key, spec, form
        self._shown = form.value(spec.key)
        control = form.control(spec, self._shown, self._on_changed)
        super().__init__(theme, spec.label, spec.help, control, last=last)
        self.reset_asked.connect(self._on_reset_asked)
        self.show_changed(self._shown != spec.default)

    def follow(self, key: str) -> None:
        """Show the value of this setting, if the key is its own."""
        if key != self.key:
            return
        value = self._form.value(key)
        self.show_changed(value != self._spec.default)
        if value != self._shown:
            self._shown = value
            self.replace_control(self._form.control(self._spec, value, self._on_changed))

    def _on_changed(self, value: Any) -> None:
        self._shown = value
        self._form.change(self.key, value)

    def _on_reset_asked(self) -> None:
        self.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self._form.change(self.key, self._spec.default)
