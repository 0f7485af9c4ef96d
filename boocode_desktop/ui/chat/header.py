"""The line above a transcript: where the session works, what it cost, how many turns there were."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.domain.records import Chat, WorktreeRecord
from boocode_desktop.domain.usage import Usage
from boocode_desktop.ui.ages import tokens
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.chips import Chip
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_HEIGHT = 38


def spent(usage: Usage, turns: int) -> str:
    """`$0.41 · 12 turns`, or tokens where no price is known."""
    words = []
    if usage.cost is not None:
        words.append(f"${usage.cost:.2f}")
    elif usage.input or usage.output:
        words.append(f"{tokens(usage.input + usage.output)} tokens")
    words.append("1 turn" if turns == 1 else f"{turns} turns")
    return " · ".join(words)


class ChatHeader(QWidget):
    """Chips on the left, figures on the right; read again after every turn."""

    def __init__(self, context: Context, chat: Chat, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._chat = context, chat
        self.setAccessibleName("Chat details")
        self.setFixedHeight(_HEIGHT)
        self.branch = Chip(context.theme, "", icon="git-branch", mono=True)
        self.place = Chip(context.theme, "", icon="git-fork")
        self.access = Chip(context.theme, "read-only", "info", icon="eye")
        self.figures = ElidedLabel(context.theme, "", tone="tx2", font=code_font(METRICS.caption))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for chip in (self.branch, self.place, self.access):
            row.addWidget(chip)
        row.addStretch(1)
        row.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignVCenter)
        self.branch.hide()
        self.place.hide()
        self.access.setVisible(chat.read_only)
        context.theme.changed.connect(self.update)
        context.bridge.run(context.front.store.worktree(chat.session_id), owner=self, done=self._on_worktree_read)
        self.refresh()

    def refresh(self) -> None:
        """Read the figures again."""
        self._context.bridge.run(self._figures(), owner=self, done=self.figures.set_text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rule below."""
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._context.theme.color("line0"))

    async def _figures(self) -> str:
        front = self._context.front
        usage = await front.ledger.usage(chat_id=self._chat.id)
        return spent(usage, await front.store.count_turns(self._chat.id))

    def _on_worktree_read(self, worktree: WorktreeRecord | None) -> None:
        if worktree is None:
            return
        own = worktree.isolation == "worktree"
        self.branch.setVisible(bool(worktree.branch))
        self.branch.set_text(worktree.branch)
        self.place.set_text("own worktree" if own else "in place", "plain" if own else "warn")
        self.place.setToolTip(plain_tip(worktree.root if own else "Edits land in the folder itself."))
        self.place.show()
