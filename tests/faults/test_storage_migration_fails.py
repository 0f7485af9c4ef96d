"""A migration that fails or is killed, at whichever step, leaves the database as it was."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.storage.data_folder import DATABASE
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.schema import Schema
from tests.fakes.stored import everything, opened

STEP = '''
import os
import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = "{before:04}"


def upgrade() -> None:
    """Change a table with children, then do what the test wants."""
    with op.batch_alter_table("chats", recreate="always") as chats:
        chats.add_column(sa.Column("extra_{number}", sa.Text))
    op.execute("DELETE FROM events")
    {ending}
'''
STEPS = (2, 3, 4)
ENDINGS = {
    "error": "raise RuntimeError('step {number}')",
    "constraint": "op.execute('INSERT INTO chats (id) VALUES (NULL)')",
    "stray": "op.execute('DELETE FROM sessions')",
    "kill": "os._exit(9)",
}


def _steps(folder: Path, failing: int, ending: str) -> Schema:
    for number in STEPS:
        last = ENDINGS[ending].format(number=number) if number == failing else "pass"
        text = STEP.format(number=number, before=number - 1, ending=last)
        (folder / f"schema_{number:04}.py").write_text(text)
    return Schema(version=STEPS[-1], migrations=(*Schema().migrations, folder))


def _fill(folder: Path) -> None:
    async def run() -> None:
        async with opened(folder) as store:
            await store.save(*everything())

    asyncio.run(run())


def _content(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return "\n".join([*connection.iterdump(), str(connection.execute("PRAGMA user_version").fetchone())])


@pytest.mark.parametrize("failing", STEPS)
@pytest.mark.parametrize("ending", ["error", "constraint", "stray"])
def test_failed_migration_brings_the_copy_back(tmp_path: Path, failing: int, ending: str) -> None:
    data, migrations = tmp_path / "data", tmp_path / "migrations"
    migrations.mkdir()
    _fill(data)
    before = _content(data / DATABASE)
    with pytest.raises(UserFacingError) as caught:
        asyncio.run(open_store(data, schema=_steps(migrations, failing, ending)))
    assert "as it was" in caught.value.hint
    assert _content(data / DATABASE) == before
    (copy,) = (data / "backups").iterdir()
    assert _content(copy) == before
    assert str(copy) in caught.value.hint


@pytest.mark.parametrize("failing", STEPS)
def test_failed_migration_by_a_kill_goes_on_at_the_next_start(tmp_path: Path, failing: int) -> None:
    data, migrations = tmp_path / "data", tmp_path / "migrations"
    migrations.mkdir()
    _fill(data)
    _steps(migrations, failing, "kill")
    program = (
        "import asyncio, pathlib, sys\n"
        "from boocode_desktop.storage.opening import open_store\n"
        "from boocode_desktop.storage.schema import Schema\n"
        "schema = Schema(version=4, migrations=(*Schema().migrations, pathlib.Path(sys.argv[2])))\n"
        "asyncio.run(open_store(pathlib.Path(sys.argv[1]), schema=schema))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(data), str(migrations)], check=False)
    assert done.returncode == 9
    good = _steps(migrations, 0, "error")

    async def run() -> None:
        async with opened(data, schema=good) as store:
            assert await store.chat("cha_1") is not None

    asyncio.run(run())
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        assert connection.execute("SELECT extra_2, extra_3, extra_4 FROM chats").fetchall() == [(None, None, None)]
