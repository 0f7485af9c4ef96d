"""Values the services hand to front ends: records joined with what is live."""

from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain.events import CommandInfo
from boocode_desktop.domain.records import Chat, Project, Session, SessionState
from boocode_desktop.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustItem:
    """Something a folder would run by itself once trusted. `digest` binds the trust to its content."""

    kind: Literal["setup", "hook", "mcp", "workflow", "instructions", "settings", "skill"]
    title: str
    detail: str
    source: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session as the sidebar shows it: `state` with `detail` in words, and how many questions wait."""

    session: Session
    state: SessionState
    detail: str = ""
    waiting: int = 0
    agent: str = ""
    model: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """A project with its sessions; `missing` when the folder is gone."""

    project: Project
    sessions: tuple[SessionView, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """A chat as its tab shows it."""

    chat: Chat
    state: SessionState
    turn_id: str = ""
    started_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStanding:
    """What an agent said last of its memory of a chat and of its context, for whoever comes later than that.

    Attributes:
        opened: How it came to its conversation (as `AgentOpened.how`), "" if it took no turn here.
        why: What stood in the way of going on with the old one.
        context_used: Tokens in its context, 0 if it never said.
        context_size: How many fit, 0 if unknown.
        usage: The request that said so.
        commands: Its slash commands as it told them last.
    """

    agent: str
    opened: str = ""
    why: str = ""
    context_used: int = 0
    context_size: int = 0
    usage: Usage | None = None
    commands: tuple[CommandInfo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Where a prompt went: a turn that starts now, or a place in the queue."""

    turn_id: str = ""
    queue_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMention:
    """A file that matches; `positions` are the matched letters of its name."""

    path: str
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolMention:
    """A symbol that matches, with where it stands; `line` counts from 1."""

    name: str
    kind: Literal["class", "function"]
    path: str
    line: int
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What matches, best first; of how many files, and how long the search took in milliseconds."""

    files: tuple[FileMention, ...]
    symbols: tuple[SymbolMention, ...]
    files_in_all: int = 0
    took_ms: float = 0.0
