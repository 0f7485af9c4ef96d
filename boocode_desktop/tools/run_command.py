"""run_command: runs a program with exact arguments in the worktree, sandboxed where there is a sandbox."""

import asyncio
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from boocode_desktop.content.ansi import colours_only, safe_text, split_unfinished
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import Outcome, ToolUpdated
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.permissions import Action
from boocode_desktop.orchestrator.ports.tools import ToolContext, ToolOutput
from boocode_desktop.processes.command_environment import command_environment
from boocode_desktop.processes.command_runner import OnOutput
from boocode_desktop.processes.command_specs import (
    DEFAULT_TIMEOUT_S,
    LONGEST_TIMEOUT_S,
    Command,
    CommandResult,
    find_program,
)
from boocode_desktop.processes.commands import run_command as run
from boocode_desktop.processes.sandbox import Sandbox
from boocode_desktop.tools.tool import Call, Tool, schema

_SHORTEST_S = 1.0
_SHOWN_AT_ONCE = 16_000


def run_command() -> Tool:
    """The tool."""
    parameters = schema(
        ("command", "args"),
        command={"type": "string", "description": "The program alone, such as `git` or `./build.sh`."},
        args={
            "type": "array",
            "items": {"type": "string"},
            "minItems": 0,
            "description": "Its arguments, one by one. No shell reads them.",
        },
        cwd={"type": "string", "description": "Folder to run in, relative to the worktree."},
        timeout_s={"type": "number", "description": f"Seconds, {DEFAULT_TIMEOUT_S:.0f} if left out, at most 120."},
    )
    description = (
        "Run a program in the worktree and wait for its end. Output and errors come together, at most 32 KB. There is "
        'no shell: for pipes or `&&` run {"command": "bash", "args": ["-lc", "…"]}. Nothing may go on in the '
        "background: what is left running is ended. Most commands need the user's permission."
    )
    spec = ToolSpec(name="run_command", description=description, parameters=parameters, parallel=False, writes=True)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    argv = (call.text("command"), *call.input.get("args", []))
    cwd = await call.resolve(call.text("cwd") or ".")
    environment = command_environment()
    await asyncio.to_thread(_check, argv, cwd, environment)
    action = Action(
        kind="run",
        tool=call.tool,
        root=str(call.place.root),
        argv=argv,
        cwd=str(cwd),
        read_only=call.context.read_only,
    )
    await call.authorize(action, f"Run {shlex.join(argv)[:200]}")
    sandbox = await call.kit.launcher.sandbox(call.place.root, cwd)
    command = Command(
        argv=argv,
        cwd=cwd,
        env=environment | sandbox.environment,
        prefix=sandbox.prefix,
        timeout_s=_timeout(call.input.get("timeout_s")),
    )
    async with _shown_live(call.context) as on_output:
        result = await run(command, on_output, records=call.kit.records)
    if result.truncated:
        kept = await asyncio.to_thread(plain_output, result.kept)
        call.kit.outputs.keep(call.context.chat_id, call.context.trace_id, kept)
    return _told(result, command, sandbox, call.context.trace_id)


def _timeout(asked: float | None) -> float:
    return DEFAULT_TIMEOUT_S if asked is None else min(max(float(asked), _SHORTEST_S), LONGEST_TIMEOUT_S)


def _check(argv: tuple[str, ...], cwd: Path, environment: dict[str, str]) -> None:
    """Refuse what cannot run before anybody is asked about it.

    Raises:
        UserFacingError: no such folder or program; the hint shows the call that was meant.
    """
    if not cwd.is_dir():
        raise UserFacingError(f"There is no folder {cwd.name} to run in.", "Look with list_dir what there is.")
    if find_program(argv[0], cwd, environment) is not None:
        return
    hint = "Is it installed, and spelled right?"
    words = _words(argv[0])
    if len(words) > 1:
        args = ", ".join(f'"{word}"' for word in [*words[1:], *argv[1:]])
        hint = f'Write the program and each argument apart: {{"command": "{words[0]}", "args": [{args}]}}.'
    raise UserFacingError(f"There is no program {argv[0]!r} here.", hint)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


@asynccontextmanager
async def _shown_live(context: ToolContext) -> AsyncIterator[OnOutput]:
    """Publishes output as it comes; what arrives while one piece is being stored goes out as the next piece."""
    pieces: asyncio.Queue[str | None] = asyncio.Queue()

    async def publish() -> None:
        ended, unfinished = False, ""
        while not ended:
            waiting = [await pieces.get()]
            while not pieces.empty():
                waiting.append(pieces.get_nowait())
            ended = None in waiting
            whole = unfinished + "".join(piece for piece in waiting if piece)[-_SHOWN_AT_ONCE:]
            piece, unfinished = split_unfinished(whole)
            text = colours_only(piece)
            if text:
                await context.emit(ToolUpdated(trace_id=context.trace_id, output=text))

    publishing = asyncio.create_task(publish(), name="command output")
    try:
        yield pieces.put_nowait
    finally:
        pieces.put_nowait(None)
        await asyncio.wait([publishing])
    publishing.result()


def plain_output(text: str) -> str:
    """Output as text to read: no escapes, and of a line that was written over and over only its last state."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return safe_text(text)


def _told(result: CommandResult, command: Command, sandbox: Sandbox, trace_id: str) -> ToolOutput:
    outcome: Outcome = "timeout" if result.timed_out else "success" if result.exit_code == 0 else "error"
    notes = _notes(result, command, trace_id)
    text = plain_output(result.output).rstrip("\n")
    return ToolOutput(
        text="\n".join([*([text] if text else []), *notes]) or "(no output)",
        outcome=outcome,
        error="" if outcome == "success" else _end(result, command),
        details={
            "exit_code": result.exit_code,
            "signal": result.signal,
            "truncated": result.truncated,
            "bytes": result.total_bytes,
            "sandbox": sandbox.description,
            "left_running": result.left_running,
        },
    )


def _end(result: CommandResult, command: Command) -> str:
    if result.timed_out:
        return f"ended after {command.timeout_s:g} s without coming to its end (timeout_s can be up to 120)"
    return f"ended by {result.signal}" if result.exit_code is None else f"exit code {result.exit_code}"


def _notes(result: CommandResult, command: Command, trace_id: str) -> list[str]:
    notes = []
    if result.truncated:
        notes.append(f'[the middle of the output is left out; view_truncated_output {{"id": "{trace_id}"}} shows it]')
    if result.left_running:
        notes.append(f"[{result.left_running} processes were left running and were ended]")
    if result.exit_code not in (0, None) and not result.timed_out and command.prefix and _looks_closed(result.output):
        notes.append("[the sandbox lets commands write only to the worktree and /tmp, and not to .git]")
    return notes


def _looks_closed(output: str) -> bool:
    return "Read-only file system" in output or "Permission denied" in output
