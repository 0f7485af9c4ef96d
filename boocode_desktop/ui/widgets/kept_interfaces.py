"""Keeps the Python halves of accessible interfaces alive for as long as Qt may ask for them.

Qt owns an interface once it has seen it and deletes it after its widget; by then Python has dropped the widget with
everything that hung on it. Without a reference elsewhere Qt would delete the interface a second time, and crash.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

_FIRST_SWEEP = 256


class KeptInterfaces(QObject):
    """The application's. Ones that Qt has deleted are dropped now and then."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kept: list[QAccessibleInterface] = []
        self._sweep_at = _FIRST_SWEEP

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, interface: QAccessibleInterface) -> None:
        """Until Qt has deleted it."""
        self._kept.append(interface)
        if len(self._kept) >= self._sweep_at:
            self._kept = [one for one in self._kept if isValid(one)]
            self._sweep_at = max(_FIRST_SWEEP, 2 * len(self._kept))


def kept_interfaces() -> KeptInterfaces:
    """The ones of this application.

    Raises:
        RuntimeError: there is no application.
    """
    app = QApplication.instance()
    if app is None:
        raise RuntimeError("accessible interfaces need an application")
    return app.findChild(KeptInterfaces) or KeptInterfaces(app)


def release_interface(interface: QAccessibleInterface) -> None:
    """Let Qt forget and delete one that belongs to no widget of its own."""
    if isValid(interface):
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(interface))
