"""The keys are never nowhere: when what had them is gone, they go where a person would look for them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from boocode_desktop.ui.dialogs.sheet import Sheet


class FocusHome(QObject):
    """Watches the focus of the whole program. `home` says where a window wants the keys, None for no matter."""

    def __init__(self, home: Callable[[QWidget], QWidget | None], parent: QObject) -> None:
        super().__init__(parent)
        self._home = home
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            # What happens now may well give them to something in a moment.
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        window = QApplication.activeWindow()
        if window is None or QApplication.focusWidget() is not None or QApplication.activePopupWidget() is not None:
            return
        there = open_sheet(window) or self._home(window)
        if there is not None and isValid(there) and there.isVisible() and there.isEnabled():
            there.setFocus(Qt.FocusReason.OtherFocusReason)


def open_sheet(window: QWidget) -> QWidget | None:
    """Where the dialog that covers a window wants the keys, None without one."""
    sheets = [s for s in window.findChildren(Sheet) if s.isVisible()]
    return (sheets[-1].first_focus() or sheets[-1]) if sheets else None
