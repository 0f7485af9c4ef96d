"""From a `terminal/create` request to the command that runs, and to what people are shown of it. Pure."""

import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.acp.loose import count_of, objects_of, text_of
from boocode_desktop.agents.acp.permissions import resolved_below, shell_argv
from boocode_desktop.agents.acp.terminals import DEFAULT_LIMIT, TerminalRequest
from boocode_desktop.domain.events import Json
from boocode_desktop.processes.command_environment import command_environment

_HARMLESS = frozenset({"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TERM", "CI", "COLUMNS", "LINES"})
_SHELLS = ("bash", "/bin/bash", "/usr/bin/bash")
_SAID_HARMLESS = {"SHELL": (*_SHELLS, "/bin/sh"), "GIT_TERMINAL_PROMPT": ("0",)}
_PAGERS = frozenset({"PAGER", "GIT_PAGER", "MANPAGER", "GH_PAGER"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def terminal_request(params: Json, root: Path, environ: Mapping[str, str]) -> TerminalRequest:
    """What is to run: in the agent's folder or the session's, with the agent's variables over the allowed ones."""
    return TerminalRequest(
        argv=_argv(params),
        cwd=Path(resolved_below(root, text_of(params.get("cwd"))) or root),
        root=root,
        env=command_environment(environ) | variables(params),
        limit=count_of(params.get("outputByteLimit")) or DEFAULT_LIMIT,
    )


def variables(params: Json) -> dict[str, str]:
    """The variables that an agent sets for a command."""
    return {
        name: text_of(item.get("value"))
        for item in objects_of(params.get("env"))
        if _NAME.fullmatch(name := text_of(item.get("name")))
    }


def shown_argv(params: Json) -> tuple[str, ...]:
    """The command as people and rules see it: variables that may change what it does stand before it, as in `env`."""
    told = tuple(f"{name}={value}" for name, value in variables(params).items() if not _is_harmless(name, value))
    argv = shell_argv(line) if (line := _shell_line(params)) else _words(params)
    return ("env", *told, *argv) if told else argv


def asked_argv(shown: tuple[str, ...], root: Path) -> tuple[str, ...]:
    """The words in which an agent asked for a command. Some run a line in a shell of their choice, and let it first go
    to the folder in which it is anyway."""
    if len(shown) != 3 or shown[0] not in _SHELLS or shown[1] != "-c":
        return shown
    line = shown[2]
    quoted = "'" + str(root).replace("'", "'\\''") + "'"
    for start in (f"cd {quoted} && ", f"cd {shlex.quote(str(root))} && "):
        if line.startswith(start):
            return shell_argv(line.removeprefix(start))
    return shell_argv(line)


def _is_harmless(name: str, value: str) -> bool:
    if name in _SAID_HARMLESS:
        return value in _SAID_HARMLESS[name]
    return name in _HARMLESS or name.endswith("_SESSION_ID") or (name in _PAGERS and value == "cat")


def _argv(params: Json) -> tuple[str, ...]:
    """What is executed. Built-in words of the shell (`cd x`) look like programs, so a line always gets its shell."""
    line = _shell_line(params)
    return ("bash", "-c", line) if line else _words(params)


def _shell_line(params: Json) -> str:
    """A whole line in the place of the program: some agents mean a shell by that."""
    command = text_of(params.get("command"))
    if params.get("args") or "\0" in command or not re.search(r"\s", command.strip()):
        return ""
    return command if shutil.which(command) is None else ""


def _words(params: Json) -> tuple[str, ...]:
    given = params.get("args")
    words = tuple(word for word in given if isinstance(word, str)) if isinstance(given, list) else ()
    return (text_of(params.get("command")), *words)
