"""A terminal from its bytes: drawn a little at a time, so that no flood of output stops the window.

When more waits than anybody could read, the older part goes to the history as printed and only the newest is drawn.
"""

import codecs
import re
import time
from collections.abc import Callable

from boocode_desktop.content.terminal.history import History
from boocode_desktop.content.terminal.lines import EMPTY, Line
from boocode_desktop.content.terminal.reflow import Past
from boocode_desktop.content.terminal.screen import TerminalScreen
from boocode_desktop.content.terminal.tokens import Tokens

BACKLOG_LIMIT = 256 * 1024
DRAWN_AFTER_SKIP = 32 * 1024
"""Bytes at most that are drawn of what waits when the rest is passed over."""
SLICE = 1024
"""Bytes drawn between two looks at the clock."""
_MODES = re.compile(rb"\x1b\[\?[0-9;]{1,40}[hl]")
_STYLES = re.compile(rb"\x1b\[[0-9;]{0,60}m")
Clock = Callable[[], float]


class TerminalFeed:
    """The screen and the history of one program. `work` draws what `put` brought, within a budget of seconds; `passed`
    tells that lines passed undrawn since it was last set."""

    def __init__(self, columns: int, lines: int, *, clock: Clock = time.monotonic) -> None:
        self.history = History()
        self.passed = False
        self.screen = TerminalScreen(columns, lines, self.history.add)
        self._clock = clock
        self._tokens = Tokens()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = bytearray()

    @property
    def waiting(self) -> int:
        """Bytes that are not drawn yet."""
        return len(self._waiting)

    def put(self, data: bytes) -> None:
        """What the program printed."""
        self._waiting += data

    def work(self, budget_s: float) -> bool:
        """Draw; returns whether more waits."""
        until = self._clock() + budget_s
        if len(self._waiting) > BACKLOG_LIMIT and not self.screen.alternate:
            self._skip()
        while self._waiting:
            piece = bytes(self._waiting[:SLICE])
            del self._waiting[:SLICE]
            self._draw(self._decoder.decode(piece))
            if self._clock() >= until:
                break
        return bool(self._waiting)

    def resize(self, columns: int, lines: int) -> None:
        """The window has another size."""
        if (columns, lines) != (self.screen.columns, self.screen.lines):
            self.screen.resize(lines, columns)

    def answers(self) -> bytes:
        """What the program asked the terminal; taken once."""
        taken, self.screen.answers = self.screen.answers, []
        return "".join(taken).encode()

    @property
    def length(self) -> int:
        """Lines of history and screen together."""
        return len(self.history) + self.screen.lines

    def line(self, place: int) -> Line:
        """The line at a place, counted from the oldest that is kept."""
        if place < len(self.history):
            return self.history.line(place)
        row = place - len(self.history)
        return self.screen.row(row) if row < self.screen.lines else EMPTY

    def now(self) -> list[Past]:
        """Every line as it is kept, with those on screen, oldest first: for work beside the window."""
        return [*self.history.now(), *(self.screen.row(y) for y in range(self.screen.lines))]

    def _draw(self, text: str) -> None:
        act = self.screen.act
        for token in self._tokens.feed(text):
            act(token)
            if self.screen.cleared:
                # At once: what is printed behind it is not meant.
                self.screen.cleared = 0
                self.history.clear()

    def _last_screen(self) -> int:
        """Where the newest output begins that fills the screen."""
        end = len(self._waiting)
        lowest = end - DRAWN_AFTER_SKIP
        for _ in range(self.screen.lines + 1):
            end = self._waiting.rfind(b"\n", lowest, end)
            if end < 0:
                return self._waiting.rfind(b"\n", 0, lowest) + 1
        return end + 1

    def _skip(self) -> None:
        """Pass over all but the newest output, keeping its lines as printed and the modes it set."""
        cut = self._last_screen()
        if cut <= 0:
            return
        passed = bytes(self._waiting[:cut])
        if b"\x1b[?1049h" in passed or b"\x1b[?47h" in passed:
            # A full-screen program began in it: its screen has to be drawn from the start.
            cut = passed.rfind(b"\x1b[?1049h") if b"\x1b[?1049h" in passed else passed.rfind(b"\x1b[?47h")
            passed = passed[:cut]
        del self._waiting[: len(passed)]
        # The line that is being written is finished by the first bytes that pass.
        begun = self.screen.take_screen().encode() + self._decoder.getstate()[0]
        self.passed = True
        self.history.skip((begun + passed).split(b"\n")[:-1])
        self._decoder.reset()
        self._tokens = Tokens()
        styles = _STYLES.findall(passed[-SLICE:])
        modes = dict.fromkeys(reversed(_MODES.findall(passed)))
        for sequence in (*reversed(modes), b"\x1b]8;;\x07\x1b[0m", *styles[-8:]):
            self._draw(sequence.decode())
