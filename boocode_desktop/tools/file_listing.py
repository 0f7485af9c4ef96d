"""The files of a folder, for completing their names."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.tools.ripgrep import find_ripgrep, ripgrep

_LISTED_BYTES = 64 * 1024 * 1024
_MOST_WALKED = 200_000
_NOT_WALKED = {".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache"}


class RipgrepLister:
    """Implements `ports.files.FileLister`."""

    async def list_files(self, root: Path) -> Sequence[str]:
        """Paths below the root, without what git ignores; what does not fit into 64 MB of names is left out.

        Where there is no ripgrep the folders are walked, without those that hold no work of people.
        """
        try:
            find_ripgrep()
        except UserFacingError:
            return await asyncio.to_thread(walked, root)
        result = await ripgrep(["--files", "--null", "--", "."], root, kept_bytes=_LISTED_BYTES)
        return await asyncio.to_thread(_paths, result.kept)


def walked(root: Path) -> Sequence[str]:
    """Paths below the root; blocks."""
    found: list[str] = []
    for place, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - _NOT_WALKED)
        inside = os.path.relpath(place, root).replace(os.sep, "/")
        found += [name if inside == "." else f"{inside}/{name}" for name in sorted(names)]
        if len(found) >= _MOST_WALKED:
            break
    return found[:_MOST_WALKED]


def _paths(listed: str) -> Sequence[str]:
    return [path.removeprefix("./").replace("\\", "/") for path in listed.split("\0") if path.strip()]
