"""Who can take a turn, and what a turn offers to whoever takes it."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from boocode_desktop.domain.events import (
    AgentEvent,
    AskOption,
    CommandInfo,
    ImageRef,
    PermissionRequested,
    PermissionResolved,
    Retry,
)
from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.domain.permissions import Action
from boocode_desktop.domain.records import AgentSession, QueuedPrompt
from boocode_desktop.domain.transcript import Entry

AgentState = Literal["loading", "ready", "unavailable", "error", "disabled"]
AgentProtocol = Literal["native", "acp", "opencode", "one-shot"]
AgentSource = Literal["built-in", "agents.toml"]


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
    mode: str
    base_url: str
    read_only: bool
    trusted: bool
    instructions: str
    max_wait_s: float | None
    agent_session: AgentSession

    async def emit(self, event: AgentEvent) -> None:
        """Publish an event; state events return after their commit."""

    async def wait_begins(self, retry: Retry, skip: Callable[[], None] | None) -> None:
        """Publish that a request is tried again later; calling `skip` ends that wait at once, where it can be."""

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

    async def attach(self, data: bytes, media_type: str) -> ImageRef:
        """Keep an image that the agent made, by its content."""

    async def remember(
        self,
        *,
        external_id: str | None = None,
        memory: dict[str, Any] | None = None,
        fingerprint: str | None = None,
        opened: str | None = None,
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
class AgentMode:
    """A way of working that an agent offers in its sessions (ask, plan, accept edits, …)."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCapabilities:
    """What an agent said it can do with prompts and with its sessions."""

    image: bool = False
    audio: bool = False
    embedded_context: bool = False
    load: bool = False
    resume: bool = False
    list: bool = False
    fork: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInfo:
    """An agent as the picker, the settings page and `agents list` show it.

    Attributes:
        state: `loading` until it was looked for, and while it is asked what it can do for the first time;
            `unavailable` is not installed; `error` is installed and does not work (`problem` says why).
        detail: One line for a list: where it is, or why it is not ready.
        problem: What is wrong and what to do, in full; "" if nothing is known to be.
        models: What the newest session offered; empty until it was asked.
        model: The one that is current in a new session, as `mode` is among `modes` and `effort` among `efforts`.
        command: Its command line; the program as it was found, else by the name that is looked for.
        source: Whether we know it by ourselves or `agents.toml` adds it.
        changed: `agents.toml` changes something about one that we know (more than whether it is enabled).
        install: The command that installs it, "" if there is none.
        login: The command that signs in.
        probed_at: When it was last asked what it can do, in seconds since 1970; None if never.
        capabilities: None until it was asked.
        sandbox: In a word how it is confined, "" if not known; `sandbox_reason` says why.
    """

    name: str
    label: str
    state: AgentState
    detail: str = ""
    version: str = ""
    icon: str = "bot"
    models: tuple[ModelInfo, ...] = ()
    scripted: bool = False
    protocol: AgentProtocol = "acp"
    command: tuple[str, ...] = ()
    source: AgentSource = "built-in"
    changed: bool = False
    enabled: bool = True
    install: str = ""
    login: str = ""
    problem: str = ""
    model: str = ""
    modes: tuple[AgentMode, ...] = ()
    mode: str = ""
    efforts: tuple[str, ...] = ()
    effort: str = ""
    commands: tuple[CommandInfo, ...] = ()
    capabilities: AgentCapabilities | None = None
    probed_at: float | None = None
    sandbox: str = ""
    sandbox_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChild:
    """A running process of an agent.

    Attributes:
        chat_ids: The chats that have a session in it.
        rss_mb: What it holds in memory with everything it started, in MB; 0 if not known.
        busy: A turn runs in it.
        started_at: In seconds since 1970.
    """

    agent: str
    pid: int
    chat_ids: tuple[str, ...] = ()
    rss_mb: float = 0.0
    busy: bool = False
    sandboxed: bool = False
    started_at: float = 0.0


