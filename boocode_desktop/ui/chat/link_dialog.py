"""Before a link is opened: where it leads, in full."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from boocode_desktop.content.addresses import breakable, destination
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button


class LinkDialog(Dialog):
    """Shows the whole address; opening it is a choice, copying it another."""

    def __init__(self, theme: Theme, window: QWidget, address: str, label: str = "") -> None:
        found = destination(address, label)
        title = f"Write a mail to {found.host}?" if found.mail else f"Open {found.host} in the browser?"
        tone = "warn" if found.warning else "accent"
        super().__init__(theme, window, title, icon="external-link", tone=tone, width=520)
        self.address = address
        shown = self.say(breakable(address), "")
        shown.setFont(code_font(METRICS.code))
        shown.setAccessibleName(f"Address: {address}")
        if found.warning:
            self.say(found.warning, "warn")
        copy = self.add_button(Button(theme, "Copy the address", "flat"))
        copy.clicked.connect(self._on_copy_clicked)
        self.add_button(Button(theme, "Cancel", "sec"), accepts=False)
        opens = self.add_button(Button(theme, "Open", "primary"))
        opens.clicked.connect(self._on_open_clicked)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.address)
        self.reject()

    def _on_open_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl(self.address))
        self.accept()
