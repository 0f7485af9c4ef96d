"""How late a 5 ms timer comes: the gaps of the event loop as a person would feel them."""

import time

from PySide6.QtCore import Qt, QTimer

INTERVAL_MS = 5


class Heartbeat:
    """Beats until stopped; `gaps` are the delays beyond the interval, in milliseconds."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def _on_timer_timeout(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, (now - self._last) * 1000 - INTERVAL_MS))
        self._last = now
