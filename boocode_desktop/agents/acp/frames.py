"""Recorded frames: every message between us and one agent child, as JSON lines, for tests and for hunting faults.

Off unless asked for by `BOOCODE_AGENT_FRAMES=FOLDER`: frames hold prompts and answers as they were said. A line is
`{"at", "pid", "direction", "frame"}`: Unix time, the child's process, `in` or `out`, the message.
"""

import json
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.acp.loose import integer_of, text_of
from boocode_desktop.agents.acp.transport import Direction, Tap
from boocode_desktop.domain.events import Json

_log = logging.getLogger(__name__)
FRAMES_VARIABLE = "BOOCODE_AGENT_FRAMES"
FILE_LIMIT = 32_000_000
"""Bytes after which a file takes no more."""
FRAME_LIMIT = 64_000
"""Characters beyond which only the head of a frame is kept: its id, its method, its size."""


class FrameFile:
    """The frames of one child. It never gets in the way of the agent: what cannot be written is left out, once said."""

    def __init__(self, folder: Path, agent: str, pid: int, *, limit: int = FILE_LIMIT) -> None:
        self.path = folder / f"{agent}-{pid}-{time.time_ns()}.jsonl"
        self._pid = pid
        self._room = limit
        self._file: int | None = None

    def note(self, direction: Direction, frame: Json) -> None:
        """Append a frame; it can be read at once."""
        if self._room <= 0:
            return
        data = f"{frame_line(direction, frame, pid=self._pid, at=time.time())}\n".encode("utf-8", "replace")
        self._room -= len(data)
        if self._room <= 0:
            data = b'{"note": "the file is full"}\n'
        try:
            os.write(self._opened(), data)
        except OSError as error:
            self._room = 0
            _log.warning("frames are not recorded any more in %s: %s", self.path, error)

    def close(self) -> None:
        """Take no more."""
        self._room = 0
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return self._file


def frame_line(direction: Direction, frame: Json, *, pid: int, at: float) -> str:
    """One line of the file, without its end."""
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    if len(text) > FRAME_LIMIT:
        text = json.dumps(_head(frame) | {"cut": len(text)})
    return f'{{"at": {at:.6f}, "pid": {pid}, "direction": "{direction}", "frame": {text}}}'


def frame_file(environ: Mapping[str, str], agent: str, pid: int) -> FrameFile | None:
    """The file for a child's frames where they are asked for."""
    folder = environ.get(FRAMES_VARIABLE, "")
    return FrameFile(Path(folder).absolute(), agent, pid) if folder else None


def both(*taps: Tap | None) -> Tap | None:
    """One tap for several; None for none."""
    found = [tap for tap in taps if tap is not None]

    def tell(direction: Direction, frame: Json) -> None:
        for tap in found:
            tap(direction, frame)

    return tell if len(found) > 1 else found[0] if found else None


def _head(frame: Json) -> Json:
    kept: Json = {"method": text_of(frame.get("method"))} if "method" in frame else {}
    identity = integer_of(frame.get("id")) if not isinstance(frame.get("id"), str) else frame["id"][:100]
    return kept | ({"id": identity} if identity is not None else {})
