"""Processes that use a database beside the test: started once, forked for each job, so that killing one is cheap.

Lines in are jobs, a name and the database's folder; the first line out of a job is its process id. The job `nothing`
starts none and answers `idle`: a mark in the output.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.storage.opening import open_store
from tests.fakes.stored import entry, event, parents


def say(text: str) -> None:
    """One line, at once."""
    os.write(1, f"{text}\n".encode())


async def allocate(store: Store) -> None:
    """Give out fifty turn numbers and chat numbers, some at the same time."""
    for _ in range(25):
        turns = await asyncio.gather(store.allocate_turn("ses_1"), store.allocate_turn("ses_1"))
        chats = await asyncio.gather(store.allocate_chat("ses_1"), store.allocate_chat("ses_1"))
        say(f"given {turns[0]} {turns[1]} {chats[0]} {chats[1]}")


async def take(store: Store) -> None:
    """Take what waits in the queue."""
    for prompt in await store.queue("cha_1"):
        if await store.delete_queued(prompt.id):
            say(f"taken {prompt.id}")


async def write(store: Store) -> None:
    """Write for ever, alone and in bursts, and say what was acknowledged."""
    first = await store.last_seq("cha_1") + 1

    async def one(seq: int) -> None:
        await store.save(event(seq, "x" * (seq % 900)), entry(seq), durable=seq % 7 == 0)
        say(f"stored {seq}")

    for seq in count(first, 4):
        await one(seq)
        await asyncio.gather(one(seq + 1), one(seq + 2), one(seq + 3))


JOBS: dict[str, Callable[[Store], Awaitable[None]]] = {"allocate": allocate, "take": take, "write": write}


async def _work(job: str, folder: Path) -> None:
    store, _report = await open_store(folder)
    if job == "write":
        await store.save(*parents())
    say(f"ready {os.getpid()}")
    await JOBS[job](store)
    await store.close()


def main() -> None:
    """Fork a process for each job that is asked for."""
    for line in sys.stdin:
        job, folder = line.rstrip("\n").split(" ", 1)
        if job == "nothing":
            say("idle")
        elif os.fork() == 0:
            asyncio.run(_work(job, Path(folder)))
            say("done")
            os._exit(0)


if __name__ == "__main__":
    main()
