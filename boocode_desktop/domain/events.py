"""The one vocabulary of a turn: every agent, native or foreign, becomes these events at its own border.

Lifecycle of a turn: `TurnStarted`, then any number of steps (`StepStarted` … `StepFinished`) with text, reasoning,
tool calls and questions between them, then exactly one `TurnFinished`. Every `ToolStarted` gets one `ToolFinished`
with the same `trace_id`; every `PermissionRequested` gets one `PermissionResolved` unless the program dies, in which
case it stays open and can be answered after a restart.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from boocode_desktop.domain.usage import Usage

Outcome = Literal["success", "error", "denied", "cancelled", "timeout", "interrupted"]
TurnStatus = Literal["completed", "failed", "cancelled", "interrupted"]
AskKind = Literal["tool", "question", "plan", "elicitation"]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRef:
    """An image kept in the attachment store, by content."""

    sha256: str
    media_type: str
    name: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One line of a plan or to-do list."""

    text: str
    status: Literal["pending", "in_progress", "completed", "dropped"] = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOption:
    """One answer a person may choose; `effect` says what choosing it means for a permission."""

    id: str
    label: str
    effect: Literal["allow_once", "allow_always", "deny", "deny_always", "answer"] = "answer"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandInfo:
    """A slash command an agent offers."""

    name: str
    description: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    """A prompt became a turn. `number` counts per session, from 1, across its chats."""

    type: ClassVar = "turn_started"
    number: int
    prompt: str
    agent: str
    model: str = ""
    worktree: str = ""
    images: tuple[ImageRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A model call begins; `step` counts from 1 within the turn."""

    type: ClassVar = "step_started"
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """A model call ended; times in milliseconds, `context_size` in tokens (0 if unknown)."""

    type: ClassVar = "step_finished"
    step: int
    ttft_ms: float | None = None
    decode_ms: float | None = None
    usage: Usage | None = None
    context_size: int = 0
    finish_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A piece of the answer."""

    type: ClassVar = "text"
    delta: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """A piece of the model's thinking."""

    type: ClassVar = "reasoning"
    delta: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image in the answer."""

    type: ClassVar = "image"
    image: ImageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStarted:
    """A tool call begins; `input` is what the tool gets, after repair. `title` is one line for people.

    `parent` is the trace id of the call whose subagent makes this one.
    """

    type: ClassVar = "tool_started"
    trace_id: str
    step: int
    tool: str
    input: Json
    title: str = ""
    call_id: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUpdated:
    """Progress of a running call: `output` is appended, `title` and `input` replace when given."""

    type: ClassVar = "tool_updated"
    trace_id: str
    output: str = ""
    title: str = ""
    input: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinished:
    """A tool call ended. `output` is what the model reads; `details` holds structured facts for showing
    (`exit_code`, `diff` as unified text, `hits`, `path`, `added`, `removed`)."""

    type: ClassVar = "tool_finished"
    trace_id: str
    tool: str
    outcome: Outcome
    latency_ms: float
    output: str = ""
    error: str = ""
    details: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRequested:
    """A person is asked. For kind `tool`: exact `argv` and `cwd` or `path`, and the `rule` that would allow it."""

    type: ClassVar = "permission_requested"
    request_id: str
    kind: AskKind
    title: str
    options: tuple[AskOption, ...]
    trace_id: str = ""
    tool: str = ""
    argv: tuple[str, ...] = ()
    cwd: str = ""
    path: str = ""
    reason: str = ""
    rule: str = ""
    schema: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionResolved:
    """A question got its answer: an option id, free text, or nothing (`cancelled`)."""

    type: ClassVar = "permission_resolved"
    request_id: str
    option_id: str = ""
    text: str = ""
    by: Literal["user", "rule", "headless", "cancelled"] = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The agent's whole plan or to-do list as it stands now."""

    type: ClassVar = "plan"
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The slash commands the agent offers now."""

    type: ClassVar = "commands"
    commands: tuple[CommandInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeChanged:
    """The agent's mode or model changed."""

    type: ClassVar = "mode_changed"
    mode: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOpened:
    """How an agent came to its own conversation for this turn; not said while it simply goes on.

    `resumed`: it remembers by itself. `history`: its own history was read again. `new`: it knows of earlier turns only
    what it was told in short; `why` says what stood in the way of going on ("" for a first turn).
    """

    type: ClassVar = "agent_opened"
    agent: str
    how: Literal["resumed", "history", "new"]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReported:
    """Tokens spent by one step, or by the agent as it reports them."""

    type: ClassVar = "usage"
    usage: Usage
    step: int = 0
    context_used: int = 0
    context_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A request failed before its first delta and is tried again after `delay_s` seconds.

    `skippable`: the wait can be cut short (`turns.try_now`).
    """

    type: ClassVar = "retry"
    attempt: int
    delay_s: float
    reason: str
    skippable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """A message was delivered to the running turn at a tool boundary."""

    type: ClassVar = "steered"
    text: str
    queue_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged:
    """The chat's queue as it stands now: (id, text, mode) each."""

    type: ClassVar = "queue_changed"
    queued: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointMade:
    """The worktree was saved; `files` lists the paths that differ from the checkpoint before it."""

    type: ClassVar = "checkpoint"
    id: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesUpdated:
    """The session's change list should be read again."""

    type: ClassVar = "changes_updated"
    files: int = 0
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something worth a line in the chat. `code` names the kind (`context_pruned`, `loop_nudge`, `rewound`, …).

    `told` is what the agent was told with it, "" for nothing.
    """

    type: ClassVar = "notice"
    message: str
    hint: str = ""
    level: Literal["info", "warn", "bad"] = "info"
    code: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """The turn could not go on: what happened and what to do."""

    type: ClassVar = "error"
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinished:
    """The last event of a turn; `duration_ms` in wall-clock milliseconds."""

    type: ClassVar = "turn_finished"
    status: TurnStatus
    stop_reason: str = ""
    duration_ms: float = 0.0


AgentEvent = (
    TurnStarted
    | StepStarted
    | StepFinished
    | Text
    | Reasoning
    | Image
    | ToolStarted
    | ToolUpdated
    | ToolFinished
    | PermissionRequested
    | PermissionResolved
    | Plan
    | Commands
    | ModeChanged
    | AgentOpened
    | UsageReported
    | Retry
    | Steered
    | QueueChanged
    | CheckpointMade
    | ChangesUpdated
    | Notice
    | Error
    | TurnFinished
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An event as it is published: `seq` rises by one within a chat; `at` is Unix time in seconds."""

    session_id: str
    chat_id: str
    turn_id: str
    seq: int
    at: float
    event: AgentEvent
