"""The page of services: those that are kept, and the form that adds one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Endpoint
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.first_run.key_card import EndpointForm
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card
from boocode_desktop.ui.widgets.labels import ElidedLabel


class ServiceRow(Card):
    """A kept service.

    Signals:
        removed(str): its name.
    """

    removed = Signal(str)

    def __init__(self, context: Context, endpoint: Endpoint) -> None:
        super().__init__(context.theme, surface="bg1")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(context.theme, endpoint.name, font=ui_font(METRICS.ui, 600)))
        texts.addWidget(ElidedLabel(context.theme, endpoint.base_url, tone="tx2", font=code_font(METRICS.caption)))
        row.addLayout(texts, 1)
        remove = IconButton(context.theme, "trash-2", f"Forget {endpoint.name} and its key", tone="tx3")
        remove.clicked.connect(lambda: self.removed.emit(endpoint.name))
        row.addWidget(remove)


class ServicesPage(QWidget):
    """Reads the settings again after every change."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        column.addLayout(self._rows)
        column.addSpacing(6)
        column.addWidget(text_label("Add a service", METRICS.h3, 600))
        self.form = EndpointForm(context)
        self.form.saved.connect(lambda _: self.refresh())
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
        self.refresh()

    def refresh(self) -> None:
        """List what is kept now."""
        while (taken := self._rows.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        endpoints = self._context.setup.settings().endpoints
        if not endpoints:
            none = text_label("No service is kept yet.", METRICS.ui, tone="muted")
            none.setAlignment(Qt.AlignmentFlag.AlignLeft)
            self._rows.addWidget(none)
        for endpoint in endpoints:
            row = ServiceRow(self._context, endpoint)
            row.removed.connect(self._on_removed)
            self._rows.addWidget(row)

    def _on_removed(self, name: str) -> None:
        self._context.bridge.run(self._context.setup.remove_endpoint(name), owner=self, done=lambda _: self.refresh())
