"""What scrolled off a terminal: its last lines, searchable."""

from collections import deque
from collections.abc import Iterator, Sequence

from boocode_desktop.content.terminal.lines import Line, RawLine

KEPT_LINES = 10_000
Past = Line | RawLine


class History:
    """The newest `KEPT_LINES` lines. `first` is the number of the oldest one since the beginning, from 0; `lost` says
    how many had to go because there is no room for them."""

    def __init__(self, kept: int = KEPT_LINES) -> None:
        self._lines: deque[Past] = deque(maxlen=kept)
        self.first = 0
        self.lost = 0

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, place: int) -> Past:
        return self._lines[place]

    def __iter__(self) -> Iterator[Past]:
        return iter(self._lines)

    def add(self, line: Line) -> None:
        """A line scrolled off."""
        self._take((line,))

    def skip(self, lines: Sequence[bytes]) -> None:
        """Lines that pass without being drawn; kept as printed."""
        newest = lines[-(self._lines.maxlen or 0) :]
        self.first += len(lines) - len(newest)
        self.lost += len(lines) - len(newest)
        self._take([RawLine(line) for line in newest])

    def clear(self) -> None:
        """Forget everything, because somebody wished it."""
        self.first += len(self._lines)
        self.lost = 0
        self._lines.clear()

    def _take(self, lines: Sequence[Past]) -> None:
        surplus = max(0, len(self._lines) + len(lines) - (self._lines.maxlen or 0))
        self.first += surplus
        self.lost += surplus
        self._lines.extend(lines)
