"""Records for tests of storage: one of each kind that hang together, and strategies for random ones."""

import dataclasses
import types
import typing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from boocode_desktop.domain import events as ev
from boocode_desktop.domain import records as rec
from boocode_desktop.domain import transcript as tr
from boocode_desktop.domain.usage import Usage
from boocode_desktop.orchestrator.ports.store import EntryRow, EventRow, Record
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.schema import Schema
from boocode_desktop.storage.sqlite_store import SqliteStore

IMAGE = ev.ImageRef(sha256="ab" * 32, media_type="image/png", name="shot.png", width=4, height=3)
PROJECT = rec.Project(id="prj_1", path="/home/ada/engine", name="engine", trusted=True, created_at=1.5, opened_at=2.5)
SESSION = rec.Session(id="ses_1", project_id="prj_1", title="Speed it up", created_at=3.0, updated_at=4.0)
CHAT = rec.Chat(id="cha_1", session_id="ses_1", number=1, title="Chat 1", agent="boocode", model="deepseek-v4-flash")
TURN = rec.Turn(
    id="trn_1",
    session_id="ses_1",
    chat_id="cha_1",
    number=1,
    prompt="Do it, größer",
    agent="boocode",
    images=(IMAGE,),
)


def event(seq: int, delta: str = "x", *, chat_id: str = "cha_1", turn_id: str = "trn_1") -> EventRow:
    """A stored piece of text."""
    return EventRow(
        chat_id=chat_id,
        seq=seq,
        until=seq,
        session_id="ses_1",
        turn_id=turn_id,
        at=float(seq),
        body={"type": "text", "delta": delta},
        lengths=(len(delta),),
    )


def entry(position: int, text: str = "x", *, chat_id: str = "cha_1", turn_id: str = "trn_1") -> EntryRow:
    """A stored entry of text."""
    body = tr.TextEntry(id=f"{turn_id}:{position}", turn_id=turn_id, text=text, done=True)
    return EntryRow(chat_id=chat_id, position=position, entry=body)


def trace(name: str, *, turn_number: int = 1) -> rec.Trace:
    """A finished call of a tool."""
    return rec.Trace(
        id=name,
        session_id="ses_1",
        chat_id="cha_1",
        turn_id=f"trn_{turn_number}",
        turn_number=turn_number,
        step=1,
        tool="read_file",
        input={"path": "a.py"},
        outcome="success",
        latency_ms=1.25,
        usage=Usage(input=10, output=2),
    )


def parents() -> tuple[Record, ...]:
    """What everything else hangs on."""
    return PROJECT, SESSION, CHAT


def everything() -> tuple[Record, ...]:
    """One record of each kind, parents first."""
    ask = ev.PermissionRequested(request_id="ask_1", kind="tool", title="Run it?", options=())
    return (
        *parents(),
        rec.WorktreeRecord(
            session_id="ses_1",
            root="/data/worktrees/ses_1",
            project_path="/home/ada/engine",
            isolation="worktree",
            chain="/data/chains/ses_1",
            base="c0ffee",
            baseline="c0ffee",
            fingerprint={"config": "1234"},
        ),
        TURN,
        event(1),
        event(2, "é"),
        entry(1),
        EntryRow(chat_id="cha_1", position=2, entry=tr.AskEntry(id="ask_1", turn_id="trn_1", request=ask)),
        EntryRow(chat_id="cha_1", position=3, entry=tr.ImageEntry(id="img_1", turn_id="trn_1", image=IMAGE)),
        trace("trc_1"),
        rec.CheckpointRecord(
            id="chk_1", session_id="ses_1", turn_number=0, phase="base", author="you", commit="c0ffee", files=("a.py",)
        ),
        rec.Decision(id="dec_1", session_id="ses_1", path="a.py", action="approve", hunk=2, patch="@@"),
        rec.Ask(id="ask_1", session_id="ses_1", chat_id="cha_1", turn_id="trn_1", kind="tool", body={"title": "Run?"}),
        rec.QueuedPrompt(id="que_1", chat_id="cha_1", text="And then?", mode="steer", position=1, images=(IMAGE,)),
        rec.AgentSession(chat_id="cha_1", agent="boocode", external_id="x", memory={"a": [1]}, last_turn=1),
        rec.Snapshot(chat_id="cha_1", turn_id="trn_1", phase="tools", pending_calls=("trc_1",), budget_left=0.5),
        rec.PermissionRule(id="rul_1", effect="allow", pattern="run: make", scope="ses_1"),
        rec.UsageRow(
            id="use_1",
            session_id="ses_1",
            chat_id="cha_1",
            turn_id="trn_1",
            step=1,
            agent="boocode",
            model="m",
            usage=Usage(input=100, output=20, reasoning=5, cached=60, cost=0.25),
        ),
    )


@asynccontextmanager
async def opened(folder: Path, *, schema: Schema | None = None) -> AsyncIterator[SqliteStore]:
    """The store of a folder, closed in good order."""
    store, _report = await open_store(folder, schema=schema)
    try:
        yield store
    finally:
        await store.close()


TEXT = st.text(st.one_of(st.characters(exclude_categories=("Cs",)), st.integers(0xDC80, 0xDCFF).map(chr)), max_size=20)
"""Any text, names of files that are not UTF-8 included."""
_NUMBERS = st.integers(-(2**63), 2**63 - 1)
_FLOATS = st.floats(allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _FLOATS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: _NUMBERS,
    float: _FLOATS,
    bool: st.booleans(),
    types.NoneType: st.none(),
    Any: JSON,
}


def records_of(kind: Any, **fixed: Any) -> st.SearchStrategy[Any]:
    """Random values of one of our dataclasses, with some fields given."""
    hints = typing.get_type_hints(kind)
    names = [f.name for f in dataclasses.fields(kind)]
    return st.builds(kind, **{n: st.just(fixed[n]) if n in fixed else _values(hints[n]) for n in names})


def _values(hint: Any) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if dataclasses.is_dataclass(hint):
        return records_of(hint)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(_values(a) for a in arguments))
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return st.lists(_values(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_values(a) for a in arguments))
    if origin is dict:
        return st.dictionaries(_values(arguments[0]), _values(arguments[1]), max_size=3)
    raise TypeError(f"no strategy for {hint}")
