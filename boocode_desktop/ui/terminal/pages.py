"""What stands in the terminal pane while there is no terminal: what it is for, or that one is being started."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.terminal.keys import sent_by
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.focus_ring import SHOWS_FOCUS
from boocode_desktop.ui.widgets.labels import ElidedLabel

_TYPED_LIMIT = 65_536


class EmptyPage(QWidget):
    """Says what terminals are for, and opens one."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addStretch()
        for words, tone in (
            ("No terminal is open.", "tx1"),
            ("A terminal starts in the session's worktree,", "tx2"),
            ("and goes on running when this pane is closed.", "tx2"),
        ):
            column.addWidget(ElidedLabel(theme, words, tone=tone), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        self.button = Button(theme, "Open a terminal", "sec", icon="plus", hint=actions.keys("terminal.new"))
        self.button.clicked.connect(actions.action("terminal.new").trigger)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()


class StartingPage(QWidget):
    """Says that a terminal is being started, and keeps what is typed meanwhile: it is meant for that terminal."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty(SHOWS_FOCUS, True)
        self.setAccessibleName("A terminal is being started")
        self._typed = b""
        column = QVBoxLayout(self)
        column.addWidget(ElidedLabel(theme, "Starting a terminal…", tone="tx2"), 0, Qt.AlignmentFlag.AlignCenter)

    def take(self) -> bytes:
        """What was typed, once."""
        typed, self._typed = self._typed, b""
        return typed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep the key."""
        if len(self._typed) < _TYPED_LIMIT:
            self._typed += sent_by(event, application=False)