TerminalStatus = Literal["", "working", "blocked", "done"]
"""How an agent in a terminal stands, as far as it tells."""
OnTerminalStatus = Callable[[TerminalStatus, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalLaunch:
    """How to run an agent's own program in a person's terminal.

    Attributes:
        argv: Program and arguments; `env` comes over the terminal's environment.
        watch: Runs as long as the program and calls with each status and its message; None where it tells nothing.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    watch: Callable[[OnTerminalStatus], Coroutine[Any, Any, None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueAgent:
    """An agent that can be added or installed without knowing its command.

    Attributes:
        command: Its command line, the program by the name that is looked for.
        install: The command that installs it, shown before it is run; "" if people have to find it themselves.
        needs: What has to be there first ("Node.js 22"), "" for nothing.
        added: It is among the agents already.
        installed: Its program was found at the newest look.
    """

    name: str
    label: str
    description: str
    command: tuple[str, ...]
    install: str = ""
    login: str = ""
    needs: str = ""
    added: bool = False
    installed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStart:
    """How an agent is started, as the settings say it: to be changed. `env` may hold secrets: never print it."""

    command: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    env_prefixes: tuple[str, ...] = ()


class AgentRegistry(Protocol):
    """Which agents there are."""

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with `agents.toml`, a sentence each; agents that are not named there work all the same."""

    def snapshot(self, *, scripted: bool = False) -> Sequence[AgentInfo]:
        """What is known now, from the cache; the tour's agent only if asked for."""

    async def refresh(self) -> Sequence[AgentInfo]:
        """Look again which agents are installed, and read `agents.toml` again if it changed. Starts none of them."""

    async def probe(self, name: str, *, force: bool = False) -> AgentInfo:
        """Ask an agent what it can do, by a session in an empty folder; from the cache for a day unless forced.

        What it answers, or why it does not, is in the result; several at once are fine.

        Raises:
            NotFoundError: there is no such agent.
        """

    async def diagnose(self, name: str) -> str:
        """Everything that helps to find out why an agent does not work, as text to paste; without secrets.

        Raises:
            NotFoundError: there is no such agent.
        """

    async def set_enabled(self, name: str, on: bool) -> AgentInfo:
        """Offer an agent, or do not; kept in `agents.toml`. A disabled one takes no new turn.

        Raises:
            NotFoundError: there is no such agent.
            UserFacingError: the file cannot be written, or is broken; nothing changed.
        """

    async def add(
        self,
        name: str,
        command: Sequence[str] = (),
        *,
        label: str = "",
        env: Mapping[str, str] | None = None,
        env_prefixes: Sequence[str] = (),
    ) -> AgentInfo:
        """Add any agent that speaks ACP, or one of the catalogue (without a command); kept in `agents.toml`.

        Raises:
            UserFacingError: the name is taken or no name, there is no command, or the file cannot be written.
        """

    def start_of(self, name: str) -> AgentStart:
        """How an agent is started.

        Raises:
            NotFoundError: there is no such agent.
        """

    async def change(
        self,
        name: str,
        *,
        command: Sequence[str] | None = None,
        env: Mapping[str, str] | None = None,
        env_prefixes: Sequence[str] | None = None,
    ) -> AgentInfo:
        """Start an agent in another way from its next start on; kept in `agents.toml`. None leaves a part as it is.

        Raises:
            NotFoundError: there is no such agent.
            UserFacingError: it has no command, or the file cannot be written, or is broken; nothing changed.
        """

    async def remove(self, name: str) -> None:
        """Take an agent out of `agents.toml`; one that we know is as it was before the file changed it.

        Raises:
            NotFoundError: the file does not name it.
            UserFacingError: the file cannot be written, or is broken; nothing changed.
        """

    def catalogue(self) -> Sequence[CatalogueAgent]:
        """Agents to add from, those that are there already included."""

    def install(self, name: str) -> AsyncGenerator[str, None]:
        """Run the install command of an agent (`AgentInfo.install`), line by line. Only after a person said so.

        Closing it (`aclosing`) ends the command.

        Raises:
            NotFoundError: there is no such agent, or no command that installs it.
            AdapterError: the command cannot be run or fails.
        """

    async def in_terminal(self, name: str, environ: Mapping[str, str]) -> TerminalLaunch:
        """How to run an agent's program in a terminal with this environment, told how it stands by its own hooks.

        Raises:
            NotFoundError: there is no such agent, it is disabled or it has no program for terminals.
        """

    def children(self) -> Sequence[AgentChild]:
        """The running processes of agents."""

    async def end_child(self, pid: int) -> None:
        """End a process with its warm sessions; its chats come back by resuming in another one.

        Raises:
            UserFacingError: a turn runs in it, or it is gone; nothing was ended.
        """

    def get(self, name: str) -> Agent:
        """The agent of that name.

        Raises:
            NotFoundError: there is none, or it is disabled.
        """

    async def close(self) -> None:
        """End every agent's children."""
