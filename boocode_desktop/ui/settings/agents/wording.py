"""What the agents page says about agents, their confinement and their processes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from boocode_desktop.orchestrator.ports.agents import AgentChild, AgentInfo, AgentState

STATES: dict[AgentState, tuple[str, str]] = {
    "ready": ("ready", "ok"),
    "loading": ("loading", "accent"),
    "error": ("error", "bad"),
    "disabled": ("disabled", "tx3"),
    "unavailable": ("not installed", "tx3"),
}
PROTOCOLS = {
    "native": "built in",
    "acp": "agent client protocol",
    "opencode": "one warm server",
    "one-shot": "one-shot, started for each turn",
}
NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A word on confinement with its icon and tone; `reason` is the tool tip."""

    word: str
    icon: str = ""
    tone: str = "tx2"
    reason: str = ""


def usable(info: AgentInfo) -> bool:
    """Whether it is installed and offered."""
    return info.state not in ("disabled", "unavailable")


def subtitle(info: AgentInfo) -> str:
    """The line below an agent's name: version, and how it runs or why it does not."""
    if info.state == "error":
        last = info.detail or info.problem
    elif info.state == "unavailable":
        last = f"not on the search path: {info.command[0]}" if info.command else "not on the search path"
    elif info.state == "loading":
        last = "asking what it can do"
    else:
        last = PROTOCOLS[info.protocol]
    added = "added by you" if info.source == "agents.toml" else "changed by you" if info.changed else ""
    return " · ".join(word for word in (info.version, last, added) if word)


def bound_of(info: AgentInfo) -> Bound:
    """How the agent's processes are confined."""
    if info.protocol == "native":
        return Bound(word="tool policy", icon="shield", reason="Every tool call passes the permissions; no shell.")
    if not usable(info) or not info.sandbox:
        return Bound(word=NOTHING, tone="tx3")
    if info.sandbox == "sandboxed":
        return Bound(word=info.sandbox, icon="shield-check", tone="ok", reason=info.sandbox_reason)
    return Bound(word=info.sandbox, icon="shield-alert", tone="warn", reason=info.sandbox_reason)


def memory_text(megabytes: float) -> str:
    """Memory as people read it; a dash for none."""
    if megabytes <= 0:
        return NOTHING
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.2f} GB"


def warm_of(agent: str, children: Sequence[AgentChild]) -> tuple[int, float]:
    """The chats an agent keeps warm, and what its processes hold in MB."""
    own = [child for child in children if child.agent == agent]
    return sum(len(child.chat_ids) for child in own), sum(child.rss_mb for child in own)


def child_text(child: AgentChild) -> str:
    """A process in a line: its number, its chats, whether it works, its memory."""
    chats = "1 chat" if len(child.chat_ids) == 1 else f"{len(child.chat_ids)} chats"
    parts = (f"pid {child.pid}", chats, "busy" if child.busy else "idle", memory_text(child.rss_mb))
    return " · ".join(part for part in parts if part != NOTHING)


def warm_text(children: Sequence[AgentChild], limit: int) -> str:
    """How many sessions are warm, and what they hold."""
    warm, held = sum(len(child.chat_ids) for child in children), sum(child.rss_mb for child in children)
    words = f"{warm} of {limit} warm"
    return f"{words} · {memory_text(held)}" if held else words


def shares(children: Sequence[AgentChild]) -> list[tuple[str, int]]:
    """The warm sessions of each agent, in the order of the processes; agents without any are left out."""
    found: dict[str, int] = {}
    for child in children:
        found[child.agent] = found.get(child.agent, 0) + len(child.chat_ids)
    return [(agent, count) for agent, count in found.items() if count]
