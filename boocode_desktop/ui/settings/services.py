"""The page of services: those that are kept, and the form that adds one."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Endpoint
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.first_run.key_card import EndpointForm
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import page_column, words_of
from boocode_desktop.ui.settings.rows import clear, lay_out_again
from boocode_desktop.ui.setup_port import KeyPlace, NoKeyringError
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.chips import Chip, Tone
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.wait_line import WaitLine

KEYS: dict[KeyPlace, tuple[str, Tone]] = {
    "keyring": ("key in the keyring", "ok"),
    "file": ("key in a file", "warn"),
    "environment": ("key from the environment", "info"),
    "none": ("no key", "plain"),
}


def models_text(count: int) -> str:
    """How many models."""
    return "1 model" if count == 1 else f"{count} models"


class ServiceRow(Card):
    """A kept service. Its key is never shown: only whether there is one, and where.

    Signals:
        removed(str): its name.
    """

    removed = Signal(str)

    def __init__(self, context: Context, endpoint: Endpoint) -> None:
        super().__init__(context.theme, surface="bg1")
        self._context, self._endpoint = context, endpoint
        name, theme = endpoint.name, context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 8, 8)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(theme, name, font=ui_font(METRICS.ui, 600)))
        texts.addWidget(ElidedLabel(theme, endpoint.base_url, tone="tx2", font=code_font(METRICS.caption)))
        row.addLayout(texts, 1)
        self.key = Chip(theme, "…")
        row.addWidget(self.key)
        for text, about, act in (("Test", f"Test {name}", self.test), ("Key…", f"Change the key of {name}", self.edit)):
            button = Button(theme, text, "flat", height=METRICS.row_button)
            button.setAccessibleName(about)
            button.clicked.connect(act)
            row.addWidget(button)
        remove = IconButton(theme, "trash-2", f"Forget {name} and its key", tone="tx3")
        remove.clicked.connect(lambda: self.removed.emit(name))
        row.addWidget(remove)
        column.addLayout(row)
        self.note = text_label("", METRICS.meta)
        self.note.hide()
        column.addWidget(self.note)
        self._job = f"service.test.{name}"
        self.wait = WaitLine(theme)
        self.wait.cancelled.connect(self._cancel)
        column.addWidget(self.wait)
        self._column = column
        self._editor: KeyEditor | None = None
        self._look_for_key()

    def test(self) -> None:
        """Ask the service for its models, with the key it has."""
        asking = self._context.setup.test_endpoint(self._endpoint.base_url, "")
        if self._context.bridge.run(
            asking,
            owner=self,
            done=lambda c: self._say(f"Answered in {c.latency_ms:.0f} ms with {models_text(len(c.models))}."),
            error=lambda problem: self._say(words_of(problem)),
            key=self._job,
        ):
            self.note.hide()
            self.wait.begin(
                f"Asking {self._endpoint.name} for its models", cancel=f"Cancel asking {self._endpoint.name}"
            )

    def _cancel(self) -> None:
        self._context.bridge.cancel(self._job)
        self._say("Cancelled: the question was dropped.")

    @property
    def editor(self) -> "KeyEditor":
        """Where another key is typed, made when it is first wanted."""
        if self._editor is None:
            self._editor = KeyEditor(self._context, self._endpoint.name)
            self._editor.changed.connect(self._look_for_key)
            self._editor.hide()
            self._column.addWidget(self._editor)
        return self._editor

    def edit(self) -> None:
        """Show where another key is typed, or hide it."""
        self.editor.setVisible(self.editor.isHidden())
        if not self.editor.isHidden():
            self.editor.line.setFocus()

    def _look_for_key(self) -> None:
        looking = self._context.setup.key_place(self._endpoint.name)
        self._context.bridge.run(looking, owner=self, done=lambda place: self.key.set_text(*KEYS[place]))

    def _say(self, words: str) -> None:
        self.wait.end()
        self.note.setText(words)
        self.note.show()


class KeyEditor(QWidget):
    """Another key for a service, or none.

    Signals:
        changed: the key is another one now.
    """

    changed = Signal()

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self._context, self._name = context, name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 4)
        column.setSpacing(6)
        row = QHBoxLayout()
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setPlaceholderText("paste the new key here")
        self.line.setAccessibleName(f"New key of {name}")
        self.line.returnPressed.connect(lambda: self.keep())
        row.addWidget(self.line, 1)
        self.in_file = self._button(row, "Keep it in a file", f"Keep the key of {name} in a file", self.keep_in_file)
        self.in_file.hide()
        self._button(row, "Save", f"Save the key of {name}", self.keep)
        self._button(row, "Remove", f"Remove the key of {name}", lambda: self._replace("", allow_file=False))
        column.addLayout(row)
        self.note = text_label("Kept in the system keyring; never shown again.", METRICS.meta, tone="muted")
        column.addWidget(self.note)

    def keep(self) -> None:
        """Keep what was typed."""
        if key := self.line.text().strip():
            self._replace(key, allow_file=False)

    def keep_in_file(self) -> None:
        """Keep it in a file of ours, because there is no keyring and the person agreed."""
        if key := self.line.text().strip():
            self._replace(key, allow_file=True)

    def _replace(self, key: str, *, allow_file: bool) -> None:
        replacing = self._context.setup.replace_key(self._name, key, allow_file=allow_file)
        self._context.bridge.run(
            replacing,
            owner=self,
            done=lambda _: self._on_replaced("The key was replaced." if key else "The key was removed."),
            error=self._on_refused,
            key=f"service.key.{self._name}",
        )

    def _on_replaced(self, words: str) -> None:
        self.line.clear()
        self.in_file.hide()
        self.note.setText(words)
        self.changed.emit()

    def _on_refused(self, problem: UserFacingError) -> None:
        self.note.setText(words_of(problem))
        self.in_file.setVisible(isinstance(problem, NoKeyringError))

    def _button(self, row: QHBoxLayout, text: str, name: str, act: Callable[[], None]) -> Button:
        button = Button(self._context.theme, text, "sec", height=METRICS.input)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: act())
        row.addWidget(button)
        return button


class ServicesPage(QWidget):
    """Reads the settings again after every change."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._context = context
        about = "Servers that speak the OpenAI protocol. Keys are kept in the system keyring and never shown."
        column = page_column(self, "Services and keys", about)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        column.addLayout(self._rows)
        column.addSpacing(6)
        column.addWidget(text_label("Add a service", METRICS.h3, 600))
        self.form = EndpointForm(context)
        column.addWidget(self.form)
        foot = QHBoxLayout()
        foot.addWidget(text_label("The key is kept in the system keyring.", METRICS.meta, tone="muted"), 1)
        test = Button(context.theme, "Test", "flat")
        test.clicked.connect(self.form.test)
        save = Button(context.theme, "Save and use", "sec")
        save.clicked.connect(self.form.save)
        foot.addWidget(test)
        foot.addWidget(save)
        column.addLayout(foot)
        column.addStretch(1)
        form.changed.connect(self._on_form_changed)
        self.refresh()

    def refresh(self) -> None:
        """List what is kept now."""
        clear(self._rows)
        endpoints = self._context.setup.settings().endpoints
        if not endpoints:
            none = text_label("No service is kept yet.", METRICS.ui, tone="muted")
            none.setAlignment(Qt.AlignmentFlag.AlignLeft)
            self._rows.addWidget(none)
        for endpoint in endpoints:
            row = ServiceRow(self._context, endpoint)
            row.removed.connect(self._on_removed)
            self._rows.addWidget(row)
        lay_out_again(self)

    def _on_form_changed(self, key: str) -> None:
        if key == "endpoints":
            self.refresh()

    def _on_removed(self, name: str) -> None:
        dialog = ConfirmDialog(
            self._context.theme,
            self.window(),
            f"Forget {name}?",
            "Its address and its key are removed from this computer; the key cannot be brought back. Chats stay.",
            button="Forget it",
            danger=True,
            icon="trash-2",
        )
        dialog.finished.connect(lambda yes: self._forget(name) if yes else None)
        dialog.open()

    def _forget(self, name: str) -> None:
        self._context.bridge.run(self._context.setup.remove_endpoint(name), owner=self, key=f"service.forget.{name}")
