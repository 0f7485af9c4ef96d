"""The disk is full: a clear error, reads go on, nothing stored is lost, and with room again writes go on."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from boocode_desktop.domain.errors import DiskFullError
from boocode_desktop.storage.data_folder import DATABASE
from boocode_desktop.storage.opening import open_store
from tests.fakes.stored import everything, opened

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and mounts of Linux")


def _run(job: str, folder: Path) -> dict[str, Any]:
    argv = [sys.executable, "-m", "tests.fakes.full_disk", job, str(folder)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _check(told: dict[str, Any]) -> None:
    assert told["stored"] > 50
    assert told["read"] == [told["stored"], 50]
    assert told["last"] == told["stored"] + 10
    assert "disk is full" in told["error"]
    assert "Nothing stored so far is lost" in told["hint"]


def _fill_up(file: Path, leave: int = 0) -> None:
    with file.open("wb", buffering=0) as filler:
        with pytest.raises(OSError, match="No space"):
            while True:
                filler.write(bytes(4096))
        filler.truncate(filler.tell() - leave)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 MB, where we may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_files_may_not_grow(tmp_path: Path) -> None:
    _check(_run("limit", tmp_path))


def test_the_device_is_full_and_the_reserve_gives_room(small_disk: Path) -> None:
    told = _run("device", small_disk / "data")
    _check(told)
    assert told["released"] == [True, False]


def test_a_full_disk_at_the_start_uses_the_reserve(small_disk: Path) -> None:
    data = small_disk / "data"

    async def fill() -> None:
        async with opened(data) as store:
            await store.save(*everything())
            while not (data / "reserve").exists():
                await store.set_setting("x", 1)

    asyncio.run(fill())
    _fill_up(small_disk / "filler")

    async def use() -> None:
        async with opened(data) as store:
            assert await store.chat("cha_1") is not None
            await store.save(*everything())

    asyncio.run(use())
    assert not (data / "reserve").exists()


def test_a_full_disk_without_a_reserve_is_told(small_disk: Path) -> None:
    _fill_up(small_disk / "filler")
    with pytest.raises(DiskFullError, match="disk is full"):
        asyncio.run(open_store(small_disk / "data"))


def test_repairing_without_room_changes_nothing(small_disk: Path) -> None:
    data = small_disk / "data"

    async def fill() -> None:
        async with opened(data) as store:
            await store.save(*everything())

    asyncio.run(fill())
    (data / "reserve").unlink(missing_ok=True)
    damaged = bytes(100) + (data / DATABASE).read_bytes()[100:]
    (data / DATABASE).write_bytes(damaged)
    _fill_up(small_disk / "filler", leave=len(damaged))
    with pytest.raises(DiskFullError, match=r"Repairing .* needs \d+ MB"):
        asyncio.run(open_store(data))
    assert (data / DATABASE).read_bytes() == damaged
    (small_disk / "filler").unlink()
    store, report = asyncio.run(open_store(data))
    assert report.state == "recovered"
    asyncio.run(store.close())
