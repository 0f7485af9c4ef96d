"""A trusted folder's setup command: `setup = ["uv", "sync"]` in `.boocode/worktree.toml`, run in each new worktree.

The folder's own file counts, not the worktree's copy, because trust is bound to its content.
"""

import asyncio
import shlex
import tomllib
from pathlib import Path

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.events import Notice
from boocode_desktop.processes.command_environment import command_environment
from boocode_desktop.processes.command_specs import Command, CommandResult
from boocode_desktop.processes.commands import run_command

FILE = ".boocode/worktree.toml"
TIMEOUT_S = 900.0
SHOWN = 2_000


def setup_of(folder: Path) -> tuple[str, ...]:
    """The argument list of a folder's setup command; () when there is none or it is no list of words. Blocks."""
    try:
        value = tomllib.loads((folder / FILE).read_text("utf-8")).get("setup", [])
    except (OSError, ValueError):
        return ()
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        return ()
    return tuple(value)


async def run_setup(folder: Path, root: Path) -> Notice | None:
    """Run the setup command of `folder` in the worktree at `root`; what to tell in the chat, None without a command."""
    argv = await asyncio.to_thread(setup_of, folder)
    if not argv:
        return None
    words = shlex.join(argv)
    try:
        command = Command(argv=argv, cwd=root, env=command_environment(), timeout_s=TIMEOUT_S)
        result = await run_command(command)
    except AdapterError as error:
        return Notice(
            message=f"The setup command `{words}` could not run.", hint=error.message, level="warn", code="setup"
        )
    if result.exit_code == 0:
        return Notice(message=f"The setup command `{words}` ran in {result.duration_s:.1f} s.", code="setup")
    return Notice(
        message=f"The setup command `{words}` {_end(result)}.", hint=result.output[-SHOWN:], level="warn", code="setup"
    )


def _end(result: CommandResult) -> str:
    if result.timed_out:
        return f"took longer than {TIMEOUT_S / 60:.0f} minutes and was ended"
    return (
        f"ended with exit code {result.exit_code}" if result.exit_code is not None else f"was ended by {result.signal}"
    )
