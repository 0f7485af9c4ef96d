"""One run of a program, from its start to its end, whichever way it ends."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from boocode_desktop.agents import notices
from boocode_desktop.agents.oneshot.dialects import StreamFacts
from boocode_desktop.agents.oneshot.stream import LineStream, StreamFold
from boocode_desktop.agents.oneshot.ways import Way
from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import AgentEvent, Commands, Json, Outcome
from boocode_desktop.domain.ids import new_id
from boocode_desktop.processes.child_specs import ChildSpec, Exit, Ladder
from boocode_desktop.processes.children import Child, Children

_log = logging.getLogger(__name__)

CHUNK = 1 << 16
LADDER = Ladder(close_stdin_s=0, terminate_s=2.0)
TOLD_LINES = 5
"""How many of its last lines a failed program is quoted with."""
Emit = Callable[[AgentEvent], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: without news until people are told, for reading its prompt, and for leaving after its last line."""

    silence_s: float = notices.SILENCE_S
    stdin_s: float = 30.0
    leave_s: float = 20.0
    ladder: Ladder = LADDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended: what its stream told, its exit, and whether anything was heard of the model."""

    facts: StreamFacts
    exit: Exit
    worked: bool
    dropped: int

    @property
    def words(self) -> tuple[str, ...]:
        """What it said of a failure."""
        return (self.facts.error, *self.exit.tail)


class OneShotRun:
    """A run. Used once; events go out in order, and a slow receiver slows the program down.

    `commands` are the slash commands that it told of.
    """

    def __init__(self, way: Way, label: str, emit: Emit, *, patience: Patience) -> None:
        self._way = way
        self._label = label
        self._emit = emit
        self._patience = patience
        self._fold = StreamFold(way.dialect(), lambda: new_id("trc"), started=time.monotonic())
        self._lines = LineStream()
        self._heard = time.monotonic()
        self._over = asyncio.Event()
        self.commands: frozenset[str] = frozenset()

    async def run(self, children: Children, spec: ChildSpec, stdin: bytes) -> Ended:
        """Start the program and see it to its end. What is open is closed by `settle`, unless this raises.

        Raises:
            AdapterError: it cannot be started.
            CancelledError: it was ended, and what was open is closed.
        """
        child = await children.spawn(spec)
        tasks = [
            asyncio.create_task(self._read(child), name=f"read {spec.name}"),
            asyncio.create_task(self._write(child, stdin), name=f"prompt {spec.name}"),
            asyncio.create_task(self._watch(), name=f"silence {spec.name}"),
        ]
        try:
            await self._until_over(tasks[0])
            return await self._leave(child, tasks[0])
        except BaseException as error:
            await asyncio.shield(asyncio.ensure_future(self._abort(child, tasks, error)))
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def settle(self, ended: Ended, usage: Json) -> None:
        """Close what is open, account for the tokens, and say what was odd."""
        await self._close("interrupted", ended.facts.error or "the agent did not say how this ended")
        if ended.facts.cost:
            self._fold.mapper.usage.cost.tell(ended.facts.cost)
        await self._send(self._fold.mapper.finish({"stopReason": ended.facts.stop, "usage": usage}))
        if not ended.facts.error and ended.exit.ok and not ended.worked:
            await self._emit(notices.no_output(self._label))

    async def _until_over(self, reading: asyncio.Task[None]) -> None:
        """Until its last line, or the end of its output where it has none."""
        over = asyncio.create_task(self._over.wait(), name="last line")
        try:
            await asyncio.wait({reading, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
        if reading.done():
            reading.result()

    async def _leave(self, child: Child, reading: asyncio.Task[None]) -> Ended:
        try:
            exit_ = await child.wait(self._patience.leave_s)
        except TimeoutError:
            _log.warning("%s does not leave after its last line and is ended", self._label)
            exit_ = await child.stop(self._patience.ladder)
        await asyncio.wait({reading}, timeout=self._patience.leave_s)
        if reading.done():
            reading.result()
        mapper, facts = self._fold.mapper, self._fold.dialect.facts
        if self._lines.dropped:
            _log.info("%d lines of %s were no JSON objects", self._lines.dropped, self._label)
        return Ended(facts=facts, exit=exit_, worked=mapper.worked or mapper.spoke, dropped=self._lines.dropped)

    async def _abort(self, child: Child, tasks: Iterable[asyncio.Task[None]], error: BaseException) -> None:
        """End the program, then close the turn with what it still said."""
        self._fold.mapper.calls.cancelling = True
        await child.stop(self._patience.ladder)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if isinstance(error, asyncio.CancelledError):
            await self._close("cancelled", "")
            await self._send(self._fold.mapper.finish({}))

    async def _close(self, outcome: Outcome, error: str) -> None:
        await self._send(self._fold.mapper.close(outcome, error, time.monotonic()))

    async def _read(self, child: Child) -> None:
        reader = child.stdout
        while reader is not None and (data := await reader.read(CHUNK)):
            self._heard = time.monotonic()
            await self._take(self._lines.feed(data))
        await self._take(self._lines.close())

    async def _take(self, lines: Iterable[Json]) -> None:
        for line in lines:
            await self._send(self._fold.take(line, time.monotonic()))
            if self._fold.dialect.facts.complete:
                self._over.set()

    async def _send(self, events: Iterable[AgentEvent]) -> None:
        for event in events:
            if isinstance(event, Commands):
                self.commands = frozenset(command.name for command in event.commands)
            await self._emit(event)

    async def _write(self, child: Child, data: bytes) -> None:
        """Give it its prompt; one that does not read it says so by its end."""
        stdin = child.stdin
        if stdin is None:
            return
        with contextlib.suppress(ConnectionError, TimeoutError):
            stdin.write(data)
            async with asyncio.timeout(self._patience.stdin_s):
                await stdin.drain()
        stdin.close()

    async def _watch(self) -> None:
        """Say it once for each silence."""
        told = 0.0
        while True:
            quiet = time.monotonic() - self._heard
            if quiet >= self._patience.silence_s and told < self._heard:
                told = time.monotonic()
                await self._emit(notices.silent(self._label, self._patience.silence_s))
            await asyncio.sleep(max(0.05, self._patience.silence_s - quiet))


def failure(way: Way, label: str, ended: Ended) -> AdapterError | None:
    """Why a run did not succeed; None if it did."""
    told = " ".join(line.strip() for line in ended.exit.tail[-TOLD_LINES:])
    if ended.facts.error:
        return AdapterError(f"{label} failed: {ended.facts.error[:2000]}", told)
    if not ended.exit.ok and not (ended.facts.complete and ended.exit.asked):
        return AdapterError(f"{label} {ended.exit.describe()}.", told or "It said nothing about why.")
    if way.has_end and not ended.facts.complete:
        return AdapterError(f"{label} ended before its answer was whole.", told or "Ask again.")
    return None


def turn_usage(facts: StreamFacts, counted: Json) -> tuple[Json, Json]:
    """What this turn used, and what is to be remembered: some programs count over the whole conversation."""
    if not facts.cumulative or not facts.usage:
        return facts.usage, counted
    before = counted if _below(counted, facts.usage) else {}
    return {name: value - before.get(name, 0) for name, value in facts.usage.items()}, dict(facts.usage)


def _below(counted: Json, total: Json) -> bool:
    return all(isinstance(counted.get(name, 0), int) and counted.get(name, 0) <= value for name, value in total.items())
