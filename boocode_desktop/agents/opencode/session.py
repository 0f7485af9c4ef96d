"""An opencode session as we keep it: where it works, what it was made with, and the turn it is in."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from boocode_desktop.agents.opencode.directory import Directory
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.usage import Usage


class OpenTurn(Protocol):
    """A turn that takes events. `ended` is done when it is over."""

    ended: asyncio.Future[None]

    async def put(self, event: Json) -> None:
        """Take an event of the session or of one of its children."""

    def missed(self) -> None:
        """Events were lost; the session is to be read again."""


@dataclass(slots=True, kw_only=True)
class OpencodeSession:
    """One session. `total` is what it used so far, `late` counts events that came when no turn ran, `used_at` is when
    its newest turn began or ended, by a steady clock."""

    id: str
    directory: Directory
    root: Path
    fingerprint: str
    total: Usage = field(default_factory=Usage)
    chosen: tuple[str, str] = ("", "")
    turn: OpenTurn | None = None
    commands_told: bool = False
    late: int = 0
    used_at: float = field(default_factory=time.monotonic)
    unknown: int = 0

    async def put(self, event: Json) -> None:
        """An event goes to the turn that runs; without one it is late, and dropped."""
        if self.turn is None:
            self.late += 1
        else:
            await self.turn.put(event)
