"""What a command printed, within bounds: the beginning and the end, with a note of what lies between."""

from collections import deque

SHOWN_LIMIT = 32 * 1024
KEPT_LIMIT = 1024 * 1024


class OutputBuffer:
    """Takes any number of bytes and keeps the first and the last half of `KEPT_LIMIT`."""

    def __init__(self, limit: int = KEPT_LIMIT) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        self.total += len(data)
        room = self._half - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail.append(data)
            self._tail_size += len(data)
        while self._tail and self._tail_size - len(self._tail[0]) >= self._half:
            self._tail_size -= len(self._tail.popleft())

    @property
    def lost(self) -> int:
        """How many bytes between beginning and end are not kept."""
        return self.total - len(self._head) - min(self._tail_size, self._half)

    def kept(self) -> str:
        """All that is kept, a note where something is missing."""
        return self._cut(self._half)

    def shown(self, limit: int = SHOWN_LIMIT) -> str:
        """At most about `limit` bytes: the beginning and the end."""
        return self._cut(limit // 2)

    def _cut(self, half: int) -> str:
        tail = b"".join(self._tail)[-self._half :]
        if self.total <= 2 * half and not self.lost:
            return _text(bytes(self._head) + tail)
        kept = bytes(self._head) + tail if not self.lost else bytes(self._head)
        first, last = _whole_end(kept[:half]), _whole_start((kept if not self.lost else tail)[-half:])
        missing = self.total - len(first) - len(last)
        if missing <= 0:
            return _text(kept)
        return f"{_text(first)}\n[… {missing:,} bytes left out …]\n{_text(last)}"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _whole_end(data: bytes) -> bytes:
    """Without half a character at the end, and without half a line where a line end is near."""
    at = data.rfind(b"\n", max(0, len(data) - 500))
    if at >= 0:
        return data[: at + 1]
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] & 0xC0 != 0x80:
            needed = 1 if data[-back] < 0x80 else 2 if data[-back] < 0xE0 else 3 if data[-back] < 0xF0 else 4
            return data if needed <= back else data[:-back]
    return data


def _whole_start(data: bytes) -> bytes:
    at = data.find(b"\n", 0, 500)
    if at >= 0:
        return data[at + 1 :]
    start = 0
    while start < min(4, len(data)) and data[start] & 0xC0 == 0x80:
        start += 1
    return data[start:]
