"""One answer as it arrives: chunks of the protocol in, pieces out. Knows no network and no clock but the one given."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from boocode_desktop.domain.model_stream import ModelPiece, ReasoningPiece, StreamEnd, TextPiece, ToolCall, ToolSpec
from boocode_desktop.domain.usage import Usage
from boocode_desktop.llm.call_fragments import CallAssembler
from boocode_desktop.llm.model_errors import RefusedInStreamError
from boocode_desktop.llm.text_calls import ProseGate
from boocode_desktop.llm.thinking import ThinkSplitter
from boocode_desktop.llm.usage_dialects import Timings, read_timings, read_usage

_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")
_REASONS = {
    "function_call": "tool_calls",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
}
_BROKEN_REASONS = ("error", "insufficient_system_resource")
"""Finish reasons by which a server says that it did not finish."""


class NotAChunkError(ValueError):
    """The server sent something that is no part of an answer."""


@dataclass(slots=True)
class AnswerStream:
    """Reads the data of one response. `clock` gives seconds; the answer's times count from the first call of it."""

    tools: Sequence[ToolSpec]
    clock: Callable[[], float]
    context_size: int = 0
    received: bool = False
    _calls: CallAssembler = field(default_factory=CallAssembler)
    _splitter: ThinkSplitter = field(default_factory=ThinkSplitter)
    _gate: ProseGate = field(init=False)
    _reason: str = ""
    _done: bool = False
    _usage: Usage | None = None
    _timings: Timings | None = None
    _sent_at: float = field(init=False)
    _first_at: float | None = None
    _last_at: float | None = None

    def __post_init__(self) -> None:
        self._gate = ProseGate(self.tools)
        self._sent_at = self.clock()

    @property
    def finished(self) -> bool:
        """Whether the server said that the answer is complete."""
        return self._done or (bool(self._reason) and self._reason not in _BROKEN_REASONS)

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be read."""
        return self._done

    def feed(self, data: str) -> list[ModelPiece]:
        """The pieces in the data of one event.

        Raises:
            NotAChunkError: it is not JSON, or not an object.
            RefusedInStreamError: it is an error body.
        """
        text = data.strip()
        if text == "[DONE]":
            self._done = True
            return []
        if not text:
            return []
        try:
            chunk = json.loads(text)
        except ValueError as error:
            raise NotAChunkError(text[:80]) from error
        if not isinstance(chunk, dict):
            raise NotAChunkError(text[:80])
        return self._chunk(chunk)

    def flush(self) -> list[ModelPiece]:
        """What was kept back when the answer broke off, as text."""
        pieces = self._text_pieces(self._splitter.close())
        rest = self._gate.close().text
        return [*pieces, *([TextPiece(text=rest)] if rest else [])]

    def finish(self) -> list[ModelPiece]:
        """The last pieces of a complete answer, `StreamEnd` at the end."""
        pieces = self._text_pieces(self._splitter.close())
        calls = self._calls.finish(cut=self._reason == "length")
        found = self._gate.close()
        if found.text:
            pieces.append(TextPiece(text=found.text))
        return [*pieces, self._end(calls or found.calls)]

    def _end(self, calls: tuple[ToolCall, ...]) -> StreamEnd:
        reason = _REASONS.get(self._reason, self._reason) or "stop"
        ttft = None if self._first_at is None else (self._first_at - self._sent_at) * 1000
        decode = None if self._first_at is None or self._last_at is None else (self._last_at - self._first_at) * 1000
        timings = self._timings or Timings()
        return StreamEnd(
            finish_reason="tool_calls" if calls and reason == "stop" else reason,
            tool_calls=calls,
            usage=self._usage,
            ttft_ms=ttft if timings.prompt_ms is None else timings.prompt_ms,
            decode_ms=decode if timings.decode_ms is None else timings.decode_ms,
            context_size=self.context_size,
        )

    def _chunk(self, chunk: dict[str, Any]) -> list[ModelPiece]:
        if chunk.get("error"):
            raise RefusedInStreamError(chunk)
        self._usage = read_usage(chunk) or self._usage
        self._timings = read_timings(chunk) or self._timings
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return []
        if choice.get("error"):
            raise RefusedInStreamError(choice)
        reason = choice.get("finish_reason")
        self._reason = reason if isinstance(reason, str) and reason else self._reason
        delta = choice.get("delta") or choice.get("message")
        return self._delta(delta) if isinstance(delta, dict) else []

    def _delta(self, delta: dict[str, Any]) -> list[ModelPiece]:
        pieces: list[ModelPiece] = []
        thought = next((v for k in _REASONING_FIELDS if isinstance(v := delta.get(k), str) and v), "")
        if thought:
            pieces.append(ReasoningPiece(text=thought))
        content = delta.get("content")
        for kind, text in _contents(content):
            pieces += [ReasoningPiece(text=text)] if kind == "thinking" else self._text(text)
        fragments = _fragments(delta)
        for fragment in fragments:
            pieces += self._calls.add(fragment)
        if pieces or fragments or content:
            self._mark()
        return pieces

    def _text(self, text: str) -> list[ModelPiece]:
        return self._text_pieces(self._splitter.feed(text))

    def _text_pieces(self, pieces: Sequence[TextPiece | ReasoningPiece]) -> list[ModelPiece]:
        out: list[ModelPiece] = []
        for piece in pieces:
            if isinstance(piece, ReasoningPiece):
                out.append(piece)
            elif shown := self._gate.feed(piece.text):
                out.append(TextPiece(text=shown))
        return out

    def _mark(self) -> None:
        self.received = True
        self._last_at = self.clock()
        if self._first_at is None:
            self._first_at = self._last_at


def _fragments(delta: dict[str, Any]) -> list[dict[str, Any]]:
    """The pieces of tool calls in a delta, the old single `function_call` among them."""
    calls, legacy = delta.get("tool_calls"), delta.get("function_call")
    found = [call for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    return [*found, *([{"index": 0, "function": legacy}] if isinstance(legacy, dict) else [])]


def _contents(content: Any) -> list[tuple[str, str]]:
    """Text as (kind, text): plain, or in typed parts as some servers send it."""
    if isinstance(content, str):
        return [("text", content)] if content else []
    if not isinstance(content, list):
        return []
    parts = [part for part in content if isinstance(part, dict)]
    return [(str(p.get("type")), text) for p in parts for text in _part_texts(p) if text]


def _part_texts(part: dict[str, Any]) -> list[str]:
    value = part.get("thinking", part.get("text"))
    if isinstance(value, list):
        return [str(v.get("text", "")) for v in value if isinstance(v, dict)]
    return [value] if isinstance(value, str) else []
