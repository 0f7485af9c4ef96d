"""Changing `agents.toml` without losing what people wrote in it: read anew, change, validate, write, read again."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from boocode_desktop.agents.agents_file import FILE_NAME, LoadedAgents, load_agents, merge_agents
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.config.text_file import replace_text
from boocode_desktop.domain.errors import NotFoundError, UserFacingError

KEPT = "Nothing was changed."
Change = Callable[[Any], None]
"""Alters the file as tomlkit holds it."""


def edit_agents_file(
    path: Path, known: Sequence[AgentSpec], offered: Sequence[AgentSpec], change: Change
) -> LoadedAgents:
    """Make a change and give the agents as they are then. Blocks; whoever calls it holds the file's lock.

    Raises:
        UserFacingError: the file is broken, the change would break it, or it cannot be written. It is as it was.
        NotFoundError: the change finds nothing to change.
    """
    # tomlkit is needed only here, and its import is felt at the start.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(path.read_bytes().decode("utf-8") if path.exists() else "")
        before = merge_agents(document.unwrap(), known, offered)
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise UserFacingError(f"{path} cannot be understood ({error}). {KEPT}", "Repair it by hand first.") from error
    except OSError as error:
        raise _refused(path, error) from error
    change(document)
    text = tomlkit.dumps(document)
    after = merge_agents(tomlkit.parse(text).unwrap(), known, offered)
    if mistakes := [problem for problem in after.problems if problem not in before.problems]:
        raise UserFacingError(f"This would not do: {mistakes[0]} {KEPT}")
    try:
        replace_text(path, text)
    except OSError as error:
        raise _refused(path, error) from error
    return load_agents(path, known, offered)


def switch(name: str, on: bool) -> Change:
    """Set whether an agent is offered."""

    def change(document: Any) -> None:
        if name in document and not isinstance(document[name], dict):
            raise UserFacingError(f"`{name}` in {FILE_NAME} is no table. {KEPT}", "Repair it by hand first.")
        if name in document:
            document[name]["enabled"] = on
        elif not on:
            document[name] = {"enabled": False}

    return change


def put(name: str, table: Mapping[str, Any]) -> Change:
    """Add an agent's table at the end."""

    def change(document: Any) -> None:
        document[name] = {key: value for key, value in table.items() if value}

    return change


def alter(name: str, parts: Mapping[str, Any]) -> Change:
    """Change some keys of an agent's table; an empty value takes its key out, so that what we know holds again."""

    def change(document: Any) -> None:
        if name not in document:
            document[name] = {key: value for key, value in parts.items() if value}
            return
        if not isinstance(document[name], dict):
            raise UserFacingError(f"`{name}` in {FILE_NAME} is no table. {KEPT}", "Repair it by hand first.")
        for key, value in parts.items():
            if value:
                document[name][key] = value
            else:
                document[name].pop(key, None)

    return change


def drop(name: str) -> Change:
    """Take an agent's table out."""

    def change(document: Any) -> None:
        if name not in document:
            raise NotFoundError(f"{FILE_NAME} says nothing about “{name}”.", "There is nothing to remove.")
        del document[name]

    return change


def _refused(path: Path, error: OSError) -> UserFacingError:
    return UserFacingError(
        f"{path} could not be written: {error.strerror or error}. {KEPT}",
        "Make room on the disk or allow writing to that folder, then try again.",
    )
