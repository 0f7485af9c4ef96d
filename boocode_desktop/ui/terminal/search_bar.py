"""The search below a terminal: a field, what was found, and a way out."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel

_COUNT_WIDTH = 110


class SearchField(QLineEdit):
    """Signals:
    left: Escape was pressed.
    stepped(int): an older (-1) or newer (1) match is wanted.
    """

    left = Signal()
    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the arrows go from match to match."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.stepped.emit(1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else -1)
            case _:
                super().keyPressEvent(event)


class SearchBar(QWidget):
    """Signals:
    asked(str): this text is to be found.
    stepped(int): an older (-1) or newer (1) match is wanted.
    left: the search is over.
    """

    asked = Signal(str)
    stepped = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.field = SearchField()
        self.count = ElidedLabel(theme, "", tone="tx2")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        self.field.setPlaceholderText("Find in this terminal")
        self.field.setAccessibleName("What to find in this terminal")
        self.field.setToolTip("Enter and Shift Enter go from match to match")
        row.addWidget(self.field, 1)
        self.count.setFixedWidth(_COUNT_WIDTH)
        row.addWidget(self.count)
        for icon, name, by in (("chevron-up", "Older match", -1), ("chevron-down", "Newer match", 1)):
            button = IconButton(theme, icon, name)
            button.clicked.connect(lambda _checked=False, by=by: self.stepped.emit(by))
            row.addWidget(button)
        close = IconButton(theme, "x", "Close the search")
        close.clicked.connect(self.left)
        row.addWidget(close)
        self.field.textChanged.connect(self.asked)
        self.field.stepped.connect(self.stepped)
        self.field.left.connect(self.left)
        self.hide()

    def open(self) -> None:
        """Take the keyboard, and find again what stands there."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self.asked.emit(self.field.text())

    def say(self, place: int, count: int) -> None:
        """Which match is shown, from 1, and how many there are."""
        self.count.set_text(f"{place:,} of {count:,}" if count else ("nothing" if self.field.text() else ""))
