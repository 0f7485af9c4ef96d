"""The disk fills up in the middle of a turn: a clear error, what was acknowledged stays, and with room work goes on."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aftermath import (
    assert_at_rest,
    assert_goes_on,
    assert_nothing_lost,
    assert_sound,
    database,
    reopened,
)
from tests.fakes.moments import at_random_moments
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import make_repository
from tests.fakes.warm_program import WarmProgram

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and mounts of Linux")
PROMPT = "\n".join(line for n in range(24) for line in (f"@@say {'word ' * 60}", f"@@write f{n}.txt {'x' * 400}\\n"))


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(context_size=4_000_000) as running:
        yield running


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("disk_full") / "repo", {"a.txt": "alpha\n"})


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, server: OpenAIServer, repository: Path) -> tuple[Path, str]:
    """A data folder with one turn, and its chat."""
    program = WarmProgram(tmp_path_factory.mktemp("disk_full") / "boo", base_url=server.base_url)
    chat = program.run("@@say Hello.", "-C", str(repository))[0]["chat_id"]
    with closing(sqlite3.connect(database(program.home))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return program.home, chat


def told_of_room(events: list[dict[str, Any]], errors: list[str]) -> bool:
    words = "\n".join([*(e["message"] + e["hint"] for e in events if e["type"] == "error"), *errors]).lower()
    return "disk is full" in words or "file too large" in words or "no space" in words


async def look_again(home: Path, chat_id: str) -> None:
    async with reopened(home) as core:
        await assert_at_rest(core, chat_id)
        await assert_goes_on(core, chat_id, "@@write room.txt again\\n\n@@say There is room.")


@at_random_moments
def test_disk_full_in_mid_turn(tmp_path: Path, server: OpenAIServer, begun: tuple[Path, str], moment: int):
    home, chat = begun
    program = WarmProgram(tmp_path / "boo", base_url=server.base_url)
    shutil.copytree(home, program.home)
    limit = database(home).stat().st_size + random.Random(moment).randrange(20_000, 900_000)
    running = program.start_run(PROMPT, "--chat", chat, file_limit=limit)
    events = list(running.events())
    code = running.wait(30)
    if code:
        assert told_of_room(events, running.errors), (events[-3:], running.errors)
    else:
        assert events[-1]["status"] == "completed"
    kept = [e for e in events if e["type"] != "turn_finished" and e["type"] != "error"]
    assert_sound(program.home)
    assert_nothing_lost(state_only(kept), program.home, died_at=time.time())
    asyncio.run(look_again(program.home, chat))
    assert_sound(program.home)


def state_only(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Text waits in memory while nothing can be written, and goes with the program that could not write it."""
    return [e for e in events if e["type"] not in ("text", "reasoning")]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB, where we may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("left", [0, 40_000, 200_000, 400_000])
def test_disk_full_on_a_device_in_mid_turn(small_disk: Path, repository: Path, server: OpenAIServer, left: int):
    program = WarmProgram(small_disk / "boo", base_url=server.base_url)
    chat = program.run("@@say Hello.", "-C", str(repository))[0]["chat_id"]
    (program.home / "database" / "reserve").unlink(missing_ok=True)
    running = program.start_run(f"@@gate full{left}\n{PROMPT}", "--chat", chat)
    events = running.until("step_started")
    server.wait_reached(f"full{left}")
    with (small_disk / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            filler.truncate(max(0, filler.tell() - left))
    server.release(f"full{left}")
    events += list(running.events())
    assert running.wait(30) == 1
    assert told_of_room(events, running.errors), (events[-3:], running.errors)
    assert events[-1]["type"] == "turn_finished", "a front end must see the end of the turn even then"
    _out, errors = program.call("sessions", "list", code=None)
    assert not [line for line in errors if "Traceback" in line]

    (small_disk / "filler").unlink()
    assert_sound(program.home)
    kept = [e for e in state_only(events) if e["type"] not in ("turn_finished", "error")]
    assert_nothing_lost(kept, program.home, died_at=time.time())
    asyncio.run(look_again(program.home, chat))
    assert_sound(program.home)


def test_a_full_disk_at_the_first_start(small_disk: Path):
    with (small_disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(bytes(4096))
    program = WarmProgram(small_disk / "boo")
    out, errors = program.call("sessions", "list", "--json", code=1)
    assert "full" in "".join(errors).lower() or "no space" in "".join(errors).lower(), (out, errors)
    assert not [line for line in errors if "Traceback" in line]
    (small_disk / "filler").unlink()
    assert program.json("sessions", "list") == []
