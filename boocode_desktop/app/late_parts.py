"""Parts of the program that are imported when they are first needed, in a thread, and not before the window shows.

Git and the HTTP library take a good part of a start, and what was on screen last can be shown without either.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any


class LatePart:
    """Stands in for a part whose methods are coroutines: the first call makes it, waiting for `LateParts.begin`."""

    def __init__(self, make: Callable[[], Any], begun: asyncio.Event) -> None:
        self._make = make
        self._begun = begun
        self._making = asyncio.Lock()
        self._made: Any = None

    async def close(self) -> None:
        """Close the part, if it was ever made."""
        if self._made is not None:
            await self._made.close()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            result = getattr(await self._part(), name)(*arguments, **named)
            return await result if inspect.isawaitable(result) else result

        return call

    async def _part(self) -> Any:
        async with self._making:
            if self._made is None:
                await self._begun.wait()
                self._made = await asyncio.to_thread(self._make)
        return self._made


class LateParts:
    """Makes the stand-ins. Nothing is imported until `begin`, so that nothing gets in the way of the first session."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()

    def part(self, make: Callable[[], Any]) -> Any:
        """A stand-in for what `make` imports and returns; the caller says which port it is."""
        return LatePart(make, self._begun)

    def begin(self) -> None:
        """From now on parts are made when they are needed; harmless when repeated."""
        self._begun.set()
