"""The foot of the review: where the edits live, and the decisions about all of them."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.domain.records import Isolation
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.buttons import Button
from boocode_desktop.ui.widgets.labels import ElidedLabel

PLACES: dict[Isolation, str] = {
    "worktree": "Edits live in the session's worktree: your folder and other sessions do not see them until approved.",
    "in-place": "Edits are in your folder already: approving keeps them, rejecting takes them back.",
}


class BottomBar(QWidget):
    """A sentence and three buttons; the buttons say how much they are about."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(48)
        self.words = ElidedLabel(theme, "", tone="tx2")
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 1, 10, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        self.reject = Button(theme, "Reject all", "flat")
        self.approve = Button(theme, "Approve all", "ok", icon="check-check")
        keys = actions.keys("changes.commit")
        self.commit = Button(theme, "Commit", "outline", icon="git-commit-horizontal", hint=keys)
        for button, name in ((self.reject, "reject_all"), (self.approve, "approve_all"), (self.commit, "commit")):
            button.clicked.connect(actions.action(f"changes.{name}").trigger)
            row.addWidget(button)
        theme.changed.connect(self.update)

    def show_state(self, isolation: Isolation, waiting: int, approved: int, *, deciding: bool) -> None:
        """Say where edits live, how many hunks wait, and how many are approved."""
        self.words.set_text(PLACES[isolation])
        self.approve.set_look(f"Approve all {waiting:,}" if waiting else "Approve all")
        self.commit.set_look(f"Commit {approved} approved" if approved else "Commit approved")
        for button in (self.approve, self.reject):
            button.setEnabled(deciding and waiting > 0)
        self.commit.setEnabled(approved > 0)

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(600, 48)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule above, the icon of a worktree before the sentence."""
        with QPainter(self) as painter:
            painter.fillRect(QRectF(0, 0, self.width(), 1), self._theme.color("line0"))
            icon = self._theme.pixmap("git-fork", "info", 16, self.devicePixelRatioF())
            painter.drawPixmap(14, (self.height() - 16) // 2, icon)
