"""Two further ways in which services stream a model's reply: Anthropic's messages and OpenAI's responses. Pure.

Each translates what was asked into the messages of a chat completion, and the deltas of one into its own events.
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

Json = dict[str, Any]


class Voice(Protocol):
    """One reply in a dialect."""

    def delta(self, delta: Json) -> list[Json]:
        """The events for a chat completion's delta."""

    def end(self, reason: str, usage: Json) -> list[Json]:
        """The events of the end."""


def events_text(events: Sequence[Json]) -> str:
    """Events as they go over the wire."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)


def parts_of(content: Any) -> list[Json]:
    """A message's content as a list of parts."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [part for part in content or [] if isinstance(part, dict)]


# -- Anthropic ---------------------------------------------------------------------------------------------------------


def messages_as_chat(body: Json) -> list[Json]:
    """A request to `/v1/messages` as a chat's messages; results of tools are messages of their own."""
    chat: list[Json] = [{"role": "system", "content": parts_of(body.get("system"))}]
    for message in body.get("messages", []):
        parts = parts_of(message.get("content"))
        chat += [{"role": "tool", "content": p.get("content")} for p in parts if p.get("type") == "tool_result"]
        texts = [part for part in parts if part.get("type") == "text"]
        calls = [part for part in parts if part.get("type") == "tool_use"]
        if texts or calls:
            chat.append({"role": message.get("role"), "content": texts, "tool_calls": calls})
    return chat


class MessagesVoice:
    """A reply of `/v1/messages`."""

    def __init__(self, model: str, tokens: int, cached: int, number: int) -> None:
        usage = {
            "input_tokens": max(0, tokens - cached),
            "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": 0,
            "output_tokens": 1,
        }
        self._message: Json = {
            # One of its own for each reply: claude joins replies with the same id.
            "id": f"msg_script{number}",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        self._begun = False
        self._open = ""
        self._number = -1

    def delta(self, delta: Json) -> list[Json]:
        """The events for a chat completion's delta."""
        events = self._begin()
        if text := delta.get("reasoning_content"):
            events += self._block("thinking", {"type": "thinking", "thinking": "", "signature": ""})
            events.append(self._grow({"type": "thinking_delta", "thinking": text}))
        if text := delta.get("content"):
            events += self._block("text", {"type": "text", "text": ""})
            events.append(self._grow({"type": "text_delta", "text": text}))
        for call in delta.get("tool_calls", ()):
            function = call["function"]
            if function.get("name"):
                # Unique in the conversation: agents match results by it.
                block = {"type": "tool_use", "id": f"toolu_{call['id']}", "name": function["name"], "input": {}}
                events += self._block(f"call {call['index']}", block)
            if function.get("arguments"):
                events.append(self._grow({"type": "input_json_delta", "partial_json": function["arguments"]}))
        return events

    def end(self, reason: str, usage: Json) -> list[Json]:
        """The events of the end."""
        stop = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens"}.get(reason, reason)
        ended = {"stop_reason": stop, "stop_sequence": None}
        spent = {"output_tokens": usage.get("completion_tokens", 1)}
        last = [{"type": "message_delta", "delta": ended, "usage": spent}, {"type": "message_stop"}]
        return [*self._begin(), *self._close(), *last]

    def _begin(self) -> list[Json]:
        if self._begun:
            return []
        self._begun = True
        return [{"type": "message_start", "message": self._message}]

    def _block(self, name: str, block: Json) -> list[Json]:
        if self._open == name:
            return []
        closed = self._close()
        self._open = name
        self._number += 1
        return [*closed, {"type": "content_block_start", "index": self._number, "content_block": block}]

    def _close(self) -> list[Json]:
        if not self._open:
            return []
        self._open = ""
        return [{"type": "content_block_stop", "index": self._number}]

    def _grow(self, delta: Json) -> Json:
        return {"type": "content_block_delta", "index": self._number, "delta": delta}


def whole_message(model: str, text: str, usage: Json) -> Json:
    """A reply that does not stream; only text."""
    spent = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}
    content = [{"type": "text", "text": text}]
    kept = {"id": "msg_script", "type": "message", "role": "assistant", "model": model, "content": content}
    return {**kept, "stop_reason": "end_turn", "stop_sequence": None, "usage": spent}


