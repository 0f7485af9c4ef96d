"""What a tool call is called on its card: family, icon, title and argument, for our tools and for foreign ones."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any, Literal

from boocode_desktop.domain.transcript import ToolEntry

Family = Literal[
    "read",
    "list",
    "edit",
    "create",
    "delete",
    "run",
    "search",
    "fetch",
    "todo",
    "think",
    "ask",
    "mcp",
    "agent",
    "other",
]

# Foreign agents name files by their whole path; inside a session's worktree only the rest says something.
_WORKTREE = re.compile(r".*[/\\]worktrees[/\\]ses_[0-9a-z]+[/\\]")
# `server.tool` and Claude's `mcp__server__tool`: a tool of an MCP server.
_MCP = re.compile(r"mcp__(?P<server>.+?)__(?P<tool>.+)|(?P<plain>[A-Za-z][\w-]*\.[A-Za-z][\w.-]*)")
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./~^\[\]{}*?-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLook:
    """The header of a tool card."""

    family: Family
    icon: str
    title: str
    argument: str = ""


def _families() -> dict[str, tuple[Family, str, str]]:
    read: tuple[Family, str, str] = ("read", "file-search", "Read")
    edit: tuple[Family, str, str] = ("edit", "file-pen-line", "Edit")
    run: tuple[Family, str, str] = ("run", "terminal", "Run")
    search: tuple[Family, str, str] = ("search", "search", "Search")
    return {
        "read_file": read,
        "read": read,
        "read_tab_by_number": ("read", "messages-square", "Read chat"),
        "view_truncated_output": ("read", "scroll-text", "Output"),
        "request_read_access": ("ask", "folder-open", "Access"),
        "list_dir": ("list", "folder", "List"),
        "find_files": ("search", "folder-search", "Find"),
        "search_text": search,
        "search": search,
        "grep": search,
        "glob": ("search", "folder-search", "Find"),
        "edit_file": edit,
        "edit": edit,
        "write": edit,
        "move": ("edit", "file-pen-line", "Move"),
        "create_file": ("create", "file-plus", "Create"),
        "delete_file": ("delete", "file-x", "Delete"),
        "delete": ("delete", "file-x", "Delete"),
        "run_command": run,
        "execute": run,
        "bash": run,
        "shell": run,
        "git_status": ("run", "git-branch", "Git status"),
        "git_diff": ("run", "git-compare", "Git diff"),
        "git_log": ("run", "git-commit-horizontal", "Git log"),
        "todo_write": ("todo", "list-todo", "To do"),
        "ask_user_input": ("ask", "message-circle-question-mark", "Question"),
        "fetch": ("fetch", "globe", "Fetch"),
        "web_fetch": ("fetch", "globe", "Fetch"),
        "webfetch": ("fetch", "globe", "Fetch"),
        "web_search": ("fetch", "globe", "Web search"),
        "websearch": ("fetch", "globe", "Web search"),
        "think": ("think", "brain", "Think"),
        "task": ("agent", "bot", "Subagent"),
        "agent": ("agent", "bot", "Subagent"),
        "subagent": ("agent", "bot", "Subagent"),
        "spawn_agent": ("agent", "bot", "Subagent"),
    }


def tool_look(entry: ToolEntry) -> ToolLook:
    """The look of a call. An unknown tool keeps its own name."""
    known = _families().get(entry.tool) or _families().get(entry.tool.lower())
    if known is None and (mcp := _MCP.fullmatch(entry.tool)):
        title = mcp["plain"] or f"{mcp['server']}.{mcp['tool']}"
        return ToolLook(family="mcp", icon="plug", title=title, argument=_first_value(entry.input))
    if known is None:
        title = entry.tool if entry.tool not in ("", "other") else "Tool"
        return ToolLook(family="other", icon="plug", title=title, argument=entry.title or _first_value(entry.input))
    family, icon, title = known
    argument = _argument(family, entry.input) or _title_argument(entry.title, title)
    return ToolLook(family=family, icon=icon, title=title, argument=argument)


def argv_of(entry: ToolEntry) -> tuple[str, ...]:
    """The argument list of a call that runs a program; a foreign agent's command line is one string."""
    data = entry.input
    command = data.get("command")
    if isinstance(command, list):
        return tuple(str(part) for part in command)
    if not isinstance(command, str) or not command:
        return ()
    args = data.get("args")
    return (command, *(str(arg) for arg in args)) if isinstance(args, list) else (command,)


def command_line(argv: tuple[str, ...]) -> str:
    """An argument list for reading; quotes only where an argument would be misread. One string stays as it is."""
    if len(argv) == 1:
        return argv[0]
    return " ".join(part if _PLAIN.fullmatch(part) else shlex.quote(part) for part in argv)


def paths_of(data: dict[str, Any]) -> list[str]:
    """The paths an input names."""
    found = [data[key] for key in ("path", "file_path", "filePath", "filename", "abs_path") if data.get(key)]
    several = data.get("paths")
    paths = found[:1] or (several if isinstance(several, list) else [])
    return [_WORKTREE.sub("", str(path), count=1) for path in paths]


def _argument(family: Family, data: dict[str, Any]) -> str:
    if family == "run":
        line = command_line(argv_of(ToolEntry(id="", turn_id="", step=0, tool="", input=data)))
        return " ".join(line.split())
    if family == "search":
        pattern = data.get("pattern") or data.get("query") or data.get("glob") or ""
        where = ", ".join(paths_of(data))
        return f"{pattern}  in {where}" if where not in ("", ".") and pattern else str(pattern or where)
    if family == "fetch":
        return str(data.get("url") or data.get("query") or "")
    if family == "agent":
        return " ".join(str(data.get("description") or data.get("prompt") or "").split())[:200]
    if family == "todo":
        return ""
    if "number" in data:
        return str(data["number"])
    return ", ".join(paths_of(data))


def _title_argument(given: str, title: str) -> str:
    """A foreign agent's own title without the word the card already says."""
    words = " ".join(given.replace("`", "").split())
    head = words[: len(title)]
    return words[len(title) :].strip(" :") if head.lower() == title.lower() else words


def _first_value(data: dict[str, Any]) -> str:
    values = [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in data.values()]
    return " ".join(", ".join(values)[:200].split())
