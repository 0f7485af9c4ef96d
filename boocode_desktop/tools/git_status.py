"""git_status: the branch and the changed files."""

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.git_commands import git
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST = 500


def git_status() -> Tool:
    """The tool."""
    description = "Show the branch and the files that differ from its last commit, as `git status --porcelain` does."
    return Tool(spec=ToolSpec(name="git_status", description=description, parameters=schema(())), run=_run)


async def _run(call: Call) -> ToolOutput:
    await call.authorize_path("read", call.place.root, "Look at the git status")
    arguments = ["status", "--porcelain=v1", "--branch", "--untracked-files=all", "--ignore-submodules=dirty"]
    result = await git(call, arguments)
    lines = result.output.rstrip("\n").split("\n")
    changed = len(lines) - 1
    if changed > _MOST:
        lines = [*lines[: _MOST + 1], f"[… {changed - _MOST} more]"]
    if changed == 0:
        lines.append("nothing differs from the last commit")
    return ToolOutput(text="\n".join(lines), details={"hits": changed, "truncated": changed > _MOST})
