"""Where the running engine is, for other programs of ours on this computer: one private file with address and key."""

import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.domain.codec import from_plain, to_plain
from boocode_desktop.processes.process_identity import ProcessIdentity, is_alive


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRecord:
    """A ready engine: its process, who owns it, how to ask it."""

    engine: ProcessIdentity
    owner: ProcessIdentity
    model: str
    url: str
    api_key: str = field(repr=False)
    context_size: int = 0
    abilities: tuple[str, ...] = ()
    started_at: float = 0.0


def record_file(run_dir: Path) -> Path:
    """The file."""
    return run_dir / "engine.json"


def write_engine_record(run_dir: Path, record: EngineRecord) -> None:
    """Save it, readable by its owner alone from the first byte."""
    run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = run_dir / f"engine.{os.getpid()}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(to_plain(record), file)
    draft.replace(record_file(run_dir))


def read_engine_record(run_dir: Path) -> EngineRecord | None:
    """The engine that runs now, whoever owns it; None if there is none."""
    try:
        text = record_file(run_dir).read_text(encoding="utf-8")
        record: EngineRecord = from_plain(EngineRecord, json.loads(text))
    except (OSError, ValueError, TypeError):
        return None
    return record if is_alive(record.engine) else None


def remove_engine_record(run_dir: Path) -> None:
    """The engine is no more."""
    record_file(run_dir).unlink(missing_ok=True)


def stop_recorded_engine(run_dir: Path, *, patience_s: float = 3.0) -> bool:
    """End the engine that runs, also another program's; that one sees the missing record and does not start it again.

    Blocks until it is gone; False if there was none.
    """
    record = read_engine_record(run_dir)
    remove_engine_record(run_dir)
    if record is None:
        return False
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        _signal(record.engine, number)
        until = time.monotonic() + patience_s
        while is_alive(record.engine) and time.monotonic() < until:
            time.sleep(0.02)
    return True


def _signal(process: ProcessIdentity, number: int) -> None:
    if not is_alive(process):
        return
    try:
        os.kill(process.pid, number)
    except OSError:
        return
