"""Runs ripgrep: the one installed with us, else the one on PATH; no configuration of anybody's is read."""

import shutil
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.command_environment import command_environment
from boocode_desktop.processes.command_specs import Command, CommandResult
from boocode_desktop.processes.commands import run_command
from boocode_desktop.processes.output_buffer import KEPT_LIMIT

_TIMEOUT_S = 30.0
_ALWAYS = ("--no-config", "--no-require-git", "--hidden", "--glob=!.git", "--color=never", "--no-messages")


def find_ripgrep() -> str:
    """The program's path.

    Raises:
        UserFacingError: there is none.
    """
    name = "rg.exe" if sys.platform == "win32" else "rg"
    beside_us = (Path(sysconfig.get_path("scripts")) / name, Path(sys.executable).parent / name)
    found = next((str(path) for path in beside_us if path.is_file()), None) or shutil.which("rg")
    if found is None:
        raise UserFacingError(
            "ripgrep (rg) is not installed, so files cannot be searched.",
            "Use list_dir and read_file, or ask the user to install ripgrep.",
        )
    return found


async def ripgrep(
    arguments: Sequence[str], cwd: Path, records: Path | None = None, *, kept_bytes: int = KEPT_LIMIT
) -> CommandResult:
    """Run it; results in the order of paths. `cwd` is where relative paths start.

    Raises:
        UserFacingError: it is not there or cannot be started.
    """
    argv = (find_ripgrep(), *_ALWAYS, "--sort=path", *arguments)
    command = Command(
        argv=argv, cwd=cwd, env=command_environment(), timeout_s=_TIMEOUT_S, brief=True, kept_bytes=kept_bytes
    )
    return await run_command(command, records=records)
