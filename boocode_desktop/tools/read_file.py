"""read_file: the text of a file, whole or by lines."""

import asyncio

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.text_files import is_binary, normal
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.processes.file_access import read_bytes
from boocode_desktop.tools.line_ranges import MOST_LINES, part_of, with_header
from boocode_desktop.tools.tool import Call, Tool, schema

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)


def read_file() -> Tool:
    """The tool."""
    parameters = schema(
        ("path",),
        path={"type": "string", "description": "File, relative to the worktree."},
        line={"type": "integer", "minimum": 1, "description": "First line to read, counted from 1."},
        limit={"type": "integer", "minimum": 1, "description": f"How many lines, at most {MOST_LINES}."},
    )
    description = (
        "Read a text file. The text comes as it is, without line numbers; a long file comes in parts, with a first "
        "line in brackets that says which part it is."
    )
    return Tool(spec=ToolSpec(name="read_file", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    path = await call.locate(call.text("path"))
    name = call.place.relative(path)
    await call.authorize_path("read", path, f"Read {name}")
    file = await asyncio.to_thread(read_bytes, call.place, path)
    kind = image_kind(file.data)
    if kind:
        size = f"{len(file.data):,} bytes"
        raise UserFacingError(
            f"{name} is an image ({kind}, {size}); read_file reads text.", "Ask the user to attach it to see it."
        )
    if is_binary(file.data):
        raise UserFacingError(
            f"{name} is a binary file ({len(file.data):,} bytes); read_file reads text.",
            "Use run_command with a program that understands it.",
        )
    text = normal(file.text().text)
    part = part_of(text, call.input.get("line"), call.input.get("limit"))
    details = {"path": name, "lines": part.total, "truncated": part.partial}
    return ToolOutput(text=with_header(part) or "[the file is empty]", details=details)


def image_kind(data: bytes) -> str:
    """The kind of image that bytes begin like, "" for none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    kind = next((kind for mark, kind in _IMAGES if data.startswith(mark)), "")
    return "" if kind == "BMP" and not is_binary(data) else kind
