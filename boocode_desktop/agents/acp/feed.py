"""One session's updates in order: taken from the wire, from our terminals, mapped, and emitted by one consumer."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from boocode_desktop.agents.acp.mapper import TurnMapper, parse_commands
from boocode_desktop.agents.acp.media import Attach, has_image, with_images
from boocode_desktop.agents.acp.tool_content import is_heavy, prepared
from boocode_desktop.domain.events import AgentEvent, Json, Reasoning, Text

_log = logging.getLogger(__name__)
LIMIT = 4_000
BYTES_LIMIT = 8_000_000
"""Updates that may wait before the wire has to, and bytes of their lines together."""
BATCH = 100
_SETTINGS = frozenset({"current_mode_update", "current_model_update", "config_option_update"})
_KEPT = frozenset({"available_commands_update", "usage_update", "session_info_update"})
Emit = Callable[[AgentEvent], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TerminalOutput:
    """One of our terminals printed something."""

    terminal_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TerminalExit:
    """A terminal's command ended; None when a signal ended it."""

    terminal_id: str
    code: int | None


@dataclass(frozen=True, slots=True)
class Own:
    """Events of ours that have their place among the agent's."""

    events: tuple[AgentEvent, ...]


Item = Json | TerminalOutput | TerminalExit | Own


def _ignore(_update: Json) -> None:
    """What was chosen in the session is of no interest."""


@dataclass(slots=True)
class _Turn:
    mapper: TurnMapper
    emit: Emit
    attach: Attach
    failed: asyncio.Future[None]


class SessionFeed:
    """The ordered queue of one session and its consumer.

    Between turns nothing is shown: what holds for the session is kept for the next turn, late pieces of the last one
    and a replayed history are dropped.
    """

    def __init__(self, name: str, on_setting: Callable[[Json], None] = _ignore) -> None:
        self._on_setting = on_setting
        self.commands: frozenset[str] = frozenset()
        self.heard = time.monotonic()
        self.late = 0
        self.waiting_bytes = 0
        self._items: deque[tuple[Item | asyncio.Future[None], int]] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._kept: dict[str, Json] = {}
        self._turn: _Turn | None = None
        self._consumer = asyncio.create_task(self._consume(), name=f"updates of {name}")

    async def put(self, item: Item, size: int = 0) -> None:
        """Add an item whose line had `size` bytes; waits while too much waits already."""
        while self._is_full() and not self._consumer.done():
            self._room.clear()
            await self._room.wait()
        self.put_now(item, size)

    def put_now(self, item: Item, size: int = 0) -> None:
        """Add an item at once."""
        if not self._consumer.done():
            self._items.append((item, size))
            self.waiting_bytes += size
            self._arrived.set()

    def _is_full(self) -> bool:
        return len(self._items) >= LIMIT or self.waiting_bytes >= BYTES_LIMIT

    async def settle(self) -> None:
        """Wait until everything that was put before is emitted."""
        if self._consumer.done():
            return
        passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._items.append((passed, 0))
        self._arrived.set()
        await passed

    def attach(self, mapper: TurnMapper, emit: Emit, keep: Attach) -> asyncio.Future[None]:
        """Begin to show a turn. The future fails when an event could not be emitted."""
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turn = _Turn(mapper, emit, keep, failed)
        self.heard = time.monotonic()
        self.put_now(Own(tuple(mapper.begin())))
        kept, self._kept = self._kept, {}
        for update in kept.values():
            self.put_now(update)
        return failed

    def detach(self) -> None:
        """The turn is over."""
        self._turn = None

    async def close(self) -> None:
        """End the consumer."""
        self._consumer.cancel()
        await asyncio.wait([self._consumer])

    def _let_go(self) -> None:
        """Nobody takes items any more: nobody may wait for that either."""
        for item, _size in self._items:
            if isinstance(item, asyncio.Future) and not item.done():
                item.set_result(None)
        self._items.clear()
        self._room.set()

    async def _consume(self) -> None:
        try:
            while True:
                await self._arrived.wait()
                await self._take_batch()
                await asyncio.sleep(0)
        except Exception:
            _log.exception("the updates of a session cannot be read any more")
            self._fail(RuntimeError("updates cannot be read any more"))
        finally:
            self._let_go()

    async def _take_batch(self) -> None:
        events: list[AgentEvent] = []
        passed: list[asyncio.Future[None]] = []
        for _ in range(min(BATCH, len(self._items))):
            item, size = self._items.popleft()
            self.waiting_bytes -= size
            if isinstance(item, asyncio.Future):
                passed.append(item)
                break
            if isinstance(item, dict) and is_heavy(item):
                item = await asyncio.to_thread(prepared, item)
            elif isinstance(item, dict) and self._turn is not None and has_image(item):
                item = await with_images(item, self._turn.attach)
            events += self._map(item)
        if not self._items:
            self._arrived.clear()
        if len(self._items) < LIMIT // 2 and self.waiting_bytes < BYTES_LIMIT // 2:
            self._room.set()
        await self._emit(join_text(events))
        for future in passed:
            if not future.done():
                future.set_result(None)

    def _map(self, item: Item) -> list[AgentEvent]:
        turn = self._turn
        match item:
            case Own():
                return list(item.events) if turn else []
            case TerminalOutput():
                return turn.mapper.calls.terminal_output(item.terminal_id, item.text) if turn else []
            case TerminalExit():
                if turn:
                    turn.mapper.calls.terminal_exit(item.terminal_id, item.code)
                return []
            case _:
                return self._map_update(item, turn)

    def _map_update(self, update: Json, turn: _Turn | None) -> list[AgentEvent]:
        self.heard = time.monotonic()
        kind = update.get("sessionUpdate")
        if kind == "available_commands_update":
            self.commands = frozenset(command.name for command in parse_commands(update))
        elif isinstance(kind, str) and kind in _SETTINGS:
            self._on_setting(update)
        if turn is not None:
            return turn.mapper.apply(update, self.heard)
        if isinstance(kind, str) and kind in _KEPT:
            self._kept[kind] = update
        elif kind not in _SETTINGS:
            self.late += 1
        return []

    async def _emit(self, events: Iterable[AgentEvent]) -> None:
        turn = self._turn
        if turn is None or turn.failed.done():
            return
        try:
            for event in events:
                await turn.emit(event)
        except Exception as error:
            _log.warning("an event could not be recorded: %s", error)
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if self._turn is not None and not self._turn.failed.done():
            self._turn.failed.set_exception(error)


def join_text(events: Iterable[AgentEvent]) -> list[AgentEvent]:
    """The events with neighbouring pieces of text, or of reasoning, made one."""
    joined: list[AgentEvent] = []
    pieces: list[str] = []
    kind: type[Text] | type[Reasoning] | None = None
    for event in events:
        own = type(event) if isinstance(event, (Text, Reasoning)) else None
        if kind is not None and own is not kind:
            joined.append(kind(delta="".join(pieces)))
            pieces = []
        kind = own
        if isinstance(event, (Text, Reasoning)):
            pieces.append(event.delta)
        else:
            joined.append(event)
    if kind is not None:
        joined.append(kind(delta="".join(pieces)))
    return joined
