"""From envelopes to the view: folds every event, shows what changed at most once a frame, nothing while hidden."""

import time
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer

from boocode_desktop.domain.events import Envelope
from boocode_desktop.domain.transcript import Entry, Transcript
from boocode_desktop.ui.transcript.view import TranscriptView

FRAME_MS = 16
SLOWEST_MS = 100
BUDGET_S = 0.006
BATCH = 16


class FramePace:
    """Shared by the feeds of a window: lets one of them draw at a time, with air after it."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next one may draw; 0 for now."""
        return max(0.0, self._free_at - now)

    def drew(self, begin: float, end: float) -> None:
        """A feed drew; painting what it changed costs about as much again."""
        self._free_at = end + (end - begin)


class TranscriptFeed(QObject):
    """Owns the fold of one chat. A costly frame makes the next one come later, so that the rest of the window lives."""

    def __init__(self, view: TranscriptView, pace: FramePace | None = None) -> None:
        super().__init__(view)
        self._view = view
        self._pace = pace or FramePace()
        self._transcript = Transcript()
        self._dirty: dict[str, None] = {}
        self._next = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timer_timeout)
        view.uncovered.connect(self.flush)

    @property
    def waiting(self) -> int:
        """How many entries changed and are not shown yet."""
        return len(self._dirty)

    def load(self, entries: Sequence[Entry]) -> None:
        """Show stored entries; events go on after them."""
        self._transcript = Transcript.of(entries)
        self._dirty.clear()
        self._view.set_entries(entries)

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Show an older page above."""
        self._view.prepend_page(entries)

    def accept(self, envelopes: Iterable[Envelope]) -> None:
        """Fold events; what they change is shown in this frame or the next."""
        for envelope in envelopes:
            self._dirty.update(dict.fromkeys(self._transcript.apply(envelope)))
        if not self._dirty or not self._view.isVisible() or self._timer.isActive():
            return
        self._show_or_wait()

    def flush(self) -> None:
        """Show everything now."""
        entries = self._taken(len(self._dirty))
        if entries:
            self._view.put(entries)

    def _on_timer_timeout(self) -> None:
        if self._view.isVisible():
            self._show_or_wait()

    def _show_or_wait(self) -> None:
        now = time.perf_counter()
        wait = max(self._next - now, self._pace.wait(now))
        if wait <= 0:
            self._show_some()
        else:
            self._timer.start(int(wait * 1000) + 1)

    def _show_some(self) -> None:
        begin = time.perf_counter()
        while self._dirty and time.perf_counter() - begin < BUDGET_S:
            self._view.put(self._taken(BATCH))
        now = time.perf_counter()
        self._pace.drew(begin, now)
        delay = min(SLOWEST_MS / 1000, max(FRAME_MS / 1000, 2 * (now - begin)))
        self._next = now + delay
        if self._dirty:
            self._timer.start(int(delay * 1000))

    def _taken(self, count: int) -> list[Entry]:
        keys = list(self._dirty)[:count]
        for key in keys:
            del self._dirty[key]
        found = (self._transcript.get(key) for key in keys)
        return [entry for entry in found if entry is not None]
