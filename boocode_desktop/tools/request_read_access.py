"""request_read_access: asks to read something outside the worktree."""

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.tool import Call, Tool, schema


def request_read_access() -> Tool:
    """The tool."""
    parameters = schema(
        ("path", "reason"),
        path={"type": "string", "description": "File or folder outside the worktree, absolute."},
        reason={"type": "string", "description": "Why it is needed, for the user to decide."},
    )
    description = "Ask the user to let you read a file or folder outside the worktree. Files in it need no asking."
    spec = ToolSpec(name="request_read_access", description=description, parameters=parameters, parallel=False)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    path = await call.locate(call.text("path"))
    if call.place.contains(path):
        return ToolOutput(text=f"{call.place.relative(path)} lies in the worktree; read it without asking.")
    if not path.exists():
        raise UserFacingError(f"There is no {path}.", "Check the path.")
    folder = path.is_dir()
    reason = call.text("reason")[:300]
    await call.authorize_path("read", path, f"Read {path}{'/' if folder else ''}: {reason}", folder=folder)
    what = "The folder and what is in it" if folder else "The file"
    return ToolOutput(text=f"{what} may be read now: {path}", details={"path": str(path)})
