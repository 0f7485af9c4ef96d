"""What an agent wants to do, the rules about it, and the pure decision: deny beats ask beats allow.

Before any rule stands the built-in floor. Some of its answers no rule lifts (writing into `.git`, writing outside the
worktree, writing in a read-only chat); its other questions are answered by a matching allow rule. The grammar of
patterns is in `permission_patterns`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain import guarded_paths
from boocode_desktop.domain.command_spellings import mentioned_paths, spellings
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.permission_patterns import (
    Pattern,
    below,
    is_windows,
    parse_pattern,
    quote_path,
    quote_word,
    split_path,
)
from boocode_desktop.domain.records import PermissionRule

ActionKind = Literal["run", "read", "write", "delete", "fetch", "mcp", "agent_tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One side effect before it happens. Paths are absolute and already resolved (symlinks followed).

    `root` is the session's worktree; `argv` is exact; `subject` names what is not a path or a command
    (a host, an MCP tool as `server/tool`, a foreign agent's tool); `folder` with a path means all that is below it.
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
    """The decision, the sentence that explains it, and the rule that decided or would allow it.

    `ruled` says that a rule decided; `careful` that only a person, or a rule that spells the action out, may allow it.
    """

    effect: Literal["allow", "ask", "deny"]
    why: str
    rule: str = ""
    ruled: bool = False
    careful: bool = False


@dataclass(frozen=True, slots=True)
class _Floor:
    """The answer before any rule; `lift` says which allow rules may answer its question."""

    effect: Literal["allow", "ask", "deny"]
    why: str
    lift: Literal["any", "literal", "none"] = "any"


def decide(action: Action, rules: Iterable[PermissionRule]) -> Verdict:
    """Deny > ask > allow over `rules` (those whose scope applies), after the built-in floor."""
    floor = _floor(action)
    if floor.effect == "deny":
        return Verdict(effect="deny", why=floor.why)
    found = dict(_matching(action, rules, floor))
    if "deny" in found:
        return Verdict(effect="deny", why=f"a rule forbids it: {found['deny']}", rule=found["deny"], ruled=True)
    if "ask" in found:
        return Verdict(effect="ask", why=f"a rule asks each time: {found['ask']}", rule=found["ask"], ruled=True)
    if floor.effect == "ask" and "allow" in found:
        return Verdict(effect="allow", why=f"a rule allows it: {found['allow']}", rule=found["allow"], ruled=True)
    rule = suggest_rule(action) if floor.effect == "ask" and floor.lift != "none" else ""
    return Verdict(effect=floor.effect, why=floor.why, rule=rule, careful=floor.lift != "any")


def suggest_rule(action: Action) -> str:
    """The narrowest pattern that would allow this action again, e.g. `run: git push origin main`."""
    match action.kind:
        case "run":
            return "run: " + " ".join(quote_word(word) for word in action.argv)
        case "read" | "write" | "delete":
            below_it = "/**" if action.subject == "folder" else ""
            return f"{action.kind}: {quote_path(_shortest(action)).rstrip('/')}{below_it}"
        case "fetch":
            return f"fetch: {quote_path(action.subject.lower())}"
        case "mcp":
            return f"mcp: {quote_path(action.subject)}"
        case "agent_tool":
            return f"tool: {quote_path(action.subject or action.tool)}"


def _shortest(action: Action) -> str:
    inner = below(split_path(action.path), split_path(action.root), fold=is_windows(action.root))
    return "./" + "/".join(inner) if inner else action.path


def _floor(action: Action) -> _Floor:
    match action.kind:
        case "run":
            return _floor_of_run(action)
        case "read":
            return _floor_of_path(action) or _floor_of_read(action)
        case "write" | "delete":
            return _floor_of_path(action) or _floor_of_write(action)
        case "fetch":
            return _Floor("ask", f"it reaches {action.subject or 'another host'}")
        case "mcp" | "agent_tool":
            lift: Literal["any", "none"] = "none" if action.read_only else "any"
            return _Floor("ask", f"{action.subject or action.tool} can have side effects", lift)


def _floor_of_run(action: Action) -> _Floor:
    if not action.argv or not action.argv[0] or any("\0" in word for word in action.argv):
        return _Floor("deny", "the command is empty or holds a NUL character")
    if not spellings(action.argv).complete:
        return _Floor("ask", "the command is too long or too tangled to compare with the rules", "none")
    if action.cwd and _inside(action.cwd, action.root) is None:
        return _Floor("ask", "the command would run outside the session's worktree", "none")
    if action.read_only:
        return _Floor("ask", "this chat is read-only and a command may change things", "none")
    return _Floor("ask", "commands ask unless a rule allows them")


def _floor_of_path(action: Action) -> _Floor | None:
    absolute = action.path.startswith("/") or is_windows(action.path)
    parts = split_path(action.path)
    if not absolute or "\0" in action.path or ".." in parts or "." in parts:
        return _Floor("deny", "the path is not an absolute, resolved one")
    if guarded_paths.is_system_interface(parts):
        return _Floor("deny", "files of /proc, /sys and /dev are not for agents")
    return None


def _floor_of_read(action: Action) -> _Floor:
    if _inside(action.path, action.root) is not None:
        return _Floor("allow", "it lies in the session's worktree")
    if guarded_paths.looks_secret(split_path(action.path)):
        return _Floor("ask", "it lies outside the session's worktree and may hold secrets", "literal")
    return _Floor("ask", "it lies outside the session's worktree")


def _floor_of_write(action: Action) -> _Floor:
    inner = _inside(action.path, action.root)
    if inner is None:
        return _Floor("deny", "it lies outside the session's worktree")
    if not inner:
        return _Floor("deny", "it is the session's worktree itself")
    if guarded_paths.in_git_folder(inner):
        return _Floor("deny", "it belongs to git's own data, which agents may not change")
    if action.read_only:
        return _Floor("deny", "this chat is read-only")
    if guarded_paths.steers_agents(inner):
        return _Floor("ask", "this file steers agents or hooks")
    return _Floor("allow", "it lies in the session's worktree")


def _inside(path: str, root: str) -> tuple[str, ...] | None:
    return below(split_path(path), split_path(root), fold=is_windows(root)) if root else None


def _matching(action: Action, rules: Iterable[PermissionRule], floor: _Floor) -> Iterable[tuple[str, str]]:
    for rule in rules:
        try:
            pattern = parse_pattern(rule.pattern)
        except UserFacingError:
            # A rule we cannot read must not silently stop guarding: it asks about everything until it is corrected.
            if rule.effect != "allow":
                yield "ask", rule.pattern
            continue
        if rule.effect == "allow":
            lifts = floor.lift == "any" or (floor.lift == "literal" and pattern.literal)
            if lifts and _allows(pattern, action):
                yield "allow", rule.pattern
        elif _forbids(pattern, action):
            yield rule.effect, rule.pattern


def _allows(pattern: Pattern, action: Action) -> bool:
    """Whether an allow rule covers the action, taken by the letter."""
    match action.kind:
        case "run":
            return pattern.kind == "run" and pattern.matches_argv(action.argv)
        case "read" | "write" | "delete":
            kinds = ("write", "delete") if action.kind == "delete" else (action.kind,)
            return pattern.kind in kinds and pattern.matches_path(action.path, action.root)
        case "fetch" | "mcp":
            return pattern.kind == action.kind and pattern.matches_name(_subject(action))
        case "agent_tool":
            return pattern.kind == "tool" and pattern.matches_name(_subject(action))


def _forbids(pattern: Pattern, action: Action) -> bool:
    """Whether a deny or ask rule covers the action, also in another spelling."""
    if pattern.kind == "tool":
        return pattern.matches_name(action.tool, loose=True) or (
            action.kind == "agent_tool" and pattern.matches_name(_subject(action), loose=True)
        )
    match action.kind:
        case "run":
            return _forbids_run(pattern, action)
        case "read" | "write" | "delete":
            kinds = ("write", "delete") if action.kind == "delete" else (action.kind,)
            return pattern.kind in kinds and pattern.matches_path(action.path, action.root, loose=True)
        case "fetch" | "mcp":
            return pattern.kind == action.kind and pattern.matches_name(_subject(action), loose=True)
        case "agent_tool":
            return False


def _forbids_run(pattern: Pattern, action: Action) -> bool:
    """A `run` rule in any spelling; a `read` rule where an argument names the file (`cat .env`)."""
    if pattern.kind == "run":
        return any(pattern.matches_argv(argv, loose=True) for argv in spellings(action.argv).commands)
    if pattern.kind != "read":
        return False
    cwd = action.cwd or action.root
    return any(pattern.matches_path(path, action.root, loose=True) for path in mentioned_paths(action.argv, cwd))


def _subject(action: Action) -> str:
    return action.subject.lower() if action.kind == "fetch" else action.subject or action.tool
