"""list_dir: what is in a folder."""

import asyncio
import itertools
import os
from pathlib import Path

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.processes.file_access import file_error
from boocode_desktop.processes.places import shown
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST_READ = 20_000
_MOST_SHOWN = 1000


def list_dir() -> Tool:
    """The tool."""
    parameters = schema(
        ("path",), path={"type": "string", "description": "Folder, relative to the worktree; `.` is it."}
    )
    description = (
        "List a folder: folders end in `/`, links show where they lead, files show their size in bytes. "
        "Use find_files to search deeper."
    )
    return Tool(spec=ToolSpec(name="list_dir", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    path = await call.locate(call.text("path"))
    name = call.place.relative(path)
    await call.authorize_path("read", path, f"List {name}")
    try:
        lines, total = await asyncio.to_thread(_entries, path)
    except OSError as error:
        if isinstance(error, NotADirectoryError):
            return ToolOutput(text="", outcome="error", error=f"{name} is a file. Use read_file to read it.")
        raise file_error(call.place, path, error) from error
    left = total - len(lines)
    if left > 0:
        more = f"{left:,}" + ("+" if total >= _MOST_READ else "")
        lines.append(f"[… {more} more entries; find_files with a pattern narrows it down]")
    return ToolOutput(
        text="\n".join(lines) or "[the folder is empty]",
        details={"path": name, "hits": total, "truncated": left > 0},
    )


def _entries(path: Path) -> tuple[list[str], int]:
    """The first entries by name, folders first, and how many there are (up to a bound)."""
    with os.scandir(path) as found:
        entries = list(itertools.islice(found, _MOST_READ))
    entries.sort(key=lambda entry: (not entry.is_dir(follow_symlinks=False), entry.name))
    return [_described(entry) for entry in entries[:_MOST_SHOWN]], len(entries)


def _described(entry: "os.DirEntry[str]") -> str:
    name = shown(entry.name)
    try:
        if entry.is_symlink():
            return f"{name} -> {shown(str(Path(entry.path).readlink()))}"
        if entry.is_dir():
            return f"{name}/"
        return f"{name} ({entry.stat(follow_symlinks=False).st_size:,})"
    except OSError:
        return f"{name} (cannot be looked at)"
