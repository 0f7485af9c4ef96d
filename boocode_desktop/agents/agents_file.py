"""`agents.toml`: what people change about the agents we know, and agents that they add.

    [goose]
    enabled = false

    [qwen]
    commands = ["qwen", "qwen-code"]        # names its program may have
    models = ["qwen3-coder"]                # instead of those it offers; more_models puts them beside

    [mine]
    label = "My agent"
    command = ["my-agent", "acp"]
    env = { MY_MODE = "quiet" }
    env_prefixes = ["MY_"]
    sandbox = "on"
    state = ["~/.my-agent/"]

    [cline]                                 # one of the catalogue needs no more than its name

Whatever is wrong with it, the agents we know stay, and each mistake is told in a sentence.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.confinement import SandboxWish
from boocode_desktop.domain.model_stream import ModelInfo

FILE_NAME = "agents.toml"
PROTOCOLS = ("acp", "opencode", "one-shot")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_HARMLESS = frozenset({"enabled", "label", "icon"})
"""What may be said of the built-in agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAgents:
    """The agents there are, and what was wrong with the file. A `broken` one could not be read at all."""

    specs: tuple[AgentSpec, ...]
    problems: tuple[str, ...] = ()
    broken: bool = False


class _WrongError(ValueError):
    """A value that does not fit; the text says what would."""


def is_agent_name(name: str) -> bool:
    """Whether an agent may have this name."""
    return _NAME.fullmatch(name) is not None


def load_agents(path: Path, known: Sequence[AgentSpec], offered: Sequence[AgentSpec] = ()) -> LoadedAgents:
    """The agents of the file merged with `known`; never raises. Reads a small file."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return LoadedAgents(specs=tuple(known))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        text = f"{path} could not be read ({error}). Only the agents known by themselves are there; the file was left."
        return LoadedAgents(specs=tuple(known), problems=(text,), broken=True)
    return merge_agents(document, known, offered)


def merge_agents(
    document: dict[str, Any], known: Sequence[AgentSpec], offered: Sequence[AgentSpec] = ()
) -> LoadedAgents:
    """Each table of the file over the agent of that name, or as a new agent.

    Args:
        document: The file.
        known: Agents that are there without it.
        offered: Agents that a table of their name adds, without saying more about them.
    """
    specs = {spec.name: spec for spec in known}
    addable = {spec.name: replace(spec, source="agents.toml") for spec in offered}
    problems: list[str] = []
    for name, table in document.items():
        try:
            specs[name] = _merged(name, table, specs.get(name) or addable.get(name), problems)
        except _WrongError as error:
            problems.append(f"[{name}] in {FILE_NAME} {error}; it was left out.")
    return LoadedAgents(specs=tuple(specs.values()), problems=tuple(problems))


def _merged(name: str, table: Any, spec: AgentSpec | None, problems: list[str]) -> AgentSpec:
    if not isinstance(table, dict):
        raise _WrongError("must be a table")
    base = spec or _new(name, table)
    unknown = sorted(set(table) - _READERS.keys())
    problems += [f"[{name}] `{key}` in {FILE_NAME} is unknown and was left alone." for key in unknown]
    said = {key: value for key, value in table.items() if key in _READERS}
    if base.protocol == "native" and set(said) - _HARMLESS:
        raise _WrongError("is the built-in agent, which has no command")
    changes: dict[str, Any] = {}
    for key, value in said.items():
        changes |= _READERS[key](key, value)
    if base.protocol == "opencode" and "args" in changes and "protocol" not in changes:
        # Arguments are those of an ACP agent; the server is started with ours.
        changes["protocol"] = "acp"
    changes["env"] = (*base.env, *changes.get("env", ()))
    if "state" in changes:
        changes["state"] = (*(base.state or ()), *changes["state"])
    changed = base.source == "built-in" and bool(set(said) - {"enabled"})
    return replace(base, **changes, changed=changed)


def _new(name: str, table: Mapping[str, Any]) -> AgentSpec:
    if not is_agent_name(name):
        raise _WrongError("has a name with other characters than a-z, 0-9, `-`, `_` and `.`")
    if not table.get("command") and not table.get("commands"):
        raise _WrongError("is no agent we know, and has no `command`")
    return AgentSpec(name=name, label=name, source="agents.toml")


def _command(key: str, value: Any) -> dict[str, Any]:
    """A program's name leaves the arguments as they are; a list gives both."""
    if isinstance(value, str) and value.strip():
        return {"commands": (value,)}
    words = _texts(key, value)[key]
    if not words or not words[0]:
        raise _WrongError("has an empty `command`")
    return {"commands": words[:1], "args": words[1:]}


def _commands(key: str, value: Any) -> dict[str, Any]:
    words = _texts(key, value)[key]
    if not words or not all(words):
        raise _WrongError("has empty `commands`")
    return {"commands": words}


def _protocol(key: str, value: Any) -> dict[str, Any]:
    if value not in PROTOCOLS:
        raise _WrongError(f"has a `{key}` that is none of {', '.join(PROTOCOLS)}")
    return {key: value}


def _wish(key: str, value: Any) -> dict[str, Any]:
    if value not in get_args(SandboxWish):
        raise _WrongError(f'has a `{key}` that is none of "on", "off" and "auto"')
    return {key: value}


def _text(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        raise _WrongError(f"has a `{key}` that is no text")
    return {key: value}


def _switch(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, bool):
        raise _WrongError(f"has an `{key}` that is neither true nor false")
    return {key: value}


def _texts(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _WrongError(f"has a `{key}` that is no list of texts")
    return {key: tuple(value)}


def _variables(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _WrongError("has an `env` that is no table of texts")
    return {key: tuple(value.items())}


def _models(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, list):
        raise _WrongError(f"has `{key}` that are no list")
    return {"models": tuple(_each_model(key, value)), "only_models": key == "models"}


def _each_model(key: str, items: list[Any]) -> Iterable[ModelInfo]:
    for item in items:
        if isinstance(item, str) and item:
            yield ModelInfo(id=item)
        elif isinstance(item, dict) and isinstance(item.get("id"), str) and item["id"]:
            yield ModelInfo(**_about_model(key, item))
        else:
            raise _WrongError(f"has one among its `{key}` that is neither an id nor a table with an `id`")


def _about_model(key: str, table: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds: dict[str, type] = {"id": str, "name": str, "context_size": int, "vision": bool}
    for about, value in table.items():
        if about not in kinds or type(value) is not kinds[about]:
            raise _WrongError(f"has one among its `{key}` whose `{about}` is not understood")
    return table


_READERS: dict[str, Callable[[str, Any], dict[str, Any]]] = {
    "label": _text,
    "description": _text,
    "icon": _text,
    "install": _text,
    "login": _text,
    "enabled": _switch,
    "own_child_per_chat": _switch,
    "protocol": _protocol,
    "command": _command,
    "commands": _commands,
    "args": _texts,
    "env": _variables,
    "env_prefixes": _texts,
    "sandbox": _wish,
    "state": _texts,
    "models": _models,
    "more_models": _models,
}
"""How each key is read: what it says about an agent."""
