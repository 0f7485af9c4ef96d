"""What a foreign agent sees of our environment: what every command gets, the way to its model, and its own keys."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from boocode_desktop.agents.specs import AgentSpec, QuietFile
from boocode_desktop.config.text_file import replace_text
from boocode_desktop.processes.command_environment import command_environment

_log = logging.getLogger(__name__)
_MORE = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"})


def agent_environment(environ: Mapping[str, str], prefixes: Iterable[str] = ()) -> dict[str, str]:
    """An agent's variables. Unlike the commands it runs, it may know a proxy's password: it has to get through."""
    beginnings = tuple(prefixes)
    own = {k: v for k, v in environ.items() if k.upper() in _MORE or (beginnings and k.startswith(beginnings))}
    return command_environment(environ) | own


def handed_through(environ: Mapping[str, str], prefixes: Iterable[str]) -> list[str]:
    """Names of our variables that the agent gets for itself, beyond what every command gets."""
    return sorted(agent_environment(environ, prefixes).keys() - command_environment(environ).keys())


def quieted(spec: AgentSpec, environ: Mapping[str, str], folder: Path) -> AgentSpec:
    """The spec with its quiet settings as plain variables, and their files written into `folder`. Blocks.

    What the person set in the environment, or in `agents.toml`, stands.
    """
    taken = {*environ, *(name for name, _ in spec.env)}
    files = [file for file in spec.quiet_files if file.variable not in taken and not _pre_empted(file)]
    written = [(file.variable, str(path)) for file in files if (path := _write(file, folder)) is not None]
    plain = [(name, value) for name, value in spec.quiet_env if name not in taken]
    return replace(spec, env=(*plain, *written, *spec.env), quiet_env=(), quiet_files=())


def _pre_empted(file: QuietFile) -> bool:
    return any(Path(path).exists() for path in file.unless)


def _write(file: QuietFile, folder: Path) -> Path | None:
    """Where it is; None where the disk refuses, which costs quiet and nothing else."""
    path = folder / file.name
    try:
        if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != file.text:
            replace_text(path, file.text)
    except OSError as error:
        _log.warning("%s cannot be written: %s", path, error)
        return None
    return path
