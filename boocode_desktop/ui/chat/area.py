"""The chats of the session on screen: a row of tabs and one pane per tab, made when first shown."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.domain.events import Envelope, PermissionRequested, PermissionResolved, TurnFinished, TurnStarted
from boocode_desktop.domain.records import SessionState
from boocode_desktop.orchestrator.views import ChatView, SessionView
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.chat.tab_bar import TAB_ROW, ChatTabs
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.widgets.buttons import IconButton

WELCOME = "welcome"
_TELLING = (TurnStarted, TurnFinished, PermissionRequested, PermissionResolved)


class ChatArea(QWidget):
    """Shows one session at a time, or the welcome page.

    Signals:
        opened(str): the chat with this id is on screen with its newest entries.
        new_chat_asked(bool): a new chat is wanted; True for a read-only one.
        close_asked(str): a chat should be closed.
        rewind_asked(int): go back to the state after this turn.
    """

    opened = Signal(str)
    new_chat_asked = Signal(bool)
    close_asked = Signal(str)
    rewind_asked = Signal(int)

    def __init__(self, context: Context, welcome: QWidget) -> None:
        super().__init__()
        self._context = context
        self._views: dict[str, ChatView] = {}
        self._panes: dict[str, ChatPane] = {}
        self._title = self._session_id = ""
        self._welcome = welcome
        self.setAccessibleName("Chats")
        self.tabs = ChatTabs(context.theme, self)
        self._pages = QStackedWidget()
        self._pages.addWidget(welcome)
        self._reveal = IconButton(context.theme, "panel-left", "Show the sidebar")
        self._lay_out()
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.tabs.close_asked.connect(self.close_asked)
        context.theme.changed.connect(self.update)
        self._lane = context.bridge.watch(self._on_envelopes, kinds=_TELLING)
        self.show_welcome()

    @property
    def pane(self) -> ChatPane | None:
        """The pane on screen."""
        current = self._pages.currentWidget()
        return current if isinstance(current, ChatPane) else None

    def panes(self) -> Sequence[ChatPane]:
        """Every pane that was made."""
        return tuple(self._panes.values())

    def show_welcome(self) -> None:
        """Show the first-run page instead of a session."""
        self._drop_all()
        self.tabs.add(WELCOME, "Welcome", icon="house", closable=False)
        self._pages.setCurrentWidget(self._welcome)
        self._welcome.setFocus(Qt.FocusReason.OtherFocusReason)
        self._context.selection.choose("", "")

    def show_session(self, session: SessionView, chats: Sequence[ChatView], chat_id: str = "") -> None:
        """Show a session's chats, `chat_id` or the last one in front."""
        self._session_id = session.session.id
        self._title = " ".join(session.session.title.split())
        if [v.chat.id for v in chats] != self.tabs.ids():
            self._drop_all(keep={v.chat.id for v in chats})
            blocked = self.tabs.blockSignals(True)
            for view in chats:
                self.tabs.add(view.chat.id, tab_title(view, self._title), closable=len(chats) > 1)
            self.tabs.blockSignals(blocked)
        self._take_views(chats)
        ids = self.tabs.ids()
        if ids:
            self._bring(chat_id if chat_id in ids else ids[-1])

    def rename(self, session_title: str) -> None:
        """The session on screen has another title."""
        title = " ".join(session_title.split())
        if title != self._title:
            self._title = title
            self._take_views(tuple(self._views.values()))

    def step(self, by: int) -> None:
        """The next or previous tab, round the end."""
        if self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def set_sidebar_shown(self, shown: bool) -> None:
        """Offer the way back to a hidden sidebar."""
        self._reveal.setVisible(not shown)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The tab row's surface and its rule."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._context.theme.color("bg0"))
            painter.fillRect(0, 0, self.width(), TAB_ROW, self._context.theme.color("bg1"))
            painter.fillRect(0, TAB_ROW - 1, self.width(), 1, self._context.theme.color("line0"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        row.addWidget(self._reveal)
        row.addWidget(self.tabs)
        new = self._button("plus", "New chat", "chat.new")
        row.addWidget(new)
        row.addStretch(1)
        row.addWidget(self._button("panel-bottom", "Changes", "view.changes"))
        row.addWidget(self._button("panel-right", "Traces", "view.traces"))
        self._reveal.clicked.connect(self._context.actions.action("view.sidebar").trigger)
        self._reveal.hide()
        column.addLayout(row)
        column.addWidget(self._pages, 1)

    def _button(self, icon: str, name: str, action_id: str) -> IconButton:
        actions = self._context.actions
        button = IconButton(self._context.theme, icon, name, tone="tx2")
        button.setToolTip(actions.tip(action_id))
        button.clicked.connect(actions.action(action_id).trigger)
        return button

    def _take_views(self, chats: Sequence[ChatView]) -> None:
        self._views = {v.chat.id: v for v in chats}
        for number, view in enumerate(chats):
            self.tabs.set_title(number, tab_title(view, self._title))
            self.tabs.set_state(view.chat.id, view.state)
        for pane in self._panes.values():
            pane.empty.show_others(chats)

    def _on_views_read(self, chats: Sequence[ChatView]) -> None:
        if [v.chat.id for v in chats] == self.tabs.ids():
            self._take_views(chats)

    def _bring(self, chat_id: str) -> None:
        number = self.tabs.ids().index(chat_id)
        if self.tabs.currentIndex() != number:
            self.tabs.setCurrentIndex(number)
        self._show_pane(chat_id)

    def _show_pane(self, chat_id: str) -> None:
        pane = self._panes.get(chat_id)
        if pane is None:
            pane = self._make_pane(self._views[chat_id])
        self._pages.setCurrentWidget(pane)
        self._context.selection.choose(pane.chat.session_id, chat_id)
        pane.composer.editor.setFocus()

    def _make_pane(self, view: ChatView) -> ChatPane:
        pane = ChatPane(self._context, view, self._title)
        pane.empty.show_others(tuple(self._views.values()))
        pane.chat_chosen.connect(self._bring)
        pane.read_only_asked.connect(lambda: self.new_chat_asked.emit(True))
        pane.rewind_asked.connect(self.rewind_asked)
        pane.opened.connect(lambda: self.opened.emit(view.chat.id))
        self._panes[view.chat.id] = pane
        self._pages.addWidget(pane)
        return pane

    def _drop_all(self, keep: set[str] | None = None) -> None:
        blocked = self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        self.tabs.blockSignals(blocked)
        for chat_id in set(self._panes) - (keep or set()):
            pane = self._panes.pop(chat_id)
            self._pages.removeWidget(pane)
            pane.hide()
            pane.deleteLater()

    def _on_tab_changed(self, number: int) -> None:
        chat_id = str(self.tabs.tabData(number)) if number >= 0 else ""
        if chat_id in self._views:
            self._show_pane(chat_id)

    def _on_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            state = tab_state(envelope)
            if state and envelope.chat_id in self._views:
                self.tabs.set_state(envelope.chat_id, state)
        if any(isinstance(e.event, TurnStarted) and e.chat_id in self._views for e in envelopes):
            # The first prompt names a chat.
            views = self._context.front.chats.views(self._session_id)
            self._context.bridge.run(views, owner=self, done=self._on_views_read, key="area.views")


def tab_title(view: ChatView, session_title: str = "") -> str:
    """A chat's name in its tab; a session's first chat goes by the session's until it has one of its own."""
    own = " ".join(view.chat.title.split())
    return own or (session_title if view.chat.number == 1 else "") or f"Chat {view.chat.number}"


def tab_state(envelope: Envelope) -> SessionState | None:
    """What an event says of its chat's state, None for most."""
    match envelope.event:
        case TurnStarted() | PermissionResolved():
            return "running"
        case PermissionRequested():
            return "waiting"
        case TurnFinished(status="failed"):
            return "failed"
        case TurnFinished(status="interrupted"):
            return "interrupted"
        case TurnFinished():
            return "idle"
        case _:
            return None
