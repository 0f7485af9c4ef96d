"""What the review says where there is nothing to review."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.domain.changes import Scope
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.labels import ElidedLabel

WORDS: dict[Scope, tuple[str, str]] = {
    "session": (
        "Nothing to review yet.",
        "When a turn ends, its changes wait here, hunk by hunk, until you approve or reject them.",
    ),
    "turn": ("The newest turn changed nothing.", "What earlier turns changed is in the scope Session."),
    "branch": ("Nothing differs from where the session started.", "The scope Session lists what waits for you."),
    "uncommitted": ("Everything is committed.", "The scope Session lists what waits for you."),
}


class EmptyReview(QWidget):
    """Two lines, and in other scopes a way back to the session's changes.

    Signals:
        session_asked: the scope Session is wanted.
    """

    session_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch()
        self._title = ElidedLabel(theme, "", font=ui_font(METRICS.ui, 600))
        self._words = ElidedLabel(theme, "", tone="tx2")
        self._back = Button(theme, "Show the session's changes", "sec", icon="layers")
        self._back.clicked.connect(self.session_asked)
        for part in (self._title, self._words, self._back):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_scope("session")

    def show_scope(self, scope: Scope) -> None:
        """Say why there is nothing in a scope."""
        title, words = WORDS[scope]
        self._title.set_text(title)
        self._words.set_text(words)
        self.setAccessibleName(f"{title} {words}")
        self._back.setVisible(scope != "session")

    @property
    def goal(self) -> QWidget:
        """What takes the keyboard."""
        return self if self._back.isHidden() else self._back
