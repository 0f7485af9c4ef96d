"""Server-sent events from bytes: an incremental parser whose result does not depend on where the chunks were cut."""

import re
from dataclasses import dataclass, field

LINE_LIMIT = 16 * 2**20
"""Bytes of one line, and of the data of one event."""

_LINE_END = re.compile(rb"\r\n?|\n")


class EventTooLongError(ValueError):
    """A line or an event is longer than allowed; the stream cannot be followed any further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEvent:
    """One event; `event` is "message" unless the server named it."""

    data: str
    event: str = "message"
    id: str = ""


@dataclass(slots=True)
class EventParser:
    """Feed it bytes, get events. Comments (a server's signs of life) are counted in `comments`."""

    limit: int = LINE_LIMIT
    comments: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _scanned: int = 0
    _after_cr: bool = False
    _first: bool = True
    _data: list[str] = field(default_factory=list)
    _size: int = 0
    _event: str = ""
    _id: str = ""

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events that `chunk` completes.

        Raises:
            EventTooLongError: a line or an event passes the limit.
        """
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        self._buffer += chunk
        events, start = [], 0
        for found in _LINE_END.finditer(self._buffer, self._scanned):
            if (event := self._line(bytes(self._buffer[start : found.start()]))) is not None:
                events.append(event)
            start = found.end()
        self._after_cr = start > 0 and start == len(self._buffer) and self._buffer[start - 1 : start] == b"\r"
        del self._buffer[:start]
        self._scanned = len(self._buffer)
        if self._scanned > self.limit:
            raise EventTooLongError(f"a line is longer than {self.limit} bytes")
        return events

    def close(self) -> list[ServerEvent]:
        """The event that the end of the stream completes: servers forget the last empty line."""
        last = self._line(bytes(self._buffer)) if self._buffer else None
        self._buffer.clear()
        end = self._dispatch()
        return [event for event in (last, end) if event is not None]

    def _line(self, raw: bytes) -> ServerEvent | None:
        if self._first:
            raw, self._first = raw.removeprefix(b"\xef\xbb\xbf"), False
        if not raw:
            return self._dispatch()
        if raw.startswith(b":"):
            self.comments += 1
            return None
        name, _, value = raw.decode("utf-8", "replace").partition(":")
        self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name: str, value: str) -> None:
        if name == "data":
            self._size += len(value)
            if self._size > self.limit:
                raise EventTooLongError(f"an event is longer than {self.limit} bytes")
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value

    def _dispatch(self) -> ServerEvent | None:
        data, event = self._data, self._event
        self._data, self._event, self._size = [], "", 0
        if not data:
            return None
        return ServerEvent(data="\n".join(data), event=event or "message", id=self._id)
