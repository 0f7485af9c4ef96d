"""One prompt from sending to its end, whichever way it ends: answered, refused, cancelled by the ladder, or dead."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp import requests
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.feed import Own
from boocode_desktop.agents.acp.loose import text_of
from boocode_desktop.agents.acp.mapper import TurnMapper
from boocode_desktop.agents.acp.session import AcpSession, OpenTurn
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Json, Notice, Outcome
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.agents import TurnHost, TurnResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLadder:
    """Seconds: until the agent is asked again to stop, until it is ended, and for each message to it."""

    again_s: float = 2.0
    kill_s: float = 5.0
    notify_s: float = 1.0


class PromptRun:
    """One turn of a session. Used once. `wedged` afterwards: the agent did not react to being cancelled."""

    def __init__(
        self,
        connection: AgentConnection,
        session: AcpSession,
        host: TurnHost,
        *,
        ladder: CancelLadder,
        silence_s: float,
    ) -> None:
        self._connection = connection
        self._session = session
        self._host = host
        self._ladder = ladder
        self._silence_s = silence_s
        self._mapper = TurnMapper(lambda: new_id("trc"), started=time.monotonic(), cost=session.cost)
        self._closed = False
        self.wedged = False

    async def run(self, blocks: Sequence[Json]) -> TurnResult:
        """Send the prompt and see it to its end.

        Raises:
            AdapterError: the agent refused or ended; what it sent before is emitted, its open calls are closed.
        """
        session, feed = self._session, self._session.feed
        session.turn = OpenTurn(host=self._host, mapper=self._mapper)
        recorded = feed.attach(self._mapper, self._host.emit, self._host.attach)
        asked = asyncio.create_task(self._ask(blocks), name=f"prompt {session.id}")
        try:
            await self._watch(asked, recorded)
            response = asked.result()
            await self._take_late_usage()
            await self._end(response, "interrupted", "the agent did not say how this ended")
            return TurnResult(stop_reason=text_of(response.get("stopReason")) or "unknown")
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.ensure_future(self._cancel(asked)))
            raise
        except AdapterError as error:
            await self._end({}, "interrupted", error.message)
            raise
        finally:
            session.turn.ended.set_result(None)
            session.turn = None
            feed.detach()
            if not recorded.cancel() and not recorded.cancelled():
                recorded.exception()  # looked at, so that asyncio does not report it as lost

    async def _ask(self, blocks: Sequence[Json]) -> Json:
        turn, params = self._session.turn, {"sessionId": self._session.id, "prompt": list(blocks)}
        try:
            return await self._connection.request(requests.PROMPT, params, None)
        finally:
            # Here and not later: what the agent sends right behind its answer is read before anybody else wakes up.
            if turn is not None:
                turn.closed = True

    async def _watch(self, asked: asyncio.Task[Json], recorded: asyncio.Future[None]) -> None:
        """Wait for the answer; say it once when nothing is heard for long.

        Raises:
            Exception: an event could not be recorded; the agent is stopped, because nobody would see what it does.
        """
        told = 0.0
        while not asked.done():
            quiet = time.monotonic() - self._session.feed.heard
            if quiet >= self._silence_s and told < self._session.feed.heard and not self._session.waits_for_us:
                told = time.monotonic()
                self._say(notices.silent(self._connection.spec.label, self._silence_s))
            waiting: set[asyncio.Future[Any]] = {asked, recorded}
            rest = max(1.0, self._silence_s - quiet)
            await asyncio.wait(waiting, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
            if recorded.done():
                await self._cancel(asked)
                recorded.result()

    async def _take_late_usage(self) -> None:
        """Some agents send their token counts a moment after the end."""
        await self._session.feed.settle()
        if self._connection.spec.late_usage_s and not self._mapper.usage.context_used:
            await asyncio.sleep(self._connection.spec.late_usage_s)

    async def _end(self, response: Json, outcome: Outcome, error: str) -> None:
        """Close what is open and settle the account, once, in order after everything the agent sent."""
        feed = self._session.feed
        await self._session.withdraw()
        await feed.settle()
        if self._closed:
            return
        self._closed = True
        worked = self._mapper.worked
        events = [*self._mapper.close(outcome, error, time.monotonic()), *self._mapper.finish(response)]
        feed.put_now(Own(tuple(events)))
        if response and not worked and not self._mapper.spoke:
            self._say(notices.no_output(self._connection.spec.label))
        await feed.settle()
        await self._session.terminals.release_all()

    def _say(self, notice: Notice) -> None:
        self._session.feed.put_now(Own((notice,)))

    async def _cancel(self, asked: asyncio.Task[Json]) -> None:
        """Stop the agent, then close the turn with what it still sent."""
        self._mapper.calls.cancelling = True
        if not asked.done():
            await self._descend(asked)
        failed = asked.cancelled() or asked.exception() is not None
        await self._end({} if failed else asked.result(), "cancelled", "")

    async def _descend(self, asked: asyncio.Task[Json]) -> None:
        """The ladder: answer open questions with nothing, cancel, end terminals, ask again, give it up."""
        started = time.monotonic()
        await self._session.withdraw()
        await self._send_cancel()
        releasing = asyncio.create_task(self._session.terminals.release_all(), name="release terminals")
        await self._wait_until(started + self._ladder.again_s, asked)
        if not asked.done():
            await self._send_cancel()
            await self._wait_until(started + self._ladder.kill_s, asked)
        if not asked.done():
            self.wedged = True
            asked.cancel()
            await asyncio.wait({asked})
        await asyncio.wait({releasing})

    async def _wait_until(self, moment: float, asked: asyncio.Task[Json]) -> None:
        await asyncio.wait({asked}, timeout=max(0.0, moment - time.monotonic()))

    async def _send_cancel(self) -> None:
        params = {"sessionId": self._session.id}
        await self._connection.notify(requests.CANCEL, params, self._ladder.notify_s)
