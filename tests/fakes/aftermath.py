"""What must hold after any fault: the database is sound, nothing acknowledged is lost, no process is left."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from boocode_desktop.domain.codec import envelope_to_plain
from boocode_desktop.orchestrator.chats import envelopes_of
from boocode_desktop.storage.opening import open_store

TEXT_GRACE_S = 0.25


def database(home: Path) -> Path:
    """The database of a BOOCODE_HOME."""
    return home / "database" / "boocode.sqlite3"


def assert_sound(home: Path) -> None:
    """SQLite's own check finds nothing."""
    connection = sqlite3.connect(database(home))
    try:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    finally:
        connection.close()


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
