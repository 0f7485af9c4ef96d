"""The step loop: one model call, its tool calls, again; with its guards, its steering and its stop."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from boocode_desktop.agents.native import after_write as checks
from boocode_desktop.agents.native.conversation import Conversation
from boocode_desktop.agents.native.guards import Guards
from boocode_desktop.agents.native.history import (
    AFTER_WRITE,
    after_write_text,
    note_message,
    steering_message,
    tool_message,
)
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.context_budget import ContextOverflowError
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.model_stream import (
    CallStarted,
    ModelRequest,
    ReasoningPiece,
    RetryWait,
    StreamEnd,
    TextPiece,
    ToolCall,
    ToolSpec,
)
from boocode_desktop.orchestrator.ports.agents import TurnHost, TurnResult
from boocode_desktop.orchestrator.ports.models import LanguageModel
from boocode_desktop.orchestrator.ports.tools import Toolbox, ToolContext, ToolOutput


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that has its trace: what runs, or why it cannot."""

    trace_id: str
    name: str
    input: dict[str, Any]
    refusal: str = ""


@dataclass(slots=True, kw_only=True)
class StepLoop:
    """Runs one turn. Every tool call leaves `ToolStarted` and `ToolFinished`, whatever happens to it."""

    host: TurnHost
    model: LanguageModel
    toolbox: Toolbox
    conversation: Conversation
    step_limit: int | None = None
    after_write: tuple[str, ...] | Literal["auto"] | None = None
    step: int = 0
    guards: Guards = field(default_factory=Guards)
    _specs: dict[str, ToolSpec] = field(default_factory=dict)

    async def run(self) -> TurnResult:
        """Steps until the model calls nothing, a guard stops it, or the limit is reached."""
        specs = self.toolbox.specs(read_only=self.host.read_only)
        self._specs = {s.name: s for s in specs}
        self.conversation.tools = specs
        while True:
            if self.step_limit is not None and self.step >= self.step_limit:
                return await self._stop("step_limit", f"The limit of {self.step_limit} steps is reached.")
            self.step += 1
            answer = await self._ask_within_context(tuple(specs))
            if isinstance(answer, TurnResult):
                return answer
            text, reasoning, end = answer
            calls = [self._prepare(c) for c in end.tool_calls]
            self.conversation.answer(text, reasoning, [(c.trace_id, c.name, c.input) for c in calls])
            if calls:
                stop = await self._run_calls(calls)
                if stop is not None:
                    return stop
                await self._check_writes(calls)
            steered = await self._steer()
            if not calls and not steered:
                reason = "max_tokens" if end.finish_reason == "length" else "end_turn"
                return TurnResult(stop_reason=reason)

    async def _stop(
        self, reason: str, message: str, hint: str = "What was done is kept. Send another message to go on."
    ) -> TurnResult:
        await self.host.emit(ev.Notice(message=message, hint=hint, level="warn", code=reason))
        return TurnResult(stop_reason=reason)

    async def _ask_within_context(self, specs: tuple[ToolSpec, ...]) -> tuple[str, str, StreamEnd] | TurnResult:
        """One model call that fits; where the server refuses it as too long all the same, once more with less."""
        full = await self.conversation.fit(self.host)
        if full is None:
            try:
                return await self._ask(specs)
            except ContextOverflowError as error:
                full = await self.conversation.fit(self.host, overflowed=True, learned_size=error.context_size)
        return await self._ask(specs) if full is None else await self._stop("context_full", full.message, full.hint)

    async def _ask(self, specs: tuple[ToolSpec, ...]) -> tuple[str, str, StreamEnd]:
        """One model call; its pieces are published as they come."""
        host = self.host
        await host.emit(ev.StepStarted(step=self.step))
        request = ModelRequest(
            messages=tuple(self.conversation.messages), tools=specs, model=host.model, effort=host.effort
        )
        text: list[str] = []
        reasoning: list[str] = []
        end: StreamEnd | None = None
        async for piece in self.model.stream(request, images=host.attachment, max_wait_s=host.max_wait_s):
            match piece:
                case TextPiece():
                    text.append(piece.text)
                    await host.emit(ev.Text(delta=piece.text))
                case ReasoningPiece():
                    reasoning.append(piece.text)
                    await host.emit(ev.Reasoning(delta=piece.text))
                case RetryWait():
                    await host.wait_begins(
                        ev.Retry(attempt=piece.attempt, delay_s=piece.delay_s, reason=piece.reason), piece.skip
                    )
                case StreamEnd():
                    end = piece
                case CallStarted():
                    continue
        assert end is not None, "a model stream ends with StreamEnd or raises"
        await self._account(end)
        return "".join(text), "".join(reasoning), end

    async def _account(self, end: StreamEnd) -> None:
        self.conversation.learn(end)
        size = self.conversation.context_size
        events: list[ev.AgentEvent] = [
            ev.StepFinished(
                step=self.step,
                ttft_ms=end.ttft_ms,
                decode_ms=end.decode_ms,
                usage=end.usage,
                context_size=size,
                finish_reason=end.finish_reason,
            )
        ]
        if end.usage is not None:
            used = end.usage.input + end.usage.output
            events.append(ev.UsageReported(usage=end.usage, step=self.step, context_used=used, context_size=size))
        await asyncio.gather(*(self.host.emit(event) for event in events))  # at once, so that they share a commit

    def _prepare(self, call: ToolCall) -> _Call:
        trace_id = new_id("trc")
        try:
            return _Call(trace_id, call.name, self.toolbox.repair(call.name, call.arguments))
        except UserFacingError as error:
            words = f"{error.message} {error.hint}".strip()
            return _Call(trace_id, call.name, {"arguments": call.arguments}, words)

    async def _run_calls(self, calls: list[_Call]) -> TurnResult | None:
        """Run the calls of a step, neighbours that may in parallel; a result when a guard stops the turn."""
        results: list[ToolOutput] = []
        for batch in self._batches(calls):
            results += await self._run_batch(batch)
        for call, output in zip(calls, results, strict=True):
            self.conversation.append(tool_message(call.trace_id, output.outcome, output.text, output.error))
        return await self._guard(calls, results)

    def _batches(self, calls: list[_Call]) -> list[list[_Call]]:
        batches: list[list[_Call]] = []
        for call in calls:
            spec = self._specs.get(call.name)
            parallel = spec is not None and spec.parallel and not spec.writes
            if parallel and batches and batches[-1] and self._parallel(batches[-1][0]):
                batches[-1].append(call)
            else:
                batches.append([call])
        return batches

    def _parallel(self, call: _Call) -> bool:
        spec = self._specs.get(call.name)
        return spec is not None and spec.parallel and not spec.writes

    async def _run_batch(self, batch: list[_Call]) -> list[ToolOutput]:
        if len(batch) == 1:
            return [await self._run_one(batch[0])]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._run_one(c), name=f"tool {c.name}") for c in batch]
        return [t.result() for t in tasks]

    async def _run_one(self, call: _Call) -> ToolOutput:
        host, started = self.host, time.monotonic()
        await host.emit(
            ev.ToolStarted(
                trace_id=call.trace_id, step=self.step, tool=call.name, input=call.input, call_id=call.trace_id
            )
        )
        output = ToolOutput(text="", outcome="cancelled")
        try:
            if call.refusal:
                output = ToolOutput(text="", outcome="error", error=call.refusal)
            else:
                output = await self.toolbox.call(call.name, call.input, self._context(call))
        finally:
            await self._finished(call, output, (time.monotonic() - started) * 1000)
        return output

    async def _finished(self, call: _Call, output: ToolOutput, latency_ms: float) -> None:
        await self.host.emit(
            ev.ToolFinished(
                trace_id=call.trace_id,
                tool=call.name,
                outcome=output.outcome,
                latency_ms=latency_ms,
                output=output.text,
                error=output.error,
                details=output.details,
            )
        )

    def _context(self, call: _Call) -> ToolContext:
        host = self.host
        return ToolContext(
            session_id=host.session_id,
            chat_id=host.chat_id,
            trace_id=call.trace_id,
            root=host.root,
            read_only=host.read_only,
            trusted=host.trusted,
            authorize=lambda action, title: host.authorize(action, trace_id=call.trace_id, title=title),
            ask=host.ask,
            emit=host.emit,
        )

    async def _guard(self, calls: list[_Call], results: list[ToolOutput]) -> TurnResult | None:
        for call, output in zip(calls, results, strict=True):
            advice = self.guards.watch(call.name, call.input, output)
            if advice is None:
                continue
            if advice.stop:
                return await self._stop(advice.code, advice.message)
            await self.host.emit(ev.Notice(message=advice.message, level="warn", code=advice.code))
            self.conversation.append(note_message(advice.message))
        return None

    async def _check_writes(self, calls: list[_Call]) -> None:
        """Run the person's check after a step that wrote; its errors go into the next step."""
        wrote = any(s.writes for c in calls if not c.refusal and (s := self._specs.get(c.name)) is not None)
        if not wrote or self.after_write is None:
            return
        argv = await asyncio.to_thread(checks.chosen, self.after_write, self.host.root)
        if not argv:
            return
        arguments = {"command": argv[0], "args": list(argv[1:]), "timeout_s": 120}
        call = _Call(new_id("trc"), AFTER_WRITE, arguments)
        started = time.monotonic()
        await self.host.emit(ev.ToolStarted(trace_id=call.trace_id, step=self.step, tool=AFTER_WRITE, input=arguments))
        output = ToolOutput(text="", outcome="cancelled")
        try:
            output = await self.toolbox.call("run_command", arguments, self._context(call))
        finally:
            await self._finished(call, output, (time.monotonic() - started) * 1000)
        if output.outcome != "success":
            self.conversation.append(note_message(after_write_text(output.text)))

    async def _steer(self) -> bool:
        steered = await self.host.take_steering()
        for queued in steered:
            self.conversation.append(steering_message(queued.text))
        return bool(steered)
