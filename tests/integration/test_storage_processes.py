"""Several processes use one database: numbers are given once, and a killed writer loses nothing it acknowledged."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boocode_desktop.domain import records as rec
from boocode_desktop.storage.data_folder import DATABASE
from boocode_desktop.storage.opening import OpenReport, open_store
from tests.fakes.stored import opened, parents

KILLS = 20
ROOT = Path(__file__).parents[2]


class Children:
    """The process that forks workers, and what they say."""

    def __init__(self) -> None:
        argv = [sys.executable, "-m", "tests.fakes.storage_child"]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._process.stdin and self._process.stdout
        self._input, self._output = self._process.stdin, self._process.stdout

    def start(self, job: str, folder: Path) -> None:
        """Fork a worker."""
        self._input.write(f"{job} {folder}\n")
        self._input.flush()

    def line(self) -> list[str]:
        """The next line of any worker, in words."""
        return self._output.readline().split()

    def close(self) -> None:
        """End the forking process; workers end by themselves."""
        self._input.close()
        self._output.close()
        self._process.wait(20)


@pytest.fixture
def children() -> Iterator[Children]:
    """A forking process, ended after the test."""
    made = Children()
    yield made
    made.close()


def _prepare(folder: Path, *more: rec.QueuedPrompt) -> None:
    async def run() -> None:
        async with opened(folder) as store:
            await store.save(*parents(), *more)

    asyncio.run(run())


def test_numbers_are_given_once_across_processes(tmp_path: Path, children: Children) -> None:
    _prepare(tmp_path)
    workers = 3
    for _ in range(workers):
        children.start("allocate", tmp_path)
    turns: list[int] = []
    chats: list[int] = []
    done = 0
    while done < workers:
        match children.line():
            case ["given", *numbers]:
                turns += [int(n) for n in numbers[:2]]
                chats += [int(n) for n in numbers[2:]]
            case ["done"]:
                done += 1
    assert sorted(turns) == list(range(1, 50 * workers + 1))
    assert sorted(chats) == list(range(2, 50 * workers + 2))


def test_a_queued_prompt_is_taken_by_one_process(tmp_path: Path, children: Children) -> None:
    _prepare(tmp_path, *(rec.QueuedPrompt(id=f"q{n}", chat_id="cha_1", text="", position=n) for n in range(60)))
    for _ in range(3):
        children.start("take", tmp_path)
    taken: list[str] = []
    done = 0
    while done < 3:
        match children.line():
            case ["taken", name]:
                taken.append(name)
            case ["done"]:
                done += 1
    assert sorted(taken) == sorted(f"q{n}" for n in range(60))


def _stored_after(folder: Path) -> tuple[set[int], OpenReport]:
    async def run() -> tuple[set[int], OpenReport]:
        store, report = await open_store(folder)
        seqs = {e.seq for e in await store.events_after("cha_1", 0)}
        entries = set()
        before: int | None = None
        while True:
            page = await store.entries("cha_1", before=before, limit=200)
            entries |= {row.position for row in page.rows}
            before = page.before
            if before is None:
                break
        await store.close()
        assert entries == seqs  # an event and its entry were one save
        return seqs, report

    return asyncio.run(run())


def test_killing_the_writer_loses_nothing_acknowledged(tmp_path: Path, children: Children) -> None:
    rng = random.Random(20)
    acknowledged: set[int] = set()
    for _ in range(KILLS):
        children.start("write", tmp_path)
        while (said := children.line())[0] != "ready":
            acknowledged.add(int(said[1]))  # the last words of the one before
        pid = int(said[1])
        for _ in range(rng.randint(1, 60)):
            _stored, seq = children.line()
            acknowledged.add(int(seq))
        os.kill(pid, signal.SIGKILL)
        acknowledged |= _rest(children)
        with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
            assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        stored, report = _stored_after(tmp_path)
        assert report.state == "clean"
        assert acknowledged <= stored
    assert len(acknowledged) > KILLS


def _rest(children: Children) -> set[int]:
    """What the killed worker had said; the next worker's first line ends it."""
    children.start("nothing", Path("/"))
    rest: set[int] = set()
    while True:
        match children.line():
            case ["stored", seq]:
                rest.add(int(seq))
            case ["idle"]:
                return rest
