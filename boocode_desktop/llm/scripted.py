"""The scripted model: no network, no model file, the same answer every time.

It ships with the product for trying the program out, and drives tests. `directives.py` says what it can be told.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import assert_never

from boocode_desktop.domain.context_budget import estimate
from boocode_desktop.domain.model_stream import (
    CallStarted,
    ModelInfo,
    ModelMessage,
    ModelPiece,
    ModelRequest,
    ReasoningPiece,
    RetryWait,
    StreamEnd,
    TextPiece,
    ToolCall,
)
from boocode_desktop.domain.retry import Failure, next_wait
from boocode_desktop.domain.usage import Usage
from boocode_desktop.llm import directives
from boocode_desktop.llm.model_errors import ModelError
from boocode_desktop.orchestrator.ports.models import ImageSource

SCRIPTED = "scripted"


class _FailedError(Exception):
    def __init__(self, failure: Failure, *, started: bool = False) -> None:
        super().__init__(failure.kind)
        self.failure = failure
        self.started = started


@dataclass(slots=True, kw_only=True)
class ScriptedModel:
    """Plays the `@@` lines of the last prompt that has any. `requests` holds every request it got, oldest first.

    Gates are opened from outside: `gate(name).set()`. `sleep` and `clock` are time in seconds.
    """

    context_size: int = 32_768
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    requests: list[ModelRequest] = field(default_factory=list)
    _gates: dict[str, asyncio.Event] = field(default_factory=dict)
    _tries: dict[tuple[ModelMessage, ...], int] = field(default_factory=dict)

    def gate(self, name: str) -> asyncio.Event:
        """The gate of that name; a reply waits at it until it is set."""
        return self._gates.setdefault(name, asyncio.Event())

    async def info(self) -> ModelInfo:
        """What is known of it: everything."""
        return ModelInfo(id=SCRIPTED, name="Scripted model", context_size=self.context_size, provider=SCRIPTED)

    async def stream(
        self, request: ModelRequest, *, images: ImageSource | None = None, max_wait_s: float | None = None
    ) -> AsyncGenerator[ModelPiece]:
        """Play the next step; see the port."""
        self.requests.append(request)
        step = directives.next_step([_said(m) for m in request.messages])
        began, tries = self.clock(), 0
        while True:
            tries += 1
            try:
                async for piece in self._play(request, step):
                    yield piece
                return
            except _FailedError as error:
                wait = None if error.started else next_wait(error.failure, tries, self.clock() - began, max_wait_s)
                if wait is None:
                    raise _told(error, tries) from error
                yield RetryWait(attempt=tries, delay_s=wait, reason=f"scripted: {error}")
                await self.sleep(wait)

    async def close(self) -> None:
        """Nothing to close."""

    async def _play(self, request: ModelRequest, step: directives.ScriptStep) -> AsyncGenerator[ModelPiece]:
        used_up = self._tries.get(request.messages, 0)
        self._tries[request.messages] = used_up + 1
        began, first, pieces, reason = self.clock(), None, 0, ""
        for action in step.actions:
            if isinstance(action, directives.Finish):
                reason = action.reason
                continue
            async for piece in self._act(action, used_up, pieces):
                first = first or self.clock()
                pieces += 1
                yield piece
        yield StreamEnd(
            finish_reason=reason or ("tool_calls" if step.calls else "stop"),
            tool_calls=_calls(request, step),
            usage=Usage(input=estimate(request.messages, request.tools), output=max(1, pieces)),
            ttft_ms=((first or self.clock()) - began) * 1000,
            decode_ms=(self.clock() - (first or self.clock())) * 1000,
            context_size=self.context_size,
        )

    async def _act(self, action: directives.Action, used_up: int, pieces: int) -> AsyncGenerator[ModelPiece]:
        match action:
            case directives.Say(text=text):
                for word in directives.pieces(text):
                    yield TextPiece(text=word)
            case directives.Think(text=text):
                for word in directives.pieces(text):
                    yield ReasoningPiece(text=word)
            case directives.Slow(pieces=count, delay_s=delay):
                for _ in range(count):
                    await self.sleep(delay)
                    yield TextPiece(text="word ")
            case directives.Gate(name=name):
                await self.gate(name).wait()
            case directives.Hang():
                await asyncio.Event().wait()
            case directives.Refuse(status=status, times=times):
                if times is None or used_up < times:
                    raise _FailedError(Failure(kind="http", status=status))
            case directives.Drop(after=after, times=times):
                if times is None or used_up < times:
                    for _ in range(after):
                        yield TextPiece(text="word ")
                    raise _FailedError(Failure(kind="broken_stream"), started=pieces + after > 0)
            case directives.Call(tool=tool):
                yield CallStarted(index=pieces, name=tool)
            case directives.Finish():
                pass
            case _:
                assert_never(action)


def _said(message: ModelMessage) -> directives.Said:
    return directives.Said(role=message.role, text=message.text, calls=len(message.tool_calls))


def _calls(request: ModelRequest, step: directives.ScriptStep) -> tuple[ToolCall, ...]:
    number = len(request.messages)
    return tuple(
        ToolCall(id=f"call_{number}_{place}", name=c.tool, arguments=json.dumps(c.arguments, ensure_ascii=False))
        for place, c in enumerate(step.calls)
    )


def _told(error: _FailedError, tries: int) -> ModelError:
    if error.started:
        text = "The answer of the scripted model broke off, as its script says. What had arrived is kept."
    else:
        text = f"The scripted model failed, as its script says ({error}, {tries} tries)."
    return ModelError(text, "Ask it for something else.", failure=error.failure)
