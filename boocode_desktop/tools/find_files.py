"""find_files: paths by pattern; what git ignores is left out."""

from pathlib import Path

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.ripgrep import ripgrep
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST = 1000


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
    arguments = ["--files", "--null", f"--iglob={glob_of(call.text('pattern'))}", "--", "."]
    result = await ripgrep(arguments, folder, call.kit.records)
    if result.timed_out:
        return ToolOutput(text="", outcome="timeout", error="The search took too long. Search in a smaller folder.")
    found = [_shown(call, folder, entry) for entry in result.kept.split("\0") if entry.strip()]
    lines = found[:_MOST]
    if len(found) > _MOST or result.truncated:
        lines.append("[… more files match; narrow the pattern or the path]")
    return ToolOutput(
        text="\n".join(lines) or f"No file matches {call.text('pattern')}.",
        details={"path": name, "hits": len(found), "truncated": len(found) > _MOST},
    )


def glob_of(pattern: str) -> str:
    """What ripgrep gets: a pattern without wildcards matches as a part of a name."""
    pattern = pattern.strip().removeprefix("./").lstrip("!")
    if any(c in pattern for c in "*?[{"):
        return pattern
    return f"*{pattern.rstrip('/')}/**" if pattern.endswith("/") else f"*{pattern}*" if "/" not in pattern else pattern


def _shown(call: Call, folder: Path, entry: str) -> str:
    return call.place.relative(folder / entry.removeprefix("./"))
