"""A pooled agent without processes: its sessions are what a test says, and it notes which were ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from boocode_desktop.agents.pool import PooledChild
from boocode_desktop.agents.pool_policy import LiveSession


@dataclass(slots=True, kw_only=True)
class WrittenPooledAgent:
    """Implements `PooledAgent`. `begins` are chats whose turn begins just before their session would be ended."""

    name: str = "a"
    sessions: list[LiveSession] = field(default_factory=list)
    begins: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)
    looks: int = 0
    broken: bool = False

    def add(self, chat_id: str, used_at: float, *, busy: bool = False, child: int = 1) -> None:
        """A session more."""
        self.sessions.append(LiveSession(agent=self.name, chat_id=chat_id, child=child, used_at=used_at, busy=busy))

    def live(self) -> Sequence[LiveSession]:
        return list(self.sessions)

    def running(self) -> Sequence[PooledChild]:
        if not self.sessions:
            return []
        chats = tuple(session.chat_id for session in self.sessions)
        return [PooledChild(pid=1, chat_ids=chats, busy=False, sandboxed=False, started_at=1.0)]

    async def evict(self, session: LiveSession) -> bool:
        if session.chat_id in self.begins:
            self.sessions = [replace(s, busy=True) if s == session else s for s in self.sessions]
            return False
        self.sessions.remove(session)
        self.ended.append(session.chat_id)
        return True

    async def check_health(self) -> None:
        self.looks += 1
        if self.broken:
            raise RuntimeError("cannot look")
