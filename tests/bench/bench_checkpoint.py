"""Figures of the checkpoint chain on a 20,000-file tree, beside git's own `status` of the same tree.

`python -m tests.bench.bench_checkpoint [FILES]` prints them; nothing is asserted.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from boocode_desktop.domain.records import CheckpointRecord, WorktreeRecord
from boocode_desktop.workspace.git_workspace import GitWorkspace
from tests.bench.figures import row

REPEATS = 5
CHECKPOINT = "checkpoint, 5 files changed"
STATUS, SLEEP = "(git status)", "(a thread that sleeps 80 ms)"
AIMS = {CHECKPOINT: "<= 150", "rewind": "<= 1000"}
GAPS = {CHECKPOINT: "<= 2"}
BASELINES = {CHECKPOINT: STATUS, "checkpoint, nothing changed": STATUS, "rewind": "(copytree of the files)"}


def make_tree(folder: Path, files: int) -> None:
    """A repository of `files` source files in folders of 100, and a quarter as many ignored ones."""
    for number in range(files):
        path = folder / f"d{number // 100:04}" / f"f{number % 100:03}.py"
        if number % 100 == 0:
            path.parent.mkdir(parents=True)
        path.write_text(f"# file {number}\n" + f"value_{number} = {number}\n" * 120)
    (folder / ".gitignore").write_text("build/\n")
    (folder / "build").mkdir()
    for number in range(files // 4):
        (folder / "build" / f"{number}.o").write_text("object\n")
    for command in (["init", "-q"], ["config", "gc.auto", "0"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
        subprocess.run(["git", "-c", "user.name=b", "-c", "user.email=b@example.org", *command], cwd=folder, check=True)


async def timed(work: Callable[[], Awaitable[object]]) -> tuple[float, float, object]:
    """Wall milliseconds of `work`, the longest gap of the loop meanwhile in milliseconds, and the result."""
    worst, running = 0.0, True

    async def tick() -> None:
        nonlocal worst
        while running:
            start = time.perf_counter()
            await asyncio.sleep(0)
            worst = max(worst, time.perf_counter() - start)

    ticker = asyncio.create_task(tick())
    start = time.perf_counter()
    result = await work()
    spent = time.perf_counter() - start
    running = False
    await ticker
    return spent * 1000, worst * 1000, result


class Bench:
    """A session and the best figures so far."""

    def __init__(self, workspace: GitWorkspace, worktree: WorktreeRecord, base: CheckpointRecord) -> None:
        self.workspace, self.worktree, self.checkpoints = workspace, worktree, [base]
        self.best: dict[str, list[tuple[float, float]]] = {}

    async def note(self, name: str, work: Callable[[], Awaitable[object]]) -> object:
        """Run `work` and keep its figure."""
        spent, gap, result = await timed(work)
        self.best.setdefault(name, []).append((spent, gap))
        return result

    async def turn(self, number: int) -> None:
        """Five files change; everything that a front end asks for afterwards."""
        root, space, tree = Path(self.worktree.root), self.workspace, self.worktree
        for folder in range(5):
            (root / f"d{folder:04}" / "f001.py").write_text(f"turn = {number}\n")
        after = self.checkpoints[-1]
        made = await self.note(
            CHECKPOINT,
            lambda: space.checkpoint(tree, after=after, turn=number, phase="after", author="alpha"),
        )
        assert isinstance(made, CheckpointRecord)
        self.checkpoints.append(made)
        await self.note(
            "checkpoint, nothing changed",
            lambda: space.checkpoint(tree, after=made, turn=number, phase="before", author="you"),
        )
        await self.note("change list", lambda: space.changes(tree, self.checkpoints, []))
        await self.note("diff of a file", lambda: space.diff(tree, self.checkpoints, [], "d0001/f001.py"))
        await self.note("blame", lambda: space.blame(tree, made, "d0001/f001.py"))
        await self.note(STATUS, lambda: asyncio.to_thread(_git_status, root))
        await self.note(SLEEP, lambda: asyncio.to_thread(time.sleep, 0.08))

    async def rewind(self, commit: str) -> None:
        """Rewind to a checkpoint."""
        pair = await self.note(
            "rewind", lambda: self.workspace.rewind(self.worktree, self.checkpoints, commit, turn=REPEATS)
        )
        assert isinstance(pair, tuple)
        self.checkpoints += pair


async def measure(base: Path, files: int) -> dict[str, tuple[float, float]]:
    """All figures: milliseconds, and those of the longest gap of the loop meanwhile."""
    folder = base / "project"
    make_tree(folder, files)
    workspace = GitWorkspace(base / "data")
    copied = await timed(
        lambda: asyncio.to_thread(shutil.copytree, folder, base / "copy", ignore=shutil.ignore_patterns(".git"))
    )
    made = await timed(lambda: workspace.create("ses_bench", folder, "worktree", trusted=True, progress=lambda _: None))
    assert isinstance(made[2], tuple)
    bench = Bench(workspace, *made[2])
    for number in range(1, REPEATS + 1):
        await bench.turn(number)
    for target in (bench.checkpoints[1], bench.checkpoints[-1], bench.checkpoints[0]):
        await bench.rewind(target.commit)
    removed = await timed(lambda: workspace.remove(bench.worktree))
    figures = {"(copytree of the files)": copied[:2], "create session": made[:2]}
    figures |= {name: min(runs) for name, runs in bench.best.items()}
    figures["remove session"] = removed[:2]
    return figures


def _git_status(root: Path) -> None:
    subprocess.run(["git", "status", "--porcelain"], cwd=root, check=True, capture_output=True)


def main() -> None:
    """Print the figures."""
    sys.setswitchinterval(0.0005)
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        figures = asyncio.run(measure(Path(folder), files))
    for name, (spent, gap) in figures.items():
        baseline = figures.get(BASELINES.get(name, ""), (None, None))
        row(f"{files:,} files: {name}", spent, "ms", AIMS.get(name, "-"), baseline=baseline[0])
        row(f"{files:,} files: {name}, loop gap", gap, "ms", GAPS.get(name, "-"), baseline=baseline[1])


if __name__ == "__main__":
    main()
