"""The database is damaged when the program starts: it starts, says what was kept, and nothing else is touched."""

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.aftermath import assert_sound, database
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram

PAGE = 4096


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("database") / "repo", {"a.txt": "alpha\n"})


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory, server: OpenAIServer, repository: Path) -> Path:
    """A data folder with two turns, a change that waits, and a third turn that a kill interrupted."""
    program = WarmProgram(tmp_path_factory.mktemp("database") / "boo", base_url=server.base_url)
    session = program.run("@@edit a.txt alpha => beta\n@@say One.", "-C", str(repository))[0]["session_id"]
    program.run("@@say Two.", "--session", session)
    running = program.start_run("@@hang", "--session", session)
    running.until("step_started")
    running.send(signal.SIGKILL)
    running.wait()
    with closing(sqlite3.connect(database(program.home))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return program.home


@pytest.fixture
def program(tmp_path: Path, server: OpenAIServer, crashed: Path) -> Iterator[WarmProgram]:
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    shutil.copytree(crashed, program.home)
    yield program
    program.close()


def noise(file: Path, chance: random.Random) -> None:
    data = bytearray(file.read_bytes())
    page = chance.randrange(len(data) // PAGE)
    data[page * PAGE : (page + 1) * PAGE] = chance.randbytes(PAGE)
    file.write_bytes(data)


def zero_header(file: Path, _chance: random.Random) -> None:
    file.write_bytes(bytes(100) + file.read_bytes()[100:])


def cut(file: Path, chance: random.Random) -> None:
    os.truncate(file, chance.randrange(PAGE, file.stat().st_size))


def something_else(file: Path, chance: random.Random) -> None:
    file.write_bytes(chance.randbytes(50_000))


def empty(file: Path, _chance: random.Random) -> None:
    file.write_bytes(b"")


DAMAGE: tuple[Callable[[Path, random.Random], None], ...] = (noise, cut, noise, zero_header, noise, something_else)


@at_random_moments
def test_database_corrupted_at_the_start(program: WarmProgram, repository: Path, moment: int):
    chance = random.Random(moment)
    damage = DAMAGE[moment % len(DAMAGE)]
    damage(database(program.home), chance)
    _out, errors = program.call("sessions", "list", "--json")
    words = "".join(errors)
    assert "Traceback" not in words
    assert_sound(program.home)
    if words:
        assert "kept" in words or "repaired" in words, words
        asides = [p for p in (program.home / "database").rglob("*") if p.is_file() and p != database(program.home)]
        assert any(p.stat().st_size >= 1000 for p in asides), "the damaged file itself is kept"
    assert (repository / "a.txt").read_text() == "alpha\n"
    events = program.run("@@write c.txt x\n@@say New.", "-C", str(repository))
    assert events[-1]["status"] == "completed"
    _out, again = program.call("sessions", "list")
    assert "".join(again) == "", "told once"
    assert_sound(program.home)


@pytest.mark.parametrize("moment", range(4))
def test_damage_that_nobody_expects_is_found_in_use_and_repaired_at_the_next_start(
    program: WarmProgram, repository: Path, moment: int
):
    """After an end in good order the file is not read through; who meets the damage says what to do, and it helps."""
    for mark in (program.home / "database" / "open-by").iterdir():
        mark.unlink()
    damaged = database(program.home).read_bytes()
    for page in range(1, len(damaged) // PAGE):
        if page % 4 == moment:
            damaged = damaged[: page * PAGE] + random.Random(page).randbytes(PAGE) + damaged[(page + 1) * PAGE :]
    database(program.home).write_bytes(damaged)
    done = program.start("sessions", "list")
    code = done.wait()
    assert "Traceback" not in "".join(done.errors)
    if code:
        assert "damaged" in "".join(done.errors)
        _out, errors = program.call("sessions", "list")
        assert "kept" in "".join(errors)
    else:
        (program.home / "database" / "open-by" / "opn_dead").touch()
        program.call("sessions", "list")
    assert_sound(program.home)


def test_an_empty_database_file(program: WarmProgram, repository: Path):
    empty(database(program.home), random.Random(0))
    program.call("sessions", "list")
    assert program.run("@@say Hi.", "-C", str(repository))[-1]["status"] == "completed"
    assert_sound(program.home)


def test_the_data_folder_is_a_file(tmp_path: Path):
    (tmp_path / "boo").write_text("not a folder")
    _out, errors = WarmProgram(tmp_path / "boo").call("sessions", "list", code=1)
    assert "cannot be used" in "".join(errors)
    assert "BOOCODE_HOME" in "".join(errors)


def test_the_settings_are_damaged(program: WarmProgram, repository: Path):
    (program.home / "settings.toml").write_text("this is [not toml = ", "utf-8")
    _out, errors = program.call("sessions", "list")
    assert "settings" in "".join(errors)
    assert program.run("@@say Hi.", "-C", str(repository))[-1]["status"] == "completed"
