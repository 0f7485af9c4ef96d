"""Envelopes from the bus to the panes: kept in lanes, merged where they are text, handed over once a frame."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer

from boocode_desktop.domain.events import Envelope, Reasoning, Text

FRAME_MS = 16
BUDGET_S = 0.006
_BATCH = 64
_LONGEST_DELTA = 4_000

Receiver = Callable[[Sequence[Envelope]], None]


def merged(older: Envelope, newer: Envelope) -> Envelope | None:
    """Two pieces of the same run of text as one envelope (with the first `seq`, which names the entry), or None."""
    a, b = older.event, newer.event
    if older.turn_id != newer.turn_id or older.chat_id != newer.chat_id:
        return None
    if isinstance(a, Text) and isinstance(b, Text) and len(a.delta) < _LONGEST_DELTA:
        return replace(older, event=Text(delta=a.delta + b.delta))
    if isinstance(a, Reasoning) and isinstance(b, Reasoning) and len(a.delta) < _LONGEST_DELTA:
        return replace(older, event=Reasoning(delta=a.delta + b.delta))
    return None


class Lane:
    """One receiver's waiting envelopes: `put` may be called at any rate, the receiver gets them in frames."""

    def __init__(self, pump: "Pump", receiver: Receiver) -> None:
        self._pump = pump
        self._receiver = receiver
        self._waiting: deque[Envelope] = deque()
        self._open = True

    @property
    def waiting(self) -> int:
        """How many envelopes wait, after merging."""
        return len(self._waiting)

    def put(self, envelope: Envelope) -> None:
        """Take an envelope; it reaches the receiver in one of the next frames, in order."""
        if not self._open:
            return
        whole = merged(self._waiting[-1], envelope) if self._waiting else None
        if whole is not None:
            self._waiting[-1] = whole
        else:
            self._waiting.append(envelope)
        self._pump.wake()

    def flush(self) -> None:
        """Hand over everything that waits, now."""
        while self._waiting:
            self.drain()

    def drain(self) -> None:
        """Hand over one batch."""
        batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        if batch:
            self._receiver(batch)

    def close(self) -> None:
        """Drop what waits and take no more."""
        self._open = False
        self._waiting.clear()
        self._pump.drop(self)


class Pump(QObject):
    """Drains all lanes in turn, each frame for at most the budget, so that many streams share the frame fairly."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: deque[Lane] = deque()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_frame)

    def lane(self, receiver: Receiver) -> Lane:
        """A new lane for a receiver. Receivers must be quick and must not raise."""
        lane = Lane(self, receiver)
        self._lanes.append(lane)
        return lane

    def drop(self, lane: Lane) -> None:
        """Forget a lane; harmless when repeated."""
        if lane in self._lanes:
            self._lanes.remove(lane)

    def wake(self) -> None:
        """Something waits: drain in the next frame."""
        if not self._timer.isActive():
            self._timer.start()

    def _on_frame(self) -> None:
        deadline = time.perf_counter() + BUDGET_S
        idle = 0
        while self._lanes and idle < len(self._lanes):
            lane = self._lanes[0]
            self._lanes.rotate(-1)
            idle = 0 if lane.waiting else idle + 1
            lane.drain()
            if time.perf_counter() >= deadline:
                break
        if any(lane.waiting for lane in self._lanes):
            self._timer.start()
