"""The events of one response as they come, with an end to waiting."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx

from boocode_desktop.domain.retry import Failure
from boocode_desktop.net.errors import NetError, converted, silent
from boocode_desktop.net.sse import EventParser, EventTooLongError, ServerEvent

BODY_LIMIT = 16 * 2**20
_REST_S = 0.25


@dataclass(slots=True)
class EventReader:
    """Reads a response event by event. `between_s` bounds the wait for the next byte once `flowing` was set.

    Until then the library's own limit holds: a server may report for minutes that it reads the question.
    A JSON body in place of a stream is one event named `json`.
    """

    response: httpx.Response
    host: str
    between_s: float
    flowing: bool = False
    _chunks: AsyncIterator[bytes] = field(init=False)
    _parser: EventParser = field(default_factory=EventParser)
    _ended: bool = False

    def __post_init__(self) -> None:
        # Kept until the response is closed: a generator of the library that is dropped before that wants to await
        # something, which a loop without hooks for such generators (qasync) cannot give it.
        self._chunks = self.response.aiter_bytes()

    async def read(self) -> list[ServerEvent] | None:
        """The events of the next bytes, perhaps none; None at the end.

        Raises:
            NetError: the connection broke, the server fell silent, or a line has no end.
        """
        if self._ended:
            return None
        if self.response.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
            self._ended = True
            body = await read_body(self.response, self.host)
            return [ServerEvent(data=body.decode("utf-8", "replace"), event="json")]
        chunk = await self._next()
        if chunk is None:
            self._ended = True
            return self._parser.close()
        try:
            return self._parser.feed(chunk)
        except EventTooLongError as error:
            text = f"{self.host} sent an endless line; the answer was given up."
            raise NetError(text, failure=Failure(kind="protocol")) from error

    async def rest(self) -> None:
        """Read what follows the last event that mattered, for a moment: only so can the connection be used again."""
        with contextlib.suppress(NetError, TimeoutError):
            async with asyncio.timeout(_REST_S):
                while await self.read() is not None:
                    pass

    async def _next(self) -> bytes | None:
        try:
            with converted(self.host, streaming=True):
                async with asyncio.timeout(self.between_s if self.flowing else None):
                    return await anext(self._chunks, None)
        except TimeoutError as error:
            raise silent(self.host) from error


async def read_body(response: httpx.Response, host: str, limit: int = BODY_LIMIT) -> bytes:
    """The whole body of a response, at most `limit` bytes of it."""
    parts = bytearray()
    with converted(host, streaming=True):
        async for chunk in response.aiter_bytes():
            parts += chunk
            if len(parts) > limit:
                break
        if len(parts) > limit:
            await response.aclose()
    return bytes(parts[:limit])
