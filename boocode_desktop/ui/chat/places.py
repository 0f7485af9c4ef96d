"""Remembers where chats stand in their panes, per session, and which ones were closed last."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer

from boocode_desktop.domain.records import Chat
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.ui.chat.area import ChatArea
from boocode_desktop.ui.chat.arrangement import Arrangement, from_plain, next_closed, to_plain, with_closed
from boocode_desktop.ui.context import Context

CLOSED = "window.closed_chats"
# A splitter that is dragged moves at every frame.
_SETTLED_MS = 400


def places_key(session_id: str) -> str:
    """Where a session's arrangement is stored."""
    return f"chats.places.{session_id}"


async def read_arrangement(store: Store, session_id: str) -> Arrangement:
    """How a session's chats stood last."""
    return from_plain(await store.setting(places_key(session_id)))


class ChatPlaces(QObject):
    """Writes arrangements when they have settled, and the list of closed chats at once."""

    def __init__(self, context: Context, area: ChatArea) -> None:
        super().__init__(area)
        self._context, self._area = context, area
        self._waiting: dict[str, Arrangement] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(lambda: context.bridge.run(self.save()))
        area.arranged.connect(self._on_area_arranged)

    async def save(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, {}
        for session_id, arrangement in waiting.items():
            await self._context.front.store.set_setting(places_key(session_id), to_plain(arrangement))

    def forget(self, session_id: str) -> None:
        """A session is gone."""
        self._waiting.pop(session_id, None)
        self._context.bridge.run(self._context.front.store.set_setting(places_key(session_id), None))

    def remember_closed(self, chat_id: str) -> None:
        """A chat was closed just now."""
        self._context.bridge.run(self._remember_closed(chat_id))

    async def take_closed(self) -> Chat | None:
        """The chat closed last that is still closed, taken off the list; None if there is none."""
        store = self._context.front.store
        found: dict[str, Chat] = {}
        closed = await self._closed()
        for chat_id in closed:
            chat = await store.chat(chat_id)
            session = await store.session(chat.session_id) if chat is not None else None
            if chat is not None and chat.archived and session is not None and not session.archived:
                found[chat_id] = chat
        chat_id, rest = next_closed(closed, lambda known: known in found)
        await store.set_setting(CLOSED, list(rest))
        return found.get(chat_id)

    async def _remember_closed(self, chat_id: str) -> None:
        closed = with_closed(await self._closed(), chat_id)
        await self._context.front.store.set_setting(CLOSED, list(closed))

    async def _closed(self) -> Sequence[str]:
        stored = await self._context.front.store.setting(CLOSED)
        return [str(c) for c in stored] if isinstance(stored, list) else []

    def _on_area_arranged(self, session_id: str) -> None:
        self._waiting[session_id] = self._area.arrangement
        self._timer.start()
