"""create_file: writes a whole file, new or instead of the one that is there."""

import asyncio
from pathlib import Path

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.text_files import BinaryFileError, TextFile, normal, split_lines
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.processes.file_access import FileBytes, FileError, read_bytes, write_bytes
from boocode_desktop.processes.places import Place
from boocode_desktop.tools.file_diffs import FileDiff, diff_of
from boocode_desktop.tools.tool import Call, Tool, refuse_elision, schema


def create_file() -> Tool:
    """The tool."""
    parameters = schema(
        ("path", "content"),
        path={"type": "string", "description": "File, relative to the worktree."},
        content={"type": "string", "minLength": 0, "description": "The whole text of the file."},
    )
    description = (
        "Write a file as a whole; missing folders are made, an existing file is replaced. "
        "Use edit_file to change a part of a file."
    )
    spec = ToolSpec(name="create_file", description=description, parameters=parameters, parallel=False, writes=True)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    path = await call.resolve(call.text("path"))
    name = call.place.relative(path)
    await call.authorize_path("write", path, f"Write {name}")
    diff, existed = await asyncio.to_thread(_write, call.place, path, call.text("content"))
    count = len(split_lines(call.text("content")))
    lines = f"{count} line" + ("" if count == 1 else "s")
    if existed and not diff.diff:
        return ToolOutput(text=f"{name} already stood like that ({lines}).", details=diff.details())
    text = (
        f"Replaced {name}: {lines} now, {diff.added} added, {diff.removed} removed."
        if existed
        else (f"Created {name} ({lines}).")
    )
    return ToolOutput(text=text, details=diff.details())


def _write(place: Place, path: Path, content: str) -> tuple[FileDiff, bool]:
    existed = path.exists()
    before = _read_if_there(place, path)
    old = _text_of(before)
    refuse_elision(content, old.text if old else "")
    if before is not None and old is not None:
        data = old.with_text(_with_ends_of(old.text, content))
    else:
        data = content.encode("utf-8", "replace")
    write_bytes(place, path, data, expected=before.stamp if before else None)
    return diff_of(place.relative(path), old.text if old else None, content), existed


def _read_if_there(place: Place, path: Path) -> FileBytes | None:
    try:
        return read_bytes(place, path)
    except FileError:
        if path.is_dir():
            raise
        return None


def _text_of(file: FileBytes | None) -> TextFile | None:
    """The replaced text, where its encoding can hold any other text as well."""
    try:
        text = file.text() if file is not None else None
    except BinaryFileError:
        return None
    return None if text is not None and text.encoding == "latin-1" else text


def _with_ends_of(old: str, new: str) -> str:
    """The new text with CRLF where the old one has nothing else and the new one does not say."""
    uniform = "\r\n" in old and "\r" not in (rest := old.replace("\r\n", "")) and "\n" not in rest
    return normal(new).replace("\n", "\r\n") if uniform and "\r" not in new else new
