"""The chats of a session as a list: open and closed ones, each renamed, closed or brought back where it stands."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.chat.texts import paint_line
from boocode_desktop.ui.sidebar.rows import STATES
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.chips import paint_dot
from boocode_desktop.ui.widgets.plain_tips import plain_tip

_HEIGHT = 48
# State and buttons at the right end of a row, px.
_STATE, _BUTTONS = 104, 66
MOST_CLOSED_SHOWN = 40
"""Closed chats beyond these are counted, not listed."""


def chat_title(chat: Chat, session_title: str = "") -> str:
    """A chat's name as its tab says it: the first one goes by the session's until it has one of its own."""
    own = " ".join(chat.title.split())
    return own or (" ".join(session_title.split()) if chat.number == 1 else "") or f"Chat {chat.number}"


class ChatLine(QAbstractButton):
    """A chat of the session, with its state. `view` None: it is closed."""

    def __init__(
        self, theme: Theme, chat: Chat, view: ChatView | None, *, session_title: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._chat, self._view = theme, chat, view
        self._title = chat_title(chat, session_title)
        self._detail = " · ".join(w for w in (chat.agent, chat.model, "read-only" if chat.read_only else "") if w)
        title, word = self._title, STATES[view.state].word if view else "closed"
        self.setAccessibleName(f"Chat {chat.number}: {title}, {word}")
        self.setToolTip(plain_tip(title if view else f"{title}\nOpens it again, with all that was said."))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(_HEIGHT)
        label = f"chat {chat.number}"
        self.rename = IconButton(theme, "pencil", f"Rename {label}", size=26, icon_size=14, tone="tx3")
        icon, words = ("archive", f"Close {label}") if view else ("archive-restore", f"Open {label} again")
        self.turn = IconButton(theme, icon, words, size=26, icon_size=14, tone="tx3")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 1)
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self.rename)
        row.addWidget(self.turn)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Number, title and detail, state on the right, a rule below."""
        theme, width = self._theme, self.width()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(QPen(theme.color("accent"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("bg1"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -1.5), 7, 7)
            painter.fillRect(0, self.height() - 1, width, 1, theme.color("line0"))
            paint_line(painter, str(self._chat.number), QRectF(12, 0, 24, 47), theme, "tx2", METRICS.meta)
            room = width - 40 - _STATE - _BUTTONS - 12
            tone = "tx1" if self._view else "tx2"
            box = QRectF(40, 6, room, 19) if self._detail else QRectF(40, 0, room, 47)
            paint_line(painter, self._title, box, theme, tone, METRICS.ui, 600)
            paint_line(painter, self._detail, QRectF(40, 25, room, 16), theme, "tx2", METRICS.caption)
            self._paint_state(painter, width - _BUTTONS - _STATE)

    def _paint_state(self, painter: QPainter, left: float) -> None:
        theme = self._theme
        if self._view is None:
            icon = theme.pixmap("archive", "tx3", 13, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left - 3, 17), icon)
            paint_line(painter, "closed", QRectF(left + 16, 0, _STATE - 16, 47), theme, "tx2", METRICS.meta, 500)
            return
        look = STATES[self._view.state]
        tone = "tx2" if look.tone == "trace_wait" else look.tone.replace("warn_fill", "warn")
        paint_dot(painter, theme.color(look.tone), QPointF(left + 3, 23.5), halo=look.halo)
        paint_line(painter, look.word, QRectF(left + 16, 0, _STATE - 16, 47), theme, tone, METRICS.meta, 500)


class SessionChats(QWidget):
    """Lists open chats, then closed ones; `skip` is the chat in which the list itself stands.

    Signals:
        chat_chosen(str): an open chat was chosen.
        restore_asked(str): a closed chat should be open again.
        rename_asked(str): a chat should get another name.
        close_asked(str): a chat should be closed.
    """

    chat_chosen = Signal(str)
    restore_asked = Signal(str)
    rename_asked = Signal(str)
    close_asked = Signal(str)

    def __init__(self, theme: Theme, *, skip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._skip = theme, skip
        self._title = ""
        self._shown: tuple[tuple[ChatView, ...], tuple[Chat, ...]] | None = None
        self.setAccessibleName("Chats of this session")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def set_session(self, title: str) -> None:
        """The title of the session, which names its first chat; for the next `show_chats`."""
        if title != self._title:
            self._title, self._shown = title, None

    def show_chats(self, views: Sequence[ChatView], closed: Sequence[Chat]) -> None:
        """List them; the closed ones begin with the one used last."""
        others = tuple(v for v in views if v.chat.id != self._skip)
        away = tuple(sorted(closed, key=lambda c: c.number, reverse=True))
        if (others, away) == self._shown:
            return
        self._shown = (others, away)
        self._clear()
        if others:
            self._caption("THIS SESSION")
            for view in others:
                self._line(view.chat, view)
        if away:
            self._caption(f"CLOSED · {len(away)}")
            for chat in away[:MOST_CLOSED_SHOWN]:
                self._line(chat, None)
            if len(away) > MOST_CLOSED_SHOWN:
                self._caption(f"AND {len(away) - MOST_CLOSED_SHOWN} OLDER ONES: BOOCODE CHATS LIST")

    def _clear(self) -> None:
        while (taken := self._column.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _caption(self, words: str) -> None:
        caption = QLabel(words)
        caption.setFont(ui_font(METRICS.caption, 600))
        caption.setProperty("tone", "muted")
        caption.setContentsMargins(0, 10 if self._column.count() else 0, 0, 4)
        self._column.addWidget(caption)

    def _line(self, chat: Chat, view: ChatView | None) -> None:
        line, chat_id = ChatLine(self._theme, chat, view, session_title=self._title), chat.id
        chosen = self.chat_chosen if view else self.restore_asked
        turned = self.close_asked if view else self.restore_asked
        line.clicked.connect(lambda _checked=False: chosen.emit(chat_id))
        line.turn.clicked.connect(lambda _checked=False: turned.emit(chat_id))
        line.rename.clicked.connect(lambda _checked=False: self.rename_asked.emit(chat_id))
        self._column.addWidget(line)
