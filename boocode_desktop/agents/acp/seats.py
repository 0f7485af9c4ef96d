"""Where each chat sits: its session with the agent, the child that hosts it, and when it was last used."""

import time
from dataclasses import dataclass, field

from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.agents.acp.warm_children import WarmChildren


@dataclass(slots=True)
class Seat:
    """A chat's place. `used_at` is by `time.monotonic`."""

    connection: AgentConnection
    session: AcpSession
    used_at: float = field(default_factory=time.monotonic)


class Seats:
    """The chats of one agent. `warm` ends a child with its last session."""

    def __init__(self, warm: WarmChildren) -> None:
        self._warm = warm
        self._seats: dict[str, Seat] = {}
        self._guests: dict[str, AgentConnection] = {}

    def of(self, chat_id: str) -> Seat | None:
        """A chat's place."""
        return self._seats.get(chat_id)

    def session(self, chat_id: str) -> AcpSession | None:
        """A chat's session, which its child may have taken with it."""
        seat = self._seats.get(chat_id)
        return seat.session if seat else None

    def taken(self) -> list[tuple[str, Seat]]:
        """Chats whose session lives."""
        return [(c, s) for c, s in self._seats.items() if s.connection.sessions.get(s.session.id) is s.session]

    def chats_in(self, connection: AgentConnection) -> tuple[str, ...]:
        """The chats that a child hosts."""
        return tuple(chat_id for chat_id, seat in self.taken() if seat.connection is connection)

    def expect(self, chat_id: str, connection: AgentConnection) -> None:
        """A turn of the chat is on its way to that child, which must not end meanwhile."""
        self._guests[chat_id] = connection

    def take(self, chat_id: str, seat: Seat) -> None:
        """The chat sits there now."""
        self._seats[chat_id] = seat

    def leave(self, chat_id: str) -> None:
        """The chat's turn is over; its session stays."""
        connection = self._guests.pop(chat_id, None)
        if connection is not None:
            connection.guests.discard(chat_id)
        if (seat := self._seats.get(chat_id)) is not None:
            seat.used_at = time.monotonic()

    async def clear(self, chat_id: str) -> None:
        """End a chat's session, and the child with its last one."""
        seat = self.drop(chat_id)
        if seat is not None:
            await self.end(seat)

    def drop(self, chat_id: str) -> Seat | None:
        """The chat sits nowhere any more; what it had is for the caller to end."""
        return self._seats.pop(chat_id, None)

    async def end(self, seat: Seat) -> None:
        """End a session that was dropped, and the child with its last one."""
        await seat.connection.close_session(seat.session)
        await self._warm.close_if_empty(seat.connection)

    def forget_all(self) -> None:
        """All children are about to end."""
        self._seats.clear()
