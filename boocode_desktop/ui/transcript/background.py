"""Work in threads for a view: results come back on the GUI thread, and never to a view that is gone.

A thread that emitted a signal of a view could meet its destruction; here the GUI thread fetches what is done.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from PySide6.QtCore import QObject, QTimer

_log = logging.getLogger(__name__)
POLL_MS = 8
WORKERS = 2


class Background(QObject):
    """Runs functions and hands their results to callbacks; one that fails is logged and hands over None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="transcript")
        self._jobs: list[tuple[Future[Any], Callable[[Any], None]]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.destroyed.connect(_ender(self._executor))

    def run(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run `job` in a thread, then `done` with its result here."""
        self._jobs.append((self._executor.submit(job), done))
        self._timer.start()

    def settle(self) -> None:
        """Wait for everything and hand it over (for tests and pictures)."""
        while self._jobs:
            wait([future for future, _ in self._jobs])
            self._on_timer_timeout()

    def _on_timer_timeout(self) -> None:
        ready = [job for job in self._jobs if job[0].done()]
        self._jobs = [job for job in self._jobs if job not in ready]
        if not self._jobs:
            self._timer.stop()
        for future, done in ready:
            error = future.exception()
            if error is not None:
                _log.error("work for the transcript failed", exc_info=error)
            done(None if error is not None else future.result())


def _ender(executor: ThreadPoolExecutor) -> Callable[[], None]:
    return lambda *_: executor.shutdown(wait=False, cancel_futures=True)
