"""What an agent wants to do, the rules about it, and the pure decision: deny beats ask beats allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain.records import PermissionRule

ActionKind = Literal["run", "read", "write", "delete", "fetch", "mcp", "agent_tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One side effect before it happens. Paths are absolute and already resolved (symlinks followed).

    `root` is the session's worktree; `argv` is exact; `subject` names what is not a path or a command
    (a host, an MCP tool, a foreign agent's tool).
    """

    kind: ActionKind
    tool: str
    root: str
    argv: tuple[str, ...] = ()
    cwd: str = ""
    path: str = ""
    subject: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision, the sentence that explains it, and the rule that decided or would allow it."""

    effect: Literal["allow", "ask", "deny"]
    why: str
    rule: str = ""


def decide(action: Action, rules: Iterable[PermissionRule]) -> Verdict:
    """Deny > ask > allow over `rules`, after the built-in floor (worktree edits allowed, its `.git` denied)."""
    raise NotImplementedError


def suggest_rule(action: Action) -> str:
    """The narrowest pattern that would allow this action again, e.g. `run: git push origin *`."""
    raise NotImplementedError
