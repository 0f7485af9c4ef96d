"""Going to a session or chat: reads what is needed, shows it, names it in the title, remembers it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.records import Chat, Session
from boocode_desktop.orchestrator.views import ChatView, ProjectView, SessionView
from boocode_desktop.ui.chat.area import ChatArea
from boocode_desktop.ui.chat.arrangement import Arrangement
from boocode_desktop.ui.chat.places import read_arrangement
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.sidebar.panel import Sidebar

LAST = "window.last"
_MOST_ARCHIVED = 20
_MOST_KNOWN = 32
"""So many sessions are shown at once as they were read last, and read again afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A session as it was read, and the chat that was wished for."""

    view: SessionView
    chats: Sequence[ChatView]
    wanted: str
    closed: Sequence[Chat]
    archived: Sequence[Session]
    stored: Arrangement

    def has(self, chat_id: str) -> bool:
        """Whether this is enough to show a chat, "" for the one in front."""
        return not chat_id or any(v.chat.id == chat_id for v in self.chats)


class Navigator(QObject):
    """The one way to change what the window shows."""

    def __init__(self, context: Context, window: MainWindow, sidebar: Sidebar, area: ChatArea) -> None:
        super().__init__(window)
        self._context, self._window, self._sidebar, self._area = context, window, sidebar, area
        self._wanted = ("", "")
        self._turn = ("", "")
        self._known: dict[str, _Found] = {}
        self._at_once = False
        context.selection.turn_asked.connect(self.show_turn)
        sidebar.session_chosen.connect(self.show_session)
        sidebar.overview_changed.connect(self._on_overview_changed)
        context.selection.chat_changed.connect(lambda _: self._remember())

    def show_session(self, session_id: str, chat_id: str = "") -> None:
        """Show a session, at once if it was read before; the newest wish wins."""
        self._wanted = (session_id, chat_id)
        known = self._known.get(session_id)
        self._at_once = False
        if known is not None and session_id != self._area.session_id and known.has(chat_id):
            self._show(replace(known, wanted=chat_id))
            self._at_once = True
        self._context.bridge.run(
            self._read(session_id, chat_id),
            owner=self,
            done=self._on_read,
            error=self._on_missing,
            slow="Opening the session",
        )

    def show_turn(self, chat_id: str, turn_id: str) -> None:
        """Show a turn in its chat, in the session on screen."""
        self._turn = (chat_id, turn_id)
        self.show_session(self._context.selection.session_id, chat_id)

    def reload(self) -> None:
        """Read the session on screen again."""
        if self._context.selection.session_id:
            self.show_session(self._context.selection.session_id, self._context.selection.chat_id)

    def show_welcome(self) -> None:
        """Show the first-run page."""
        self._wanted = ("", "")
        self._area.show_welcome()
        self._window.set_subject("", "")

    async def last(self) -> tuple[str, str]:
        """The session and chat that were on screen last."""
        saved = await self._context.front.store.setting(LAST)
        if isinstance(saved, dict):
            return str(saved.get("session", "")), str(saved.get("chat", ""))
        return "", ""

    async def _read(self, session_id: str, chat_id: str) -> _Found:
        front = self._context.front
        view, chats, closed, stored = await asyncio.gather(
            front.sessions.view(session_id),
            front.chats.views(session_id),
            front.store.chats(session_id, archived=True),
            read_arrangement(front.store, session_id),
        )
        if not chats:
            await front.chats.create(session_id)
            chats = await front.chats.views(session_id)
        archived = await front.store.sessions(project_id=view.session.project_id, archived=True)
        return _Found(
            view=view,
            chats=chats,
            wanted=chat_id,
            closed=closed,
            archived=archived[:_MOST_ARCHIVED],
            stored=stored,
        )

    def _on_read(self, found: _Found) -> None:
        session = found.view.session
        before = self._known.pop(session.id, None)
        self._known[session.id] = found
        for oldest in tuple(self._known)[:-_MOST_KNOWN]:
            del self._known[oldest]
        if self._wanted != (session.id, found.wanted):
            return
        if not self._at_once or before is None or replace(before, wanted=found.wanted) != found:
            self._show(found)

    def _show(self, found: _Found) -> None:
        session = found.view.session
        self._area.show_session(
            found.view,
            found.chats,
            found.wanted,
            closed=found.closed,
            archived=found.archived,
            stored=found.stored,
            again=self._at_once,
        )
        self._name(session.title, session.id)
        (chat_id, turn_id), self._turn = self._turn, ("", "")
        if turn_id and chat_id == found.wanted:
            self._go_to_turn(chat_id, turn_id)

    def _go_to_turn(self, chat_id: str, turn_id: str) -> None:
        pane = self._area.pane
        if pane is not None and pane.chat.id == chat_id:
            pane.show_turn(turn_id)
        else:
            gone = UserFacingError("The chat of that turn is closed.", "Open it again from the history of the session.")
            self._context.bridge.refused.emit(gone)

    def _on_missing(self, problem: UserFacingError) -> None:
        if isinstance(problem, NotFoundError):
            self.show_welcome()
        self._context.bridge.refused.emit(problem)

    def _on_overview_changed(self, overview: Sequence[ProjectView]) -> None:
        here = self._context.selection.session_id
        for project in overview:
            for view in project.sessions:
                if view.session.id == here:
                    self._name(view.session.title, here)
                    self._area.rename(view.session.title)

    def _name(self, title: str, session_id: str) -> None:
        project = self._sidebar.model.project_of(session_id)
        self._window.set_subject(title or "New session", project.project.name if project else "")

    def _remember(self) -> None:
        selection = self._context.selection
        if selection.chat_id:
            value = {"session": selection.session_id, "chat": selection.chat_id}
            self._context.bridge.run(self._context.front.store.set_setting(LAST, value))