# -- OpenAI's responses ------------------------------------------------------------------------------------------------


def responses_as_chat(body: Json) -> list[Json]:
    """A request to `/v1/responses` as a chat's messages."""
    chat: list[Json] = [{"role": "system", "content": body.get("instructions") or ""}]
    given = body.get("input") or []
    for item in [{"role": "user", "content": given}] if isinstance(given, str) else given:
        kind = item.get("type", "message")
        if kind == "message":
            parts = [part for part in parts_of(item.get("content")) if "text" in part]
            chat.append({"role": item.get("role"), "content": parts})
        elif kind.endswith("_call_output"):
            chat.append({"role": "tool", "content": str(item.get("output"))})
        elif kind.endswith("_call"):
            chat.append({"role": "assistant", "content": "", "tool_calls": [item]})
    return chat


class ResponsesVoice:
    """A reply of `/v1/responses`."""

    def __init__(self, model: str, number: int) -> None:
        self._response = {"id": f"resp_script{number}", "object": "response", "model": model, "output": []}
        self._items: list[Json] = []
        self._begun = False

    def delta(self, delta: Json) -> list[Json]:
        """The events for a chat completion's delta."""
        events = self._begin()
        if text := delta.get("reasoning_content"):
            item, started = self._item("reasoning", {"summary": [{"type": "summary_text", "text": ""}]})
            item["summary"][0]["text"] += text
            events += [*started, {"type": "response.reasoning_summary_text.delta", "summary_index": 0, "delta": text}]
        if text := delta.get("content"):
            shown = {"role": "assistant", "content": [{"type": "output_text", "text": "", "annotations": []}]}
            item, started = self._item("message", shown)
            item["content"][0]["text"] += text
            events += [*started, {"type": "response.output_text.delta", "content_index": 0, "delta": text}]
        for call in delta.get("tool_calls", ()):
            function = call["function"]
            if function.get("name"):
                made = {"call_id": call["id"], "name": function["name"], "arguments": ""}
                self._items.append(
                    {"id": f"item_{len(self._items)}", "type": "function_call", **made, "place": call["index"]}
                )
            owner = next(i for i in reversed(self._items) if i.get("place") == call["index"])
            owner["arguments"] += function.get("arguments", "")
        return [self._numbered(event) for event in events]

    def end(self, reason: str, usage: Json) -> list[Json]:
        """The events of the end: every item whole, then the account."""
        done = [{k: v for k, v in item.items() if k != "place"} for item in self._items]
        told = [
            {"type": "response.output_item.done", "output_index": number, "item": item}
            for number, item in enumerate(done)
        ]
        details = usage.get("prompt_tokens_details", {})
        spent = {
            "input_tokens": usage.get("prompt_tokens", 0),
            "input_tokens_details": {"cached_tokens": details.get("cached_tokens", 0)},
            "output_tokens": usage.get("completion_tokens", 0),
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": usage.get("total_tokens", 0),
        }
        whole = {**self._response, "status": "completed", "output": done, "usage": spent}
        return [*self._begin(), *told, {"type": "response.completed", "response": whole}]

    def _begin(self) -> list[Json]:
        if self._begun:
            return []
        self._begun = True
        return [{"type": "response.created", "response": {**self._response, "status": "in_progress"}}]

    def _item(self, kind: str, fresh: Json) -> tuple[Json, list[Json]]:
        """The open item of that kind, with the event that begins it."""
        if self._items and self._items[-1]["type"] == kind:
            return self._items[-1], []
        item = {"id": f"item_{len(self._items)}", "type": kind, **fresh}
        self._items.append(item)
        place = len(self._items) - 1
        return item, [
            {"type": "response.output_item.added", "output_index": place, "item": json.loads(json.dumps(item))}
        ]

    def _numbered(self, event: Json) -> Json:
        if not event["type"].endswith(".delta"):
            return event
        place = len(self._items) - 1
        return event | {"output_index": place, "item_id": self._items[place]["id"]}
