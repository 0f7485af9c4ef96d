"""Repairing a damaged database: a new one from the newest good copy and all that can still be read, then the exchange.

The damaged files are only moved, when the repaired one is complete; whatever fails before leaves everything in place.
"""

import logging
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.storage import schema as schemas
from boocode_desktop.storage.backups import Backups, copy_database
from boocode_desktop.storage.connections import writing_engine
from boocode_desktop.storage.data_folder import DataFolder, companions
from boocode_desktop.storage.failures import no_room
from boocode_desktop.storage.first_page import graft_first_page
from boocode_desktop.storage.folders import private_folder
from boocode_desktop.storage.health import examine
from boocode_desktop.storage.salvage import Salvage, salvage
from boocode_desktop.storage.schema import Schema
from boocode_desktop.storage.tables import SCHEMA_VERSION
from boocode_desktop.storage.upgrading import upgrade

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What was done, for people, and the damaged files."""

    message: str
    kept: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """What the repaired database begins with: a copy, or an empty one."""

    database: Path
    copied_from: Path | None
    version: int


def recover(folder: DataFolder, schema: Schema, problem: str) -> Repair:
    """Exchange the damaged database for a repaired one.

    Raises:
        UserFacingError: that could not be done; nothing was changed.
    """
    _log.error("the database is damaged and is being repaired: %s", problem)
    size = sum(file.stat().st_size for file in companions(folder.database))
    if shutil.disk_usage(folder.root).free < 3 * size:
        raise no_room(f"Repairing the damaged database needs {3 * size // 1_000_000 + 1} MB of room.")
    for left_over in folder.root.glob(".repair-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    with TemporaryDirectory(prefix=".repair-", dir=folder.root) as name:
        workshop = Path(name)
        base = _begin(folder, schema, workshop)
        damaged = _scratch_copy(folder.database, workshop / "damaged")
        found, version = _read_again(damaged, base, schema)
        _finish(base.database, schema, version)
        kept = _exchange(folder, base.database)
    return Repair(message=_in_words(problem, base, found, kept[0].parent), kept=kept)


def _begin(folder: DataFolder, schema: Schema, workshop: Path) -> _Base:
    """The newest copy that is whole, else an empty database."""
    target = workshop / folder.database.name
    for copy in Backups(folder).newest_first():
        health = examine(copy, thorough=True)
        if not health.problem and not health.empty and health.version <= schema.version:
            copy_database(copy, target)
            return _Base(database=target, copied_from=copy, version=health.version)
        _log.warning("the copy %s is not used: %s", copy, health.problem or f"schema {health.version}")
    engine = writing_engine(target)
    with engine.begin() as connection:
        schemas.create(connection)
    engine.dispose()
    return _Base(database=target, copied_from=None, version=SCHEMA_VERSION)


def _scratch_copy(database: Path, folder: Path) -> Path:
    """Work on a copy: reading a damaged database can change it. The shared index is made anew from the journal."""
    private_folder(folder)
    for file in companions(database):
        if not file.name.endswith("-shm"):
            shutil.copyfile(file, folder / file.name)
    return folder / database.name


def _read_again(damaged: Path, base: _Base, schema: Schema) -> tuple[Salvage, int]:
    """Add to the base what the damaged file still holds; also the schema the base has then."""
    health = examine(damaged, thorough=False)
    if health.problem or health.empty:
        graft_first_page(damaged, donor=base.database)
        health = examine(damaged, thorough=False)
    if health.problem:
        return Salvage(incomplete=("everything newer than that",)), base.version
    if health.version > base.version:
        upgrade(base.database, Schema(version=health.version, migrations=schema.migrations), base.version)
    return salvage(damaged, base.database), max(health.version, base.version)


def _finish(database: Path, schema: Schema, version: int) -> None:
    if version < schema.version:
        upgrade(database, schema, version)
    problem = examine(database, thorough=True).problem
    if problem:
        raise UserFacingError(
            f"The database is damaged, and repairing it failed: {problem}",
            "Nothing was changed. Free some disk space, check the disk, then start BooCode again.",
        )


def _exchange(folder: DataFolder, repaired: Path) -> tuple[Path, ...]:
    """Move the damaged files aside, together, and the repaired one to their place."""
    aside = private_folder(folder.damaged / time.strftime("%Y-%m-%dT%H%M%S"))
    kept = tuple(file.replace(_free(aside, file.name)) for file in reversed(companions(folder.database)))
    repaired.chmod(0o600)
    repaired.replace(folder.database)
    return kept


def _free(folder: Path, name: str) -> Path:
    """A place in a folder that may hold an earlier one of this second."""
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{number}-{name}"
    return place


def _in_words(problem: str, base: _Base, found: Salvage, aside: Path) -> str:
    start = "there was no good copy, so it was made anew"
    if base.copied_from is not None:
        made = time.localtime(base.copied_from.stat().st_mtime)
        start = f"it was restored from the copy of {time.strftime('%Y-%m-%d %H:%M', made)}"
    gaps = [*found.incomplete, *([f"{found.strays} rows without a chat"] if found.strays else [])]
    return (
        f"The database was damaged ({problem}): {start}, and {found.rows} rows that could still be read were added. "
        + (f"Parts may be missing: {', '.join(gaps)}. " if gaps else "Nothing is missing. ")
        + f"The damaged files are kept in {aside}."
    )
