"""The stream of `kimi -p T --output-format stream-json`: chat messages with roles, and what it says beside them.

No token counts and no last line; the session's id comes as a hint at the end.
"""

import json
from typing import Any

from boocode_desktop.agents.acp.loose import object_of, objects_of, text_of
from boocode_desktop.agents.oneshot.dialects import StreamFacts, blocks_text, call_ended, call_started, said
from boocode_desktop.domain.events import Json


class KimiDialect:
    """Implements `Dialect`."""

    def __init__(self) -> None:
        self.facts = StreamFacts()

    def read(self, line: Json) -> list[Json]:
        """The updates that one line means."""
        match line.get("role"):
            case "assistant":
                return [*_parts(line.get("content")), *_calls(line.get("tool_calls"))]
            case "tool" if text_of(line.get("tool_call_id")):
                failed = line.get("is_error") is True
                return [call_ended(line["tool_call_id"], blocks_text(line.get("content")), failed=failed)]
            case "meta":
                self.facts.session_id = text_of(line.get("session_id")) or self.facts.session_id
        return []


def _parts(content: Any) -> list[Json]:
    if isinstance(content, str):
        return said(content)
    updates: list[Json] = []
    for part in objects_of(content):
        thought = part.get("type") == "think"
        updates += said(text_of(part.get("think" if thought else "text")), thought=thought)
    return updates


def _calls(calls: Any) -> list[Json]:
    updates: list[Json] = []
    for call in objects_of(calls):
        if text_of(call.get("id")):
            function = object_of(call.get("function"))
            updates += call_started(call["id"], text_of(function.get("name")), _arguments(function.get("arguments")))
    return updates


def _arguments(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
