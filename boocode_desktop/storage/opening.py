"""Opening the database: make it, check it after a crash, repair or upgrade it, and say what happened."""

import asyncio
import errno
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import DBAPIError

from boocode_desktop.domain.errors import BusyError, DiskFullError, UserFacingError
from boocode_desktop.processes.locks import FileLock
from boocode_desktop.storage import schema as schemas
from boocode_desktop.storage.connections import reading_engine, writing_engine
from boocode_desktop.storage.data_folder import DataFolder
from boocode_desktop.storage.failures import in_words, no_room
from boocode_desktop.storage.health import Health, examine
from boocode_desktop.storage.presence import Others, Presence
from boocode_desktop.storage.readers import READERS
from boocode_desktop.storage.recovery import recover
from boocode_desktop.storage.schema import Schema
from boocode_desktop.storage.sqlite_store import SqliteStore
from boocode_desktop.storage.upgrading import upgrade_safely

OPENING_S = 60.0
NO_ROOM = 256 * 1024
"""Bytes that opening may need, for locks and the shared index of the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """What opening found. `kept` lists files set aside or copied; `message` is for people, "" where all was well.

    `state`: fresh (there was no database), clean (it was there and whole), recovered (it was damaged and repaired).
    """

    state: Literal["fresh", "clean", "recovered"]
    message: str = ""
    kept: tuple[Path, ...] = ()


async def open_store(
    data_dir: Path, *, attachments: Path | None = None, schema: Schema | None = None
) -> tuple[SqliteStore, OpenReport]:
    """Open the database of a data folder, making it if there is none.

    Args:
        data_dir: The folder of the database, its backups and what was set aside.
        attachments: Where attachments are kept, if not below it.
        schema: The schema wanted, if not the program's own.

    Raises:
        UserFacingError: it belongs to a newer program, is locked, or cannot be repaired; nothing was lost.
    """
    folder = DataFolder(root=data_dir, attachment_folder=attachments or data_dir / "attachments")
    wanted = schema or Schema()
    try:
        return await _open_locked(folder, wanted)
    except DiskFullError:
        if not await asyncio.to_thread(folder.reserve.release):
            raise
        return await _open_locked(folder, wanted)


async def _open_locked(folder: DataFolder, schema: Schema) -> tuple[SqliteStore, OpenReport]:
    """One process at a time makes, checks, repairs or upgrades."""
    lock = FileLock(folder.opening)
    try:
        await asyncio.to_thread(_make_room, folder)
        await lock.acquire("opening the database", wait=True, timeout_s=OPENING_S)
        return await _enter(folder, schema)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise no_room() from error
        raise UserFacingError(
            f"The data folder {folder.root} cannot be used: {error.strerror or error}.",
            "Check who may write there, or point BOOCODE_HOME at another folder.",
        ) from error
    finally:
        await lock.release()


def _make_room(folder: DataFolder) -> None:
    """Make the folders; on a disk without any room the reserve is what there is to start with."""
    folder.create()
    if shutil.disk_usage(folder.root).free < NO_ROOM:
        folder.reserve.release()


async def _enter(folder: DataFolder, schema: Schema) -> tuple[SqliteStore, OpenReport]:
    presence = Presence(folder.open_by)
    others = await presence.others()
    await presence.enter()
    try:
        store, report = await asyncio.to_thread(_open, folder, presence, others, schema)
    except BaseException:
        await presence.leave()
        raise
    for file in others.died:
        file.unlink(missing_ok=True)
    return store, report


def _open(folder: DataFolder, presence: Presence, others: Others, schema: Schema) -> tuple[SqliteStore, OpenReport]:
    try:
        report = _prepare(folder, others, schema)
        writer = writing_engine(folder.database)
        return SqliteStore(folder, writer, reading_engine(folder.database, size=READERS), presence), report
    except (DBAPIError, sqlite3.Error) as error:
        raise in_words(error) from error


def _prepare(folder: DataFolder, others: Others, schema: Schema) -> OpenReport:
    """Make the file what the program needs: whole, and of its schema."""
    if not folder.database.exists():
        _create(folder.database)
        return OpenReport(state="fresh")
    health = examine(folder.database, thorough=bool(others.died))
    if health.version > schema.version:
        raise UserFacingError(
            f"This database was written by a newer BooCode: it has schema {health.version}, "
            f"this one knows {schema.version}.",
            "Nothing was touched. Update BooCode, or point BOOCODE_HOME at another folder.",
        )
    if health.problem:
        return _repair(folder, others, schema, health)
    if health.empty:
        _create(folder.database)
        return OpenReport(state="fresh")
    if health.version < schema.version:
        return _upgrade(folder, others, schema, health)
    return OpenReport(state="clean")


def _create(database: Path) -> None:
    # Made before SQLite sees it, so that it and its companions are never readable by others.
    os.close(os.open(database, os.O_CREAT | os.O_RDWR, 0o600))
    engine = writing_engine(database)
    try:
        with engine.begin() as connection:
            schemas.create(connection)
    finally:
        engine.dispose()


def _repair(folder: DataFolder, others: Others, schema: Schema, health: Health) -> OpenReport:
    if others.alive:
        raise BusyError(
            f"BooCode's database is damaged ({health.problem}), and another BooCode is using it.",
            "Nothing was touched. Close every BooCode, then start it again: it then repairs what it can.",
        )
    repair = recover(folder, schema, health.problem)
    return OpenReport(state="recovered", message=repair.message, kept=repair.kept)


def _upgrade(folder: DataFolder, others: Others, schema: Schema, health: Health) -> OpenReport:
    if others.alive:
        raise BusyError(
            "The database must be brought to a new form, and another BooCode is using it.",
            "Close every BooCode, then start it again.",
        )
    copy = upgrade_safely(folder, schema, health.version)
    return OpenReport(state="clean", kept=(copy,))
