"""What the database knows, as values: the rows that pass between storage, the orchestrator and the front ends."""

from dataclasses import dataclass
from typing import Any, Literal

from boocode_desktop.domain.events import ImageRef, Outcome, TurnStatus
from boocode_desktop.domain.usage import Usage

Isolation = Literal["worktree", "in-place"]
SessionState = Literal["idle", "running", "waiting", "failed", "interrupted", "done"]
QueueMode = Literal["after_turn", "steer", "interrupt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder people work in. `trusted_hash` is the hash of what the folder would run when it was trusted."""

    id: str
    path: str
    name: str
    trusted: bool = False
    trusted_hash: str = ""
    created_at: float = 0.0
    opened_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One piece of work in a project; owns one worktree and several chats."""

    id: str
    project_id: str
    title: str
    isolation: Isolation = "worktree"
    archived: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0
    next_turn: int = 1
    title_by_user: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorktreeRecord:
    """Where a session works. Paths are absolute; commits are ids in the session's own chain repository.

    `gitdir` is the recorded git directory of the user's worktree ("" without git): it is opened by this path and
    verified, never by following the `.git` file. `base` is checkpoint 0; `baseline` moves with each approval.
    """

    session_id: str
    root: str
    project_path: str
    isolation: Isolation
    chain: str
    base: str
    baseline: str
    branch: str = ""
    gitdir: str = ""
    source_head: str = ""
    fingerprint: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A tab: the unit of an agent's memory. `number` is stable within the session."""

    id: str
    session_id: str
    number: int
    title: str
    agent: str = ""
    model: str = ""
    effort: str = ""
    mode: str = ""
    read_only: bool = False
    archived: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0
    forked_from: str = ""
    end_turn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTitle:
    """A chat as it is looked for: its name and where it is."""

    id: str
    session_id: str
    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Prompt to answer. `status` is None while it runs; `number` counts per session."""

    id: str
    session_id: str
    chat_id: str
    number: int
    prompt: str
    agent: str
    model: str = ""
    status: TurnStatus | None = None
    stop_reason: str = ""
    started_at: float = 0.0
    finished_at: float | None = None
    owner_pid: int = 0
    owner_started: str = ""
    images: tuple[ImageRef, ...] = ()
    usage: Usage | None = None
    rewound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One tool call's record. Input and output are redacted; `latency_ms` is None while it runs."""

    id: str
    session_id: str
    chat_id: str
    turn_id: str
    turn_number: int
    step: int
    tool: str
    input: dict[str, Any]
    agent: str = ""
    title: str = ""
    outcome: Outcome | None = None
    output: str = ""
    error: str = ""
    started_at: float = 0.0
    latency_ms: float | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRecord:
    """A snapshot of the worktree: `commit` in the chain repository. `phase` says why it was made."""

    id: str
    session_id: str
    turn_number: int
    phase: Literal["base", "before", "after", "rewind", "undo", "decision"]
    author: str
    commit: str
    files: tuple[str, ...] = ()
    skipped: dict[str, str] | None = None
    created_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An approval, rejection or reversal of a file or a hunk, with what is needed to undo it.

    `before_folder` and `before_worktree` are blob ids in the chain repository ("" = the file was absent).
    """

    id: str
    session_id: str
    path: str
    action: Literal["approve", "reject", "reverse"]
    hunk: int | None = None
    before_folder: str = ""
    before_worktree: str = ""
    after_folder: str = ""
    after_worktree: str = ""
    baseline_before: str = ""
    baseline_after: str = ""
    patch: str = ""
    at: float = 0.0
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An open or answered question to a person; survives a restart."""

    id: str
    session_id: str
    chat_id: str
    turn_id: str
    kind: str
    body: dict[str, Any]
    created_at: float = 0.0
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPrompt:
    """A message waiting in a chat, in order of `position`."""

    id: str
    chat_id: str
    text: str
    mode: QueueMode = "after_turn"
    position: int = 0
    images: tuple[ImageRef, ...] = ()
    created_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSession:
    """An agent's own conversation: one per chat and agent. `opened` says how the agent last came to it."""

    chat_id: str
    agent: str
    external_id: str = ""
    memory: dict[str, Any] | None = None
    last_turn: int = 0
    fingerprint: str = ""
    opened: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """State at the newest turn or step boundary of a chat: one upserted row."""

    chat_id: str
    turn_id: str
    phase: str
    agent: str = ""
    model: str = ""
    mode: str = ""
    step: int = 0
    pending_calls: tuple[str, ...] = ()
    budget_left: float | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRule:
    """A stored rule. `scope` is "" for everywhere, else a session or project id. `pattern` as in domain/permissions."""

    id: str
    effect: Literal["allow", "ask", "deny"]
    pattern: str
    scope: str = ""
    created_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """One ledger row: one model request or one report of a foreign agent."""

    id: str
    session_id: str
    chat_id: str
    turn_id: str
    step: int
    agent: str
    model: str
    usage: Usage
    at: float = 0.0
