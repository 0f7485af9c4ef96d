"""After a crash: turns whose program is gone are settled as interrupted, with everything that was acknowledged."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.codec import event_to_plain
from boocode_desktop.domain.records import Snapshot, Trace, Turn
from boocode_desktop.domain.transcript import ToolEntry, Transcript
from boocode_desktop.orchestrator.chats import envelopes_of
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow, Record, Store

_log = logging.getLogger(__name__)
Alive = Callable[[int, str], bool]


async def settle_orphans(store: Store, alive: Alive) -> list[Turn]:
    """Settle every open turn whose owner (pid, start time) is gone; returns them."""
    settled = []
    for turn in await store.open_turns():
        if not alive(turn.owner_pid, turn.owner_started):
            await _settle(store, turn)
            settled.append(turn)
    if settled:
        _log.info("settled %d interrupted turns", len(settled))
    return settled


async def _settle(store: Store, turn: Turn) -> None:
    """Fold the turn's stored events again, end it, and write what follows in one transaction."""
    now = time.time()
    # It ran until its last sign of life; the program may have been away for days since.
    alive = turn.started_at
    transcript = Transcript()
    positions: dict[str, int] = {}
    for row in await store.events_of_turn(turn.id):
        alive = max(alive, row.at)
        for envelope in envelopes_of(row, 0):
            for entry_id in transcript.apply(envelope):
                positions.setdefault(entry_id, envelope.seq)
    seq = await store.last_seq(turn.chat_id) + 1
    event = ev.TurnFinished(status="interrupted", stop_reason="crashed", duration_ms=(alive - turn.started_at) * 1000)
    envelope = ev.Envelope(
        session_id=turn.session_id, chat_id=turn.chat_id, turn_id=turn.id, seq=seq, at=now, event=event
    )
    for entry_id in transcript.apply(envelope):
        positions.setdefault(entry_id, seq)
    body = EventRow(
        chat_id=turn.chat_id,
        seq=seq,
        until=seq,
        session_id=turn.session_id,
        turn_id=turn.id,
        at=now,
        body=event_to_plain(event),
    )
    entries: list[Record] = [
        EntryRow(chat_id=turn.chat_id, position=positions[e.id], entry=e) for e in transcript.listing()
    ]
    traces = await _interrupted_traces(store, transcript, alive)
    ended = replace(turn, status="interrupted", stop_reason="crashed", finished_at=now)
    pending = tuple(t.id for t in traces)
    snapshot = Snapshot(
        chat_id=turn.chat_id,
        turn_id=turn.id,
        phase="interrupted",
        agent=turn.agent,
        model=turn.model,
        pending_calls=pending,
        at=now,
    )
    await store.save(ended, body, *entries, *traces, snapshot, durable=True)


async def _interrupted_traces(store: Store, transcript: Transcript, alive: float) -> list[Trace]:
    found: Sequence[ToolEntry] = [e for e in transcript.listing() if isinstance(e, ToolEntry)]
    traces = []
    for entry in found:
        trace = await store.trace(entry.id)
        if trace is not None and trace.outcome is None:
            latency = max(0.0, (alive - trace.started_at) * 1000)
            traces.append(replace(trace, outcome="interrupted", latency_ms=latency))
    return traces
