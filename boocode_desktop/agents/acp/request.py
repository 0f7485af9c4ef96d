"""One request of an agent to us, with the session and the turn it belongs to, and the only door before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acp.exceptions import RequestError

from boocode_desktop.agents.acp.session import AcpSession, OpenTurn
from boocode_desktop.domain.events import AskOption, Json
from boocode_desktop.domain.permissions import Action
from boocode_desktop.orchestrator.ports.agents import Authorization

REFUSED = -32001
"""Our error code for what a person or a rule refused."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request inside a running turn. `environ` is our environment, to choose from."""

    agent: str
    session: AcpSession
    turn: OpenTurn
    params: Json
    environ: Mapping[str, str] = field(repr=False)

    async def decision(
        self, action: Action, *, title: str = "", trace_id: str = "", options: tuple[AskOption, ...] = ()
    ) -> Authorization | None:
        """What the only door says; None when the turn was over meanwhile."""
        door = self.turn.host.authorize(action, trace_id=trace_id, title=title, options=options)
        return await self.session.ask(door)

    async def must_be_allowed(self, action: Action, *, title: str) -> None:
        """Pass the only door with something the agent does inside one of its calls.

        Raises:
            RequestError: the door stays shut.
        """
        calls = self.turn.mapper.calls
        call_id = calls.only_open()
        decision = await self.decision(action, title=title, trace_id=calls.view(call_id).trace_id)
        if decision is None:
            raise RequestError(REFUSED, "the prompt is over")
        if not decision.allowed:
            calls.deny(call_id, decision.why)
            raise RequestError(REFUSED, f"Not allowed: {decision.why}")
