"""What a tool call holds: its text, its diffs, its terminals, and the facts hidden in its raw input and output."""

import json
from dataclasses import dataclass
from typing import Any

from boocode_desktop.agents.acp.diffs import TextDiff, diff_texts
from boocode_desktop.agents.acp.loose import first_text, integer_of, nests_deeper, object_of, objects_of, text_of
from boocode_desktop.domain.events import Json

DEPTH_LIMIT = 40
ARGUMENTS_LIMIT = 64_000
HEAVY = 4_000
"""Characters of diffs from which they are compared in a thread."""
_EXIT_NAMES = ("exit_code", "exitCode", "exit", "returncode")
_OUTPUT_NAMES = ("output", "formatted_output", "aggregated_output", "stdout", "content", "text", "result", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContent:
    """A call's content as it stands: joined text, diffs, and the ids of terminals it shows."""

    text: str = ""
    diffs: tuple[TextDiff, ...] = ()
    terminals: tuple[str, ...] = ()


def prepared(update: Json) -> Json:
    """The update with its content parsed: what takes long, so that it can be done in a thread."""
    return {**update, "content": parse_content(update.get("content"))}


def is_heavy(update: Json) -> bool:
    """Whether parsing the update's content would be felt on the event loop: it holds diffs of long texts."""
    diffs = [part for part in objects_of(update.get("content")) if part.get("type") == "diff"]
    return sum(len(text_of(d.get("oldText"))) + len(text_of(d.get("newText"))) for d in diffs) > HEAVY


def parse_content(value: Any) -> ToolContent:
    """The content list of a tool call; parts of unknown types are left out."""
    if isinstance(value, ToolContent):
        return value
    parts = objects_of(value)
    diffs = [p for p in parts if p.get("type") == "diff" and isinstance(p.get("newText"), str)]
    return ToolContent(
        text="\n".join(text for p in parts if (text := _part_text(p))),
        diffs=tuple(diff_texts(text_of(p.get("path")), _old_text(p), p["newText"]) for p in diffs),
        terminals=tuple(text_of(p.get("terminalId")) for p in parts if p.get("type") == "terminal"),
    )


def block_text(block: Json) -> str:
    """A content block as text (Markdown where it is more than text); "" for what has none."""
    match block.get("type"):
        case "text":
            return text_of(block.get("text"))
        case "resource_link":
            uri = text_of(block.get("uri"))
            return f"[{first_text(block, 'title', 'name') or uri}]({uri})"
        case "resource":
            return text_of(object_of(block.get("resource")).get("text"))
        case _:
            return ""


def raw_input(value: Any, path: str) -> Json:
    """A call's input as an object."""
    if nests_deeper(value, DEPTH_LIMIT):
        return {"input": "(nested too deeply to show)"}
    if isinstance(value, dict):
        return value
    if value is None:
        return {"path": path} if path else {}
    return {"input": value}


def raw_output(value: Any) -> str:
    """The text of a raw output: its usual field, else the whole as JSON."""
    if isinstance(value, str):
        return value
    if not value or nests_deeper(value, DEPTH_LIMIT):
        return ""
    if known := first_text(object_of(value), *_OUTPUT_NAMES):
        return known
    if _only_exit(value) or _printed_nothing(object_of(value)):
        return ""
    return json.dumps(value, ensure_ascii=False, default=str)


def parse_arguments(text: str) -> Json:
    """A call's input from text that holds nothing but it: some agents show their model's arguments as content while
    they come in, and tell them as input only after they asked for permission. Empty for any other text."""
    if len(text) > ARGUMENTS_LIMIT or not (text.startswith("{") and text.endswith("}")):
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) and not nests_deeper(value, DEPTH_LIMIT) else {}


def exit_code(value: Any) -> int | None:
    """The exit code that a raw output tells, in one of the usual places."""
    holder = object_of(value)
    for place in (holder, object_of(holder.get("metadata"))):
        for name in _EXIT_NAMES:
            if (code := integer_of(place.get(name))) is not None:
                return code
    return None


def first_path(locations: Any) -> str:
    """The first file a call is about."""
    return next((path for item in objects_of(locations) if (path := text_of(item.get("path")))), "")


def _part_text(part: Json) -> str:
    return block_text(object_of(part.get("content"))) if part.get("type") == "content" else ""


def _old_text(part: Json) -> str | None:
    old = part.get("oldText")
    return old if isinstance(old, str) else None


def _printed_nothing(value: Json) -> bool:
    return any(value.get(name) == "" for name in _OUTPUT_NAMES)


def _only_exit(value: Any) -> bool:
    return isinstance(value, dict) and set(value) <= set(_EXIT_NAMES)
