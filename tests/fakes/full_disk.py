"""A process whose disk gets full: it writes until it is refused, reads, gets room again, writes on.

python -m tests.fakes.full_disk limit FOLDER     no file may grow beyond what is set here
python -m tests.fakes.full_disk device FOLDER    FOLDER lies on a small disk, which is filled up
"""

import asyncio
import json
import resource
import sys
from itertools import count
from pathlib import Path

from boocode_desktop.domain.errors import DiskFullError
from boocode_desktop.storage.opening import open_store
from boocode_desktop.storage.sqlite_store import SqliteStore
from tests.fakes.stored import entry, event, parents

LIMIT = 4_000_000


async def _until_full(store: SqliteStore) -> tuple[int, DiskFullError]:
    """The last number that was stored, and the error of the next."""
    for seq in count(1):
        try:
            await store.save(event(seq, "x" * 5000), entry(seq, "x" * 5000), durable=seq % 5 == 0)
        except DiskFullError as error:
            return seq - 1, error
    raise AssertionError("the disk has no end")


async def _after_room(store: SqliteStore, stored: int) -> None:
    """What was refused is tried again."""
    await asyncio.gather(*(store.save(event(seq), entry(seq)) for seq in range(stored + 1, stored + 11)))


async def limit(folder: Path) -> dict[str, object]:
    """By the process's own limit."""
    store, _report = await open_store(folder)
    await store.save(*parents())
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    stored, error = await _until_full(store)
    read = len(await store.events_after("cha_1", 0)), len((await store.entries("cha_1")).rows)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await _after_room(store, stored)
    last = await store.last_seq("cha_1")
    await store.close()
    return {"stored": stored, "read": read, "last": last, "error": error.message, "hint": error.hint}


async def device(folder: Path) -> dict[str, object]:
    """By a disk that is full, with a reserve on it."""
    store, _report = await open_store(folder)
    await store.save(*parents())
    while not (folder / "reserve").exists():
        await store.set_setting("x", 1)
    with (folder.parent / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(65_536))
        except OSError:
            filler.truncate(filler.tell() - 4_000_000)
    stored, error = await _until_full(store)
    read = len(await store.events_after("cha_1", 0)), len((await store.entries("cha_1")).rows)
    released = await store.release_reserve(), await store.release_reserve()
    await _after_room(store, stored)
    last = await store.last_seq("cha_1")
    await store.close()
    return {
        "stored": stored,
        "read": read,
        "last": last,
        "released": released,
        "error": error.message,
        "hint": error.hint,
    }


if __name__ == "__main__":
    job = {"limit": limit, "device": device}[sys.argv[1]]
    sys.stdout.write(json.dumps(asyncio.run(job(Path(sys.argv[2])))))
