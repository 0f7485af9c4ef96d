"""An empty chat teaches: what happens to edits, three ways to begin, and the session's other chats."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.chat.session_chats import SessionChats
from boocode_desktop.ui.chat.texts import paint_line
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

# Three cards beside each other need that much, px.
_NARROW = 560


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A way to begin: choosing it writes `prompt` into the composer."""

    title: str
    detail: str
    icon: str
    prompt: str


def starters(*, read_only: bool) -> tuple[Starter, ...]:
    """Three that fit any project."""
    explain = Starter(
        title="Explain this project",
        detail="what it does, where to start",
        icon="book-open",
        prompt="Explain what this project does, how it is built, and where I should start reading.",
    )
    review = Starter(
        title="Review my changes",
        detail="what is not committed yet",
        icon="file-diff",
        prompt="Review the uncommitted changes in this project: bugs first, then what could be simpler.",
    )
    if read_only:
        plan = Starter(
            title="Plan a change",
            detail="steps, files, risks",
            icon="list-checks",
            prompt="Make a plan, without editing anything, for: ",
        )
        return explain, review, plan
    fix = Starter(
        title="Fix a failing test",
        detail="run, find, repair, run again",
        icon="flask-conical",
        prompt="Run the tests, find out why one fails, fix the cause, and run them again.",
    )
    return explain, fix, review


class StarterCard(QAbstractButton):
    """One way to begin."""

    def __init__(self, theme: Theme, starter: Starter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._starter = theme, starter
        self.setAccessibleName(f"{starter.title}: {starter.detail}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(180, 54)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Card, icon, two lines."""
        theme, rect = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = "accent" if self.hasFocus() else "line1"
            painter.setPen(QPen(theme.color(edge), 1.5 if self.hasFocus() else 1))
            painter.setBrush(theme.color("bg3" if self.underMouse() else "bg1"))
            painter.drawRoundedRect(rect, METRICS.radius_card, METRICS.radius_card)
            icon = theme.pixmap(self._starter.icon, "accent", 16, self.devicePixelRatioF())
            painter.drawPixmap(14, round(rect.center().y() - 8), icon)
            paint_line(
                painter, self._starter.title, QRectF(42, 8, rect.width() - 50, 20), theme, "tx1", METRICS.ui, 600
            )
            paint_line(
                painter, self._starter.detail, QRectF(42, 27, rect.width() - 50, 18), theme, "tx2", METRICS.caption
            )


class EmptyChat(QWidget):
    """Shown above the composer until the first message.

    Signals:
        starter_chosen(str): text for the composer.
        chat_chosen(str): another chat.
    """

    starter_chosen = Signal(str)
    chat_chosen = Signal(str)

    def __init__(self, theme: Theme, chat: Chat, session_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._chat = theme, chat
        self.setAccessibleName("Empty chat")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 36, 0, 12)
        column.setSpacing(6)
        title = QLabel("New session" if not session_title else f"New chat in {session_title}")
        title.setFont(ui_font(19, 600))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(self._explanation(chat))
        column.addSpacing(10)
        cards = self._cards = QHBoxLayout()
        cards.setSpacing(8)
        for starter in starters(read_only=chat.read_only):
            card = StarterCard(theme, starter)
            card.clicked.connect(lambda _checked=False, prompt=starter.prompt: self.starter_chosen.emit(prompt))
            cards.addWidget(card)
        column.addLayout(cards)
        self.others = SessionChats(theme, skip=chat.id)
        self.others.set_session(session_title)
        self.others.chat_chosen.connect(self.chat_chosen)
        column.addSpacing(16)
        column.addWidget(self.others)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow pane the ways to begin stand below each other."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        self._cards.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def show_others(self, views: Sequence[ChatView], closed: Sequence[Chat] = ()) -> None:
        """List the session's other chats."""
        self.others.show_chats(views, closed)

    def _explanation(self, chat: Chat) -> QLabel:
        words = (
            "This chat may look and answer, and changes nothing."
            if chat.read_only
            else "Edits land in a copy of your folder. The folder itself changes only where you approve."
        )
        label = QLabel(words)
        label.setWordWrap(True)
        label.setFont(ui_font(METRICS.ui))
        label.setProperty("tone", "muted")
        return label
