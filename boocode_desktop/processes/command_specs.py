"""A command that an agent runs, and how it went, as values; how it is launched."""

import errno
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.output_buffer import KEPT_LIMIT

DEFAULT_TIMEOUT_S = 30.0
LONGEST_TIMEOUT_S = 120.0


class CommandError(UserFacingError):
    """The command could not be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run. `prefix` is the sandbox launcher's; `env` is the whole environment.

    `brief` marks a program of our own choice that ends by itself soon: it starts 30 ms sooner, without the launcher
    that makes the kernel end it with us.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    prefix: tuple[str, ...] = ()
    timeout_s: float = DEFAULT_TIMEOUT_S
    brief: bool = False
    kept_bytes: int = KEPT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """How it went. `exit_code` is None where a signal ended it (its name is in `signal`).

    `output` is fit for an agent (at most about 32 KB), `kept` what is there to look up (at most `kept_bytes`);
    `left_running` counts processes that the command left behind and that were ended.
    """

    exit_code: int | None
    signal: str
    timed_out: bool
    output: str
    kept: str
    total_bytes: int
    truncated: bool
    left_running: int
    duration_s: float


def find_program(name: str, cwd: Path, env: Mapping[str, str]) -> str | None:
    """The program's full path: below `cwd` where the name has a slash, else on the PATH of `env`."""
    if os.sep in name or "/" in name:
        path = cwd / name
        return str(path) if path.is_file() and os.access(path, os.X_OK) else None
    return shutil.which(name, path=env.get("PATH", os.defpath))


def launched(command: Command) -> tuple[str, ...]:
    """The command by its full path, behind what makes the kernel end it with us; a sandbox sees to that itself."""
    program = find_program(command.argv[0], command.cwd, command.env)
    if program is None:
        raise CommandError(f"There is no program {command.argv[0]} here.", "Is it installed, and spelled right?")
    argv = (program, *command.argv[1:])
    bound = bool(command.prefix) or command.brief
    return (*([] if bound else _dying_with_us()), *argv)


def _dying_with_us() -> tuple[str, ...]:
    if sys.platform == "linux":
        launcher = Path(__file__).with_name("die_with_parent.py")
        return (sys.executable, "-I", "-S", str(launcher), str(os.getpid()))
    else:
        return ()


def signal_name(code: int | None) -> str:
    """The signal that a return code stands for; "" for an ordinary exit."""
    if code is None:
        return "unkillable"
    if code >= 0:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def cannot_start(command: Command, error: OSError | ValueError) -> CommandError:
    """The system's refusal in words."""
    program = command.argv[0]
    if isinstance(error, OSError) and error.errno == errno.E2BIG:
        return CommandError(f"The arguments of {program} are too long.", "Write them to a file and pass its name.")
    return CommandError(f"{program} cannot be started: {getattr(error, 'strerror', None) or error}.")
