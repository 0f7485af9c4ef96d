"""Our transport beneath the ACP package: what an agent prints can neither end, flood nor overfill it.

Session updates never reach the package, which would make a task of each and so lose their order: they are handed on
here, one after another, and whoever takes them may wait, which holds back the agent through the pipe.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

from boocode_desktop.agents.acp.lines import parse_line
from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.agents.acp.private_notifications import as_update
from boocode_desktop.domain.events import Json
from boocode_desktop.processes.child_output import LineSplitter

_log = logging.getLogger(__name__)
LINE_LIMIT = 32 * 1024 * 1024
BIG_LINE = 1_000_000
"""Bytes from which a line is parsed in a thread."""
READ_SIZE = 1 << 16
SEND_TIMEOUT_S = 30.0
SLICE_S = 0.002
"""Longest time to go on without letting others use the event loop."""

Direction = Literal["in", "out"]
Tap = Callable[[Direction, Json], None]
OnUpdate = Callable[[str, Json, int], Awaitable[None]]
"""Session, update, and how many bytes its line had."""


class ByteReader(Protocol):
    """Where the agent's output comes from."""

    async def read(self, n: int = -1, /) -> bytes:
        """The next bytes, none at the end."""


class ByteWriter(Protocol):
    """Where the agent's input goes to."""

    def write(self, data: bytes, /) -> None:
        """Take bytes."""

    async def drain(self) -> None:
        """Wait until there is room."""

    def is_closing(self) -> bool:
        """Whether it takes no more."""


class LineTransport:
    """The `acp` package's Transport over a child's pipes.

    `fault` says in words what made it stop, to follow the agent's name. `noise` keeps the newest lines that were no
    messages, `dropped` counts them; `private` counts notifications outside the protocol; `ended` is set once nothing
    more comes; `heard_at` is when bytes came last, by `time.monotonic`.
    """

    def __init__(
        self,
        reader: ByteReader,
        writer: ByteWriter,
        on_update: OnUpdate,
        *,
        tap: Tap | None = None,
        line_limit: int = LINE_LIMIT,
        send_timeout_s: float = SEND_TIMEOUT_S,
    ) -> None:
        self.fault = ""
        self.ended = asyncio.Event()
        self.dropped = 0
        self.private = 0
        self.heard_at = time.monotonic()
        self.noise: deque[bytes] = deque(maxlen=50)
        self._reader = reader
        self._writer = writer
        self._on_update = on_update
        self._tap = tap
        self._send_timeout_s = send_timeout_s
        self._lines: deque[bytes] = deque()
        self._splitter = LineSplitter(self._lines.append, limit=line_limit)
        self._sending = asyncio.Lock()
        self._rested = 0.0

    async def receive(self) -> Json | None:
        """The next message that is no session update; None once nothing more comes."""
        while True:
            while self._lines:
                line = self._lines.popleft()
                message = await self._parse(line)
                if message is not None and not await self._divert(message, len(line)):
                    return message
                await self._rest()
            if self.ended.is_set():
                return None
            await self._read()

    async def send(self, message: Json) -> None:
        """Write a message.

        Raises:
            ConnectionError: the agent is gone, closed its input or does not read it. An answer to an agent that is
                gone is dropped instead: nobody waits for it.
        """
        if self.ended.is_set() or self.fault or self._writer.is_closing():
            if "method" not in message:
                return
            raise ConnectionError(self.fault or "closed its input")
        data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if self._tap is not None:
            self._tap("out", message)
        fault = await self._write(data)
        if fault:
            self._fail(fault)
            if "method" in message:
                raise ConnectionError(fault)

    async def _write(self, data: bytes) -> str:
        """Write bytes; what went wrong, or ""."""
        try:
            async with asyncio.timeout(self._send_timeout_s), self._sending:
                self._writer.write(data)
                await self._writer.drain()
        except TimeoutError:
            return f"does not read its input ({self._send_timeout_s:.0f} s)"
        except (OSError, RuntimeError):
            return "closed its input"
        return ""

    async def close(self) -> None:
        """Stop; the pipes belong to the child."""
        self.ended.set()

    def _fail(self, fault: str) -> None:
        self.fault = self.fault or fault

    async def _read(self) -> None:
        data = await self._reader.read(READ_SIZE)
        self.heard_at = time.monotonic()
        if data:
            self._splitter.feed(data)
        else:
            self._splitter.close()
            self.ended.set()
        if self._splitter.cut:
            self._fail("sent a line without end")
            self.ended.set()

    async def _parse(self, line: bytes) -> Json | None:
        if not line.strip():
            return None
        message = await asyncio.to_thread(parse_line, line) if len(line) > BIG_LINE else parse_line(line)
        if message is None:
            self.dropped += 1
            self.noise.append(line[:500])
        elif self._tap is not None:
            self._tap("in", message)
        return message

    async def _divert(self, message: Json, size: int) -> bool:
        """Hand on a session update; the session is named by the frame alone, never by `_meta`."""
        method = message.get("method")
        if "id" in message or method is None:
            return False
        if method == "session/update":
            params = object_of(message.get("params"))
            await self._on_update(text_of(params.get("sessionId")), object_of(params.get("update")), size)
            return True
        # The package logs a traceback for each notification that it does not know, and agents send many.
        self.private += 1
        _log.debug("notification %s", method)
        told = as_update(text_of(method), message.get("params"))
        if told is not None:
            await self._on_update(*told, size)
        return True

    async def _rest(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._rested > SLICE_S:
            await asyncio.sleep(0)
            self._rested = asyncio.get_running_loop().time()
