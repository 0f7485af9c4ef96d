"""The one thread that writes: jobs in the order they came, those that wait together committed together.

A job is a function of the connection and may run more than once: when a group fails, each of its jobs is tried again
alone, so that one bad write fails by itself.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.storage.failures import in_words, is_busy, origin_of

T = TypeVar("T")
_log = logging.getLogger(__name__)
GROUP_LIMIT = 256


@dataclass(frozen=True, slots=True)
class _Job:
    """One write. `alone` keeps it out of groups; `durable` makes its commit wait for the disk."""

    work: Callable[[sa.Connection], Any]
    done: "Future[Any]"
    durable: bool = False
    alone: bool = False


class Writer:
    """Owns the writing connection. `submit` may be called from any thread."""

    def __init__(self, engine: sa.Engine, *, when_idle: Callable[[], None] | None = None) -> None:
        self._engine = engine
        self._when_idle = when_idle
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._held: _Job | None = None
        self._synced = False
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._connection = engine.connect()
        self._thread = threading.Thread(target=self._run, name="database writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[sa.Connection], T], *, durable: bool = False, alone: bool = False) -> "Future[T]":
        """Queue a write; the future resolves after its commit.

        Raises:
            UserFacingError: the store is closed.
        """
        done: Future[T] = Future()
        with self._lock:
            if self._closing.is_set():
                raise UserFacingError("The database is closed.", "BooCode is ending; start it again to go on.")
            self._jobs.put(_Job(work, done, durable, alone))
        return done

    def close(self, timeout: float) -> bool:
        """Write what waits, then end the thread; False when that took too long."""
        with self._lock:
            if not self._closing.is_set():
                self._closing.set()
                self._jobs.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            self._write(group)
        self._connection.close()
        self._engine.dispose()

    def _next_group(self) -> list[_Job] | None:
        """The jobs that wait, at least one; None at the end."""
        if self._jobs.empty() and self._held is None and self._when_idle is not None:
            self._rest(self._when_idle)
        first = self._held or self._jobs.get()
        self._held = None
        if first is None:
            return None
        group = [first]
        while not group[-1].alone and len(group) < GROUP_LIMIT and (job := self._waiting()) is not None:
            if job.alone:
                self._held = job
                break
            group.append(job)
        return group

    def _waiting(self) -> _Job | None:
        """The next job if there is one; the mark of the end stays."""
        try:
            job = self._jobs.get_nowait()
        except queue.Empty:
            return None
        if job is None:
            self._jobs.put(None)
        return job

    def _rest(self, when_idle: Callable[[], None]) -> None:
        try:
            when_idle()
        except OSError as error:
            _log.warning("housekeeping of the data folder failed: %s", error)

    def _write(self, group: list[_Job]) -> None:
        if len(group) == 1 or not self._write_together(group):
            for job in group:
                self._write_alone(job)

    def _write_together(self, group: list[_Job]) -> bool:
        """All in one transaction; False when that failed and each should be tried alone."""
        try:
            results = self._transaction(group)
        except Exception as error:
            if is_busy(error):
                _log.warning("%d writes failed: %s", len(group), origin_of(error))
                for job in group:
                    job.done.set_exception(in_words(error))
                return True
            _log.debug("a group of %d writes is tried one by one: %s", len(group), origin_of(error))
            return False
        for job, result in zip(group, results, strict=True):
            job.done.set_result(result)
        return True

    def _write_alone(self, job: _Job) -> None:
        try:
            (result,) = self._transaction([job])
        except (DBAPIError, sqlite3.Error) as error:
            _log.warning("a write failed: %s", origin_of(error))
            job.done.set_exception(in_words(error))
        except Exception as error:
            _log.debug("a write was refused: %s", type(error).__name__)
            job.done.set_exception(error)
        else:
            job.done.set_result(result)

    def _transaction(self, group: list[_Job]) -> list[Any]:
        self._sync_commits(any(job.durable for job in group))
        with self._connection.begin():
            return [job.work(self._connection) for job in group]

    def _sync_commits(self, wanted: bool) -> None:
        """Whether commits wait for the disk. SQLite takes this only between transactions."""
        if wanted != self._synced:
            raw: Any = self._connection.connection.dbapi_connection
            raw.execute("PRAGMA synchronous = FULL" if wanted else "PRAGMA synchronous = NORMAL")
            self._synced = wanted
