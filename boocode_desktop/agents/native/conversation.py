"""The messages of a chat as they grow through a turn, kept within the model's context."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from boocode_desktop.agents.native.history import arguments_text
from boocode_desktop.domain.context_budget import ContextPlan, correct, plan_context
from boocode_desktop.domain.events import Notice
from boocode_desktop.domain.model_stream import ModelInfo, ModelMessage, StreamEnd, ToolCall, ToolSpec
from boocode_desktop.orchestrator.ports.agents import TurnHost

PRUNED = "context_pruned"


@dataclass(slots=True, kw_only=True)
class Conversation:
    """What the next request sends. `dropped` names the calls whose output is left out, in this and later turns."""

    messages: list[ModelMessage]
    dropped: set[str]
    info: ModelInfo
    tools: Sequence[ToolSpec] = ()
    correction: float = 1.0
    _estimated: int = 0
    _learned_size: int = field(default=0)

    @property
    def context_size(self) -> int:
        """The model's context in tokens, 0 if unknown."""
        return self._learned_size or self.info.context_size

    def append(self, message: ModelMessage) -> None:
        """Add a message at the end; nothing before it changes."""
        self.messages.append(message)

    def answer(self, text: str, reasoning: str, calls: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        """Add the model's answer with its calls as (trace id, tool, input)."""
        if text or calls:
            made = tuple(ToolCall(id=i, name=name, arguments=arguments_text(value)) for i, name, value in calls)
            self.append(ModelMessage(role="assistant", text=text, reasoning=reasoning, tool_calls=made))

    def learn(self, end: StreamEnd) -> None:
        """Correct the estimate by what the server counted."""
        self._learned_size = end.context_size or self._learned_size
        if end.usage is not None:
            self.correction = correct(self._estimated, end.usage.input, self.correction)

    async def fit(self, host: TurnHost, *, overflowed: bool = False, learned_size: int = 0) -> ContextPlan | None:
        """Leave old tool outputs out where the next request would not fit; a plan to stop when that is not enough."""
        self._learned_size = learned_size or self._learned_size
        plan = plan_context(
            self.messages,
            self.tools,
            context_size=self.context_size,
            correction=self.correction,
            overflowed=overflowed,
        )
        if plan.action == "stop":
            return plan
        if plan.action == "prune":
            await self._prune(host, plan)
        self._estimated = plan.tokens
        return None

    async def _prune(self, host: TurnHost, plan: ContextPlan) -> None:
        self.messages = list(plan.messages)
        self.dropped |= set(plan.stubbed)
        memory = {**(host.agent_session.memory or {}), "stubs": sorted(self.dropped)}
        await host.remember(memory=memory)
        count = len(plan.stubbed)
        await host.emit(
            Notice(
                message=f"{count} old tool outputs were left out to make room in the model's context.",
                hint="They stay in the chat; the agent can call the tools again.",
                code=PRUNED,
            )
        )
