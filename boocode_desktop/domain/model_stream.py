"""The vocabulary between the native agent's step loop and a language model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON schema of an object.

    `parallel` says that calls may run beside each other; `writes` that it changes the worktree or the world.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    parallel: bool = True
    writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A complete call as the model made it; `arguments` is the raw JSON text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMessage:
    """One message of a request. `tool_call_id` for role tool; `tool_calls` for role assistant.

    `stub` marks a tool result whose text was replaced to save context (the full text stays in storage).
    """

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    reasoning: str = ""
    images: tuple[ImageRef, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    stub: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One request. `messages` and `tools` are sent in the order given, byte for byte the same prefix each time."""

    messages: tuple[ModelMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    model: str = ""
    effort: str = ""
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of a model; `context_size` in tokens, 0 if unknown."""

    id: str
    name: str = ""
    context_size: int = 0
    vision: bool = False
    tools: bool = True
    efforts: tuple[str, ...] = ()
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """Answer text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningPiece:
    """Thinking text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """The model began to write a tool call (arguments still arriving)."""

    index: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryWait:
    """The request failed before its first delta and is sent again after `delay_s`; `skip` ends that wait at once."""

    attempt: int
    delay_s: float
    reason: str
    skip: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd:
    """The response is complete: every call whole, times in milliseconds.

    `finish_reason` is one of stop, tool_calls, length, content_filter, or the server's own word.
    """

    finish_reason: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    ttft_ms: float | None = None
    decode_ms: float | None = None
    context_size: int = 0


ModelPiece = TextPiece | ReasoningPiece | CallStarted | RetryWait | StreamEnd
