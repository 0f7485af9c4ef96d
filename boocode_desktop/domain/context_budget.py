"""What to leave out before a request would not fit into the model's context. Pure.

Old tool outputs become stubs: the call stays, its result is a line that says it was left out, and storage keeps the
whole text. It happens rarely and then for many outputs at once, because every change before the end of a conversation
throws away the server's cached prefix.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.model_stream import ModelMessage, ToolSpec

CHARS_PER_TOKEN = 3.6
"""Characters of a token, as long as nothing was measured."""

MESSAGE_TOKENS = 4
"""Tokens around each message."""

IMAGE_TOKENS = 1_200

KEEP_NEWEST = 4
"""Tool results that are never touched: the model is working with them."""

TARGET = 0.6
"""Once something must go, so much goes that the conversation fills no more than this share of the budget."""

STUB = "[This output was left out to make room. Call the tool again if it is needed.]"


class ContextOverflowError(AdapterError):
    """A request was longer than the model can take. Counts in tokens, 0 where the server did not tell."""

    def __init__(self, message: str, hint: str = "", *, prompt_tokens: int = 0, context_size: int = 0) -> None:
        super().__init__(message, hint)
        self.prompt_tokens = prompt_tokens
        self.context_size = context_size


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPlan:
    """What to send. `action` is `send` (as it is), `prune` (with `messages`, tell the person) or `stop` (too long).

    `stubbed` lists the ids of calls whose results are newly left out; `tokens` estimates the request as planned.
    """

    action: Literal["send", "prune", "stop"]
    messages: tuple[ModelMessage, ...]
    tokens: int
    stubbed: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""


def plan_context(
    messages: Sequence[ModelMessage],
    tools: Sequence[ToolSpec] = (),
    *,
    context_size: int,
    reserve: int = 0,
    correction: float = 1.0,
    overflowed: bool = False,
    keep: int = KEEP_NEWEST,
) -> ContextPlan:
    """How to fit a conversation into `context_size` tokens (0: unknown, then everything is sent).

    `reserve` is left for the answer (0 takes a quarter, at most 4,096); `correction` comes from `correct`.
    `overflowed` says that the server refused this very conversation as too long, whatever the estimate.
    """
    tokens = estimate(messages, tools, correction)
    budget = context_size - (reserve or min(4_096, context_size // 4))
    if context_size <= 0 and not overflowed:
        return ContextPlan(action="send", messages=tuple(messages), tokens=tokens)
    if tokens <= budget and not overflowed:
        return ContextPlan(action="send", messages=tuple(messages), tokens=tokens)
    goal = math.floor((tokens if overflowed and not 0 < budget < tokens else budget) * TARGET)
    kept, stubbed = _stubbed(messages, tools, goal, correction, keep)
    after = estimate(kept, tools, correction)
    if stubbed and (after <= budget or context_size <= 0):
        return ContextPlan(action="prune", messages=kept, tokens=after, stubbed=stubbed)
    return _stop(messages, after, context_size)


def estimate(messages: Sequence[ModelMessage], tools: Sequence[ToolSpec] = (), correction: float = 1.0) -> int:
    """Tokens of a request, estimated from its characters."""
    plain = sum(_weight(m) for m in messages)
    offered = sum(len(t.name) + len(t.description) + len(str(t.parameters)) for t in tools) / CHARS_PER_TOKEN
    return math.ceil((plain + offered) * correction)


def correct(estimated: int, measured: int, correction: float = 1.0) -> float:
    """The factor that would have made an estimate right, from the tokens a server counted; kept within reason."""
    if estimated <= 0 or measured <= 0:
        return correction
    return min(4.0, max(0.25, correction * measured / estimated))


def _weight(message: ModelMessage) -> float:
    calls = sum(len(c.name) + len(c.arguments) + len(c.id) for c in message.tool_calls)
    characters = len(message.text) + len(message.reasoning) + calls
    return characters / CHARS_PER_TOKEN + MESSAGE_TOKENS + IMAGE_TOKENS * len(message.images)


def _stubbed(
    messages: Sequence[ModelMessage], tools: Sequence[ToolSpec], goal: int, correction: float, keep: int
) -> tuple[tuple[ModelMessage, ...], tuple[str, ...]]:
    """The conversation with the oldest results left out, until it fits the goal or nothing more may go."""
    out, left = list(messages), estimate(messages, tools, correction)
    results = [place for place, m in enumerate(messages) if m.role == "tool"]
    stubbed = []
    for place in results[: max(0, len(results) - keep)]:
        if left <= goal:
            break
        old = out[place]
        if old.stub or len(old.text) <= len(STUB):
            continue
        out[place] = dataclasses.replace(old, text=STUB, images=(), stub=True)
        left -= math.floor((_weight(old) - _weight(out[place])) * correction)
        stubbed.append(old.tool_call_id)
    return tuple(out), tuple(stubbed)


def _stop(messages: Sequence[ModelMessage], tokens: int, context_size: int) -> ContextPlan:
    size = f" of {context_size:,} tokens" if context_size else ""
    return ContextPlan(
        action="stop",
        messages=tuple(messages),
        tokens=tokens,
        message=f"The conversation no longer fits into the model's context{size} (about {tokens:,} are needed).",
        hint="Start a new chat, or choose a model with a larger context. Nothing was lost.",
    )
