"""The recorder: gives events their place in a chat, stores them, then publishes them.

Text is published at once and stored within `TEXT_DELAY_S`; every other event is published after its commit, together
with the text before it. Events that come while a commit is under way share the next one: the calls of a step that run
in parallel would otherwise wait for each other's. What an event means for other tables (turns, traces, questions,
usage, the snapshot) is written in the same transaction, so a reader never sees half of it.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain.codec import event_from_plain, event_to_plain
from boocode_desktop.domain.errors import BooCodeError
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.redaction import redact_json, redact_text
from boocode_desktop.domain.transcript import Transcript
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.bus import Bus
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow, Record, Store

_log = logging.getLogger(__name__)
TEXT_DELAY_S = 0.15
TRACE_LIMIT = 32_768
Clock = Callable[[], float]


@dataclass(slots=True)
class _Run:
    """Pieces of text or reasoning that are published but not stored yet."""

    kind: str
    turn_id: str
    first: int
    last: int
    at: float
    pieces: list[str]
    folded: bool = False


@dataclass(slots=True, eq=False)
class _Waiting:
    """An event that is to be recorded; `served` once it was, or `error` says why not."""

    event: ev.AgentEvent
    extra: tuple[Record, ...] = ()
    served: bool = False
    error: Exception | None = None


@dataclass(slots=True)
class _TurnState:
    """What the recorder keeps of the running turn of a chat."""

    turn: rec.Turn
    transcript: Transcript = field(default_factory=Transcript)
    positions: dict[str, int] = field(default_factory=dict)
    unsaved: dict[str, None] = field(default_factory=dict)
    traces: dict[str, rec.Trace] = field(default_factory=dict)
    open: dict[str, None] = field(default_factory=dict)
    step_usage: dict[int, Usage] = field(default_factory=dict)
    asked: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Open questions: the call that each is about, and when it was asked."""
    waited_s: dict[str, float] = field(default_factory=dict)
    """How long a call waited for answers so far: its latency is the tool's alone."""
    step: int = 0
    mode: str = ""

    def copy(self) -> "_TurnState":
        """The state as it is, to go back to."""
        return replace(
            self,
            transcript=self.transcript.copy(),
            positions=dict(self.positions),
            unsaved=dict(self.unsaved),
            traces=dict(self.traces),
            open=dict(self.open),
            step_usage=dict(self.step_usage),
            asked=dict(self.asked),
            waited_s=dict(self.waited_s),
        )


def _newest_snapshot(records: list[Record]) -> list[Record]:
    """Without the snapshots that a later one in the same transaction replaces."""
    last = next((n for n in reversed(range(len(records))) if isinstance(records[n], rec.Snapshot)), -1)
    return [r for n, r in enumerate(records) if n == last or not isinstance(r, rec.Snapshot)]


