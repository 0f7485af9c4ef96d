"""The keyboard page: every action with its keys, which can be changed by pressing others."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.key_lines import key_lines
from boocode_desktop.ui.settings.key_list import KeyList
from boocode_desktop.ui.settings.parts import page_column, words_of
from boocode_desktop.ui.shortcuts import chosen_keys, keys_in_force, with_keys
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import Card

KEY = "shortcuts"
HINT = "Enter or a click chooses other keys, Backspace takes them away, Ctrl Backspace brings its own ones back."
_LEAST = 260


class KeyboardPage(QWidget):
    """Changes are kept at once."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._form = form
        self._table = tuple(context.actions.specs.values())
        self._titles = {spec.id: spec.title.rstrip("…") for spec in self._table}
        column = page_column(self, "Keyboard", "Every action and its keys.")
        head = QHBoxLayout()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search actions or keys")
        self.search.setAccessibleName("Search actions or keys")
        self.search.textChanged.connect(lambda _: self._show())
        head.addWidget(self.search, 1)
        self.reset = Button(context.theme, "Reset all keys", "sec", height=METRICS.input)
        self.reset.clicked.connect(lambda: form.change(KEY, ()))
        head.addWidget(self.reset)
        column.addLayout(head)
        self.note = text_label(HINT, METRICS.meta, tone="muted")
        column.addWidget(self.note)
        card = Card(context.theme, surface="bg1")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4, 4, 2, 4)
        self.list = KeyList(context.theme)
        self.list.setMinimumHeight(_LEAST)
        self.list.keys_pressed.connect(self._choose)
        self.list.reset_asked.connect(self._on_reset_asked)
        self.list.waiting_changed.connect(self._on_waiting_changed)
        inside.addWidget(self.list)
        column.addWidget(card, 1)
        form.changed.connect(self._on_form_changed)
        self._show()

    def _choose(self, action_id: str, keys: str) -> None:
        try:
            bindings = with_keys(self._table, self._form.value(KEY), action_id, keys)
        except UserFacingError as problem:
            self._say(words_of(problem))
            return
        self._say(HINT)
        self._form.change(KEY, bindings)

    def _show(self) -> None:
        chosen = chosen_keys(self._form.value(KEY))
        self.list.show_lines(key_lines(self._table, keys_in_force(self._table, chosen), self.search.text()))
        self.reset.setEnabled(bool(chosen))

    def _say(self, words: str) -> None:
        self.note.setText(words)
        if words != HINT:
            self.list.say(words)

    def _on_form_changed(self, key: str) -> None:
        if key == KEY:
            self._show()

    def _on_reset_asked(self, action_id: str) -> None:
        self._choose(action_id, next(spec.shortcut for spec in self._table if spec.id == action_id))

    def _on_waiting_changed(self, action_id: str) -> None:
        if action_id:
            self._say(f"Press the keys for “{self._titles[action_id]}”. Esc leaves them, Backspace takes them away.")
        elif self.note.text().startswith("Press the keys"):
            self._say(HINT)
