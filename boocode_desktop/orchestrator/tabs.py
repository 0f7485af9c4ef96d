"""The chats of a session by their numbers, for agents that look into another tab."""

from boocode_desktop.domain.errors import NotFoundError
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.ports.tools import Tab


class TabDesk:
    """Implements `ports.tools.Tabs` over the store; it only reads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, session_id: str, number: int) -> Tab:
        """The chat of a number, with the entries of turns that were not rewound.

        Raises:
            NotFoundError: the session has no such chat.
        """
        chats = list(await self._store.chats(session_id, archived=None))
        chat = next((c for c in chats if c.number == number), None)
        if chat is None:
            there = ", ".join(str(n) for n in sorted(c.number for c in chats))
            raise NotFoundError(f"This session has no chat {number}.", f"Its chats are {there or 'none'}.")
        turns = await self._store.turns(chat_id=chat.id)
        rows = await self._store.memory(chat.id)
        running = any(turn.status is None for turn in turns)
        return Tab(chat=chat, entries=tuple(row.entry for row in rows), running=running)
