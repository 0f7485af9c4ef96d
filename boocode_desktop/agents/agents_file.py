"""`agents.toml`: what people change about the agents we know, and agents that they add.

    [goose]
    enabled = false

    [mine]
    label = "My agent"
    command = ["my-agent", "acp"]
    env = { MY_MODE = "quiet" }
    env_prefixes = ["MY_"]
    sandbox = "on"
    state = ["~/.my-agent/"]

Whatever is wrong with it, the agents we know stay, and each mistake is told in a sentence.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.confinement import SandboxWish

FILE_NAME = "agents.toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_TEXTS = ("label", "icon", "install", "login")
_KNOWN = frozenset(
    {*_TEXTS, "enabled", "command", "args", "env", "env_prefixes", "own_child_per_chat", "sandbox", "state"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAgents:
    """The agents there are, and what was wrong with the file."""

    specs: tuple[AgentSpec, ...]
    problems: tuple[str, ...] = ()


class _WrongError(ValueError):
    """A value that does not fit; the text says what would."""


def load_agents(path: Path, known: Sequence[AgentSpec]) -> LoadedAgents:
    """The agents of the file merged with `known`; never raises. Reads a small file."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return LoadedAgents(specs=tuple(known))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        text = f"{path} could not be read ({error}). Only the agents known by themselves are there; the file was left."
        return LoadedAgents(specs=tuple(known), problems=(text,))
    return merge_agents(document, known)


def merge_agents(document: dict[str, Any], known: Sequence[AgentSpec]) -> LoadedAgents:
    """Each table of the file over the agent of that name, or as a new agent."""
    specs = {spec.name: spec for spec in known}
    problems: list[str] = []
    for name, table in document.items():
        try:
            specs[name] = _merged(name, table, specs.get(name), problems)
        except _WrongError as error:
            problems.append(f"[{name}] in {FILE_NAME} {error}; it was left out.")
    return LoadedAgents(specs=tuple(specs.values()), problems=tuple(problems))


def _merged(name: str, table: Any, spec: AgentSpec | None, problems: list[str]) -> AgentSpec:
    if not isinstance(table, dict):
        raise _WrongError("must be a table")
    if spec is None:
        if not _NAME.fullmatch(name):
            raise _WrongError("has a name with other characters than a-z, 0-9, `-`, `_` and `.`")
        if not table.get("command"):
            raise _WrongError("is no agent we know, and has no `command`")
        spec = AgentSpec(name=name, label=name)
    problems += [f"[{name}] `{key}` in {FILE_NAME} is unknown and was left alone." for key in set(table) - _KNOWN]
    changes: dict[str, Any] = {key: _text(key, table[key]) for key in _TEXTS if key in table}
    changes |= {key: _switch(key, table[key]) for key in ("enabled", "own_child_per_chat") if key in table}
    if "command" in table:
        changes |= _command(table["command"])
    if "args" in table:
        changes["args"] = _texts("args", table["args"])
    if "env" in table:
        changes["env"] = (*spec.env, *_variables(table["env"]))
    if "env_prefixes" in table:
        changes["env_prefixes"] = _texts("env_prefixes", table["env_prefixes"])
    if "sandbox" in table:
        changes["sandbox"] = _wish(table["sandbox"])
    if "state" in table:
        changes["state"] = (*(spec.state or ()), *_texts("state", table["state"]))
    if spec.protocol == "native" and set(changes) - {"label", "icon", "enabled"}:
        raise _WrongError("is the built-in agent, which has no command")
    return replace(spec, **changes)


def _command(value: Any) -> dict[str, Any]:
    """A program's name leaves the arguments as they are; a list gives both."""
    if isinstance(value, str) and value.strip():
        return {"commands": (value,)}
    words = _texts("command", value)
    if not words or not words[0]:
        raise _WrongError("has an empty `command`")
    return {"commands": words[:1], "args": words[1:]}


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongError(f"has a `{key}` that is no text")
    return value


def _switch(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongError(f"has an `{key}` that is neither true nor false")
    return value


def _wish(value: Any) -> str:
    if value not in get_args(SandboxWish):
        raise _WrongError('has a `sandbox` that is none of "on", "off" and "auto"')
    return str(value)


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _WrongError(f"has a `{key}` that is no list of texts")
    return tuple(value)


def _variables(value: Any) -> Iterable[tuple[str, str]]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _WrongError("has an `env` that is no table of texts")
    return tuple(value.items())
