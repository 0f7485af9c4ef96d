"""The line that narrows the list of sessions to those whose name, project or state holds what is typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class FilterLine(QLineEdit):
    """Down goes to the list, Enter takes its first session, Escape shows everything again.

    Signals:
        left(bool): the keys go back to the list; True: its first session should be shown.
    """

    left = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Filter sessions")
        self.setAccessibleName("Filter sessions")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys that leave the line."""
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Escape | Qt.Key.Key_Down:
                self.left.emit(False)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.left.emit(True)
            case _:
                super().keyPressEvent(event)
