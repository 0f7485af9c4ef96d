"""Paste a key: a hosted model through any service that speaks the OpenAI protocol, tested before it is kept."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Endpoint
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, text_label
from boocode_desktop.ui.setup_port import EndpointCheck, NoKeyringError
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.chips import Chip, StateDot
from boocode_desktop.ui.widgets.segmented import Segmented
from boocode_desktop.ui.widgets.wait_line import WaitLine

_MOST_MODELS = 4


def services() -> tuple[tuple[str, str, Endpoint], ...]:
    """The services offered by name: id, label, and what the fields start with."""
    return (
        ("deepseek", "DeepSeek", Endpoint(name="DeepSeek", base_url="https://api.deepseek.com/v1", preset="deepseek")),
        ("other", "OpenAI-compatible", Endpoint(name="", base_url="", preset="generic")),
    )


def endpoint_name(base_url: str) -> str:
    """What a service is called when nobody named it: its host."""
    try:
        return urlsplit(base_url).hostname or base_url
    except ValueError:
        return base_url


def _port(base_url: str) -> int | None:
    try:
        return urlsplit(base_url).port
    except ValueError:
        return None


def free_name(base_url: str, known: Sequence[Endpoint]) -> str:
    """What a service is called when others are kept already: its own name again, else its host, with its port or a
    number where another address has that name."""
    address = base_url.rstrip("/")
    taken = {endpoint.name: endpoint.base_url.rstrip("/") for endpoint in known}
    again = next((name for name, url in taken.items() if url == address), "")
    host = endpoint_name(base_url)
    port = _port(base_url)
    wishes = (again, host, f"{host}:{port}" if port else "", *(f"{host} {n}" for n in range(2, len(taken) + 3)))
    return next(name for name in wishes if name and taken.get(name, address) == address)


class EndpointForm(QWidget):
    """The fields of one service, and what it answered.

    Signals:
        saved(str): the service of this name can be used now.
    """

    saved = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._presets = {key: endpoint for key, _, endpoint in services()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.kind = Segmented(context.theme, [(k, label) for k, label, _ in services()], name="Service")
        self.kind.chosen.connect(self._on_kind_chosen)
        self.address, self.key = QLineEdit(), QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.address.setAccessibleName("Base URL")
        self.key.setAccessibleName("API key")
        self.key.setPlaceholderText("paste it here")
        self._result = _Result(context)
        self.wait = WaitLine(context.theme)
        self.wait.cancelled.connect(self._cancel)
        self._asked: tuple[str, str, EndpointCheck] | None = None
        self._job = f"setup.endpoint.{id(self)}"
        column.addWidget(self.kind)
        column.addWidget(text_label("Base URL", METRICS.ui, 500))
        column.addWidget(self.address)
        column.addWidget(text_label("API key", METRICS.ui, 500))
        column.addLayout(self._key_row())
        column.addWidget(self.wait)
        column.addWidget(self._result)
        self.in_file = Button(context.theme, "Keep the key in a file instead", "sec", icon="file-lock")
        self.in_file.setToolTip("A file of ours that only you can read. Anything that runs as you can read it too.")
        self.in_file.clicked.connect(self.keep_in_file)
        self.in_file.hide()
        column.addWidget(self.in_file)
        self._on_kind_chosen("deepseek")

    def save(self) -> None:
        """Ask the service, and keep it if it answers."""
        self._start(keep=True)

    def test(self) -> None:
        """Ask the service only."""
        self._start(keep=False)

    def _start(self, *, keep: bool) -> None:
        address, key = self.address.text().strip(), self.key.text().strip()
        if not address:
            self._result.show_problem("Enter the service's base URL, such as http://127.0.0.1:8080/v1.")
            return
        self._asked = None
        started = self._context.bridge.run(
            self._context.setup.test_endpoint(address, key),
            owner=self,
            done=lambda check: self._on_answered(address, key, check, keep=keep),
            error=lambda p: self._on_refused(p, keep=keep),
            key=self._job,
        )
        if started:
            self._result.hide()
            self.wait.begin(f"Asking {endpoint_name(address)} for its models", cancel="Cancel asking the service")

    def keep_in_file(self) -> None:
        """Keep the key in a file of ours, because there is no keyring and the person agreed."""
        if self._asked is not None:
            self._keep(*self._asked, allow_file=True)

    def _keep(self, address: str, key: str, check: EndpointCheck, *, allow_file: bool = False) -> None:
        self._asked = (address, key, check)
        preset, known = self._presets[self.kind.selected], self._context.setup.settings().endpoints
        same = preset.base_url == address
        endpoint = replace(preset, base_url=address, name=preset.name if same else free_name(address, known))
        model = check.models[0] if check.models else ""
        started = self._context.bridge.run(
            self._context.setup.save_endpoint(endpoint, key, model=model, allow_file=allow_file),
            owner=self,
            done=lambda _: self._on_kept(endpoint.name, check),
            error=lambda p: self._on_refused(p, keep=True),
            key=self._job,
        )
        if started and key:
            self.wait.begin("Keeping the key in the keyring, which may ask you", cancel="Cancel keeping the key")

    def _cancel(self) -> None:
        self._context.bridge.cancel(self._job)
        self.wait.end()
        words = "The question was dropped; nothing was kept."
        if self._asked is not None:
            words = "The service was not kept. A keyring that is locked may still ask; it can be dismissed there."
        self._asked = None
        self._result.show_cancelled(words)

    def _key_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.key, 1)
        show = IconButton(self._context.theme, "eye", "Show the key", tone="tx3")
        show.setCheckable(True)
        show.toggled.connect(self._on_show_toggled)
        row.addWidget(show)
        return row

    def _on_show_toggled(self, shown: bool) -> None:
        self.key.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _on_kind_chosen(self, kind: str) -> None:
        self.address.setText(self._presets[kind].base_url)
        self.address.setPlaceholderText("https://…/v1")
        self._result.hide()
        self.in_file.hide()

    def _on_answered(self, address: str, key: str, check: EndpointCheck, *, keep: bool) -> None:
        self.wait.end()
        if keep:
            self._keep(address, key, check)
        else:
            self._result.show_check(check)

    def _on_kept(self, name: str, check: EndpointCheck) -> None:
        self.wait.end()
        self.in_file.hide()
        model = check.models[0] if check.models else ""
        self._result.show_check(check, f"New chats begin with {model} now." if model else "")
        self._asked = None
        self.key.clear()
        self.saved.emit(name)

    def _on_refused(self, problem: UserFacingError, *, keep: bool) -> None:
        self.wait.end()
        self.in_file.setVisible(isinstance(problem, NoKeyringError))
        kept = "Nothing was kept." if keep else ""
        words = " ".join(text for text in (problem.message, kept, problem.hint) if text)
        self._result.show_problem(words, "Not kept" if self._asked is not None else "No answer to use")


class _Result(Card):
    """What a service answered."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, surface="bg1")
        self._theme = context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        head = QHBoxLayout()
        self._state = StateDot(context.theme, "")
        self._count = text_label("", METRICS.meta, tone="muted")
        head.addWidget(self._state)
        head.addStretch(1)
        head.addWidget(self._count)
        column.addLayout(head)
        self._words = text_label("", METRICS.meta, tone="muted")
        column.addWidget(self._words)
        self._chips = QHBoxLayout()
        self._chips.addStretch(1)
        column.addLayout(self._chips)
        self.hide()

    def show_cancelled(self, words: str) -> None:
        """Nobody waits any more."""
        self._show("Cancelled", "tx3", "", words)

    def show_problem(self, words: str, what: str = "No answer to use") -> None:
        """It did not answer as it should, or cannot be kept."""
        self._show(what, "bad", "", words)

    def show_check(self, check: EndpointCheck, words: str = "") -> None:
        """It answered."""
        count = len(check.models)
        self._show(f"Answered in {check.latency_ms:.0f} ms", "ok", f"{count} model{'' if count == 1 else 's'}", words)
        for model in check.models[:_MOST_MODELS]:
            self._chips.insertWidget(self._chips.count() - 1, Chip(self._theme, model, mono=True))

    def _show(self, state: str, tone: str, count: str, words: str) -> None:
        for chip in self.findChildren(Chip):
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._state.set_state(state, tone, halo=tone == "accent")
        self._count.setText(count)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.show()


class KeyCard(ChoiceCard):
    """The form as a choice of the first-run page.

    Signals:
        saved(str): the service of this name can be used now.
    """

    saved = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(
            context.theme, "key-round", "Paste a key", "A hosted model through any OpenAI-compatible service."
        )
        self.form = EndpointForm(context)
        self.form.saved.connect(self.saved)
        self.body.addWidget(self.form)
        self.foot.addWidget(text_label("Kept in the system keyring", METRICS.meta, tone="muted"), 1)
        test = Button(context.theme, "Test", "flat")
        test.clicked.connect(self.form.test)
        save = Button(context.theme, "Save and use", "sec", height=METRICS.composer_button)
        save.clicked.connect(self.form.save)
        self.foot.addWidget(test)
        self.foot.addWidget(save)
