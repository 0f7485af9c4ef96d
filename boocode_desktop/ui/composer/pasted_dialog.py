"""A pasted text to read and to change."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.button_paint import ButtonKind
from boocode_desktop.ui.widgets.buttons import Button

_WIDTH, _HEIGHT = 720, 340


class PastedDialog(Dialog):
    """Escape leaves the text as it was.

    Signals:
        kept(str): the text as it is now.
        inserted(str): it belongs into the message.
        dropped: it goes.
    """

    kept = Signal(str)
    inserted = Signal(str)
    dropped = Signal()

    def __init__(self, theme: Theme, window: QWidget, title: str, text: str) -> None:
        super().__init__(theme, window, title, icon="clipboard-list", width=_WIDTH)
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName("Pasted text")
        self.text.setFont(code_font(METRICS.code))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(_HEIGHT)
        self.body.addWidget(self.text)
        choices: tuple[tuple[str, ButtonKind, Callable[[], None]], ...] = (
            ("Remove", "stop", self._on_remove_clicked),
            ("Put into the message", "sec", self._on_insert_clicked),
            ("Keep", "primary", self._on_keep_clicked),
        )
        for label, kind, act in choices:
            button = Button(theme, label, kind)
            button.clicked.connect(act)
            self.buttons.addWidget(button)

    def first_focus(self) -> QWidget:
        """The text."""
        return self.text

    def _on_remove_clicked(self) -> None:
        self.accept()
        self.dropped.emit()

    def _on_insert_clicked(self) -> None:
        self.accept()
        self.inserted.emit(self.text.toPlainText())

    def _on_keep_clicked(self) -> None:
        self.accept()
        self.kept.emit(self.text.toPlainText())
