"""What scrolled off a terminal: its last lines, searchable."""

from collections import deque
from collections.abc import Iterator, Sequence

from boocode_desktop.content.terminal.lines import Line, parse_line, printed_text
from boocode_desktop.content.terminal.reflow import Past, flows

KEPT_LINES = 10_000


class History:
    """The newest `KEPT_LINES` lines. `first` is the number of the oldest one since the beginning, from 0; `lost` says
    how many had to go because there is no room for them, `flowed` how often all were broken at another width.

    A line that passed too fast to be drawn stays as it was printed until somebody looks: bytes cost no object each.
    """

    def __init__(self, kept: int = KEPT_LINES) -> None:
        self._kept = kept
        self._lines: deque[Past] = deque(maxlen=kept)
        self.first = 0
        self.flowed = 0
        self.lost = 0

    def __len__(self) -> int:
        return len(self._lines)

    def line(self, place: int) -> Line:
        """The line at a place, with its colours."""
        past = self._lines[place]
        if isinstance(past, bytes):
            past = self._lines[place] = parse_line(past)
        return past

    def now(self) -> list[Past]:
        """Every line as it is kept, oldest first."""
        return list(self._lines)

    def flows(self, columns: int) -> bool:
        """Whether some line may look otherwise at this width."""
        return any(flows(past, columns) for past in self._lines)

    def put_back(self, first: int, count: int, lines: Sequence[Past]) -> bool:
        """Take these for the oldest `count` lines, of which the first one had the number `first`; False when those are
        not all there any more. Every line has another number afterwards."""
        if first != self.first or count > len(self._lines):
            return False
        newer = [self._lines[place] for place in range(count - len(self._lines), 0)]
        self._lines.clear()
        self.flowed += 1
        self._take([*lines, *newer])
        return True

    def texts(self) -> Iterator[str]:
        """The characters of every line, oldest first."""
        for past in self._lines:
            yield printed_text(past) if isinstance(past, bytes) else past.text

    def add(self, line: Line) -> None:
        """A line scrolled off."""
        self._take((line,))

    def skip(self, lines: Sequence[bytes]) -> None:
        """Lines that pass without being drawn; kept as printed."""
        newest = lines[-self._kept :]
        self.first += len(lines) - len(newest)
        self.lost += len(lines) - len(newest)
        self._take(newest)

    def clear(self) -> None:
        """Forget everything, because somebody wished it."""
        self.first += len(self._lines)
        self.lost = 0
        self._lines.clear()

    def _take(self, lines: Sequence[Past]) -> None:
        surplus = max(0, len(self._lines) + len(lines) - self._kept)
        self.first += surplus
        self.lost += surplus
        self._lines.extend(lines)
