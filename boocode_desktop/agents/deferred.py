"""An agent whose machinery is loaded when it takes its first turn: what speaks ACP takes most of a second to import."""

import asyncio
from collections.abc import Callable

from boocode_desktop.orchestrator.ports.agents import Agent, Prompt, TurnHost, TurnResult


class DeferredAgent:
    """Implements `Agent` by one that is made in a thread, once."""

    def __init__(self, name: str, make: Callable[[], Agent]) -> None:
        self._name = name
        self._make = make
        self._making = asyncio.Lock()
        self._turns = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.made: Agent | None = None

    @property
    def name(self) -> str:
        """The name people choose it by."""
        return self._name

    async def prompt(self, host: TurnHost, prompt: Prompt) -> TurnResult:
        """Take one turn.

        Raises:
            AdapterError: the agent broke.
        """
        self._turns += 1
        self._idle.clear()
        try:
            async with self._making:
                if self.made is None:
                    self.made = await asyncio.to_thread(self._make)
            return await self.made.prompt(host, prompt)
        finally:
            self._turns -= 1
            if not self._turns:
                self._idle.set()

    async def forget(self, chat_id: str) -> None:
        """Drop what is kept for a chat."""
        if self.made is not None:
            await self.made.forget(chat_id)

    async def retire(self) -> None:
        """End children once no turn runs: somebody else takes the turns from now on."""
        await self._idle.wait()
        await self.close()

    async def close(self) -> None:
        """End children."""
        if self.made is not None:
            await self.made.close()
