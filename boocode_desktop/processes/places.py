"""Places: a computer and a folder on it that an agent works in. Only this computer exists so far.

A place turns the names that agents write into absolute, resolved paths. It decides nothing: whether such a path may
be read or written is `authorize()`'s to say, and `file_access` opens it without following a link.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain import guarded_paths
from boocode_desktop.domain.errors import UserFacingError

_LONGEST = 4096
_DEEPEST = 200
_FOREIGN = re.compile(r"[A-Za-z]:(?:[\\/]|$)|\\\\|//\?/")
_CLIMBS = re.compile(r"(?:^|[\\/])\.\.(?:[\\/]|$)")


class PathRefusedError(UserFacingError):
    """A name that is no usable path here; the hint tells the agent what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder on a computer; `root` is absolute and resolved (see `local_place`)."""

    root: Path
    computer: str = "local"

    def locate(self, name: str) -> Path:
        """The absolute path, with every link followed, that a name means; it may lie outside the root or not exist.

        Raises:
            PathRefusedError: it is empty, malformed, from another system, or a window into processes and devices.
        """
        _check_form(name)
        path = Path(os.path.realpath(self.root / name))
        if guarded_paths.is_system_interface(path.parts[1:]):
            raise PathRefusedError(f"{name} is not a file: it shows processes or devices.", _inside_hint())
        return path

    def locate_entry(self, name: str) -> Path:
        """Like `locate`, but a link at the end is not followed: the path of the entry itself, for deleting it."""
        _check_form(name)
        parent, last = os.path.split(name.rstrip("/"))
        if last in ("", ".", ".."):
            return self.locate(name)
        return self.locate(parent or ".") / last

    def resolve(self, name: str) -> Path:
        """The resolved path of a name that must lie inside the root.

        Raises:
            PathRefusedError: it is malformed or leads outside, by `..`, by being absolute or through a link.
        """
        path = self.locate(name)
        if not self.contains(path):
            raise PathRefusedError(f"{name} leads outside the worktree.", _inside_hint())
        return path

    def contains(self, path: Path) -> bool:
        """Whether a resolved path is the root or lies below it."""
        return path.is_relative_to(self.root)

    def relative(self, path: Path) -> str:
        """The path as agents and people see it: relative to the root where it lies inside; `.` for the root."""
        return path.relative_to(self.root).as_posix() if self.contains(path) else path.as_posix()


def local_place(root: Path) -> Place:
    """The place of a folder on this computer."""
    return Place(root=Path(os.path.realpath(root)))


def shown(path: str | bytes) -> str:
    """A file name for text: bytes that are no UTF-8 appear as U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _check_form(name: str) -> None:
    if not name.strip():
        raise PathRefusedError("The path is empty.", _inside_hint())
    if "\0" in name:
        raise PathRefusedError("The path holds a NUL character.", _inside_hint())
    try:
        too_long = len(os.fsencode(name)) > _LONGEST
    except UnicodeEncodeError:
        raise PathRefusedError("The path holds half a character.", _inside_hint()) from None
    if too_long:
        raise PathRefusedError(f"The path is longer than {_LONGEST} bytes.", _inside_hint())
    if name.count("/") > _DEEPEST:
        raise PathRefusedError(f"The path is deeper than {_DEEPEST} folders.", _inside_hint())
    if name.startswith("~"):
        raise PathRefusedError(f"`~` is not expanded: {name}", _inside_hint())
    if "://" in name:
        raise PathRefusedError(f"{name} is an address, not a path.", _inside_hint())
    if os.name != "nt" and (_FOREIGN.match(name) or ("\\" in name and _CLIMBS.search(name))):
        raise PathRefusedError(f"{name} is a path of another system.", "Use forward slashes. " + _inside_hint())


def _inside_hint() -> str:
    return "Write a path relative to the worktree, such as src/main.py."
