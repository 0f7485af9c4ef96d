"""Opening the database: make it, check it after a crash, bring it to the newest schema, say what happened."""

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.locks import FileLock
from boocode_desktop.storage import tables
from boocode_desktop.storage.connections import connect, reading_engine, writing_engine
from boocode_desktop.storage.data_folder import DataFolder
from boocode_desktop.storage.failures import in_words
from boocode_desktop.storage.presence import Others, Presence
from boocode_desktop.storage.readers import READERS
from boocode_desktop.storage.sqlite_store import SqliteStore

OPENING_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """What opening found. `kept` lists files set aside; `message` is for people, "" where all was well."""

    state: Literal["fresh", "clean", "recovered"]
    message: str = ""
    kept: tuple[Path, ...] = ()


async def open_store(data_dir: Path, *, attachments: Path | None = None) -> tuple[SqliteStore, OpenReport]:
    """Open the database of a data folder, making it if there is none.

    Raises:
        UserFacingError: it belongs to a newer program, is locked, or cannot be repaired; nothing was lost.
    """
    folder = DataFolder(root=data_dir, attachment_folder=attachments or data_dir / "attachments")
    await asyncio.to_thread(folder.create)
    lock = FileLock(folder.opening)
    await lock.acquire("opening the database", wait=True, timeout_s=OPENING_S)
    try:
        return await _open_alone(folder)
    finally:
        await lock.release()


async def _open_alone(folder: DataFolder) -> tuple[SqliteStore, OpenReport]:
    presence = Presence(folder.open_by)
    others = await presence.others()
    await presence.enter()
    try:
        store, report = await asyncio.to_thread(_open, folder, presence, others)
    except BaseException:
        await presence.leave()
        raise
    for file in others.died:
        file.unlink(missing_ok=True)
    return store, report


def _open(folder: DataFolder, presence: Presence, others: Others) -> tuple[SqliteStore, OpenReport]:
    try:
        report = _prepare(folder)
        writer = writing_engine(folder.database)
        if report.state == "fresh":
            with writer.begin() as connection:
                tables.metadata.create_all(connection, checkfirst=False)
                connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA_VERSION}")
        return SqliteStore(folder, writer, reading_engine(folder.database, size=READERS), presence), report
    except sqlite3.Error as error:
        raise in_words(error) from error


def _prepare(folder: DataFolder) -> OpenReport:
    if not folder.database.exists():
        os.close(os.open(folder.database, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return OpenReport(state="fresh")
    with closing(connect(folder.database)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version > tables.SCHEMA_VERSION:
        raise UserFacingError(
            f"This database was written by a newer BooCode (schema {version}, this one knows {tables.SCHEMA_VERSION}).",
            "Nothing was touched. Update BooCode, or point BOOCODE_HOME at another folder.",
        )
    return OpenReport(state="clean" if count else "fresh")
