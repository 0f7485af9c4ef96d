"""The built-in agent: turns a prompt into steps of model calls and tool calls until the model has nothing to call."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from boocode_desktop.agents.native.conversation import Conversation
from boocode_desktop.agents.native.history import NATIVE, messages_of, prompt_message
from boocode_desktop.agents.native.steps import StepLoop
from boocode_desktop.agents.native.system_prompt import system_prompt
from boocode_desktop.domain.events import ModeChanged
from boocode_desktop.domain.model_stream import ModelInfo, ModelMessage
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost, TurnResult
from boocode_desktop.orchestrator.ports.models import ModelCatalog
from boocode_desktop.orchestrator.ports.tools import Toolbox


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeOptions:
    """What people can set about the built-in agent."""

    step_limit: int | None = None
    after_write: tuple[str, ...] | Literal["auto"] | None = None


class NativeAgent:
    """Implements `Agent`. Keeps nothing between turns: the chat's stored entries are its memory.

    `options` are asked at each turn, so that a changed setting holds from the next one.
    """

    def __init__(self, models: ModelCatalog, toolbox: Toolbox, options: Callable[[], NativeOptions]) -> None:
        self._models = models
        self._toolbox = toolbox
        self._options = options

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return NATIVE

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn.

        Raises:
            AdapterError: the model cannot be reached or broke off.
            UserFacingError: no model is configured.
        """
        model = await self._models.client(host.model, host.base_url)
        info = await model.info()
        _, opening = await asyncio.gather(_say_model(host, info), self._opening(host, prompt))
        conversation = Conversation(messages=opening, dropped=set(_stubs(host)), info=info)
        options = self._options()
        loop = StepLoop(
            host=host,
            model=model,
            toolbox=self._toolbox,
            conversation=conversation,
            step_limit=options.step_limit,
            after_write=options.after_write,
        )
        return await loop.run()

    async def _opening(self, host: TurnHost, prompt: Prompt) -> list[ModelMessage]:
        entries = await host.history()
        stubs = frozenset(_stubs(host))
        text = system_prompt(str(host.root), read_only=host.read_only, instructions=host.instructions)
        earlier = await asyncio.to_thread(messages_of, entries, stubs=stubs)
        return [ModelMessage(role="system", text=text), *earlier, prompt_message(prompt.text, prompt.images)]

    async def forget(self, chat_id: str) -> None:
        """Nothing is kept per chat."""

    async def close(self) -> None:
        """Close the model clients."""
        await self._models.close()


async def _say_model(host: TurnHost, info: ModelInfo) -> None:
    """Say which model it is where the chat names none, or names it otherwise."""
    if info.id != host.model:
        await host.emit(ModeChanged(model=info.id))


def _stubs(host: TurnHost) -> Sequence[str]:
    memory = host.agent_session.memory or {}
    found = memory.get("stubs", [])
    return [s for s in found if isinstance(s, str)]
