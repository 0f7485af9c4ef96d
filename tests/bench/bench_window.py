"""Starting the window, its idle memory, and reopening it after kill -9 with a hundred sessions.

QT_QPA_PLATFORM=offscreen python -m tests.bench.bench_window
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from boocode_desktop.domain import records as rec
from boocode_desktop.domain import transcript as tr
from boocode_desktop.domain.ids import new_id
from boocode_desktop.orchestrator.ports.store import EntryRow
from boocode_desktop.storage.opening import open_store
from boocode_desktop.workspace.git_workspace import GitWorkspace
from tests.bench.figures import row
from tests.fakes.program import make_repository

CHILD = Path(__file__).with_name("window_child.py")
SESSIONS = 100
TURNS = 60


def environment(home: Path) -> dict[str, str]:
    """The child's: bytecode is kept, as wherever the program is installed, in a folder that is new to this run."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    bytecode = str(home.parent / "bytecode")
    return {"QT_QPA_PLATFORM": "offscreen", **kept, "PYTHONPYCACHEPREFIX": bytecode, "BOOCODE_HOME": str(home)}


def child(mode: str, home: Path) -> float:
    """One run of the child; its number."""
    done = subprocess.run(
        [sys.executable, str(CHILD), mode, str(time.time())],
        env=environment(home), capture_output=True, text=True, timeout=90, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    lines = done.stdout.split()
    if not lines:
        raise SystemExit(f"{mode}: {done.stderr}")
    return float(lines[-1])


def entries(chat_id: str, turn: rec.Turn, start: int) -> list[EntryRow]:
    """A turn's entries: a prompt, an answer with code, a call, an end."""
    text = f"Answer {turn.number} with **Markdown** and `code`.\n\n```python\nprint({turn.number})\n```\n\nAnd more.\n"
    made: list[tr.Entry] = [
        tr.PromptEntry(id=f"{turn.id}:prompt", turn_id=turn.id, number=turn.number, text="Do this", agent="boocode"),
        tr.TextEntry(id=f"{turn.id}:2", turn_id=turn.id, text=text * 2, done=True),
        tr.ToolEntry(
            id=new_id("trc"), turn_id=turn.id, step=1, tool="read_file", input={"path": "a.py"}, outcome="success",
            latency_ms=3.0, output="text\n" * 20,
        ),
        tr.EndEntry(id=f"{turn.id}:end", turn_id=turn.id, status="completed", number=turn.number),
    ]  # fmt: skip
    return [EntryRow(chat_id=chat_id, position=start + n, entry=e) for n, e in enumerate(made)]


async def fill(home: Path, folder: Path, sessions: int) -> None:
    """Sessions with chats in a database; the last one has a real worktree."""
    store, _report = await open_store(home / "database", attachments=home / "attachments")
    workspace = GitWorkspace(home)
    now = time.time()
    project = rec.Project(id=new_id("prj"), path=str(folder), name="repo", opened_at=now, created_at=now)
    await store.save(project)
    for number in range(sessions):
        session = rec.Session(
            id=new_id("ses"), project_id=project.id, title=f"Session {number}", created_at=now, updated_at=now + number
        )
        chat = rec.Chat(id=new_id("cht"), session_id=session.id, number=1, title="", updated_at=now)
        rows: list[rec.Turn | EntryRow] = []
        for count in range(1, TURNS + 1):
            turn = rec.Turn(
                id=new_id("trn"), session_id=session.id, chat_id=chat.id, number=count, prompt="Do this",
                agent="boocode", status="completed", started_at=now, finished_at=now,
            )  # fmt: skip
            rows += [turn, *entries(chat.id, turn, count * 10)]
        await store.save(session, chat, *rows)
        if number == sessions - 1:
            place, base = await workspace.create(
                session.id, folder, "worktree", trusted=False, progress=lambda _text: None
            )
            await store.save(place, base)
    await store.close()


def main() -> None:
    root = Path(tempfile.mkdtemp(prefix="boocode-bench-"))
    try:
        folder = make_repository(root / "repo", {f"f{n}.py": "x = 1\n" * 20 for n in range(50)})
        one, many = root / "one", root / "many"
        asyncio.run(fill(one, folder, 1))
        asyncio.run(fill(many, folder, SESSIONS))
        for mode in ("bare", "painted", "idle"):
            child(mode, one)  # so that all is compiled
        baseline = min(child("bare", one) for _ in range(5))
        painted = min(child("painted", one) for _ in range(5))
        row("exec to first painted window", painted, "ms", "<= 1.6 x bare", baseline=baseline)
        memory = child("bare-idle", one)
        idle = min(child("idle", one) for _ in range(2))
        row("idle memory with one session, over a bare window", idle - memory, "MB", "<= 90", baseline=memory)
        row("processor while nothing happens, of one core", child("quiet", one), "%", "<= 3")
        again = min(child("reopen", many) for _ in range(3))
        row(f"reopen after kill -9, {SESSIONS} sessions, to a typed letter", again, "ms", "<= 2000", baseline=baseline)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
