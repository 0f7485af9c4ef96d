"""How long an `@` waits for its files: 100,000 paths, every key of a few words, from the question to the answer.

The baseline is a plain test of every path for the letters, as the simplest completion would make it.

python -m tests.bench.bench_completion
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from boocode_desktop.content.fuzzy_index import FuzzyIndex
from boocode_desktop.domain.records import WorktreeRecord
from boocode_desktop.orchestrator.mentions import MentionDesk
from boocode_desktop.tools.file_listing import RipgrepLister
from tests.bench.figures import best_of, milliseconds, percentile, row

FILES, FOLDERS, ON_DISK = 100_000, 2_000, 20_000
WORDS = ("retry", "client", "test", "http", "server", "config", "util", "index", "view", "model", "cache", "queue")
QUERIES = ("retry", "testclient", "src/http", "cfg", "modelview", "zqx", "indexqueue.py", "e", "uc12")


def paths(count: int) -> list[str]:
    """Made-up paths, the same in every run."""
    dice = random.Random(7)
    folders = ["/".join(dice.choice(WORDS) for _ in range(dice.randint(1, 5))) + f"{n}" for n in range(FOLDERS)]
    return [
        f"{dice.choice(folders)}/{dice.choice(WORDS)}_{dice.choice(WORDS)}{n}.{dice.choice(('py', 'ts', 'md'))}"
        for n in range(count)
    ]


class Store:
    """Knows one worktree."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    async def worktree(self, _session_id: str) -> Any:
        return WorktreeRecord(
            session_id="s", root=self._root, project_path="", isolation="worktree", chain="", base="", baseline=""
        )


class Listed:
    """Lists made-up paths."""

    def __init__(self, listed: list[str]) -> None:
        self._listed = listed

    async def list_files(self, _root: Path) -> list[str]:
        return self._listed


async def beat(gaps: list[float]) -> None:
    """How late the event loop is meanwhile."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(0.002)
        gaps.append((time.perf_counter() - started) * 1000 - 2)


async def keys(desk: MentionDesk) -> list[float]:
    """The time of every key."""
    times = []
    for query in QUERIES:
        for end in range(1, len(query) + 1):
            started = time.perf_counter()
            await desk.find("s", query[:end])
            times.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.01)
    return times


async def measure(folder: Path) -> None:
    """Print the figures."""
    sys.setswitchinterval(0.0005)
    listed = paths(FILES)
    baseline = best_of(3, lambda: milliseconds(lambda: [p for p in listed if all(c in p.lower() for c in "retry")]))
    made = milliseconds(lambda: FuzzyIndex(listed))
    desk = MentionDesk(Store(folder), Listed(listed))  # type: ignore[arg-type]
    await desk.find("s", "")
    gaps: list[float] = []
    beating = asyncio.create_task(beat(gaps))
    times = [t for _ in range(3) for t in await keys(desk)]
    beating.cancel()
    row(f"completion over {FILES:,} files, per key, p95", percentile(times, 0.95), "ms", "<= 30 ms", baseline=baseline)
    row("the same, p50", percentile(times, 0.5), "ms", "", baseline=baseline)
    row("the same, worst", max(times), "ms", "", baseline=baseline)
    row("event loop gap meanwhile, p99", percentile(gaps, 0.99), "ms", "<= 6 ms")
    row("making the index (in a thread)", made, "ms", "")
    await desk.close()
    for path in paths(ON_DISK):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("def f(): pass\n")
    started = time.perf_counter()
    await RipgrepLister().list_files(folder)
    row(f"listing {ON_DISK:,} files on disk", (time.perf_counter() - started) * 1000, "ms", "")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(measure(Path(temporary)))
