"""How long the event loop was held up: a timer that notes by how much it comes late."""

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS = 50
_WINDOW = 40


class Heartbeat(QObject):
    """Beats 20 times a second; `worst_ms` is the longest delay of the last two seconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._late: deque[float] = deque(maxlen=_WINDOW)
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        """Begin to measure."""
        self._last = time.perf_counter()
        self._late.clear()
        self._timer.start()

    def stop(self) -> None:
        """Measure nothing while nobody looks."""
        self._timer.stop()

    @property
    def worst_ms(self) -> float:
        """The longest recent delay in milliseconds."""
        return max(self._late, default=0.0)

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self._late.append(max(0.0, (now - self._last) * 1000 - _INTERVAL_MS))
        self._last = now
