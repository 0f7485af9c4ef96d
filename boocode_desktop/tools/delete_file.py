"""delete_file: removes a file, a link or an empty folder."""

import asyncio
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.processes.file_access import check_writable, delete, read_bytes
from boocode_desktop.processes.places import Place
from boocode_desktop.tools.file_diffs import FileDiff, diff_of
from boocode_desktop.tools.tool import Call, Tool, schema


def delete_file() -> Tool:
    """The tool."""
    parameters = schema(("path",), path={"type": "string", "description": "File, relative to the worktree."})
    description = "Delete a file or an empty folder. A link is deleted, not what it leads to."
    spec = ToolSpec(name="delete_file", description=description, parameters=parameters, parallel=False, writes=True)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    path = await asyncio.to_thread(call.place.locate_entry, call.text("path"))
    name = call.place.relative(path)
    check_writable(call.place, path)
    await call.authorize_path("delete", path, f"Delete {name}")
    diff = await asyncio.to_thread(_delete, call.place, path)
    return ToolOutput(text=f"Deleted {name}.", details=diff.details() if diff else {"path": name})


def _delete(place: Place, path: Path) -> FileDiff | None:
    """Deletes, and tells what was lost where that is text."""
    if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
        raise UserFacingError(
            f"{place.relative(path)} is a folder with files in it; nothing was deleted.", "Delete its files first."
        )
    try:
        lost = None if path.is_symlink() else read_bytes(place, path).text().text
    except UserFacingError:
        lost = None
    delete(place, path)
    return None if lost is None else diff_of(place.relative(path), lost, None)
