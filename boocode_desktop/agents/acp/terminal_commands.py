"""From a `terminal/create` request to the command that runs, and to what people are shown of it. Pure."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from boocode_desktop.agents.acp.loose import count_of, objects_of, text_of
from boocode_desktop.agents.acp.terminals import DEFAULT_LIMIT, TerminalRequest
from boocode_desktop.domain.events import Json
from boocode_desktop.processes.command_environment import command_environment

_HARMLESS = frozenset({"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TERM", "CI", "COLUMNS", "LINES"})
_PAGERS = frozenset({"PAGER", "GIT_PAGER", "MANPAGER", "GH_PAGER"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def terminal_request(params: Json, root: Path, environ: Mapping[str, str]) -> TerminalRequest:
    """What is to run: in the agent's folder or the session's, with the agent's variables over the allowed ones."""
    cwd = text_of(params.get("cwd"))
    return TerminalRequest(
        argv=_argv(params),
        cwd=(root / cwd).resolve(),
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
    told = [f"{k}={v}" for k, v in variables(params).items() if k not in _HARMLESS and (k not in _PAGERS or v != "cat")]
    return ("env", *told, *_argv(params)) if told else _argv(params)


def _argv(params: Json) -> tuple[str, ...]:
    """Program and arguments; a whole line in the place of the program is meant for a shell."""
    command = text_of(params.get("command"))
    given = params.get("args")
    words = tuple(word for word in given if isinstance(word, str)) if isinstance(given, list) else ()
    if not words and re.search(r"\s", command.strip()) and shutil.which(command) is None:
        return ("bash", "-c", command)
    return (command, *words)
