"""One small file per living child, so that the next start can end what a crash of ours left behind.

A record names the child's group, who owns it, and the token that everything started by the child carries in its
environment. Start times guard against ids that were used again.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.codec import from_plain, to_plain
from boocode_desktop.processes.process_identity import ProcessIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRecord:
    """A living child: what it is called, which process leads its group (`pgid` = its pid), and who owns it."""

    name: str
    token: str
    pgid: int
    child: ProcessIdentity
    owner: ProcessIdentity


def new_token() -> str:
    """A name no other child ever has."""
    return secrets.token_hex(8)


def record_path(folder: Path, token: str) -> Path:
    """Where the record of a child is."""
    return folder / f"{token}.json"


def write_record(folder: Path, record: ChildRecord) -> Path:
    """Save a record so that it is either there in full or not at all; returns its file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = record_path(folder, record.token)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(to_plain(record)), encoding="utf-8")
    return draft.replace(path)


def read_records(folder: Path) -> list[tuple[Path, ChildRecord | None]]:
    """All records; None beside a file that cannot be read as one."""
    return [(path, _read(path)) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> ChildRecord | None:
    try:
        record: ChildRecord = from_plain(ChildRecord, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if isinstance(record.pgid, int) and record.pgid > 1 and record.token else None
