"""find_files: paths by pattern; what git ignores is left out."""

import asyncio
from collections.abc import Iterable

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.globs import compile_glob
from boocode_desktop.tools.ripgrep import ripgrep
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST = 1000
_LISTED_BYTES = 16 * 1024 * 1024


def find_files() -> Tool:
    """The tool."""
    parameters = schema(
        ("pattern",),
        pattern={
            "type": "string",
            "description": "Glob such as `*.py` (any depth), `src/**/test_*.ts`, or a part of a name.",
        },
        path={"type": "string", "description": "Folder to search, relative to the worktree; the worktree if left out."},
    )
    description = (
        "Find files by name. Files that git ignores are left out. Paths come sorted, relative to the worktree."
    )
    return Tool(spec=ToolSpec(name="find_files", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    folder = await call.locate(call.text("path") or ".")
    name = call.place.relative(folder)
    await call.authorize_path("read", folder, f"Find files in {name}", folder=True)
    if not folder.is_dir():
        return ToolOutput(text="", outcome="error", error=f"{name} is not a folder. Look with list_dir what there is.")
    result = await ripgrep(["--files", "--null", "--", "."], folder, call.kit.records, kept_bytes=_LISTED_BYTES)
    if result.timed_out:
        return ToolOutput(text="", outcome="timeout", error="The search took too long. Search in a smaller folder.")
    listed = result.kept.split("\0")
    found = await asyncio.to_thread(matching, listed, call.text("pattern"))
    lines = [call.place.relative(folder / path) for path in found[:_MOST]]
    cut = len(found) > _MOST or result.total_bytes > _LISTED_BYTES
    if cut:
        lines.append("[… more files match; narrow the pattern or the path]")
    return ToolOutput(
        text="\n".join(lines) or f"No file matches {call.text('pattern')}.",
        details={"path": name, "hits": len(found), "truncated": cut},
    )


def matching(listed: Iterable[str], pattern: str) -> list[str]:
    """The listed paths that fit; a pattern for ripgrep's own `--glob` would also bring what git ignores."""
    glob = compile_glob(pattern)
    paths = (entry.removeprefix("./") for entry in listed if entry.strip())
    return [path for path in paths if glob.match(path)]
