"""`.boocode/worktree.toml`: which ignored files a worktree gets. Its setup command is nobody's business here.

carry = [".env", "node_modules"]     # copied, kept in checkpoints
link = [".venv"]                     # linked, only in trusted folders; not isolated
"""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.workspace.copies import copy_tree
from boocode_desktop.workspace.names import checked, storable

FILE = ".boocode/worktree.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryRules:
    """Paths relative to the project folder."""

    carry: tuple[str, ...] = ()
    link: tuple[str, ...] = ()


def read_rules(folder: Path) -> CarryRules:
    """The rules of a folder; none where it has no such file.

    Raises:
        UserFacingError: the file is wrong.
    """
    try:
        plain = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        return CarryRules(carry=_paths(plain, "carry"), link=_paths(plain, "link"))
    except (FileNotFoundError, NotADirectoryError):
        return CarryRules()
    except (OSError, ValueError, UserFacingError) as error:
        raise UserFacingError(f"{FILE} cannot be used: {error}.", "Correct it, or remove it, and try again.") from error


def _paths(plain: dict[str, Any], key: str) -> tuple[str, ...]:
    value = plain.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"`{key}` must be a list of paths")
    paths = tuple(dict.fromkeys(checked(item.strip().removeprefix("./").rstrip("/")) for item in value))
    for path in paths:
        if not storable(path):
            raise ValueError(f"`{key}` must not name {path}")
    return paths


def carry_files(
    rules: CarryRules, folder: Path, root: Path, *, trusted: bool
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Copy and link what the rules say; returns what was linked, and why something was not."""
    notes: dict[str, str] = {}
    for path in rules.carry:
        if not _really_inside(folder, path):
            notes[path] = "not carried: it leads out of the project folder through a symbolic link"
        elif os.path.lexists(folder / path):
            copy_tree(folder / path, root / path)
    linked = []
    for path in rules.link:
        if not trusted:
            notes[path] = "not linked: the folder is not trusted"
        elif not _really_inside(folder, path) or os.path.lexists(root / path):
            notes[path] = "not linked: it leads out of the project folder, or stands there already"
        elif os.path.lexists(folder / path):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).symlink_to(folder / path)
            linked.append(path)
    return tuple(linked), notes


def _really_inside(folder: Path, path: str) -> bool:
    return (folder / path).parent.resolve().is_relative_to(folder.resolve())
