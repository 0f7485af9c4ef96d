"""The field of a search: words, how many were found, next and previous, close."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel

HEIGHT = 44


class FindField(QLineEdit):
    """Enter goes on, Shift+Enter back, Up and Down too, Escape leaves.

    Signals:
        stepped(int): 1 for the next match, -1 for the one before.
        left: the search is over.
    """

    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The search's keys; everything else edits."""
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.stepped.emit(-1 if back else 1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)


class FindBar(QWidget):
    """A strip above the transcript; hidden until someone looks for something.

    Signals:
        closed: the cross or Escape.
    """

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("Find in this chat")
        self.setFixedHeight(HEIGHT)
        self.field = FindField()
        self.field.setPlaceholderText("Find in this chat")
        self.field.setAccessibleName("Words to find in this chat")
        self.count = ElidedLabel(theme, "", tone="tx2")
        self.count.setFixedWidth(110)
        self.back = IconButton(theme, "chevron-up", "Previous match", tone="tx2")
        self.forth = IconButton(theme, "chevron-down", "Next match", tone="tx2")
        close = IconButton(theme, "x", "Close the search", tone="tx2")
        self.back.setToolTip("Previous match  Shift Enter")
        self.forth.setToolTip("Next match  Enter")
        close.setToolTip("Close the search  Esc")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 1)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        for widget in (self.count, self.back, self.forth, close):
            row.addWidget(widget)
        self.back.clicked.connect(lambda: self.field.stepped.emit(-1))
        self.forth.clicked.connect(lambda: self.field.stepped.emit(1))
        close.clicked.connect(self.closed)
        self.field.left.connect(self.closed)
        theme.changed.connect(self.update)
        self.hide()

    def say(self, words: str) -> None:
        """How many were found."""
        self.count.set_text(words)
        self.count.setAccessibleName(words or "No search")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface and rule."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("bg1"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line0"))
