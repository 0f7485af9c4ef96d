"""An empty chat teaches: what happens to edits, three ways to begin, and the session's other chats."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.sidebar.rows import STATES
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.chips import paint_dot


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
            _line(painter, self._starter.title, QRectF(42, 8, rect.width() - 50, 20), theme, "tx1", METRICS.ui, 600)
            _line(painter, self._starter.detail, QRectF(42, 27, rect.width() - 50, 18), theme, "tx2", METRICS.caption)


class ChatLine(QAbstractButton):
    """Another chat of the session, with its state."""

    def __init__(self, theme: Theme, view: ChatView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        chat = view.chat
        self._title = chat.title or f"Chat {chat.number}"
        self._detail = " · ".join(w for w in (chat.agent, chat.model, "read-only" if chat.read_only else "") if w)
        self.setAccessibleName(f"Chat {chat.number}: {self._title}, {STATES[view.state].word}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(48)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Number, title and detail, state on the right, a rule below."""
        theme, width, look = self._theme, self.width(), STATES[self._view.state]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(QPen(theme.color("accent"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg1"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -1.5), 7, 7)
            painter.fillRect(0, self.height() - 1, width, 1, theme.color("line0"))
            _line(painter, str(self._view.chat.number), QRectF(12, 0, 20, 47), theme, "tx3", METRICS.meta)
            _line(painter, self._title, QRectF(40, 6, width - 190, 19), theme, "tx1", METRICS.ui, 600)
            _line(painter, self._detail, QRectF(40, 25, width - 190, 16), theme, "tx2", METRICS.caption)
            tone = "tx2" if look.tone == "trace_wait" else look.tone
            paint_dot(painter, theme.color(look.tone), QRectF(width - 130, 0, 8, 47).center(), halo=look.halo)
            _line(painter, look.word, QRectF(width - 114, 0, 110, 47), theme, tone, METRICS.meta, 500)


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
        title.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(self._explanation(chat))
        column.addSpacing(10)
        cards = QHBoxLayout()
        cards.setSpacing(10)
        for starter in starters(read_only=chat.read_only):
            card = StarterCard(theme, starter)
            card.clicked.connect(lambda _checked=False, prompt=starter.prompt: self.starter_chosen.emit(prompt))
            cards.addWidget(card)
        column.addLayout(cards)
        self._others = QVBoxLayout()
        self._others.setSpacing(0)
        column.addSpacing(16)
        column.addLayout(self._others)
        column.addStretch(1)

    def show_others(self, views: Sequence[ChatView]) -> None:
        """List the session's other chats."""
        while (taken := self._others.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.deleteLater()
        others = [v for v in views if v.chat.id != self._chat.id]
        if not others:
            return
        caption = QLabel("THIS SESSION")
        caption.setFont(ui_font(METRICS.caption, 600))
        caption.setProperty("tone", "muted")
        self._others.addWidget(caption)
        for view in others:
            line = ChatLine(self._theme, view)
            line.clicked.connect(lambda _checked=False, chat_id=view.chat.id: self.chat_chosen.emit(chat_id))
            self._others.addWidget(line)

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


def _line(painter: QPainter, text: str, rect: QRectF, theme: Theme, tone: str, px: int, weight: int = 400) -> None:
    font = ui_font(px, weight)
    painter.setFont(font)
    painter.setPen(theme.color(tone))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
