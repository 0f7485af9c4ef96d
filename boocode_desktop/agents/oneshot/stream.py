"""The output of one run, from bytes to events: lines cut at a limit, noise dropped and counted, order kept. Pure."""

import json
from collections.abc import Callable, Iterator

from boocode_desktop.agents.acp.loose import mend, text_of
from boocode_desktop.agents.acp.mapper import TurnMapper
from boocode_desktop.agents.oneshot.dialects import DENIED, Dialect
from boocode_desktop.domain.events import AgentEvent, Json
from boocode_desktop.processes.child_output import LineSplitter

LINE_LIMIT = 32 << 20
"""Bytes after which a line is cut, and then dropped as noise."""


class LineStream:
    """Cuts chunks into lines and reads the objects on them."""

    def __init__(self, *, limit: int = LINE_LIMIT) -> None:
        self._lines: list[bytes] = []
        self._splitter = LineSplitter(self._lines.append, limit=limit)
        self.dropped = 0

    def feed(self, data: bytes) -> Iterator[Json]:
        """The objects that are whole now. Use it up before the next call."""
        self._splitter.feed(data)
        return self._objects()

    def close(self) -> Iterator[Json]:
        """The object on a last line without an end."""
        self._splitter.close()
        return self._objects()

    def _objects(self) -> Iterator[Json]:
        lines = list(self._lines)
        self._lines.clear()
        for line in lines:
            found = read_object(line)
            if found is not None:
                yield found
            elif line.strip():
                self.dropped += 1


class StreamFold:
    """Makes events of a dialect's objects, with the one mapper that all foreign agents share."""

    def __init__(self, dialect: Dialect, new_trace: Callable[[], str], *, started: float) -> None:
        self.dialect = dialect
        self.mapper = TurnMapper(new_trace, started=started)

    def take(self, line: Json, now: float) -> list[AgentEvent]:
        """What one object means."""
        events: list[AgentEvent] = []
        for update in self.dialect.read(line):
            if DENIED in update:
                self.mapper.calls.deny(text_of(update.get("toolCallId")), text_of(update[DENIED]))
            events += self.mapper.apply(update, now)
        return events


def read_object(line: bytes) -> Json | None:
    """The JSON object on a line; None for everything else. Bytes that are no UTF-8 become U+FFFD."""
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return mend(value) if b"\\ud" in line or b"\\uD" in line else value
