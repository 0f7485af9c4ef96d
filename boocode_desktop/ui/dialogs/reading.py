"""A longer text to read and to copy."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button

_WIDTH, _HEIGHT = 720, 340


class ReadingDialog(Dialog):
    """Shows the text as it is; nothing in it is followed or run."""

    def __init__(self, theme: Theme, window: QWidget, title: str, text: str, *, icon: str, about: str) -> None:
        """`about` says what the text is."""
        super().__init__(theme, window, title, icon=icon, width=_WIDTH)
        self.say(about)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.text.setFont(code_font(METRICS.code))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(_HEIGHT)
        self.body.addWidget(self.text)
        copy = self.add_button(Button(theme, "Copy the text", "flat", icon="copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        self.add_button(Button(theme, "Close", "sec"), accepts=True)

    def first_focus(self) -> QWidget:
        """The text, so that it can be scrolled by keys."""
        return self.text
