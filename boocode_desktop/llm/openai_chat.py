"""A language model behind an OpenAI-compatible server: streaming, retries, errors in words for people."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.model_stream import ModelInfo, ModelPiece, ModelRequest, RetryWait
from boocode_desktop.domain.retry import OWN_SERVER_STEPS_S, Failure, next_wait, worth_retrying
from boocode_desktop.llm.answer_stream import AnswerStream, NotAChunkError
from boocode_desktop.llm.model_errors import RefusedInStreamError, describe, failure_of, in_stream
from boocode_desktop.llm.piece_stream import PieceStream
from boocode_desktop.llm.presets import Preset
from boocode_desktop.llm.wire import all_images, build_body, data_uri, refused_field
from boocode_desktop.net.client import HttpClient, encode
from boocode_desktop.net.errors import HttpStatusError, NetError
from boocode_desktop.orchestrator.ports.models import ImageSource

_LARGE = 512 * 1024
"""Characters of a conversation above which its JSON is made in a thread."""

_IMAGES_KEPT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a model is reached just now. `own`: the server is a child of ours; `restarting`: it is being started."""

    base_url: str
    api_key: str = field(default="", repr=False)
    own: bool = False
    restarting: bool = False


@dataclass(slots=True, kw_only=True)
class OpenAIChat:
    """A client for one model of one endpoint. `model` is the id on the wire; `connect` is asked before every try.

    `clock` and `sleep` are time in seconds.
    """

    model: str
    known: ModelInfo
    preset: Preset
    connect: Callable[[], Awaitable[Connection]]
    effort: str = ""
    look_up: Callable[[HttpClient], Awaitable[ModelInfo]] | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _http: HttpClient | None = None
    _retired: list[HttpClient] = field(default_factory=list)
    _address: tuple[str, str] = field(default=("", ""), repr=False)
    _connection: Connection | None = None
    _info: ModelInfo | None = None
    _unwanted: set[str] = field(default_factory=set)
    _images: dict[str, str] = field(default_factory=dict)

    async def info(self) -> ModelInfo:
        """What is known of the model; the server is asked until it answered once.

        A server that is only busy or restarting is no reason to fail: the request itself will wait for it.

        Raises:
            AdapterError: the endpoint cannot be reached or refuses.
        """
        if self._info is not None or self.look_up is None:
            return self._info or self.known
        try:
            self._info = await self.look_up(await self._client())
        except NetError as error:
            failure = await self._judged(error, 1)
            if worth_retrying(failure):
                return self.known
            raise self._described(error, failure, started=False, tries=1) from error
        return self._info

    def stream(
        self, request: ModelRequest, *, images: ImageSource | None = None, max_wait_s: float | None = None
    ) -> PieceStream:
        """Send a request; see the port. Closing or dropping what it returns ends the request."""
        return PieceStream(self._stream(request, images, max_wait_s))

    async def _stream(
        self, request: ModelRequest, images: ImageSource | None, max_wait_s: float | None
    ) -> AsyncGenerator[ModelPiece]:
        body = await self._body(request, images)
        began, tries = self.clock(), 0
        while True:
            tries += 1
            answer = AnswerStream(request.tools, self.clock, context_size=self._context_size())
            try:
                async with contextlib.aclosing(self._attempt(body, answer)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except NetError as error:
                if answer.received:
                    for piece in answer.flush():
                        yield piece
                failure = await self._judged(error, tries)
                if self._leave_out(body, error):
                    continue
                wait = None if answer.received else next_wait(failure, tries, self.clock() - began, max_wait_s)
                if wait is None:
                    raise self._described(error, failure, started=answer.received, tries=tries) from error
                skip = asyncio.Event()
                yield RetryWait(attempt=tries, delay_s=wait, reason=_reason(error), skip=skip.set)
                await self._pause(wait, skip)

    async def _pause(self, seconds: float, skip: asyncio.Event) -> None:
        """Wait, unless somebody does not want to."""
        if skip.is_set():
            return
        sleeping, skipping = asyncio.ensure_future(self.sleep(seconds)), asyncio.ensure_future(skip.wait())
        try:
            await asyncio.wait((sleeping, skipping), return_when=asyncio.FIRST_COMPLETED)
            if sleeping.done():
                sleeping.result()
        finally:
            sleeping.cancel()
            skipping.cancel()

    async def close(self) -> None:
        """Close connections; the client can be used again."""
        clients = [*self._retired, *([self._http] if self._http is not None else [])]
        self._http, self._connection, self._retired = None, None, []
        for http in clients:
            await http.close()

    async def _attempt(self, body: dict[str, Any], answer: AnswerStream) -> AsyncGenerator[ModelPiece]:
        http = await self._client()
        raw = await _encoded(body)
        try:
            async with http.events("/chat/completions", raw) as events:
                while not answer.ended and (batch := await events.read()) is not None:
                    for event in batch:
                        for piece in self._fed(answer, event.data, http):
                            yield piece
                    events.flowing = answer.received
                await events.rest()
        except NetError:
            # What follows the finish event may be lost without harm.
            if not answer.finished:
                raise
        if not answer.finished:
            text = f"{http.host} ended its answer without finishing it."
            raise NetError(text, failure=Failure(kind="broken_stream"))
        for piece in answer.finish():
            yield piece

    def _fed(self, answer: AnswerStream, data: str, http: HttpClient) -> list[ModelPiece]:
        try:
            return answer.feed(data)
        except RefusedInStreamError as error:
            raise in_stream(error, http.host) from error
        except NotAChunkError as error:
            text = f"{http.host} sent something that is no part of an answer: {error}."
            raise NetError(text, failure=Failure(kind="protocol")) from error

    async def _client(self) -> HttpClient:
        connection = await self.connect()
        if connection.restarting and not connection.base_url:
            raise NetError("The local engine is being started.", failure=Failure(kind="refused"))
        address = (connection.base_url, connection.api_key)
        if self._http is None or address != self._address:
            # Another chat may still be reading from the old one.
            self._retired += [self._http] if self._http is not None else []
            headers = {"Authorization": f"Bearer {connection.api_key}"} if connection.api_key else {}
            self._http = HttpClient(base_url=connection.base_url, headers=headers, timeouts=self.preset.timeouts)
        self._connection, self._address = connection, address
        return self._http

    async def _body(self, request: ModelRequest, images: ImageSource | None) -> dict[str, Any]:
        uris = await self._uris(request, images)
        effort = request.effort or self.effort
        body = build_body(request, self.preset, model=self.model, effort=effort, images=uris)
        for name in self._unwanted:
            body.pop(name, None)
        return body

    async def _uris(self, request: ModelRequest, source: ImageSource | None) -> dict[str, str]:
        wanted = all_images(request.messages)
        if wanted and source is None:
            raise AdapterError("The conversation holds images, and nothing was given to read them from.")
        for image in wanted:
            if image.sha256 not in self._images and source is not None:
                content = await source(image)
                self._images[image.sha256] = await asyncio.to_thread(data_uri, image, content)
        uris = {image.sha256: self._images[image.sha256] for image in wanted}
        if len(self._images) > max(_IMAGES_KEPT, len(uris)):
            self._images = dict(uris)
        return uris

    def _context_size(self) -> int:
        return (self._info or self.known).context_size

    async def _judged(self, error: NetError, tries: int) -> Failure:
        """The failure, with `own_restarting` set while our own server is down for a moment.

        Its death may be known here before its supervisor has noticed, so the first tries need no word of a restart.
        """
        failure = failure_of(error)
        down = failure.kind in ("refused", "reset", "broken_stream") or failure.status == 503
        try:
            now = await self.connect()
        except AdapterError:
            return failure
        waiting = down and (now.restarting or (now.own and tries <= len(OWN_SERVER_STEPS_S)))
        return dataclasses.replace(failure, own_restarting=waiting)

    def _leave_out(self, body: dict[str, Any], error: NetError) -> bool:
        """Drop an optional field that the server refuses by name; True if there was one, and the try is free."""
        if not isinstance(error, HttpStatusError) or error.status not in (400, 422):
            return False
        name = refused_field(body, self.preset, error.body)
        if name:
            del body[name]
            self._unwanted.add(name)
        return bool(name)

    def _described(self, error: NetError, failure: Failure, *, started: bool, tries: int) -> AdapterError:
        connection = self._connection
        host = urlsplit(connection.base_url).netloc if connection is not None else self.known.provider
        keyed = connection is not None and bool(connection.api_key)
        return describe(error, failure, host=host, keyed=keyed, started=started, tries=tries)


async def _encoded(body: dict[str, Any]) -> bytes:
    size = sum(len(str(m.get("content", ""))) for m in body["messages"])
    return await asyncio.to_thread(encode, body) if size > _LARGE else encode(body)


def _reason(error: NetError) -> str:
    words = {408: "it took too long", 429: "too many requests", 503: "it is overloaded or loading"}
    if isinstance(error, HttpStatusError):
        return f"{words.get(error.status, 'the server failed')} ({error.status})"
    return error.message.rstrip(".")
