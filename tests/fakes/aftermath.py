"""What must hold after any fault: the database is sound, nothing acknowledged is lost, no process is left."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psutil

from boocode_desktop.app.core import Core, CoreOptions, open_core
from boocode_desktop.config.paths import Paths
from boocode_desktop.domain.codec import envelope_to_plain
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.orchestrator.chats import envelopes_of
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.storage.opening import open_store

TEXT_GRACE_S = 0.25


def database(home: Path) -> Path:
    """The database of a BOOCODE_HOME."""
    return home / "database" / "boocode.sqlite3"


def assert_sound(home: Path) -> None:
    """SQLite's own check finds nothing."""
    with closing(sqlite3.connect(database(home))) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]


def wait_until(condition: Callable[[], Any], *, within_s: float = 30, step_s: float = 0.01) -> Any:
    """The first true value of a condition of another process."""
    deadline = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(step_s)
    return found


def rows(home: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What a query finds in the database, read beside whoever uses it."""
    with closing(sqlite3.connect(f"file:{database(home)}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


@asynccontextmanager
async def reopened(home: Path) -> AsyncIterator[Core]:
    """The next start of the program, in this process."""
    core = await open_core(Paths(home=home, settings_file=home / "settings.toml"), CoreOptions(attended=False))
    try:
        yield core
    finally:
        await core.close()


async def assert_at_rest(core: Core, chat_id: str) -> None:
    """No spinner anywhere: every turn, tool call and trace of the chat has an end."""
    assert all(t.status for t in await core.store.turns(chat_id=chat_id))
    entries = [r.entry for r in (await core.front.chats.entries(chat_id)).rows]
    assert all(e.outcome for e in entries if isinstance(e, ToolEntry))
    assert all(t.outcome for t in (await core.front.ledger.traces(chat_id)).traces)


async def assert_goes_on(core: Core, chat_id: str, prompt: str = "@@say Back again.") -> None:
    """Another turn in the same chat completes."""
    await core.front.chats.configure(chat_id, model="scripted")
    await core.front.turns.send(chat_id, Prompt(text=prompt))
    await core.turns.drain()
    assert (await core.store.turns(chat_id=chat_id))[-1].status == "completed"


def stored_events(home: Path, chat_id: str) -> list[dict[str, Any]]:
    """Every stored event of a chat, as `run --json` prints it."""

    async def read() -> list[dict[str, Any]]:
        store, _report = await open_store(home / "database", attachments=home / "attachments")
        try:
            rows = await store.events_after(chat_id, 0)
            return [envelope_to_plain(e) for row in rows for e in envelopes_of(row, 0)]
        finally:
            await store.close()

    return asyncio.run(read())


def assert_nothing_lost(printed: Sequence[dict[str, Any]], home: Path, *, died_at: float) -> None:
    """Every printed state event is stored as it was, and every piece of text that was older than 250 ms."""
    if not printed:
        return
    stored = {e["seq"]: e for e in stored_events(home, printed[0]["chat_id"])}
    for event in printed:
        text = event["type"] in ("text", "reasoning")
        if text and died_at - event["at"] < TEXT_GRACE_S:
            continue
        found = stored.get(event["seq"])
        assert found is not None, f"{event['type']} {event['seq']} was acknowledged and is lost"
        same = {k: v for k, v in event.items() if k != "at"}
        assert {k: v for k, v in found.items() if k != "at"} == same


def descendants(pid: int) -> list[psutil.Process]:
    """The living children of a process, whatever their depth."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def assert_gone(processes: Sequence[psutil.Process], *, within_s: float = 5) -> None:
    """All of them end by themselves."""
    _gone, alive = psutil.wait_procs(list(processes), timeout=within_s)
    assert not [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
