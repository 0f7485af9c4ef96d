"""What is known of files that checkpoints do not hold: enough to tell later that they changed."""

import hashlib
import os
from pathlib import Path

from boocode_desktop.workspace.text_edits import digest

UNTRACKED_LIMIT = 10 * 1024 * 1024
"""Larger untracked files are named in checkpoints, but not kept."""
HASH_LIMIT = 256 * 1024
ENTRY_LIMIT = 200
FILE_LIMIT = 1000


def fingerprint(place: Path) -> str:
    """Size and hash of a file; size and time where hashing would take long."""
    try:
        info = place.lstat()
        if place.is_symlink() or not place.is_file():
            return f"{info.st_size} bytes"
        if info.st_size > HASH_LIMIT:
            return f"{info.st_size} bytes, changed {info.st_mtime_ns}"
        with place.open("rb") as file:
            return f"{info.st_size} bytes, sha1 {digest(file.read)}"
    except OSError:
        return "unreadable"


def too_large(place: Path) -> str:
    """The reason for an untracked file over the limit."""
    return f"untracked and over 10 MB: {fingerprint(place)}"


class IgnoredSummary:
    """Describes ignored files and folders, one line each, and stops looking when there are too many."""

    def __init__(self) -> None:
        self._entries = 0
        self._files = FILE_LIMIT

    @property
    def full(self) -> bool:
        """Whether no more entries are wanted."""
        return self._entries >= ENTRY_LIMIT

    def add(self, root: Path, path: str) -> str:
        """The line for one ignored file, or a folder (its path ends in `/`)."""
        self._entries += 1
        if path.endswith("/"):
            return self._folder(root / path)
        self._files -= 1
        return f"ignored: {fingerprint(root / path)}"

    def _folder(self, place: Path) -> str:
        state, count = hashlib.sha1(usedforsecurity=False), 0
        waiting = [place]
        while waiting:
            folder = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda e: e.name)
            except OSError:
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                    continue
                if self._files <= 0:
                    return f"ignored folder: more than {count:,} files, changed {place.lstat().st_mtime_ns}"
                self._files -= 1
                count += 1
                info = entry.stat(follow_symlinks=False)
                state.update(os.fsencode(entry.path) + b"%d %d" % (info.st_size, info.st_mtime_ns))
        return f"ignored folder: {count:,} files, listing {state.hexdigest()[:16]}"
