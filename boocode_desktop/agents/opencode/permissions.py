"""What opencode asks permission for, as actions of our rules; its own answers; and the rules a session is given.

Pure, but for following symlinks in the paths that a request names.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from boocode_desktop.agents.acp.loose import first_text, object_of, objects_of, text_of
from boocode_desktop.agents.acp.permissions import action_of, resolved_below
from boocode_desktop.agents.acp.tool_calls import CallView
from boocode_desktop.domain.events import AskOption, Json
from boocode_desktop.domain.permissions import Action

HARMLESS = ("read", "glob", "grep", "list", "todowrite", "todoread", "lsp", "skill", "task", "question")
"""What it may do unasked where its own settings allow it: looking, planning, and starting what asks by itself."""


def session_rules(own: Iterable[Json]) -> list[Json]:
    """Rules for a session: what opencode's settings allow silently is asked for, so that one policy decides here.

    Its last matching rule wins. The order is kept, but for refusals of what has effects: they come last, and hold.

    Args:
        own: The rules of its agent, as `GET /agent` tells them.
    """
    rules: list[Json] = []
    refused: list[Json] = []
    for rule in own:
        name, pattern, action = (text_of(rule.get(key)) for key in ("permission", "pattern", "action"))
        if not name or action not in ("allow", "ask", "deny"):
            continue
        rules.append(_rule(name, pattern, "ask" if action == "allow" and not _harmless(name) else action))
        if name == "*" and action == "allow":
            rules += [_rule(harmless, pattern, "allow") for harmless in HARMLESS]
        if action == "deny" and name != "*" and not _harmless(name):
            refused.append(_rule(name, pattern, "deny"))
    return rules + refused


def parse_answers(permission: Json) -> tuple[AskOption, ...]:
    """The answers the server takes, by its own words for them."""
    lasting = [p for p in permission.get("always") or () if isinstance(p, str)]
    once = AskOption(id="once", label="Allow once", effect="allow_once")
    no = AskOption(id="reject", label="Reject", effect="deny")
    if not lasting:
        return (once, no)
    label = "Always allow in this session" if lasting == ["*"] else f"Always allow: {', '.join(lasting)}"
    return (once, AskOption(id="always", label=label, effect="allow_always"), no)


def actions_of(agent: str, permission: Json, call: CallView, root: Path) -> tuple[Action, ...]:
    """The side effects that a request is about; several for a patch of several files."""
    about = object_of(permission.get("metadata"))
    match text_of(permission.get("permission")):
        case "bash":
            command = text_of(about.get("command")) or first_text(call.input, "command")
            given = {**call.input, "command": command}
            return (action_of(agent, CallView(kind="execute", title=command, input=given), root),)
        case "edit":
            files = _files(about) or _paths(permission)
            return tuple(_on_path("write", name, root) for name in files) or (_other(agent, "edit", root),)
        case "read" | "list":
            return tuple(_on_path("read", name, root) for name in _paths(permission)) or (_other(agent, "read", root),)
        case "external_directory":
            outside = [name.removesuffix("/*") for name in _paths(permission)]
            return tuple(_on_path("read", name, root, folder=True) for name in outside) or (
                _other(agent, "external_directory", root),
            )
        case "webfetch":
            host = urlsplit(text_of(about.get("url"))).hostname
            action = Action(kind="fetch", tool="fetch", root=str(root), subject=host) if host else None
            return (action or _other(agent, "webfetch", root),)
        case name:
            return (_other(agent, name or "other", root),)


def title_of(permission: Json) -> str:
    """One line for the question."""
    name = text_of(permission.get("permission"))
    about = object_of(permission.get("metadata"))
    subject = first_text(about, "command", "filepath", "url") or ", ".join(_paths(permission))
    return f"{name}: {subject}" if subject else name


def _harmless(name: str) -> bool:
    return name in HARMLESS or name.startswith("plan_")


def _rule(name: str, pattern: str, action: str) -> Json:
    return {"permission": name, "pattern": pattern or "*", "action": action}


def _files(about: Json) -> Sequence[str]:
    several = [
        name for item in objects_of(about.get("files")) if (name := first_text(item, "filePath", "relativePath"))
    ]
    one = text_of(about.get("filepath"))
    return several or ([one] if one else [])


def _paths(permission: Json) -> list[str]:
    return [name for name in permission.get("patterns") or () if isinstance(name, str) and name]


def _on_path(kind: str, name: str, root: Path, *, folder: bool = False) -> Action:
    path, subject = resolved_below(root, name), "folder" if folder else ""
    if kind == "read":
        return Action(kind="read", tool="read", root=str(root), path=path, subject=subject)
    return Action(kind="write", tool="edit", root=str(root), path=path)


def _other(agent: str, name: str, root: Path) -> Action:
    return Action(kind="agent_tool", tool=name, root=str(root), subject=f"{agent}/{name}")
