"""What a child prints, kept within bounds: a ring of log lines, and a splitter that survives endless lines."""

from collections import deque
from collections.abc import Callable


class LineSplitter:
    """Cuts a byte stream into lines; a line beyond `limit` bytes is handed on once, cut, and its rest dropped."""

    def __init__(self, on_line: Callable[[bytes], None], *, limit: int) -> None:
        self._on_line = on_line
        self._limit = limit
        self._open = bytearray()
        self._skipping = False
        self.cut = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._grow(piece)
            self._finish()
        self._grow(rest)

    def close(self) -> None:
        """Hand on what stands without a line end."""
        if self._open:
            self._finish()

    def _grow(self, piece: bytes) -> None:
        if self._skipping:
            return
        self._open += piece[: self._limit + 1 - len(self._open)]
        if len(self._open) > self._limit:
            self._skipping = True
            self.cut += 1
            line, self._open = bytes(self._open[: self._limit]), bytearray()
            self._on_line(line)

    def _finish(self) -> None:
        if self._skipping:
            self._skipping = False
            return
        line, self._open = bytes(self._open), bytearray()
        self._on_line(line.removesuffix(b"\r"))


class LogRing:
    """The newest log lines, bounded in number and bytes."""

    def __init__(self, *, max_bytes: int = 256_000, max_lines: int = 200, line_limit: int = 4_000) -> None:
        self._max_bytes = max_bytes
        self._lines: deque[bytes] = deque(maxlen=max_lines)
        self._size = 0
        self._line_limit = line_limit
        self._listener: Callable[[str], None] | None = None

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each line from now on."""
        self._listener = listener

    def sink(self) -> LineSplitter:
        """Where to feed one output; each output needs its own, or their half lines mix."""
        return LineSplitter(self._add, limit=self._line_limit)

    def tail(self, count: int = 50) -> tuple[str, ...]:
        """The last lines, oldest first."""
        return tuple(line.decode(errors="replace") for line in list(self._lines)[-count:])

    def _add(self, line: bytes) -> None:
        if not line.strip():
            return
        if len(self._lines) == self._lines.maxlen:
            self._drop()
        self._lines.append(line)
        self._size += len(line)
        while self._size > self._max_bytes:
            self._drop()
        if self._listener is not None:
            self._listener(line.decode(errors="replace"))

    def _drop(self) -> None:
        self._size -= len(self._lines.popleft())
