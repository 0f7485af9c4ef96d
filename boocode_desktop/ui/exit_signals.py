"""SIGTERM and SIGINT as a Qt signal, at once: Python alone sees them only when its next byte code runs."""

import signal
import socket
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class ExitSignals(QObject):
    """Takes the handlers of the process until `close()`.

    Signals:
        received(int): the number of the signal.
    """

    received = Signal(int)

    def __init__(self, numbers: Sequence[int] = (signal.SIGTERM, signal.SIGINT), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)
        self._before_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before: dict[int, Any] = {number: signal.signal(number, _take) for number in numbers}

    def close(self) -> None:
        """Give the handlers back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _on_activated(self) -> None:
        for number in self._reader.recv(64):
            if number in self._before:
                self.received.emit(number)


def _take(_number: int, _frame: object) -> None:
    """The number arrives through the socket."""
