"""The check that runs after writing steps: what it is for a project, and what its result means."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

SCRIPTS = ("typecheck", "type-check", "check", "build")


def detect(root: Path) -> tuple[str, ...]:
    """The check that a project's own files name; () when there is none. Reads files, runs nothing."""
    for find in (_from_package_json, _from_pyproject, _from_cargo):
        found = find(root)
        if found:
            return found
    return ()


def chosen(setting: Sequence[str] | Literal["auto"] | None, root: Path) -> tuple[str, ...]:
    """The argument array that a setting means in a folder."""
    if setting is None:
        return ()
    if isinstance(setting, str):
        return detect(root)
    return tuple(setting)


def _from_package_json(root: Path) -> tuple[str, ...]:
    try:
        package = json.loads((root / "package.json").read_bytes())
    except (OSError, ValueError):
        return ()
    scripts = package.get("scripts") if isinstance(package, dict) else None
    for name in SCRIPTS:
        if isinstance(scripts, dict) and name in scripts:
            return ("npm", "run", "--silent", name)
    return ()


def _from_pyproject(root: Path) -> tuple[str, ...]:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    tools = project.get("tool", {})
    if "mypy" in tools:
        return ("mypy", ".")
    if "ruff" in tools:
        return ("ruff", "check", ".")
    return ("python3", "-m", "compileall", "-q", ".")


def _from_cargo(root: Path) -> tuple[str, ...]:
    return ("cargo", "check", "--quiet") if (root / "Cargo.toml").is_file() else ()
