"""git_diff: what differs between the worktree and a commit."""

import re

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.git_commands import git, pathspec
from boocode_desktop.tools.tool import Call, Tool, schema

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=dirty")
_COMMIT = re.compile(r"[\w./@^~{}+-]+")


def git_diff() -> Tool:
    """The tool."""
    parameters = schema(
        (),
        path={"type": "string", "description": "File or folder, relative to the worktree; everything if left out."},
        commit={"type": "string", "description": "Commit or branch to compare with; HEAD if left out."},
    )
    description = "Show what differs in the worktree from its last commit (or another one), as a unified diff."
    return Tool(spec=ToolSpec(name="git_diff", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    target = await call.resolve(call.text("path") or ".")
    name = call.place.relative(target)
    await call.authorize_path("read", target, f"Look at the git diff of {name}")
    commit = checked_commit(call.text("commit") or "HEAD")
    listed = await git(call, ["diff", "--name-only", "-z", "--no-renames", *_PLAIN, commit, "--", *pathspec(name)])
    paths = [path for path in listed.kept.split("\0") if path.strip()]
    closed = [path for path in paths if not await call.may_read(call.place.root / path)]
    pathspecs = [*pathspec(name), *(f":(top,exclude,literal){path}" for path in closed)]
    result = await git(call, ["diff", *_PLAIN, commit, "--", *pathspecs])
    notes = [f"[{len(closed)} files that may not be read are left out]"] if closed else []
    if result.truncated:
        call.kit.outputs.keep(call.context.chat_id, call.context.trace_id, result.kept)
        notes.append(
            f'[cut; view_truncated_output {{"id": "{call.context.trace_id}"}} shows more, or ask for one path]'
        )
    text = "\n".join([*([result.output.rstrip("\n")] if result.output.strip() else []), *notes])
    return ToolOutput(
        text=text or f"Nothing differs from {commit}.",
        details={"path": name, "hits": len(paths), "truncated": result.truncated},
    )


def checked_commit(name: str) -> str:
    """A commit's name, which must not be able to be an option.

    Raises:
        UserFacingError: it cannot be one.
    """
    if name.startswith("-") or _COMMIT.fullmatch(name) is None or len(name) > 200:
        raise UserFacingError(f"{name!r} is not the name of a commit or branch.", "git_log lists commits.")
    return name
