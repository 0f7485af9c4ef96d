"""Who can take a turn, and what a turn offers to whoever takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from boocode_desktop.domain.events import AgentEvent, AskOption, ImageRef, PermissionRequested, PermissionResolved
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.permissions import Action
from boocode_desktop.domain.records import AgentSession, QueuedPrompt
from boocode_desktop.domain.transcript import Entry

AgentState = Literal["loading", "ready", "unavailable", "error", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """The answer of the only door: whether it may happen, and the sentence for the agent if not.

    `option_id` is the chosen one of the `options` that were handed in ("" when a rule decided).
    """

    allowed: bool
    why: str = ""
    rule: str = ""
    option_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the person asks in this turn."""

    text: str
    images: tuple[ImageRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """How the agent ended its turn. A failed one has emitted `Error` first. Cancelling is by task cancellation."""

    status: Literal["completed", "failed"] = "completed"
    stop_reason: str = "end_turn"


class TurnHost(Protocol):
    """One turn as its agent sees it: where to work, whom to ask, where events go. Valid until the turn ends.

    `instructions` are those of a trusted folder (AGENTS.md), "" otherwise.
    """

    session_id: str
    chat_id: str
    turn_id: str
    number: int
    root: Path
    model: str
    effort: str
    base_url: str
    read_only: bool
    trusted: bool
    instructions: str
    max_wait_s: float | None
    agent_session: AgentSession

    async def emit(self, event: AgentEvent) -> None:
        """Publish an event; state events return after their commit."""

    async def authorize(
        self, action: Action, *, trace_id: str = "", title: str = "", options: tuple[AskOption, ...] = ()
    ) -> Authorization:
        """Ask the only door. May wait for a person; never raises for a refusal.

        A foreign agent hands in its own `options`: a person chooses among them instead of among ours, by their ids
        and labels as given. One with effect `allow_always` also leaves our rule for the session.
        """

    async def ask(self, request: PermissionRequested) -> PermissionResolved:
        """Ask a person a question; headless answers with nothing at once (`by="headless"`)."""

    async def take_steering(self) -> Sequence[QueuedPrompt]:
        """Messages to deliver now, at a tool boundary; they leave the queue and are published as `Steered`."""

    async def history(self) -> Sequence[Entry]:
        """The chat's entries before this turn, whoever took those turns, without rewound ones."""

    async def attachment(self, image: ImageRef) -> bytes:
        """The bytes of an image."""

    async def remember(
        self, *, external_id: str | None = None, memory: dict[str, Any] | None = None, fingerprint: str | None = None
    ) -> None:
        """Save what the agent needs to find its own conversation again (per chat and agent)."""


class Agent(Protocol):
    """Takes turns. One instance serves many chats; it keeps what is per chat by `host.chat_id`."""

    @property
    def name(self) -> str:
        """The name people choose it by."""

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn. On cancellation: stop tools, end their processes, emit what closes open calls, re-raise.

        Raises:
            AdapterError: the agent broke; the turn fails with its message and keeps its text.
        """

    async def forget(self, chat_id: str) -> None:
        """Drop what is kept for a chat (closed, archived or deleted)."""

    async def close(self) -> None:
        """End children; called once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInfo:
    """An agent as the picker and `agents list` show it."""

    name: str
    label: str
    state: AgentState
    detail: str = ""
    version: str = ""
    icon: str = "bot"
    models: tuple[ModelInfo, ...] = ()
    scripted: bool = False


class AgentRegistry(Protocol):
    """Which agents there are."""

    def snapshot(self, *, scripted: bool = False) -> Sequence[AgentInfo]:
        """What is known now, from the cache; the tour's agent only if asked for."""

    async def refresh(self) -> Sequence[AgentInfo]:
        """Look again which agents are installed."""

    def get(self, name: str) -> Agent:
        """The agent of that name.

        Raises:
            NotFoundError: there is none, or it is disabled.
        """

    async def close(self) -> None:
        """End every agent's children."""
