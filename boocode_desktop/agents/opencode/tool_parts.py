"""Tool calls as opencode tells them, in the form that the fold of tool calls takes. Pure."""

import re

from boocode_desktop.agents.acp.diffs import TextDiff
from boocode_desktop.agents.acp.loose import first_text, integer_of, object_of, text_of
from boocode_desktop.agents.acp.tool_content import ToolContent
from boocode_desktop.domain.events import Json

KINDS = {
    "bash": "execute",
    "edit": "edit",
    "write": "edit",
    "multiedit": "edit",
    "patch": "edit",
    "apply_patch": "edit",
    "read": "read",
    "glob": "search",
    "grep": "search",
    "list": "search",
    "codesearch": "search",
    "webfetch": "fetch",
    "websearch": "fetch",
}
"""Its tools by the kinds that every agent's calls are shown by; others keep their own names."""


def tool_update(part: Json, diff: str = "") -> Json:
    """An update of one call, whose id is that of the part: models give the same call id twice.

    Args:
        part: A part of type `tool`.
        diff: What its permission request said it would change, as unified text.
    """
    state = object_of(part.get("state"))
    given, about = object_of(state.get("input")), object_of(state.get("metadata"))
    tool, status = text_of(part.get("tool")), text_of(state.get("status"))
    path = first_text(about, "filepath") or first_text(given, "filePath", "path")
    diff = text_of(about.get("diff")) or diff
    ends = status in ("completed", "error")
    text = first_text(state, "output", "error") or text_of(about.get("output"))
    if tool == "task" and (result := _RESULT.search(text)):
        text = result[1]
    update: Json = {
        "sessionUpdate": "tool_call_update",
        "toolCallId": text_of(part.get("id")),
        "kind": KINDS.get(tool, tool),
        "title": _title(state, given, path) or tool,
        "status": status,
        "locations": [{"path": path}] if path else [],
        "content": ToolContent(text=text, diffs=(unified(path, diff),) if diff and ends else ()),
    }
    if given:
        update["rawInput"] = given
    code = integer_of(about.get("exit"))
    return update if code is None else {**update, "rawOutput": {"exit": code}}


def announced(part: Json, permission: Json) -> Json:
    """A call that did not begin yet, told with what its permission request says of it."""
    about = object_of(permission.get("metadata"))
    given = {new: value for old, new in _ABOUT if (value := text_of(about.get(old)))}
    state = object_of(part.get("state"))
    known = object_of(state.get("input")) or given
    return {**part, "state": {**state, "input": known, "status": "running"}}


def unified(path: str, text: str) -> TextDiff:
    """A diff as opencode sends it, without the lines that only repeat the name."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith(("Index: ", "======="))]
    return TextDiff(
        path=path,
        text="".join(lines),
        added=sum(line.startswith("+") and not line.startswith("+++") for line in lines),
        removed=sum(line.startswith("-") and not line.startswith("---") for line in lines),
    )


_RESULT = re.compile(r"<task_result>\n?(.*?)\n?</task_result>\s*</task>\s*$", re.DOTALL)
"""What a subagent found, in the frame that opencode puts around it for its model."""
_ABOUT = (("command", "command"), ("filepath", "filePath"), ("url", "url"))


def _title(state: Json, given: Json, path: str) -> str:
    return first_text(given, "command") or path or first_text(state, "title") or first_text(given, "description", "url")
