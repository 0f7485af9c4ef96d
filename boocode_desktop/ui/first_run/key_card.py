"""Paste a key: a hosted model through any service that speaks the OpenAI protocol, tested before it is kept."""

from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Endpoint
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import ChoiceCard, text_label
from boocode_desktop.ui.setup_port import EndpointCheck
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.chips import Chip, StateDot
from boocode_desktop.ui.widgets.segmented import Segmented

_MOST_MODELS = 4


def services() -> tuple[tuple[str, str, Endpoint], ...]:
    """The services offered by name: id, label, and what the fields start with."""
    return (
        ("deepseek", "DeepSeek", Endpoint(name="DeepSeek", base_url="https://api.deepseek.com/v1", preset="deepseek")),
        ("other", "OpenAI-compatible", Endpoint(name="", base_url="", preset="generic")),
    )


def endpoint_name(base_url: str) -> str:
    """What a service is called when nobody named it: its host."""
    return urlsplit(base_url).hostname or base_url


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
        column.addWidget(self.kind)
        column.addWidget(text_label("Base URL", METRICS.ui, 500))
        column.addWidget(self.address)
        column.addWidget(text_label("API key", METRICS.ui, 500))
        column.addLayout(self._key_row())
        column.addWidget(self._result)
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
        started = self._context.bridge.run(
            self._ask(address, key, keep=keep),
            owner=self,
            done=self._on_answered,
            error=lambda p: self._result.show_problem(f"{p.message} {p.hint}".strip()),
            key="setup.endpoint",
        )
        if started:
            self._result.show_waiting()

    async def _ask(self, address: str, key: str, *, keep: bool) -> tuple[EndpointCheck, str]:
        check = await self._context.setup.test_endpoint(address, key)
        if not keep:
            return check, ""
        preset = self._presets[self.kind.selected]
        same = preset.base_url == address
        endpoint = replace(preset, base_url=address, name=preset.name if same else endpoint_name(address))
        await self._context.setup.save_endpoint(endpoint, key)
        return check, endpoint.name

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

    def _on_answered(self, answer: tuple[EndpointCheck, str]) -> None:
        check, name = answer
        self._result.show_check(check)
        if name:
            self.key.clear()
            self.saved.emit(name)


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

    def show_waiting(self) -> None:
        """It was asked."""
        self._show("Asking the service…", "accent", "", "")

    def show_problem(self, words: str) -> None:
        """It did not answer as it should."""
        self._show("No answer to use", "bad", "", words)

    def show_check(self, check: EndpointCheck) -> None:
        """It answered."""
        count = len(check.models)
        self._show(f"Answered in {check.latency_ms:.0f} ms", "ok", f"{count} model{'' if count == 1 else 's'}", "")
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
