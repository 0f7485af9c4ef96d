"""Reading the spool that an agent's hooks write, while the agent runs."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from pathlib import Path

from boocode_desktop.agents.acp.loose import text_of
from boocode_desktop.agents.oneshot.hooks.configs import SPOOL, TOKEN
from boocode_desktop.agents.oneshot.hooks.statuses import AgentStatus, read_status
from boocode_desktop.agents.oneshot.stream import LineStream

EVERY_S = 0.25
CHUNK = 1 << 18
LINE_LIMIT = 1 << 16
OnStatus = Callable[[AgentStatus], Awaitable[None]]


class StatusWatcher:
    """Tells how an agent stands whenever that changes; lines without the folder's token are passed over.

    Args:
        folder: What `private_config` wrote into.
        on_change: Awaited with each new status, in order.
        every_s: How often it is looked; a look at an unchanged file costs one call of the system.
    """

    def __init__(self, folder: Path, on_change: OnStatus, *, every_s: float = EVERY_S) -> None:
        self._spool = folder / SPOOL
        self._token = folder / TOKEN
        self._on_change = on_change
        self._every_s = every_s
        self._read = 0
        self._lines = LineStream(limit=LINE_LIMIT)
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self.status: AgentStatus | None = None

    def start(self) -> None:
        """Begin to look."""
        if self._task is None:
            self._stopping.clear()
            self._task = asyncio.create_task(self._watch(), name=f"status {self._spool.parent.name}")

    async def stop(self) -> None:
        """Look a last time, and no more. Works twice."""
        if self._task is not None:
            self._stopping.set()
            await asyncio.wait([self._task])
            self._task = None

    async def look(self) -> None:
        """Take what was written since."""
        token, data = await asyncio.to_thread(self._fetch)
        for line in self._lines.feed(data):
            if not token or not hmac.compare_digest(text_of(line.get("token")).encode(), token.encode()):
                continue
            found = read_status(line)
            if found is not None and found != self.status:
                self.status = found
                await self._on_change(found)

    async def _watch(self) -> None:
        stopping = asyncio.create_task(self._stopping.wait(), name="status until")
        while not stopping.done():
            await self.look()
            await asyncio.wait([stopping], timeout=self._every_s)
        await self.look()

    def _fetch(self) -> tuple[str, bytes]:
        try:
            if self._spool.stat().st_size <= self._read:
                return "", b""
            with self._spool.open("rb") as file:
                file.seek(self._read)
                data = file.read(CHUNK)
            self._read += len(data)
            return self._token.read_text(encoding="ascii"), data
        except OSError:
            return "", b""
