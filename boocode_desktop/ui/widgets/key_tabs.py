"""A row of tabs that knows whether the keys came to it by Tab."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QTabBar, QWidget


class KeyTabBar(QTabBar):
    """`by_key` says whether the ring is wanted: it is for people who came by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by_key = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys are here."""
        self.by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """They went."""
        self.by_key = False
        super().focusOutEvent(event)
        self.update()
