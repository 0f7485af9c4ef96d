"""Bringing a database to the newest schema: a copy first, one transaction per step, the copy back if one fails.

Alembic is loaded only here, and only when there is something to do: it takes longer to load than to open a database.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import sqlalchemy as sa

from boocode_desktop.domain.errors import BooCodeError, UserFacingError
from boocode_desktop.storage.backups import Backups
from boocode_desktop.storage.connections import connect, writing_engine
from boocode_desktop.storage.data_folder import DataFolder
from boocode_desktop.storage.failures import origin_of
from boocode_desktop.storage.schema import Schema, set_version

_log = logging.getLogger(__name__)


class MigrationError(BooCodeError):
    """A step left rows that hang on nothing."""


def upgrade_safely(folder: DataFolder, schema: Schema, version: int) -> Path:
    """Upgrade the database in use; the copy that was made of it before.

    Raises:
        UserFacingError: a step failed. The database is as it was, unless the message says otherwise.
    """
    copy = Backups(folder).before_migration(version)
    try:
        upgrade(folder.database, schema, version)
    except Exception as error:
        _log.exception("the database could not be brought from schema %d to %d", version, schema.version)
        _restore(folder.database, copy)
        raise UserFacingError(
            f"The database could not be brought to the form this version of BooCode needs: {origin_of(error)}",
            f"It is as it was before. Keep using the version you had, and report this. There is a copy in {copy}.",
        ) from error
    return copy


def upgrade(database: Path, schema: Schema, version: int) -> None:
    """Run the steps from `version` to the schema's, each in its own transaction."""
    engine = writing_engine(database, foreign_keys=False)
    try:
        with engine.connect() as connection:
            for number, step in _steps(schema, version):
                with connection.begin():
                    _run(connection, step)
                    set_version(connection, number)
    finally:
        engine.dispose()


def _steps(schema: Schema, version: int) -> Iterator[tuple[int, ModuleType]]:
    from alembic.script import ScriptDirectory

    own, *_others = schema.migrations
    scripts = ScriptDirectory(own, version_locations=schema.migrations)
    for script in reversed(list(scripts.walk_revisions())):
        if version < int(script.revision) <= schema.version:
            yield int(script.revision), script.module


def _run(connection: sa.Connection, step: ModuleType) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"render_as_batch": True})
    with Operations.context(context):
        step.upgrade()
    stray = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if stray:
        raise MigrationError(f"{len(stray)} rows of {stray[0][0]} would hang on nothing")


def _restore(database: Path, copy: Path) -> None:
    try:
        with closing(connect(copy)) as read, closing(connect(database, writing=True)) as write:
            read.backup(write)
    except sqlite3.Error as error:
        _log.exception("the copy could not be put back")
        raise UserFacingError(
            f"A change of the database's form failed half way, and putting the copy back failed too: {error}",
            f"Nothing is lost: close BooCode and copy {copy} over {database}.",
        ) from error
