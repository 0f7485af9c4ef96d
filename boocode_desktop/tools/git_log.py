"""git_log: the newest commits."""

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.git_commands import git, pathspec
from boocode_desktop.tools.git_diff import checked_commit
from boocode_desktop.tools.tool import Call, Tool, schema

_USUAL, _MOST = 20, 200
_FORMAT = "--format=%h %ad %an: %s"


def git_log() -> Tool:
    """The tool."""
    parameters = schema(
        (),
        path={"type": "string", "description": "File or folder whose history to show; everything if left out."},
        limit={"type": "integer", "minimum": 1, "maximum": _MOST, "description": f"How many, {_USUAL} if left out."},
        commit={"type": "string", "description": "Commit or branch to start from; HEAD if left out."},
    )
    description = "List commits, newest first: short id, date, author, subject."
    return Tool(spec=ToolSpec(name="git_log", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    target = await call.resolve(call.text("path") or ".")
    name = call.place.relative(target)
    await call.authorize_path("read", target, f"Look at the git history of {name}")
    limit = call.input.get("limit", _USUAL)
    commit = checked_commit(call.text("commit") or "HEAD")
    arguments = [
        "log",
        _FORMAT,
        "--date=short",
        "--no-color",
        "--no-show-signature",
        "--no-notes",
        f"--max-count={limit}",
    ]
    result = await git(call, [*arguments, commit, "--", *pathspec(name)])
    lines = result.output.rstrip("\n").split("\n") if result.output.strip() else []
    return ToolOutput(text="\n".join(lines) or f"No commit touches {name}.", details={"path": name, "hits": len(lines)})