class ChatRecorder:
    """Records one chat. Only the process that holds the session's lock records into it."""

    def __init__(self, store: Store, bus: Bus, session_id: str, chat_id: str, *, clock: Clock = time.time) -> None:
        self.session_id = session_id
        self.chat_id = chat_id
        self._store = store
        self._bus = bus
        self._clock = clock
        self._lock = asyncio.Lock()
        self._seq: int | None = None
        self._runs: list[_Run] = []
        self._waiting: list[_Waiting] = []
        self._state: _TurnState | None = None
        self._timer: asyncio.Task[None] | None = None
        self.stored_seq = 0

    @property
    def turn(self) -> rec.Turn | None:
        """The running turn, None between turns."""
        return None if self._state is None else self._state.turn

    @property
    def open_calls(self) -> list[rec.Trace]:
        """Tool calls of the running turn that have not finished."""
        return [] if self._state is None else [self._state.traces[trace_id] for trace_id in self._state.open]

    async def begin(self, turn: rec.Turn, event: ev.TurnStarted, *, extra: tuple[Record, ...] = ()) -> None:
        """Record the start of a turn; `extra` records join its transaction."""
        async with self._lock:
            await self._save_runs()
            await self._catch_up()
            self._state = _TurnState(turn=turn)
            try:
                await self._record([_Waiting(event, extra)])
            except BaseException:
                self._state = None
                raise

    async def emit(self, event: ev.AgentEvent, *, extra: tuple[Record, ...] = ()) -> None:
        """Record and publish one event; `extra` records join its transaction.

        What is being stored is also published: a cancelled caller leaves only after that, or a number of the chat
        would be used and never heard of.
        """
        waiting = _Waiting(event, extra)
        self._waiting.append(waiting)
        if isinstance(event, (ev.Text, ev.Reasoning)):
            try:
                await self._serve(waiting)
            except asyncio.CancelledError:
                if waiting in self._waiting:
                    self._waiting.remove(waiting)
                raise
            return
        work = asyncio.ensure_future(self._serve(waiting))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])
            raise

    async def _serve(self, waiting: _Waiting) -> None:
        """Record what waits, in order, until this is done: whoever came before may have taken it along."""
        async with self._lock:
            while not waiting.served:
                await self._serve_next()
        if waiting.error is not None:
            raise waiting.error

    async def _serve_next(self) -> None:
        """Publish the text that waits first, or record the other events up to the next text."""
        first = self._waiting[0].event
        if isinstance(first, (ev.Text, ev.Reasoning)):
            envelope = self._envelope(first, await self._next_seq())
            self._hold(envelope, first)
            self._bus.publish(envelope)
            self._waiting.pop(0).served = True
            return
        group = list(itertools.takewhile(lambda w: not isinstance(w.event, (ev.Text, ev.Reasoning)), self._waiting))
        # The end of a turn stands alone: it waits for the disk, and what comes after it is of no turn.
        last = next((n for n, w in enumerate(group) if isinstance(w.event, ev.TurnFinished)), len(group))
        group = group[: last or 1]
        del self._waiting[: len(group)]
        await self._record_group(group)

    async def _record_group(self, group: list[_Waiting]) -> None:
        """Record events in one transaction, or each in its own when that fails: one bad event fails by itself."""
        try:
            await self._record(group)
        except Exception as error:
            if len(group) == 1:
                group[0].error = error
            else:
                _log.debug("%d events of chat %s are tried one by one: %s", len(group), self.chat_id, error)
                for waiting in group:
                    await self._record_group([waiting])
        finally:
            for waiting in group:
                waiting.served = True

    async def flush(self) -> None:
        """Store the text that waits."""
        async with self._lock:
            await self._save_runs()

    async def abandon(self, event: ev.AgentEvent) -> None:
        """Publish without storing: the database refuses, but a front end must still see the turn end."""
        async with self._lock:
            self._bus.publish(self._envelope(event, await self._next_seq()))
            if isinstance(event, ev.TurnFinished):
                self._state = None

    async def _next_seq(self) -> int:
        if self._state is None and not self._runs:
            await self._catch_up()
        self._seq = (self._seq or 0) + 1
        return self._seq

    async def _catch_up(self) -> None:
        """Between turns another process may have gone on with the numbers."""
        self.stored_seq = await self._store.last_seq(self.chat_id)
        self._seq = max(self._seq or 0, self.stored_seq)

    def _envelope(self, event: ev.AgentEvent, seq: int) -> ev.Envelope:
        return ev.Envelope(
            session_id=self.session_id,
            chat_id=self.chat_id,
            turn_id=self._state.turn.id if self._state else "",
            seq=seq,
            at=self._clock(),
            event=event,
        )

    async def _record(self, group: list[_Waiting]) -> None:
        """Store events, none of them text, with all that follows from them; then publish them."""
        start = await self._next_seq() - 1
        before = None if self._state is None else self._state.copy()
        waiting, self._runs = self._runs, []
        envelopes = [self._envelope(w.event, start + 1 + n) for n, w in enumerate(group)]
        last = envelopes[-1]
        try:
            records = self._run_rows(waiting)
            for envelope, wanted in zip(envelopes, group, strict=True):
                records += [self._event_row(envelope), *self._consequences(envelope), *self._entries(envelope)]
                records += wanted.extra
            await self._store.save(*_newest_snapshot(records), durable=isinstance(last.event, ev.TurnFinished))
        except Exception:
            # What is not stored has not happened: nothing of it may come in with the next event.
            self._runs = [*waiting, *self._runs]
            self._seq = start
            self._state = before
            raise
        self._seq = self.stored_seq = last.seq
        if isinstance(last.event, ev.TurnFinished):
            self._state = None
        for envelope in envelopes:
            self._bus.publish(envelope)

    def _event_row(self, envelope: ev.Envelope) -> EventRow:
        return EventRow(
            chat_id=self.chat_id,
            seq=envelope.seq,
            until=envelope.seq,
            session_id=self.session_id,
            turn_id=envelope.turn_id,
            at=envelope.at,
            body=event_to_plain(envelope.event),
        )

    def _hold(self, envelope: ev.Envelope, event: ev.Text | ev.Reasoning) -> None:
        last = self._runs[-1] if self._runs else None
        if last and last.kind == event.type and last.turn_id == envelope.turn_id and last.last == envelope.seq - 1:
            last.last = envelope.seq
            last.pieces.append(event.delta)
        else:
            self._runs.append(
                _Run(event.type, envelope.turn_id, envelope.seq, envelope.seq, envelope.at, [event.delta])
            )
        if self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._flush_later(), name=f"flush {self.chat_id}")

    async def _flush_later(self) -> None:
        await asyncio.sleep(TEXT_DELAY_S)
        try:
            await self.flush()
        except BooCodeError as error:
            _log.warning("text of chat %s waits in memory: %s", self.chat_id, error)

    async def _save_runs(self) -> None:
        waiting, self._runs = self._runs, []
        if not waiting:
            return
        try:
            await self._store.save(*self._run_rows(waiting))
        except BooCodeError:
            self._runs = [*waiting, *self._runs]
            raise
        self.stored_seq = waiting[-1].last

    def _run_rows(self, runs: list[_Run]) -> list[Record]:
        """Event rows of held text, folded into the turn's transcript on the way."""
        rows: list[Record] = []
        for run in runs:
            body = {"type": run.kind, "delta": "".join(run.pieces)}
            rows.append(
                EventRow(
                    chat_id=self.chat_id,
                    seq=run.first,
                    until=run.last,
                    session_id=self.session_id,
                    turn_id=run.turn_id,
                    at=run.at,
                    body=body,
                    lengths=tuple(len(p) for p in run.pieces),
                )
            )
            if self._state is not None and not run.folded:
                run.folded = True
                envelope = ev.Envelope(
                    session_id=self.session_id,
                    chat_id=self.chat_id,
                    turn_id=run.turn_id,
                    seq=run.first,
                    at=run.at,
                    event=event_from_plain(body),
                )
                self._note_positions(self._state.transcript.apply(envelope), run.first)
        return rows

    def _note_positions(self, ids: tuple[str, ...], seq: int) -> None:
        if self._state is not None:
            for entry_id in ids:
                self._state.positions.setdefault(entry_id, seq)
                self._state.unsaved[entry_id] = None

    def _entries(self, envelope: ev.Envelope) -> list[Record]:
        state = self._state
        if state is None:
            return self._entries_between_turns(envelope)
        self._note_positions(state.transcript.apply(envelope), envelope.seq)
        unsaved, state.unsaved = state.unsaved, {}
        rows: list[Record] = []
        for entry_id in unsaved:
            entry = state.transcript.get(entry_id)
            if entry is not None:
                rows.append(EntryRow(chat_id=self.chat_id, position=state.positions[entry_id], entry=entry))
        return rows

    def _entries_between_turns(self, envelope: ev.Envelope) -> list[Record]:
        """A note that belongs to no turn, such as a rewind."""
        transcript = Transcript()
        transcript.apply(envelope)
        return [EntryRow(chat_id=self.chat_id, position=envelope.seq, entry=e) for e in transcript.listing()]

    def _consequences(self, envelope: ev.Envelope) -> list[Record]:
        """The rows of other tables that follow from an event."""
        event, state = envelope.event, self._state
        if state is None:
            return []
        match event:
            case ev.TurnStarted():
                return [state.turn, self._snapshot(envelope, "started")]
            case ev.StepStarted():
                state.step = event.step
                return [self._snapshot(envelope, "model")]
            case ev.ToolStarted():
                return [self._start_trace(envelope, event), self._snapshot(envelope, "tools")]
            case ev.ToolFinished():
                return [*self._finish_trace(event), self._snapshot(envelope, "tools")]
            case ev.UsageReported():
                state.turn = replace(state.turn, usage=(state.turn.usage or Usage()) + event.usage)
                return [self._usage_row(envelope, event), *self._price_traces(event)]
            case ev.ModeChanged():
                state.mode = event.mode or state.mode
                state.turn = replace(state.turn, model=event.model or state.turn.model)
                return [state.turn]
            case ev.PermissionRequested():
                state.asked[event.request_id] = (event.trace_id, envelope.at)
                return [self._ask(envelope, event), self._snapshot(envelope, "waiting")]
            case ev.PermissionResolved():
                self._answered(event.request_id, envelope.at)
                return []
            case ev.TurnFinished():
                return self._finish_turn(envelope, event)
            case _:
                return []

    def _snapshot(self, envelope: ev.Envelope, phase: str) -> rec.Snapshot:
        assert self._state is not None
        turn = self._state.turn
        return rec.Snapshot(
            chat_id=self.chat_id,
            turn_id=turn.id,
            phase=phase,
            agent=turn.agent,
            model=turn.model,
            mode=self._state.mode,
            step=self._state.step,
            pending_calls=tuple(t.id for t in self.open_calls),
            at=envelope.at,
        )

    def _start_trace(self, envelope: ev.Envelope, event: ev.ToolStarted) -> rec.Trace:
        assert self._state is not None
        turn = self._state.turn
        trace = rec.Trace(
            id=event.trace_id,
            session_id=self.session_id,
            chat_id=self.chat_id,
            turn_id=turn.id,
            turn_number=turn.number,
            step=event.step,
            tool=event.tool,
            agent=turn.agent,
            input=redact_json(event.input),
            title=redact_text(event.title),
            started_at=envelope.at,
            usage=self._state.step_usage.get(event.step),
        )
        self._state.traces[trace.id] = trace
        self._state.open[trace.id] = None
        return trace

    def _finish_trace(self, event: ev.ToolFinished) -> list[Record]:
        assert self._state is not None
        trace = self._state.traces.get(event.trace_id)
        if trace is None:
            return []
        trace = replace(
            trace,
            outcome=event.outcome,
            latency_ms=event.latency_ms,
            output=redact_text(event.output[:TRACE_LIMIT]),
            error=redact_text(event.error[:TRACE_LIMIT]),
        )
        self._state.traces[trace.id] = trace
        self._state.open.pop(trace.id, None)
        return [trace]

    def _price_traces(self, event: ev.UsageReported) -> list[Record]:
        """A trace points to the usage of the step that made its call."""
        assert self._state is not None
        if event.step:
            self._state.step_usage[event.step] = event.usage
        priced: list[Record] = []
        for trace in self._state.traces.values():
            if event.step and trace.step == event.step and trace.usage is None:
                self._state.traces[trace.id] = replace(trace, usage=event.usage)
                priced.append(self._state.traces[trace.id])
        return priced

    def _usage_row(self, envelope: ev.Envelope, event: ev.UsageReported) -> rec.UsageRow:
        assert self._state is not None
        turn = self._state.turn
        return rec.UsageRow(
            id=new_id("use"),
            session_id=self.session_id,
            chat_id=self.chat_id,
            turn_id=turn.id,
            step=event.step,
            agent=turn.agent,
            model=turn.model,
            usage=event.usage,
            at=envelope.at,
        )

    def _ask(self, envelope: ev.Envelope, event: ev.PermissionRequested) -> rec.Ask:
        return rec.Ask(
            id=event.request_id,
            session_id=self.session_id,
            chat_id=self.chat_id,
            turn_id=envelope.turn_id,
            kind=event.kind,
            body=event_to_plain(event),
            created_at=envelope.at,
        )

    def _answered(self, request_id: str, at: float) -> None:
        assert self._state is not None
        trace_id, asked_at = self._state.asked.pop(request_id, ("", at))
        if trace_id:
            waited = self._state.waited_s.get(trace_id, 0.0)
            self._state.waited_s[trace_id] = waited + max(0.0, at - asked_at)

    def _finish_turn(self, envelope: ev.Envelope, event: ev.TurnFinished) -> list[Record]:
        assert self._state is not None
        state = self._state
        state.turn = replace(state.turn, status=event.status, stop_reason=event.stop_reason, finished_at=envelope.at)
        outcome: ev.Outcome = "interrupted" if event.status == "interrupted" else "cancelled"
        unfinished: list[Record] = []
        for request_id in tuple(state.asked):
            self._answered(request_id, envelope.at)
        for trace in self.open_calls:
            waited = state.waited_s.get(trace.id, 0.0)
            latency = max(0.0, (envelope.at - trace.started_at - waited) * 1000)
            state.traces[trace.id] = replace(trace, outcome=outcome, latency_ms=latency)
            unfinished.append(state.traces[trace.id])
        state.open.clear()
        return [state.turn, *unfinished, self._snapshot(envelope, event.status)]


class Recorder:
    """The chat recorders of this process."""

    def __init__(self, store: Store, bus: Bus, *, clock: Clock = time.time) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._chats: dict[str, ChatRecorder] = {}

    def chat(self, session_id: str, chat_id: str) -> ChatRecorder:
        """The recorder of a chat; the same object while it is kept."""
        found = self._chats.get(chat_id)
        if found is None:
            found = ChatRecorder(self._store, self._bus, session_id, chat_id, clock=self._clock)
            self._chats[chat_id] = found
        return found

    def release(self, chat_id: str) -> None:
        """Forget a chat between turns, so that another process may go on with its numbers."""
        found = self._chats.get(chat_id)
        if found is not None and found.turn is None:
            del self._chats[chat_id]

    def live(self) -> list[ChatRecorder]:
        """Recorders with a running turn."""
        return [c for c in self._chats.values() if c.turn is not None]

    async def flush(self) -> None:
        """Store the waiting text of every chat."""
        for chat in list(self._chats.values()):
            await chat.flush()
