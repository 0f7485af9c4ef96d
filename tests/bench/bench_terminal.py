"""A terminal under a flood: `cat` of 20 MB in a real shell on a real terminal, painted in a window.

Baseline: the same `cat` into a pipe that is only read.
"""

import asyncio
import os
import subprocess
import tempfile
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from boocode_desktop.content.terminal.search import find_in
from boocode_desktop.orchestrator.ports.agents import TerminalLaunch
from boocode_desktop.orchestrator.terminals import TerminalDesk
from boocode_desktop.processes.children import Children
from boocode_desktop.ui.terminal.view import TerminalView
from boocode_desktop.ui.theme.fonts import register_fonts
from boocode_desktop.ui.theme.theme import Theme
from tests.bench.figures import percentile, row
from tests.bench.heartbeat import Heartbeat

SIZE = 20_000_000
LINE = b"\x1b[32m%07d\x1b[0m a line of a log that goes on for a while, as logs do\n"


def flood(path: Path) -> int:
    """Write the file; returns its lines."""
    count = SIZE // len(LINE % 0)
    path.write_bytes(b"".join(LINE % n for n in range(count)))
    return count


def bare(path: Path) -> float:
    """Seconds to read the same from a pipe."""
    started = time.perf_counter()
    subprocess.run(["cat", str(path)], stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - started


async def once(folder: Path, theme: Theme, lines: int) -> tuple[float, float, float]:
    """Seconds until the end is on screen, p99 and worst gap of the loop in ms."""

    async def root(_session_id: str) -> Path:
        return folder

    async def no_agent(_name: str, _environ: object) -> TerminalLaunch:
        raise AssertionError("only shells are measured")

    desk = TerminalDesk(Children(folder / "run"), root, no_agent)
    terminal = await desk.open(cwd=folder)
    view = TerminalView(theme, terminal)
    view.resize(1000, 600)
    view.show()
    await asyncio.sleep(0.5)
    beat = Heartbeat()
    started = time.perf_counter()
    terminal.type(b"cat flood; echo end-$((1+1))\n")
    while not any("end-2" in terminal.feed.screen.row(y).text for y in range(terminal.feed.screen.lines)):
        await asyncio.sleep(0.01)
    took = time.perf_counter() - started
    beat.stop()
    last = f"{lines - 1:07d}"
    assert find_in(terminal.feed.now(), last), "the last line is not there"
    assert len(terminal.feed.history) == 10_000, "the last lines are not kept"
    assert terminal.feed.history.lost > 0, "the gap is not told"
    view.close()
    view.deleteLater()
    await desk.close()
    return took, percentile(beat.gaps, 0.99), max(beat.gaps)


async def main() -> None:
    """Best of three."""
    theme = Theme(reduced_motion=True)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    register_fonts()
    theme.apply(app, "dark")
    os.environ["SHELL"] = "/bin/sh"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = flood(folder / "flood")
        base = min(bare(folder / "flood") for _ in range(3))
        runs = [await once(folder, theme, lines) for _ in range(3)]
    took, p99, worst = min(runs)
    row("terminal: cat of 20 MB", took * 1000, "ms", "<= 3000", baseline=base * 1000)
    row("terminal: loop gap p99 meanwhile", p99, "ms", "<= 16")
    row("terminal: loop gap worst meanwhile", worst, "ms", "<= 33")


if __name__ == "__main__":
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(app)
    loop.run_until_complete(main())
    loop.close()
