"""Where a comment is written, below its line."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.cards import paint_card
from boocode_desktop.ui.widgets.labels import ElidedLabel


class CommentText(QPlainTextEdit):
    """The words; Ctrl+Enter keeps them, Escape leaves.

    Signals:
        done: Ctrl+Enter.
        left: Escape.
    """

    done = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter makes a line."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.done.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class CommentEditor(QWidget):
    """A card with the words, where they belong, and two buttons.

    Signals:
        saved(str): the words are to be kept.
        cancelled: they are not.
    """

    saved = Signal(str)
    cancelled = Signal()

    def __init__(self, theme: Theme, where: str, text: str = "") -> None:
        super().__init__()
        self._theme = theme
        self.words = CommentText(text)
        self.words.setAccessibleName(f"Comment {where}")
        self.words.setPlaceholderText("Say what should be different. Comments are collected and sent together.")
        self.words.setFont(ui_font(METRICS.ui))
        self.words.setTabChangesFocus(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.words, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(ElidedLabel(theme, where, tone="tx2", font=ui_font(METRICS.meta)), 1)
        cancel = Button(theme, "Cancel", "flat", height=26)
        word = "Save comment" if text else "Add comment"
        self.keep = Button(theme, word, "sec", hint="Ctrl Enter", height=26)
        row.addWidget(cancel)
        row.addWidget(self.keep)
        column.addLayout(row)
        cancel.clicked.connect(self.cancelled)
        self.keep.clicked.connect(self._on_done)
        self.words.done.connect(self._on_done)
        self.words.left.connect(self.cancelled)
        self.words.textChanged.connect(self._on_text_changed)
        self._on_text_changed()

    @property
    def text(self) -> str:
        """What is written so far."""
        return self.words.toPlainText().strip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The card."""
        with QPainter(self) as painter:
            paint_card(painter, self._theme, QRectF(self.rect()), surface="bg2")

    def _on_text_changed(self) -> None:
        self.keep.setEnabled(bool(self.text))

    def _on_done(self) -> None:
        if self.text:
            self.saved.emit(self.text)
