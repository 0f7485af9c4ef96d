"""The pieces of an answer, with an end even when nobody reads to it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable

from boocode_desktop.domain.model_stream import ModelPiece


class PieceStream(AsyncIterator[ModelPiece]):
    """Reads like the generator inside it. Dropping it half-read closes the connection behind it.

    A turn that is cancelled between two pieces drops its stream. asyncio's own loops then finish an abandoned
    generator; qasync's, which the window runs on, does not, and the server would go on writing for nobody.
    """

    def __init__(self, pieces: AsyncGenerator[ModelPiece, None]) -> None:
        self._pieces = pieces
        self._loop = asyncio.get_running_loop()

    def __aiter__(self) -> "PieceStream":
        return self

    def __anext__(self) -> Awaitable[ModelPiece]:
        return self._pieces.__anext__()

    async def aclose(self) -> None:
        """Close the connection now, where nothing more is wanted."""
        await self._pieces.aclose()

    def __del__(self) -> None:
        begun_and_not_ended = getattr(self._pieces, "ag_frame", None) is not None
        if begun_and_not_ended and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_finish, self._loop, self._pieces)


def _finish(loop: asyncio.AbstractEventLoop, pieces: AsyncGenerator[ModelPiece, None]) -> None:
    loop.create_task(pieces.aclose(), name="close an abandoned answer")
