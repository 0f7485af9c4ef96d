"""The one translation point between coroutines and slots: slots start coroutines here, results come back as calls."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.domain.events import AgentEvent, Envelope
from boocode_desktop.orchestrator.bus import Bus, Subscription
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.pump import Lane, Pump, Receiver

_log = logging.getLogger(__name__)
T = TypeVar("T")
SLOW_S = 0.3
"""What takes longer is shown as going on."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A running coroutine and what becomes of its end. `owner` None means that nobody's death ends it."""

    task: "asyncio.Task[Any]"
    key: str
    owner: QObject | None
    done: Callable[[Any], None] | None
    error: Callable[[UserFacingError], None] | None
    cancel: Callable[..., None]
    going: Going | None = None
    late: asyncio.Handle | None = None


class Bridge(QObject):
    """Runs coroutines for widgets and hands envelopes to panes, once a frame.

    Signals:
        refused(UserFacingError): something a person can act on, which the caller did not handle itself.
        failed(Exception): a bug; already logged.
        slow_changed(tuple): what goes on longer than `SLOW_S` (`Going`), oldest first.
    """

    refused = Signal(object)
    failed = Signal(object)
    slow_changed = Signal(tuple)

    def __init__(self, loop: asyncio.AbstractEventLoop, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = loop
        self._bus = bus
        self._pump = Pump(self)
        self._jobs: set[_Job] = set()
        self._slow: dict[asyncio.Task[Any], Going] = {}
        self._keys: set[str] = set()
        self._subscriptions: list[Subscription] = []

    def lane(self, receiver: Receiver) -> Lane:
        """A way for envelopes to a receiver: give `lane.put` to `chats.join`."""
        return self._pump.lane(receiver)

    def watch(self, receiver: Receiver, chat_id: str = "", *, kinds: tuple[type[AgentEvent], ...] = ()) -> Lane:
        """Envelopes of a chat ("" = of every chat) from now on, in frames; with `kinds`, only those events."""
        lane = self._pump.lane(receiver)

        def put(envelope: Envelope) -> None:
            if isinstance(envelope.event, kinds):
                lane.put(envelope)

        self._subscriptions.append(self._bus.subscribe(chat_id, put if kinds else lane.put))
        return lane

    def run(
        self,
        coro: Coroutine[Any, Any, T],
        *,
        owner: QObject | None = None,
        done: Callable[[T], None] | None = None,
        error: Callable[[UserFacingError], None] | None = None,
        key: str = "",
        slow: str | Going = "",
    ) -> bool:
        """Start a coroutine from a slot.

        Args:
            coro: what to run.
            owner: its death cancels the coroutine, and no callback is called after it.
            done: gets the result.
            error: gets errors meant for people; without it they go to `refused`.
            key: while a coroutine with this key runs, another one is refused (a second click does nothing).
            slow: words for people, or what also counts and can be stopped; shown when it takes longer than a moment.

        Returns:
            Whether it was started.
        """
        if key and key in self._keys:
            coro.close()
            return False
        task = self._loop.create_task(coro)

        def cancel(*_: object) -> None:
            task.cancel()

        going = Going(words=slow) if isinstance(slow, str) and slow else slow or None
        late = self._loop.call_later(SLOW_S, self._announce, task, going) if going else None
        job = _Job(task=task, key=key, owner=owner, done=done, error=error, cancel=cancel, going=going, late=late)
        if owner is not None:
            owner.destroyed.connect(cancel)
        self._jobs.add(job)
        self._keys |= {key} - {""}
        task.add_done_callback(lambda _: self._settle(job))
        return True

    def busy(self, key: str) -> bool:
        """Whether a coroutine with this key runs."""
        return key in self._keys

    def cancel(self, key: str) -> None:
        """End the coroutine with this key; nothing is called after it."""
        for job in self._jobs:
            if key and job.key == key:
                job.task.cancel()

    def stop(self, going: Going) -> None:
        """A person does not want to wait for it: it ends at once where it only reads, else at its next file."""
        going.ask_to_stop()
        for task, known in self._slow.items():
            if known is going and going.stop == "at once":
                task.cancel()
        self.slow_changed.emit(tuple(self._slow.values()))

    async def close(self) -> None:
        """Stop listening and end every coroutine that still runs."""
        for subscription in self._subscriptions:
            subscription.cancel()
        tasks = [job.task for job in self._jobs if job.task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _settle(self, job: _Job) -> None:
        self._jobs.discard(job)
        self._keys.discard(job.key)
        if job.late is not None:
            job.late.cancel()
        if not isValid(self):
            return
        self._forget(job)
        alive = job.owner is None or isValid(job.owner)
        if job.owner is not None and alive:
            job.owner.destroyed.disconnect(job.cancel)
        if job.task.cancelled():
            if alive and job.going is not None and job.going.stopped and job.error is not None:
                self._call(
                    job.error,
                    UserFacingError(
                        f"Stopped: {job.going.words.lower()}.", "Nothing was changed; start it again when you like."
                    ),
                )
            return
        problem = job.task.exception()
        if problem is not None:
            self._report(problem, job.error if alive else None)
        elif alive and job.done is not None:
            self._call(job.done, job.task.result())

    def _announce(self, task: "asyncio.Task[Any]", going: Going) -> None:
        if isValid(self):
            self._slow[task] = going
            self.slow_changed.emit(tuple(self._slow.values()))

    def _forget(self, job: _Job) -> None:
        if self._slow.pop(job.task, None) is not None:
            self.slow_changed.emit(tuple(self._slow.values()))

    def _report(self, problem: BaseException, handler: Callable[[UserFacingError], None] | None) -> None:
        if isinstance(problem, AdapterError):
            problem = UserFacingError(problem.message, problem.hint)
        if not isinstance(problem, UserFacingError):
            _log.error("a coroutine of the window failed", exc_info=problem)
            self.failed.emit(problem)
        elif handler is not None:
            self._call(handler, problem)
        else:
            self.refused.emit(problem)

    def _call(self, slot: Callable[[Any], None], value: object) -> None:
        try:
            slot(value)
        except Exception as problem:
            _log.exception("a slot of the window failed")
            self.failed.emit(problem)
