"""What a supervised child is told at birth, how it is asked to leave, and how its end is described: plain values."""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from boocode_desktop.domain.errors import AdapterError

CHILD_TOKEN = "BOOCODE_CHILD"
"""Environment variable that marks a child and everything it starts, so that runaways can be found again."""

OUR_SECRETS = frozenset({"BOOCODE_API_KEY", "LLAMA_API_KEY"})

Stdin = Literal["pipe", "null"]
Stdout = Literal["stream", "lines", "log", "null"]
Stderr = Literal["log", "stdout"]
Reach = Literal["group", "descendants"]


class SpawnError(AdapterError):
    """A child could not be started at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """How to start a child.

    Attributes:
        name: What people and logs call it.
        argv: Program and arguments; a bare program name is looked up on the PATH of `env`. No secrets: anyone can
            read arguments.
        env: The whole environment; nothing is inherited beside it.
        stdout: `stream` gives an `asyncio.StreamReader` that pauses a fast child, `lines` calls back per line, `log`
            joins it to the log ring, `null` drops it.
        stderr: `log` feeds the log ring, `stdout` joins it to the output in the order of writing.
        line_limit: Bytes after which a line is cut (`lines`); half of what the reader holds at most (`stream`).
        reach: `descendants` also ends processes that left the group (agents start shells in their own sessions).
        terminal: Columns and lines of a terminal of its own instead of pipes; then `Child.terminal` is our end of it.
        die_with_us: End it by the kernel when we die (Linux); off only where the command sees to that itself.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    stdin: Stdin = "pipe"
    stdout: Stdout = "stream"
    stderr: Stderr = "log"
    line_limit: int = 1 << 20
    log_bytes: int = 256_000
    log_lines: int = 200
    reach: Reach = "group"
    terminal: tuple[int, int] | None = None
    die_with_us: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Seconds to wait after each step of a shutdown; a step of 0 seconds is skipped, the last one never."""

    close_stdin_s: float = 1.5
    terminate_s: float = 1.5
    kill_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a child ended: a code, or the name of the signal that ended it, and the last lines it logged.

    `code` is None when a signal ended it, and also when it could not be ended (`stuck`).
    """

    code: int | None
    signal: str = ""
    tail: tuple[str, ...] = ()
    asked: bool = False
    stuck: bool = False

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with code 0."""
        return self.code == 0

    def describe(self) -> str:
        """The end in words, to follow a name: "ended with exit code 3"."""
        if self.stuck:
            return "does not react to being killed"
        if self.signal:
            return f"was stopped ({self.signal})" if self.asked else f"was killed by {self.signal}"
        return f"ended with exit code {self.code}"


def exit_of(returncode: int, *, tail: tuple[str, ...] = (), asked: bool = False) -> Exit:
    """The `Exit` for a return code as `subprocess` counts them: below zero for signals."""
    if returncode >= 0:
        return Exit(code=returncode, tail=tail, asked=asked)
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return Exit(code=None, signal=name, tail=tail, asked=asked)


def our_environment(**more: str) -> dict[str, str]:
    """Our own environment without our keys, and with `more`: for programs the person runs anyway."""
    kept = {k: v for k, v in os.environ.items() if k not in OUR_SECRETS and k != CHILD_TOKEN}
    return {**kept, **more}
