"""What was called and what it cost, read from the database."""

from dataclasses import dataclass

from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.store import Store, TracePage


@dataclass(frozen=True, slots=True)
class LedgerDesk:
    """Implements `front.Ledger`."""

    store: Store

    async def traces(self, chat_id: str, *, turn: int | None = None, limit: int = 50, cursor: str = "") -> TracePage:
        """A page of traces, newest first; at most 200."""
        return await self.store.traces(chat_id, turn=turn, limit=max(1, min(limit, 200)), cursor=cursor)

    async def usage(self, *, chat_id: str = "", session_id: str = "", project_id: str = "") -> Usage:
        """Tokens spent in a chat, a session or a project."""
        return await self.store.usage(chat_id=chat_id, session_id=session_id, project_id=project_id)
