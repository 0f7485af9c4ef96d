"""Terminals whose emulation is imported when the first one is opened: most runs of the program open none."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boocode_desktop.orchestrator.terminals import Terminal, TerminalDesk


class LateTerminals:
    """Implements `front.Terminals` by a desk that is made in a thread, once."""

    def __init__(self, make: "Callable[[], TerminalDesk]") -> None:
        self._make = make
        self._making = asyncio.Lock()
        self._desk: TerminalDesk | None = None

    def listing(self) -> "Sequence[Terminal]":
        """All terminals, oldest first."""
        return self._desk.listing() if self._desk else ()

    async def open(
        self, *, session_id: str = "", cwd: Path | None = None, name: str = "", agent: str = ""
    ) -> "Terminal":
        """A shell, or an agent's program, in a session's worktree, else in `cwd`, else in the person's home.

        Raises:
            UserFacingError: the folder is gone, or there is no such program.
        """
        return await (await self._made()).open(session_id=session_id, cwd=cwd, name=name, agent=agent)

    async def restart(self, terminal_id: str) -> "Terminal":
        """Start the shell again."""
        return await (await self._made()).restart(terminal_id)

    def rename(self, terminal_id: str, name: str) -> None:
        """Call it otherwise."""
        if self._desk is not None:
            self._desk.rename(terminal_id, name)

    async def close_terminal(self, terminal_id: str) -> None:
        """End it and forget it."""
        if self._desk is not None:
            await self._desk.close_terminal(terminal_id)

    async def close(self) -> None:
        """End all of them."""
        if self._desk is not None:
            await self._desk.close()

    async def _made(self) -> "TerminalDesk":
        async with self._making:
            if self._desk is None:
                self._desk = await asyncio.to_thread(self._make)
        return self._desk
