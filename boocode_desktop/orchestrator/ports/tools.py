"""Tools as the native agent needs them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from boocode_desktop.domain.events import AgentEvent, Json, Outcome, PermissionRequested, PermissionResolved
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.permissions import Action
from boocode_desktop.domain.records import Chat
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.agents import Authorization


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutput:
    """What a tool gives back: the text for the model, and facts for showing (see `ToolFinished.details`)."""

    text: str
    outcome: Outcome = "success"
    error: str = ""
    details: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """Where and for whom a tool works."""

    session_id: str
    chat_id: str
    trace_id: str
    root: Path
    read_only: bool
    trusted: bool
    authorize: Callable[[Action, str], Awaitable[Authorization]]
    ask: Callable[[PermissionRequested], Awaitable[PermissionResolved]]
    emit: Callable[[AgentEvent], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A chat as another chat's agent may read it: what still counts of it, oldest first."""

    chat: Chat
    entries: Sequence[Entry]
    running: bool = False


class Tabs(Protocol):
    """The chats of a session by the numbers that people see on their tabs."""

    async def read(self, session_id: str, number: int) -> Tab:
        """The chat of a number, closed ones too.

        Raises:
            NotFoundError: the session has no such chat; the hint names the ones there are.
        """


class Toolbox(Protocol):
    """The tools of the native agent."""

    def specs(self, *, read_only: bool = False) -> Sequence[ToolSpec]:
        """The tools, sorted by name, the same bytes every time."""

    def repair(self, name: str, arguments: str) -> dict[str, Any]:
        """The call's input after repair (types coerced, JSON in strings parsed, autolinks unwrapped), validated.

        Raises:
            UserFacingError: unknown tool, broken JSON, a placeholder or a missing argument; the message tells the
                model what to write instead.
        """

    async def call(self, name: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutput:
        """Run one tool. Failures come back as an outcome, cancellation kills what the tool started."""
