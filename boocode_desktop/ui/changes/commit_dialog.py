"""Committing approved work: the message, and exactly what goes into it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from boocode_desktop.domain.changes import CommitPlan
from boocode_desktop.ui.dialogs.questions import count, path_list
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.chips import Tone

_TONES: dict[str, Tone] = {"added": "ok", "modified": "info", "deleted": "bad"}


class MessageEdit(QPlainTextEdit):
    """The message; Ctrl+Enter commits.

    Signals:
        done: Ctrl+Enter was pressed.
    """

    done = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter makes a line, Ctrl+Enter commits."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.done.emit()
        else:
            super().keyPressEvent(event)


class CommitDialog(Dialog):
    """Shows a plan and takes the message.

    Signals:
        committed(str): the message that a person decided on.
    """

    committed = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, plan: CommitPlan) -> None:
        title = f"Commit {count(len(plan.operations), 'approved file')}"
        super().__init__(theme, window, title, icon="git-commit-horizontal", width=560)
        where = f"on {plan.branch}" if plan.branch else "on no branch (HEAD is detached)"
        self.say(f"In your repository, {where}, as {plan.author}. Hooks do not run; nothing else is committed.")
        self.message = MessageEdit(plan.message.rstrip())
        self.message.setAccessibleName("Commit message")
        self.message.setFont(code_font(METRICS.code))
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(132)
        self.message.done.connect(self._on_done)
        self.body.addWidget(self.message)
        rows = [(path, word, _TONES.get(word, "plain")) for path, word in plan.operations.items()]
        self.body.addWidget(path_list(theme, rows))
        if plan.left:
            self.say("Left out, and why:")
            self.body.addWidget(path_list(theme, [(path, why, "warn") for path, why in plan.left.items()]))
        self.add_button(Button(theme, "Cancel", "sec"), accepts=False)
        self._commit = self.add_button(Button(theme, "Commit", "primary", hint="Ctrl Enter"))
        self._commit.clicked.connect(self._on_done)
        self.message.textChanged.connect(self._on_text_changed)
        self._on_text_changed()

    def first_focus(self) -> QWidget:
        """The message."""
        return self.message

    def _on_text_changed(self) -> None:
        self._commit.setEnabled(bool(self.message.toPlainText().strip()))

    def _on_done(self) -> None:
        text = self.message.toPlainText().strip()
        if text:
            self.committed.emit(text)
            self.accept()
