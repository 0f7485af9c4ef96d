"""Requests as they go over the wire: the same messages always give the same bytes, so that prompt caches hit."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.model_stream import ModelMessage, ModelRequest, ToolCall, ToolSpec
from boocode_desktop.llm.presets import Preset

Json = dict[str, Any]

OPTIONAL_FIELDS = ("stream_options", "reasoning_effort", "chat_template_kwargs", "thinking", "parallel_tool_calls")
"""What can be left out when a server refuses it by name; the presets' extras can, too."""


def build_body(request: ModelRequest, preset: Preset, *, model: str, effort: str, images: Mapping[str, str]) -> Json:
    """The body of a streaming request. `images` maps content hashes to data: URIs."""
    body: Json = {"model": model, "messages": [_message(m, preset, images) for m in request.messages]}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    body |= {"stream": True, "stream_options": {"include_usage": True}}
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    extras = {k: v for k, v in preset.extras.items() if request.tools or k != "parallel_tool_calls"}
    return body | extras | dict(preset.effort_fields(effort))


def data_uri(image: ImageRef, content: bytes) -> str:
    """An image as servers take it: inline, never by address, which the server itself would fetch."""
    return f"data:{image.media_type};base64,{base64.b64encode(content).decode('ascii')}"


def refused_field(body: Json, preset: Preset, refusal: str) -> str:
    """The optional field of `body` that a refusal names, or ""."""
    optional = (*OPTIONAL_FIELDS, *preset.extras)
    return next((name for name in optional if name in body and name in refusal), "")


def all_images(messages: Iterable[ModelMessage]) -> tuple[ImageRef, ...]:
    """The images of a conversation, each once."""
    return tuple({image.sha256: image for message in messages for image in message.images}.values())


def _message(message: ModelMessage, preset: Preset, images: Mapping[str, str]) -> Json:
    wire: Json = {"role": message.role, "content": _content(message, images)}
    if message.role == "assistant":
        wire |= _thinking(message, preset)
        if message.tool_calls:
            wire["tool_calls"] = [_call(call) for call in message.tool_calls]
    if message.role == "tool":
        wire["tool_call_id"] = message.tool_call_id
    return wire


def _content(message: ModelMessage, images: Mapping[str, str]) -> Any:
    if not message.images:
        return message.text
    text = [{"type": "text", "text": message.text}] if message.text else []
    return text + [{"type": "image_url", "image_url": {"url": images[i.sha256]}} for i in message.images]


def _thinking(message: ModelMessage, preset: Preset) -> Json:
    if preset.reasoning_back == "calls" and message.tool_calls:
        return {"reasoning_content": message.reasoning}
    if preset.reasoning_back == "all" and message.reasoning:
        return {"reasoning_content": message.reasoning}
    return {}


def _call(call: ToolCall) -> Json:
    function = {"name": call.name, "arguments": _arguments(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _arguments(text: str) -> str:
    """The arguments, or an object that quotes them: servers refuse a conversation that holds broken JSON."""
    try:
        whole = isinstance(json.loads(text), dict)
    except ValueError:
        whole = False
    return text if whole else json.dumps({"invalid_json": text}, ensure_ascii=False)


def _tool(tool: ToolSpec) -> Json:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}
