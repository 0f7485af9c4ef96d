"""Slash commands that lie in files: those of the person, of the folder, and of Claude Code's enabled plugins.

They are read for showing alone: the agent finds the same files itself, and says so once it runs.
"""

import asyncio
import json
import logging
import os
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boocode_desktop.domain.events import CommandInfo

_log = logging.getLogger(__name__)
_HEAD_BYTES, _MOST_FILES, _MOST_DEPTH = 16_384, 500, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where an agent keeps its commands.

    Attributes:
        home: Folders below the person's home.
        project: Folders below the working folder.
        prefix: What stands before each name.
        folders: Folders between are a part of the name, joined by colons.
        plugins: The folder of Claude Code's settings and plugins, below the home.
    """

    home: tuple[str, ...]
    project: tuple[str, ...] = ()
    prefix: str = ""
    folders: bool = True
    plugins: str = ""


LAYOUTS: dict[str, Layout] = {
    "claude": Layout(home=(".claude/commands",), project=(".claude/commands",), folders=False, plugins=".claude"),
    "opencode": Layout(
        home=(".config/opencode/command", ".config/opencode/commands"),
        project=(".opencode/command", ".opencode/commands"),
    ),
    "qwen": Layout(home=(".qwen/commands",), project=(".qwen/commands",)),
    "gemini": Layout(home=(".gemini/commands",), project=(".gemini/commands",)),
    "codex": Layout(home=(".codex/prompts",), prefix="prompts:"),
}


class CommandFolders:
    """Implements `ports.commands.CommandFiles`."""

    def __init__(self, home: Path) -> None:
        self._home = home

    async def find(self, agent: str, root: Path | None) -> Sequence[CommandInfo]:
        """The commands of an agent, those of the working folder first; nothing for agents without such files."""
        layout = LAYOUTS.get(agent)
        return await asyncio.to_thread(found, layout, self._home, root) if layout else ()


def found(layout: Layout, home: Path, root: Path | None) -> Sequence[CommandInfo]:
    """All commands of a layout by name, the first of a name wins. Blocks."""
    folders = [(root / inside, layout.prefix) for inside in layout.project] if root else []
    folders += [(home / inside, layout.prefix) for inside in layout.home]
    if layout.plugins:
        folders += [(path / "commands", f"{name}:") for name, path in plugin_folders(home, layout.plugins, root)]
    commands: dict[str, CommandInfo] = {}
    for folder, prefix in folders:
        for path in _files(folder):
            name = prefix + _name(path.relative_to(folder), folders=layout.folders)
            if name not in commands and (command := read_command(path, name)) is not None:
                commands[name] = command
    return tuple(commands.values())


def read_command(path: Path, name: str) -> CommandInfo | None:
    """What a command's file says of it; None if it cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(_HEAD_BYTES).decode("utf-8", "replace")
        told = tomllib.loads(text) if path.suffix == ".toml" else front_matter(text)
    except (OSError, tomllib.TOMLDecodeError) as error:
        _log.info("the command %s cannot be read: %s", path.name, error)
        return None
    description = str(told.get("description", "")) or _first_line(text if path.suffix == ".md" else "")
    return CommandInfo(name=name, description=" ".join(description.split()), hint=str(told.get("argument-hint", "")))


def front_matter(text: str) -> dict[str, str]:
    """The plain `key: value` lines between the rules at the top of a Markdown file."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return {}
    told: dict[str, str] = {}
    for line in lines[1:]:
        if line.strip() == "---":
            break
        key, colon, value = line.partition(":")
        if colon and key == key.strip():
            told[key] = value.strip().strip("\"'")
    return told


def plugin_folders(home: Path, settings: str, root: Path | None) -> Sequence[tuple[str, Path]]:
    """The name and the folder of each plugin of Claude Code that is installed and enabled."""
    enabled: dict[str, Any] = {}
    for folder, name in ((home, "settings.json"), (root, "settings.json"), (root, "settings.local.json")):
        if folder is not None:
            told = _json(folder / settings / name).get("enabledPlugins")
            enabled |= told if isinstance(told, dict) else {}
    installed = _json(home / settings / "plugins" / "installed_plugins.json").get("plugins")
    places = installed if isinstance(installed, dict) else {}
    wanted = [key for key, on in enabled.items() if on is True]
    return [(key.partition("@")[0], path) for key in wanted for path in _places(places.get(key))]


def _places(told: Any) -> Iterator[Path]:
    for place in told if isinstance(told, list) else [told]:
        path = place.get("installPath") if isinstance(place, dict) else None
        if isinstance(path, str) and path:
            yield Path(path)


def _json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.info("%s cannot be read: %s", path.name, error)
        return {}
    return told if isinstance(told, dict) else {}


def _files(folder: Path) -> Iterable[Path]:
    files: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if len(Path(place).relative_to(folder).parts) >= _MOST_DEPTH:
            folders.clear()
        files += [Path(place, name) for name in sorted(names) if name.endswith((".md", ".toml"))]
        if len(files) >= _MOST_FILES:
            break
    return files[:_MOST_FILES]


def _name(path: Path, *, folders: bool) -> str:
    return ":".join(path.with_suffix("").parts) if folders else path.stem


def _first_line(text: str) -> str:
    body = text.split("\n---", 1)[-1] if text.startswith("---") else text
    return next((line.lstrip("# ").strip() for line in body.splitlines() if line.strip(" #-")), "")
