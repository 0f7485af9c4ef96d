"""One holder at a time, and who it is."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from boocode_desktop.domain.errors import BusyError
from boocode_desktop.processes.locks import FileLock
from boocode_desktop.processes.process_identity import this_process

HOLD = """
import asyncio, sys
from pathlib import Path
from boocode_desktop.processes.locks import FileLock
async def main():
    lock = FileLock(Path(sys.argv[1]))
    await lock.acquire("a turn in chat c1")
    print("held", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await lock.release()
asyncio.run(main())
"""


def _holder(path: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.communicate(timeout=10)


def test_a_free_lock_is_taken_and_let_go(tmp_path: Path) -> None:
    async def body() -> None:
        lock = FileLock(tmp_path / "deep" / "s1.lock")
        await lock.acquire("a turn")
        assert lock.held
        owner = lock.owner()
        assert owner is not None
        assert (owner.process, owner.what) == (this_process(), "a turn")
        assert abs(owner.since - time.time()) < 60
        await lock.release()
        await lock.release()
        assert not lock.held
        assert lock.owner() is None
        await lock.acquire("again")
        await lock.release()

    asyncio.run(body())
    assert (tmp_path / "deep" / "s1.lock").stat().st_mode & 0o777 == 0o600


def test_two_holders_in_one_process_exclude_each_other(tmp_path: Path) -> None:
    async def body() -> None:
        first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
        await first.acquire("approving")
        with pytest.raises(BusyError, match=f"Process {os.getpid()} is at work here: approving"):
            await second.acquire("a turn")
        waiting = asyncio.create_task(second.acquire("a turn", wait=True))
        await asyncio.sleep(0)
        await first.release()
        await asyncio.wait_for(waiting, 10)
        await second.release()

    asyncio.run(body())


def test_another_process_is_named(tmp_path: Path) -> None:
    holder = _holder(tmp_path / "lock")

    async def body() -> None:
        with pytest.raises(BusyError, match=f"Process {holder.pid} is at work here: a turn in chat c1"):
            await FileLock(tmp_path / "lock").acquire("mine")

    asyncio.run(body())
    _end(holder)


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    holder = _holder(tmp_path / "lock")
    holder.send_signal(signal.SIGKILL)
    _end(holder)

    async def body() -> None:
        lock = FileLock(tmp_path / "lock")
        assert lock.owner() is None
        await lock.acquire("mine")
        await lock.release()

    asyncio.run(body())


def test_waiting_has_an_end(tmp_path: Path) -> None:
    async def body() -> None:
        first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
        await first.acquire("approving")
        with pytest.raises(BusyError):
            await second.acquire("a turn", wait=True, timeout_s=0.05)
        await first.release()

    asyncio.run(body())


def test_a_cancelled_wait_takes_nothing(tmp_path: Path) -> None:
    async def body() -> None:
        for spins in range(6):
            lock = FileLock(tmp_path / "lock")
            taking = asyncio.create_task(lock.acquire("mine"))
            for _ in range(spins):
                await asyncio.sleep(0)
            taking.cancel()
            await asyncio.wait([taking])
            await lock.release()
            other = FileLock(tmp_path / "lock")
            await other.acquire("after", wait=True, timeout_s=5)
            await other.release()

    asyncio.run(body())


def test_an_unreadable_owner_is_still_busy(tmp_path: Path) -> None:
    async def body() -> None:
        lock = FileLock(tmp_path / "lock")
        await lock.acquire("mine")
        lock.path.write_text("not json")
        with pytest.raises(BusyError, match="Somebody else"):
            await FileLock(tmp_path / "lock").acquire("theirs")
        await lock.release()

    asyncio.run(body())
