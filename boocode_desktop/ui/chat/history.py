"""An empty pane is the session's history: its chats, ways to begin another, and the sessions put away."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boocode_desktop.domain.records import Chat, Session
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.chat.session_chats import SessionChats
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.scrolled import scrolled

_NEW = (
    ("chat.new", "Code", "message-square-plus"),
    ("chat.new_read_only", "Ask", "eye"),
    ("terminal.new", "Terminal", "square-terminal"),
)


class History(QWidget):
    """What a pane without tabs shows.

    Signals:
        session_restore_asked(str): an archived session should be back in the sidebar.
    """

    session_restore_asked = Signal(str)

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._actions = theme, actions
        self.setAccessibleName("History of the session")
        self._title = ElidedLabel(theme, "", font=ui_font(19, 600))
        self.chats = SessionChats(theme)
        self._archived = QVBoxLayout()
        self._archived.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self._body(), "History of the session, scrolled"))
        theme.changed.connect(self.update)

    def show_session(
        self, title: str, views: Sequence[ChatView], closed: Sequence[Chat], archived: Sequence[Session]
    ) -> None:
        """List what there is."""
        self._title.set_text(title or "New session")
        self.chats.set_session(title)
        self.chats.show_chats(views, closed)
        while (taken := self._archived.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if archived:
            caption = QLabel("ARCHIVED SESSIONS OF THIS PROJECT")
            caption.setFont(ui_font(METRICS.caption, 600))
            caption.setProperty("tone", "muted")
            self._archived.addWidget(caption)
        for session in archived:
            self._archived.addWidget(self._session(session))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The canvas."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("bg0"))

    def _body(self) -> QWidget:
        inner = QWidget()
        inner.setMaximumWidth(METRICS.column)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 36, 0, 20)
        column.setSpacing(10)
        column.addLayout(self._head())
        words = QLabel("This pane is empty. Open one of the session's chats in it, or begin another.")
        words.setWordWrap(True)
        words.setProperty("tone", "muted")
        column.addWidget(words)
        column.addLayout(self._beginnings())
        column.addSpacing(12)
        column.addWidget(self.chats)
        column.addSpacing(12)
        column.addLayout(self._archived)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 0, 16, 0)
        row.addStretch(1)
        row.addWidget(inner, 1_000)
        row.addStretch(1)
        return holder

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._title, 1)
        for action_id, icon in (("session.rename", "pencil"), ("session.archive", "archive")):
            name = self._actions.specs[action_id].title.rstrip("…")
            button = IconButton(self._theme, icon, name, tone="tx2")
            button.setToolTip(self._actions.tip(action_id))
            button.clicked.connect(self._actions.action(action_id).trigger)
            row.addWidget(button)
        return row

    def _beginnings(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for number, (action_id, title, icon) in enumerate(_NEW):
            button = Button(self._theme, title, "primary" if number == 0 else "sec", icon=icon)
            button.setAccessibleName(self._actions.specs[action_id].title)
            button.setToolTip(self._actions.tip(action_id))
            button.clicked.connect(self._actions.action(action_id).trigger)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _session(self, session: Session) -> QWidget:
        title = " ".join(session.title.split()) or "New session"
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(12, 0, 8, 0)
        row.addWidget(ElidedLabel(self._theme, title, tone="tx2"), 1)
        back = IconButton(self._theme, "archive-restore", f"Restore {title}", size=26, icon_size=14, tone="tx3")
        back.clicked.connect(lambda _checked=False: self.session_restore_asked.emit(session.id))
        row.addWidget(back)
        return holder
