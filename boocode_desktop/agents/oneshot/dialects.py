"""What a dialect of JSON lines is, and what all of them need: calls, texts and usage as updates for the mapper."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from boocode_desktop.agents.acp.loose import first_text, object_of, objects_of, text_of
from boocode_desktop.domain.events import Json

DENIED = "denied"
"""Key of an update: the call was refused by the agent's own rules, and this is why."""

_KINDS = {
    "execute": {"bash", "shell", "run_shell_command", "powershell", "bashoutput", "killshell"},
    "edit": {"write", "edit", "multiedit", "notebookedit", "write_file", "replace", "patch", "apply_patch", "writefile",
             "strreplacefile", "text_editor", "todowrite"},
    "read": {"read", "read_file", "ls", "list_directory", "read_many_files", "readfile", "list", "tree"},
    "search": {"grep", "glob", "grep_search", "search_file_content", "websearch", "web_search"},
    "fetch": {"webfetch", "web_fetch", "fetchurl"},
    "think": {"task", "agent", "todo_write", "settodolist"},
}  # fmt: skip
_PATHS = ("file_path", "filePath", "path", "absolute_path", "notebook_path")
_SUBJECTS = (*_PATHS, "command", "pattern", "query", "url", "description")
_TITLE_LIMIT = 200


@dataclass(slots=True, kw_only=True)
class StreamFacts:
    """What a stream told besides updates.

    Attributes:
        session_id: The agent's conversation, for resuming it.
        usage: Tokens in the spelling of `acp.usage`; those of the whole conversation where `cumulative`.
        cost: US dollars of this run.
        error: Why the turn failed, in the agent's words.
        stop: Why the model stopped.
        complete: The stream's last line came.
    """

    session_id: str = ""
    usage: Json = field(default_factory=dict)
    cumulative: bool = False
    cost: float = 0.0
    error: str = ""
    stop: str = ""
    complete: bool = False


class Dialect(Protocol):
    """Reads the objects of one stream, in order. Never raises, whatever stands in them."""

    facts: StreamFacts

    def read(self, line: Json) -> list[Json]:
        """The updates that one line means."""


def said(text: str, *, thought: bool = False) -> list[Json]:
    """A piece of the answer or of the thinking; nothing for an empty one."""
    kind = "agent_thought_chunk" if thought else "agent_message_chunk"
    return [{"sessionUpdate": kind, "content": {"type": "text", "text": text}}] if text else []


def spent(usage: Json) -> Json:
    """Tokens of one model call."""
    return {"sessionUpdate": "agent_message_chunk", "content": {}, "_meta": {"usage": usage}}


def call_started(call_id: str, name: str, given: Any) -> list[Json]:
    """A tool call begins; a to-do list is a plan as well."""
    fields = object_of(given)
    path = first_text(fields, *_PATHS)
    subject = first_text(fields, *_SUBJECTS).splitlines()
    update: Json = {
        "sessionUpdate": "tool_call",
        "toolCallId": call_id,
        "kind": kind_of(name),
        "title": f"{name} {subject[0]}"[:_TITLE_LIMIT] if subject else name,
        "rawInput": given,
    }
    if path:
        update["locations"] = [{"path": path}]
    return [update, *_plan(fields)]


def call_ended(call_id: str, text: str, *, failed: bool, code: Any = None, denied: bool = False) -> Json:
    """A tool call ended, with what the model reads of it."""
    update: Json = {
        "sessionUpdate": "tool_call_update",
        "toolCallId": call_id,
        "status": "failed" if failed else "completed",
        "content": [{"type": "content", "content": {"type": "text", "text": text}}],
    }
    if code is not None:
        update["rawOutput"] = {"exit_code": code}
    if denied:
        update[DENIED] = text or "not allowed"
    return update


def kind_of(name: str) -> str:
    """The kind of a tool, from its name; names of extensions (`developer__shell`) count by their end."""
    bare = name.rsplit("__", 1)[-1].lower()
    return next((kind for kind, names in _KINDS.items() if bare in names), "other")


def blocks_text(content: Any) -> str:
    """The text of a content that is either a string or a list of blocks."""
    if isinstance(content, str):
        return content
    return "\n".join(text for block in objects_of(content) if (text := text_of(block.get("text"))))


def _plan(fields: Json) -> list[Json]:
    todos = [item for item in objects_of(fields.get("todos")) if text_of(item.get("content"))]
    return [{"sessionUpdate": "plan", "entries": todos}] if todos else []
