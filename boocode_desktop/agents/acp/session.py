"""An agent's conversation in one chat, as we keep it: its ordered updates, its terminals, and the turn it is in."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from boocode_desktop.agents.acp.feed import SessionFeed
from boocode_desktop.agents.acp.mapper import TurnMapper
from boocode_desktop.agents.acp.offers import Offer
from boocode_desktop.agents.acp.terminals import TerminalDesk
from boocode_desktop.agents.acp.usage import CostMeter
from boocode_desktop.domain.events import Json
from boocode_desktop.orchestrator.ports.agents import TurnHost
from boocode_desktop.processes.children import Children
from boocode_desktop.processes.places import Place
from boocode_desktop.processes.sandbox import SandboxLauncher

T = TypeVar("T")
WITHDRAW_S = 0.5
"""How long a withdrawn question may take to be recorded before its task is cancelled."""


@dataclass(slots=True)
class OpenTurn:
    """The turn that runs: whom to ask, and the calls it made. `granted` are commands a person just allowed.

    `closed` once it was cancelled or answered: nothing may be asked or done in it any more.
    """

    host: TurnHost
    mapper: TurnMapper
    granted: list[tuple[str, ...]] = field(default_factory=list)
    asking: set[asyncio.Task[object]] = field(default_factory=set)
    closed: bool = False
    ended: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class AcpSession:
    """One session of an agent. `offer` is what can be chosen in it; `before` what was current before a chat chose,
    `reopened` the way in which it was gone on with after its child had ended."""

    def __init__(self, session_id: str, place: Place, children: Children, launcher: SandboxLauncher) -> None:
        self.id = session_id
        self.place = place
        self.offer = Offer()
        self.before: dict[str, str] = {}
        self.reopened: Literal["resumed", "history"] = "resumed"
        self.cost = CostMeter()
        self.feed = SessionFeed(session_id, self._note_setting)
        self.terminals = TerminalDesk(children, launcher, self.feed.put)
        self.turn: OpenTurn | None = None

    def _note_setting(self, update: Json) -> None:
        """The agent told that something else is current now, by itself or because of a command of its own."""
        self.offer = self.offer.after_update(update)

    async def ask(self, question: Awaitable[T]) -> T | None:
        """Wait for a person's answer; None when the turn is over meanwhile, or none runs."""
        turn = self.turn
        task = asyncio.ensure_future(question)
        if turn is None or turn.closed:
            task.cancel()
            return None
        turn.asking.add(task)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            turn.asking.discard(task)
        if task.cancelled() or (task.exception() is None and turn.closed):
            return None
        return task.result()

    @property
    def waits_for_us(self) -> bool:
        """Whether its turn waits for a person or for a command that we run."""
        return bool(self.turn and self.turn.asking) or self.terminals.running

    async def withdraw(self) -> None:
        """Answer every open question with nothing: the turn is being cancelled, or the agent ended it."""
        turn = self.turn
        if turn is None:
            return
        turn.closed = True
        if turn.asking:
            await asyncio.wait(turn.asking, timeout=WITHDRAW_S)
        for task in list(turn.asking):
            task.cancel()

    async def close(self) -> None:
        """End what belongs to it here; the agent is told by others."""
        await self.withdraw()
        await self.terminals.release_all()
        await self.feed.close()
