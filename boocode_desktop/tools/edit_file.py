"""edit_file: replaces one place in a file, found by the ladder of `patch_matching`."""

import asyncio
from pathlib import Path

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.patch_matching import Edited, replace_text
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.processes.file_access import read_bytes, write_bytes
from boocode_desktop.processes.places import Place
from boocode_desktop.tools.file_diffs import FileDiff, diff_of
from boocode_desktop.tools.tool import Call, Tool, refuse_elision, schema


def edit_file() -> Tool:
    """The tool."""
    parameters = schema(
        ("path", "old_string", "new_string"),
        path={"type": "string", "description": "File, relative to the worktree."},
        old_string={"type": "string", "description": "The lines to replace, exactly as they stand in the file."},
        new_string={"type": "string", "minLength": 0, "description": "What shall stand there instead."},
        replace_all={"type": "boolean", "description": "Replace every place where old_string stands exactly."},
    )
    description = (
        "Replace one place in a text file. old_string must fit one place only: quote enough lines around it. "
        "Line ends and encoding of the file are kept."
    )
    spec = ToolSpec(name="edit_file", description=description, parameters=parameters, parallel=False, writes=True)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    path = await call.resolve(call.text("path"))
    name = call.place.relative(path)
    await call.authorize_path("read", path, f"Read {name}")
    await call.authorize_path("write", path, f"Edit {name}")
    old, new = call.text("old_string"), call.text("new_string")
    edited, diff = await asyncio.to_thread(_edit, call.place, path, old, new, bool(call.input.get("replace_all")))
    return ToolOutput(text=_told(name, edited, diff), details={**diff.details(), "matched": edited.rung})


def _edit(place: Place, path: Path, old: str, new: str, replace_all: bool) -> tuple[Edited, FileDiff]:
    file = read_bytes(place, path)
    text = file.text()
    refuse_elision(new, old + text.text)
    edited = replace_text(text.text, old, new, replace_all=replace_all)
    write_bytes(place, path, text.with_text(edited.text), expected=file.stamp)
    return edited, diff_of(place.relative(path), text.text, edited.text)


def _told(name: str, edited: Edited, diff: FileDiff) -> str:
    places = ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in edited.lines[:20])
    lines = "line" if len(edited.lines) == 1 and edited.lines[0][0] == edited.lines[0][1] else "lines"
    told = f"Edited {name}, {lines} {places}: {diff.added} added, {diff.removed} removed."
    if edited.rung == "exact":
        return told
    how = f"similarity ({edited.score:.2f})" if edited.rung == "similarity" else f"all but {edited.rung}"
    return (
        f"{told}\nold_string did not stand there exactly; the place was found by {how}. Check it:\n{diff.diff[:4000]}"
    )
