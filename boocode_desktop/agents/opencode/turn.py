"""One prompt from sending to its end, whichever way it ends: answered, failed, cancelled, or the server dead."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp.feed import join_text
from boocode_desktop.agents.acp.loose import first_text, object_of, text_of
from boocode_desktop.agents.opencode.correlation import ABORTED
from boocode_desktop.agents.opencode.launching import KEPT
from boocode_desktop.agents.opencode.mapper import TurnMapper
from boocode_desktop.agents.opencode.prompts import Message
from boocode_desktop.agents.opencode.requests import ANSWERED, KINDS, RequestDesk, request_of
from boocode_desktop.agents.opencode.server import OpencodeServer
from boocode_desktop.agents.opencode.session import OpencodeSession
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import AgentEvent, Json, Outcome
from boocode_desktop.domain.ids import new_id
from boocode_desktop.net.errors import HttpStatusError
from boocode_desktop.orchestrator.ports.agents import TurnHost, TurnResult

_log = logging.getLogger(__name__)
LIMIT = 5_000
"""Events that may wait before the stream does."""
BATCH = 200
LOST_S = 10.0
"""After how long an idle session without an answer means that opencode dropped the prompt."""
DRAIN_S = 5.0
_STOPS = {"stop": "end_turn", "length": "max_tokens", "content-filter": "refusal"}
_SIGN_IN = frozenset({"ProviderAuthError"})

Item = Json | Literal["missed", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLadder:
    """Seconds: until opencode is asked again to stop, until its server is given up, and for each request to it."""

    again_s: float = 2.0
    kill_s: float = 5.0
    request_s: float = 1.0
    look_s: float = 0.25


class PromptRun:
    """One turn of a session. Used once. `wedged` afterwards: opencode did not react to being stopped."""

    def __init__(
        self,
        server: OpencodeServer,
        session: OpencodeSession,
        host: TurnHost,
        message: Message,
        *,
        ladder: CancelLadder,
        silence_s: float,
        context_size: int,
    ) -> None:
        self._server = server
        self.session = session
        self._host = host
        self._message = message
        self._ladder = ladder
        self._silence_s = silence_s
        self._started = self._heard = time.monotonic()
        self._queue: asyncio.Queue[Item] = asyncio.Queue(LIMIT)
        self._closed = False
        self.wedged = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.mapper = TurnMapper(
            lambda: new_id("trc"),
            user_id=message.id,
            session_id=session.id,
            started=self._started,
            chosen=session.chosen,
            context_size=context_size,
        )
        self._desk = RequestDesk(server.api, server.spec.name, session, host, self.mapper)

    async def put(self, event: Json) -> None:
        """Take an event; waits while too many wait already."""
        self._heard = time.monotonic()
        if not self._closed:
            await self._queue.put(event)

    def missed(self) -> None:
        """Events were lost: read the session again."""
        self._put_now("missed")

    async def run(self) -> TurnResult:
        """Send the prompt and see it to its end.

        Raises:
            AdapterError: it failed, or the server ended; what came before is emitted, open calls are closed.
        """
        self.session.turn = self
        await self._emit(self.mapper.begin())
        feeding = asyncio.create_task(self._feed(), name=f"turn of {self.session.id}")
        posting = asyncio.create_task(self._post(), name=f"prompt {self.session.id}")
        try:
            await self._watch(feeding, posting)
            await self._end(feeding, "interrupted", "opencode did not say how this ended")
            return self._result()
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.ensure_future(self._cancel(feeding, posting)))
            raise
        except AdapterError as error:
            await self._end(feeding, "interrupted", error.message)
            raise
        finally:
            await self._let_go(feeding, posting)

    async def _post(self) -> None:
        send = self._server.api.command if self._message.command else self._server.api.prompt
        try:
            await send(self.session.directory.path, self.session.id, self._message.body)
        except HttpStatusError as error:
            raise AdapterError(f"opencode refused the prompt: {_told(error)}", "Try again.") from error

    async def _watch(self, feeding: asyncio.Task[None], posting: asyncio.Task[None]) -> None:
        """Wait for the end of the turn; look for oneself when nothing is heard for long.

        Raises:
            AdapterError: the prompt was not taken, or the server ended.
            Exception: an event could not be recorded; opencode is stopped, because nobody would see what it does.
        """
        told = 0.0
        waiting: set[asyncio.Future[Any]] = {feeding, posting, self._server.ended}
        while not feeding.done():
            await asyncio.wait(waiting, timeout=self._rest(), return_when=asyncio.FIRST_COMPLETED)
            if self._server.ended.done() and not feeding.done():
                raise self._server.gone()
            if posting.done() and posting in waiting:
                waiting.discard(posting)
                posting.result()
            quiet = time.monotonic() - self._heard
            if quiet >= self._silence_s and told < self._heard and not self._desk.waiting:
                told = time.monotonic()
                await self._host.emit(notices.silent(self._server.spec.label, self._silence_s))
                self.missed()
        if (error := feeding.exception()) is not None:
            if not isinstance(error, AdapterError):
                await self._cancel(feeding, posting)
            raise error

    def _rest(self) -> float:
        return max(1.0, self._silence_s - (time.monotonic() - self._heard))

    async def _feed(self) -> None:
        """Take what comes, in order, until the turn is over."""
        while True:
            items = [await self._queue.get()]
            while len(items) < BATCH and not self._queue.empty():
                items.append(self._queue.get_nowait())
            if await self._take(items):
                return
            await asyncio.sleep(0)

    async def _take(self, items: Sequence[Item]) -> bool:
        """Map and emit a batch; whether the turn is over."""
        events: list[AgentEvent] = []
        requests: list[tuple[str, Json]] = []
        for item in items:
            if item == "stop":
                await self._emit(events)
                return True
            if isinstance(item, dict):
                events += self._map(item, requests)
            else:
                events += await self._reread(requests)
        await self._emit(events)
        for kind, request in requests:
            self._desk.take(kind, request)
        standing = self.mapper.messages.standing
        return standing == "over" or (standing == "unsure" and await self._is_settled())

    def _map(self, event: Json, requests: list[tuple[str, Json]]) -> list[AgentEvent]:
        kind, now = text_of(event.get("type")), time.monotonic()
        if kind in KINDS:
            requests.append((kind, request_of(event)))
            return self.mapper.announce(request_of(event), now)
        if kind in ANSWERED:
            self._desk.answered(text_of(request_of(event).get("requestID")))
        return self.mapper.apply(event, now, time.time())

    async def _reread(self, requests: list[tuple[str, Json]]) -> list[AgentEvent]:
        """What the session says of itself, in place of events that were missed.

        Raises:
            AdapterError: the prompt was lost on the way.
        """
        api, path, own = self._server.api, self.session.directory.path, self.session.id
        try:
            # First whether it works: what is read after that is all that an idle session will ever say.
            idle = await api.is_idle(path, own)
            messages, children = await asyncio.gather(api.messages(path, own), api.children(path, own))
            asked = await api.open_requests(path)
        except AdapterError as error:
            _log.info("session %s cannot be read again now: %s", own, error.message)
            return []
        for child in children:
            self._server.adopt(child, self.session)
        now = time.monotonic()
        events = self.mapper.restore(messages, now)
        for child in self.mapper.children.open():
            events += await self._reread_child(child)
        for kind, request in asked:
            if self._server.owns(text_of(request.get("sessionID")), self.session):
                events += self.mapper.announce(request, now)
                requests.append((kind, request))
        if idle:
            self.mapper.messages.note_status("idle")
            if not self.mapper.messages.complete and now - self._started > LOST_S:
                raise AdapterError("opencode stopped working on the prompt without an answer.", KEPT)
        return events

    async def _reread_child(self, child: str) -> list[AgentEvent]:
        self._server.adopt(child, self.session)
        try:
            messages = await self._server.api.messages(self.session.directory.path, child)
        except AdapterError as error:
            _log.info("child session %s cannot be read again now: %s", child, error.message)
            return []
        return self.mapper.restore_child(child, messages, time.monotonic())

    async def _is_settled(self) -> bool:
        """Whether an idle that proves nothing is one: the answer so far would allow to go on."""
        try:
            idle = await self._server.api.is_idle(self.session.directory.path, self.session.id)
        except AdapterError:
            return False
        if not idle:
            self.mapper.messages.note_status("busy")
        return idle and self.mapper.messages.complete

    async def _emit(self, events: Sequence[AgentEvent]) -> None:
        for event in join_text(events):
            await self._host.emit(event)

    def _result(self) -> TurnResult:
        failure = self.mapper.messages.failure
        if failure:
            raise _failed(self._server.spec.label, self._server.spec.login, failure)
        finish = self.mapper.messages.finish
        return TurnResult(stop_reason=_STOPS.get(finish, "end_turn"))

    async def _end(self, feeding: asyncio.Task[None], outcome: Outcome, error: str) -> None:
        """Take what came until now, close what is open, once."""
        await self._desk.withdraw()
        self._put_now("stop")
        await asyncio.wait({feeding}, timeout=DRAIN_S)
        if self._closed:
            return
        self._closed = True
        finish = self.mapper.messages.finish.replace("-", "_")
        closing = self.mapper.close(outcome, error, time.monotonic())
        await self._emit([*closing, *self.mapper.finish(finish or outcome)])
        if outcome == "interrupted" and not self.mapper.spoke and not self.mapper.messages.failure and feeding.done():
            await self._emit([notices.no_output(self._server.spec.label)] if self.mapper.messages.complete else [])

    async def _cancel(self, feeding: asyncio.Task[None], posting: asyncio.Task[None]) -> None:
        """Stop opencode, then close the turn with what it still sent."""
        self.mapper.calls.cancelling = True
        await self._desk.withdraw()
        started = time.monotonic()
        for until in (self._ladder.again_s, self._ladder.kill_s):
            if self._server.ended.done() or await self._stop(feeding, posting, started + until):
                break
        else:
            self.wedged = True
        await self._end(feeding, "cancelled", "")

    async def _stop(self, feeding: asyncio.Task[None], posting: asyncio.Task[None], deadline: float) -> bool:
        """Ask it to stop until it has; a prompt that is still on its way has to arrive first."""
        if not self._message.command:
            await asyncio.wait({posting}, timeout=self._ladder.request_s)
        while time.monotonic() < deadline and not self._server.ended.done():
            asked = await self._bounded(self._server.api.abort(self.session.directory.path, self.session.id))
            await asyncio.wait({feeding}, timeout=self._ladder.look_s)
            if feeding.done():
                return True
            if asked and posting.done() and await self._rests():
                return True
        return feeding.done()

    async def _rests(self) -> bool:
        """Whether the session does nothing any more and answered the prompt, or never will."""
        idle: list[bool] = []

        async def look() -> None:
            idle.append(await self._server.api.is_idle(self.session.directory.path, self.session.id))

        await self._bounded(look())
        messages = self.mapper.messages
        return idle == [True] and (messages.complete or time.monotonic() - self._started > self._ladder.again_s)

    async def _bounded(self, request: Awaitable[None]) -> bool:
        try:
            async with asyncio.timeout(self._ladder.request_s):
                await request
        except (AdapterError, TimeoutError):
            return False
        return True

    async def _let_go(self, feeding: asyncio.Task[None], posting: asyncio.Task[None]) -> None:
        self._closed = True
        self.session.turn = None
        self.session.chosen = self.mapper.chosen
        self.session.total = self.session.total + self.mapper.total
        self.session.unknown += self.mapper.unknown
        while not self._queue.empty():  # the stream may wait for room that nobody makes any more
            self._queue.get_nowait()
        for task in (feeding, posting):
            if not task.cancel() and not task.cancelled():
                task.exception()  # looked at, so that asyncio does not report it as lost
        if not self.ended.done():
            self.ended.set_result(None)

    def _put_now(self, item: Item) -> None:
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            _log.warning("too many events of session %s wait; %s is dropped", self.session.id, item)


def _failed(label: str, login: str, error: Json) -> AdapterError:
    name, data = text_of(error.get("name")), object_of(error.get("data"))
    words = (first_text(data, "message") or name or "unknown error").partition("\n    at ")[0][:1000]
    if name == ABORTED:
        return AdapterError(f"{label} stopped this turn by itself.", KEPT)
    if name in _SIGN_IN:
        return AdapterError(f"{label} wants you to sign in first: {words}", f"Run `{login}` in a terminal.")
    return AdapterError(f"{label} could not go on: {words}", KEPT)


def _told(error: HttpStatusError) -> str:
    try:
        answer = object_of(json.loads(error.body))
    except ValueError:
        answer = {}
    return text_of(object_of(answer.get("data")).get("message")) or error.message
