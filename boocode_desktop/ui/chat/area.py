"""The chats of the session on screen: panes side by side, each with a row of tabs, and one chat pane per tab."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from boocode_desktop.domain.events import Envelope, PermissionRequested, PermissionResolved, TurnFinished, TurnStarted
from boocode_desktop.domain.records import Chat, Session
from boocode_desktop.orchestrator.views import ChatView, SessionView
from boocode_desktop.ui.chat.arrangement import Arrangement, PaneTabs
from boocode_desktop.ui.chat.pane import ChatPane
from boocode_desktop.ui.chat.pane_view import PaneView
from boocode_desktop.ui.chat.tab_bar import ChatTabs
from boocode_desktop.ui.chat.tab_texts import tab_of, tab_state
from boocode_desktop.ui.context import Context

WELCOME = "welcome"
PARKED = 12
"""So many chats of other sessions stay as they are, so that going back to them takes no time."""
_TELLING = (TurnStarted, TurnFinished, PermissionRequested, PermissionResolved)


class ChatArea(QWidget):
    """Shows one session at a time, or the welcome page.

    Signals:
        opened(str): the chat with this id is on screen with its newest entries.
        close_asked(str): a chat should be closed.
        restore_asked(str): a closed chat should be open again.
        rename_asked(str): a chat should get another name.
        session_restore_asked(str): an archived session should come back.
        rewind_asked(str, int): a session should go back to the state after this turn.
        away_asked(str): a chat was asked for that stands in a window of its own.
        arranged(str): the session with this id has its chats at other places.
        tab_dropped(str, QPoint): a tab was let go outside of all panes, at this place on the screen.
        tab_menu_asked(str, QPoint): the menu of a tab is wanted.
        forked(str): a chat was made from the one on screen and wants to be shown.
        told(str, str): something was done, in words; what to do next.
    """

    opened = Signal(str)
    close_asked = Signal(str)
    restore_asked = Signal(str)
    rename_asked = Signal(str)
    session_restore_asked = Signal(str)
    rewind_asked = Signal(str, int)
    away_asked = Signal(str)
    arranged = Signal(str)
    tab_dropped = Signal(str, QPoint)
    tab_menu_asked = Signal(str, QPoint)
    forked = Signal(str)
    told = Signal(str, str)

    def __init__(self, context: Context, welcome: QWidget) -> None:
        super().__init__()
        self._context = context
        self._views: dict[str, ChatView] = {}
        self._closed: tuple[Chat, ...] = ()
        self._archived: tuple[Session, ...] = ()
        self._panes: dict[str, ChatPane] = {}
        self._title = self._session_id = self._beside = ""
        self._welcome = welcome
        self._away: set[str] = set()
        self._arrangements: dict[str, Arrangement] = {}
        self._settling = False
        self.arrangement = Arrangement()
        self.setAccessibleName("Chats of the session")
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._columns: list[PaneView] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        self._lane = context.bridge.watch(self._on_envelopes, kinds=_TELLING)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        self._add_column()
        self.show_welcome()

    @property
    def tabs(self) -> ChatTabs:
        """The tabs of the active pane."""
        return self.column.tabs

    @property
    def column(self) -> PaneView:
        """The active pane."""
        return self._columns[self.arrangement.place(self.arrangement.active)]

    @property
    def columns(self) -> Sequence[PaneView]:
        """All panes, from left to right."""
        return tuple(self._columns)

    @property
    def pane(self) -> ChatPane | None:
        """The chat on screen that has the keyboard."""
        current = self.column.pages.currentWidget()
        return current if isinstance(current, ChatPane) else None

    @property
    def chats(self) -> Sequence[ChatView]:
        """The open chats of the session on screen."""
        return tuple(self._views.values())

    @property
    def title(self) -> str:
        """The title of the session on screen."""
        return self._title

    @property
    def session_id(self) -> str:
        """The session on screen, "" for the welcome page."""
        return self._session_id

    def panes(self) -> Sequence[ChatPane]:
        """Every chat pane that was made."""
        return tuple(self._panes.values())

    def show_welcome(self) -> None:
        """Show the first-run page instead of a session."""
        self._session_id, self._views = "", {}
        with self._quiet():
            self._drop_panes(keep=set())
        self.arrangement = Arrangement(panes=(PaneTabs(id=1, chats=(WELCOME,), front=WELCOME),))
        self._settle()
        self._welcome.setFocus(Qt.FocusReason.OtherFocusReason)
        self._context.selection.choose("", "")

    def show_session(
        self,
        session: SessionView,
        chats: Sequence[ChatView],
        chat_id: str = "",
        *,
        closed: Sequence[Chat] = (),
        archived: Sequence[Session] = (),
        stored: Arrangement | None = None,
        again: bool = False,
    ) -> None:
        """Show a session's chats, `chat_id` or the one that was in front; `stored` is how they stood last.

        `again`: it was just shown so and has been read meanwhile, which moves neither the front nor the keyboard.
        """
        if session.session.id != self._session_id:
            self._session_id = session.session.id
            self.arrangement = self._arrangements.get(self._session_id) or stored or Arrangement()
            chat_id = chat_id or self.arrangement.here.front or (chats[-1].chat.id if chats else "")
        self._title = " ".join(session.session.title.split())
        self._closed, self._archived = tuple(closed), tuple(archived)
        self._views = {v.chat.id: v for v in chats}
        with self._quiet():
            self._drop_panes(keep=set(self._views) | self._parked())
        arrangement = self.arrangement.known(self._here())
        if self._beside in self._views:
            original = self._views[self._beside].chat.forked_from or self._context.selection.chat_id
            arrangement, chat_id = arrangement.beside(original, self._beside), self._beside
            self._beside, again = "", False
        self.arrange(arrangement if again else arrangement.brought(chat_id), focus=not again)
        if chat_id in self._away and not again:
            self.away_asked.emit(chat_id)

    def release(self, view: ChatView, session_title: str = "") -> ChatPane:
        """Give a chat's pane away: the chat has no tab here until it is taken back. Its session may be another one."""
        chat_id = view.chat.id
        self._away.add(chat_id)
        pane = self._panes.pop(chat_id, None) or self._make_pane(view, session_title)
        self._panes.pop(chat_id, None)
        if chat_id in self._views:
            self.arrange(self.arrangement.known(self._here()), focus=False)
        return pane

    def take_back(self, pane: ChatPane) -> None:
        """Take a pane in again, in the oldest row of tabs; one of another session goes."""
        chat_id = pane.chat.id
        self._away.discard(chat_id)
        self._panes[chat_id] = pane
        if chat_id in self._views:
            arrangement = self.arrangement.known(self._here())
            self.arrange(arrangement.moved(chat_id, arrangement.oldest.id))
        else:
            self._drop_panes(keep=set(self._panes) - {chat_id})

    def rename(self, session_title: str) -> None:
        """The session on screen has another title."""
        title = " ".join(session_title.split())
        if title != self._title:
            self._title = title
            self._settle()

    def expect_beside(self, chat_id: str) -> None:
        """When this new chat is shown it goes into the pane right of its original."""
        self._beside = chat_id

    def step(self, by: int) -> None:
        """The next or previous tab of the pane, round the end."""
        if self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def split(self, chat_id: str = "") -> None:
        """Open a pane at the right, with a tab in it or empty."""
        if self._session_id:
            self.arrange(self.arrangement.split(chat_id))

    def close_pane(self, pane_id: int) -> None:
        """Take a pane away; its tabs move to the oldest one."""
        self.arrange(self.arrangement.closed(pane_id))

    def reveal(self, chat_id: str, entry_id: str) -> None:
        """Bring a chat to the front and scroll it to an entry."""
        if chat_id in self._away:
            self.away_asked.emit(chat_id)
        elif chat_id in self._views:
            self.arrange(self.arrangement.brought(chat_id), focus=False)
            self._panes[chat_id].transcript.go_to(entry_id)

    def set_sidebar_shown(self, shown: bool) -> None:
        """Offer the way back to a hidden sidebar."""
        self._columns[0].reveal.setVisible(not shown)

    def arrange(self, arrangement: Arrangement, *, focus: bool = True) -> None:
        """Put the chats at other places; with `focus` the active pane gets the keyboard."""
        changed = arrangement != self.arrangement
        self.arrangement = arrangement
        self._settle()
        front = arrangement.here.front
        self._context.selection.choose(self._session_id, front if front in self._views else "")
        if focus:
            self._focus()
        if changed and self._session_id:
            self._arrangements[self._session_id] = arrangement
            self.arranged.emit(self._session_id)

    def _focus(self) -> None:
        if self.pane is not None:
            self.pane.composer.editor.setFocus()
        elif self._session_id:
            self.column.history.setFocus(Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        """Make the widgets say what the arrangement says."""
        with self._quiet():
            count = len(self.arrangement.panes)
            resize = len(self._columns) != count
            while len(self._columns) < count:
                self._add_column()
            for number, pane in enumerate(self.arrangement.panes, 1):
                self._settle_column(self._columns[number - 1], pane, number, count)
            while len(self._columns) > count:
                self._drop_column()
            if resize:
                shares = [p.share for p in self.arrangement.panes]
                self._splitter.setSizes(shares if all(shares) else [self.width() or 1_000] * count)

    def _settle_column(self, column: PaneView, pane: PaneTabs, number: int, count: int) -> None:
        tabs = [tab_of(chat_id, self._views.get(chat_id), self._title) for chat_id in pane.chats]
        column.show_tabs(pane, tabs, closable=len(self._views) > 1)
        column.set_place(number, count, active=pane.id == self.arrangement.active)
        for chat_id in pane.chats:
            if chat_id in self._views:
                column.tabs.set_state(chat_id, self._views[chat_id].state)
            if chat_id in self._panes:
                self._panes[chat_id].empty.show_others(self.chats, self._closed)
                column.hold(self._panes[chat_id])
        if not pane.chats:
            column.history.show_session(self._title, self.chats, self._closed, self._archived)
        column.show_page(self._page(pane.front))

    def _page(self, chat_id: str) -> QWidget | None:
        if chat_id == WELCOME:
            return self._welcome
        if chat_id not in self._views:
            return None
        pane = self._panes.pop(chat_id, None) or self._make_pane(self._views[chat_id])
        self._panes[chat_id] = pane  # the one shown last stands last
        return pane

    def _make_pane(self, view: ChatView, session_title: str = "") -> ChatPane:
        pane = ChatPane(self._context, view, session_title or self._title)
        pane.empty.show_others(self.chats, self._closed)
        pane.chat_chosen.connect(self._on_chat_chosen)
        pane.empty.others.restore_asked.connect(self.restore_asked)
        pane.empty.others.rename_asked.connect(self.rename_asked)
        pane.empty.others.close_asked.connect(self.close_asked)
        pane.rewind_asked.connect(lambda turn: self.rewind_asked.emit(view.chat.session_id, turn))
        pane.forked.connect(self.forked)
        pane.told.connect(self.told)
        pane.opened.connect(lambda: self.opened.emit(view.chat.id))
        self._panes[view.chat.id] = pane
        return pane

    def _here(self) -> list[str]:
        return [i for i in self._views if i not in self._away]

    def _parked(self) -> set[str]:
        """Chats of other sessions that were shown last: going back to one shows it at once."""
        others = [i for i, pane in self._panes.items() if pane.chat.session_id != self._session_id]
        return set(others[-PARKED:])

    def _drop_panes(self, keep: set[str]) -> None:
        for chat_id in set(self._panes) - keep:
            pane = self._panes.pop(chat_id)
            pane.composer.draft.flush()
            pane.hide()
            pane.setParent(None)
            pane.deleteLater()

    def _add_column(self) -> None:
        column = PaneView(self._context, len(self._columns) + 1)
        self._columns.append(column)
        self._splitter.addWidget(column)
        column.chat_chosen.connect(self._on_chat_chosen)
        column.reordered.connect(lambda ids: self._on_column_reordered(column, ids))
        column.close_asked.connect(lambda: self.close_pane(self._pane_of(column).id))
        column.tabs.close_asked.connect(self.close_asked)
        column.tabs.dropped.connect(self._on_tab_dropped)
        column.tabs.menu_asked.connect(self.tab_menu_asked)
        column.history.chats.chat_chosen.connect(lambda chat_id: self._on_history_chosen(column, chat_id))
        column.history.chats.restore_asked.connect(self.restore_asked)
        column.history.chats.rename_asked.connect(self.rename_asked)
        column.history.chats.close_asked.connect(self.close_asked)
        column.history.session_restore_asked.connect(self.session_restore_asked)

    def _drop_column(self) -> None:
        column = self._columns.pop()
        self._drop_panes(keep={i for i, pane in self._panes.items() if not column.isAncestorOf(pane)})
        column.hide()
        column.setParent(None)
        column.deleteLater()

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        before, self._settling = self._settling, True
        try:
            yield
        finally:
            self._settling = before

    def _pane_of(self, column: PaneView) -> PaneTabs:
        return self.arrangement.panes[self._columns.index(column)]

    def _on_chat_chosen(self, chat_id: str) -> None:
        if chat_id in self._away:
            self.away_asked.emit(chat_id)
        elif not self._settling and chat_id in self._views:
            self.arrange(self.arrangement.brought(chat_id))

    def _on_history_chosen(self, column: PaneView, chat_id: str) -> None:
        if chat_id in self._away:
            self.away_asked.emit(chat_id)
        else:
            self.arrange(self.arrangement.moved(chat_id, self._pane_of(column).id))

    def _on_column_reordered(self, column: PaneView, ids: Sequence[str]) -> None:
        arrangement = self.arrangement
        for chat_id in ids:
            arrangement = arrangement.moved(chat_id, self._pane_of(column).id)
        self.arrange(arrangement.brought(self._pane_of(column).front), focus=False)

    def _on_tab_dropped(self, chat_id: str, at: QPoint) -> None:
        if chat_id not in self._views:
            return
        for column, pane in zip(self._columns, self.arrangement.panes, strict=True):
            if column.rect().contains(column.mapFromGlobal(at)):
                self.arrange(self.arrangement.moved(chat_id, pane.id))
                return
        self.tab_dropped.emit(chat_id, at)

    def _on_splitter_moved(self) -> None:
        self.arrangement = self._arrangements[self._session_id] = self.arrangement.shared(self._splitter.sizes())
        self.arranged.emit(self._session_id)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._settling or now is None or len(self._columns) < 2:
            return
        for column, pane in zip(self._columns, self.arrangement.panes, strict=True):
            if column.isAncestorOf(now) and pane.id != self.arrangement.active:
                self.arrange(self.arrangement.focused(pane.id), focus=False)
                return

    def _on_views_read(self, chats: Sequence[ChatView]) -> None:
        if {v.chat.id for v in chats} == set(self._views):
            self._views = {v.chat.id: v for v in chats}
            self._settle()

    def _on_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            state = tab_state(envelope)
            if state and envelope.chat_id in self._views:
                self._views[envelope.chat_id] = replace(self._views[envelope.chat_id], state=state)
                for column in self._columns:
                    column.tabs.set_state(envelope.chat_id, state)
        if any(isinstance(e.event, TurnStarted) and e.chat_id in self._views for e in envelopes):
            # The first prompt names a chat.
            views = self._context.front.chats.views(self._session_id)
            self._context.bridge.run(views, owner=self, done=self._on_views_read, key="area.views")
