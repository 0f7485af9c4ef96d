"""An open directory whose entries are touched by name, so that no link on the way is followed.

On Linux and macOS it is a file descriptor. Windows has no such calls: there every step is checked by path instead,
which leaves a moment between check and use.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Protocol

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_OPEN = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | getattr(os, "O_BINARY", 0)


class Directory(Protocol):
    """Raises (every method): OSError. `name` is one component; a link there is never followed."""

    def stat(self, name: str) -> os.stat_result:
        """An entry's own status."""

    def readlink(self, name: str) -> str:
        """Where a link points."""

    def reader(self, name: str) -> BinaryIO:
        """Open a file."""

    def creator(self, name: str, mode: int) -> BinaryIO:
        """Make a file that did not exist."""

    def symlink(self, target: str, name: str) -> None:
        """Make a link."""

    def replace(self, old: str, new: str) -> None:
        """Rename within the directory, over whatever file stands there."""

    def unlink(self, name: str) -> None:
        """Remove a file or link."""

    def mkdir(self, name: str) -> None:
        """Make a directory."""

    def rmdir(self, name: str) -> None:
        """Remove an empty directory."""

    def enter(self, name: str) -> "Directory":
        """Open a directory inside; a link or file there is an error."""

    def close(self) -> None:
        """Give the directory up."""


def open_directory(path: Path) -> Directory:
    """Open a directory, which itself may be reached through links."""
    if os.open in os.supports_dir_fd:
        return DescriptorDirectory(os.open(path, _OPEN))
    return PathDirectory(path.resolve(strict=True))


class DescriptorDirectory:
    """By descriptor: what was opened stays what it was, whatever happens to its path."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def stat(self, name: str) -> os.stat_result:
        """An entry's own status."""
        return os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)

    def readlink(self, name: str) -> str:
        """Where a link points."""
        return os.readlink(name, dir_fd=self._descriptor)

    def reader(self, name: str) -> BinaryIO:
        """Open a file."""
        return os.fdopen(os.open(name, _READ, dir_fd=self._descriptor), "rb")

    def creator(self, name: str, mode: int) -> BinaryIO:
        """Make a file that did not exist."""
        return os.fdopen(os.open(name, _CREATE, mode, dir_fd=self._descriptor), "wb")

    def symlink(self, target: str, name: str) -> None:
        """Make a link."""
        os.symlink(target, name, dir_fd=self._descriptor)

    def replace(self, old: str, new: str) -> None:
        """Rename within the directory, over whatever file stands there."""
        os.replace(old, new, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def unlink(self, name: str) -> None:
        """Remove a file or link."""
        os.unlink(name, dir_fd=self._descriptor)

    def mkdir(self, name: str) -> None:
        """Make a directory."""
        os.mkdir(name, 0o777, dir_fd=self._descriptor)

    def rmdir(self, name: str) -> None:
        """Remove an empty directory."""
        os.rmdir(name, dir_fd=self._descriptor)

    def enter(self, name: str) -> "Directory":
        """Open a directory inside; a link or file there is an error."""
        return DescriptorDirectory(os.open(name, _OPEN | _NOFOLLOW, dir_fd=self._descriptor))

    def close(self) -> None:
        """Give the directory up."""
        os.close(self._descriptor)


class PathDirectory:
    """By path, where the system knows no better."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def stat(self, name: str) -> os.stat_result:
        """An entry's own status."""
        return (self._path / name).lstat()

    def readlink(self, name: str) -> str:
        """Where a link points."""
        return os.readlink(self._path / name)  # noqa: PTH115

    def reader(self, name: str) -> BinaryIO:
        """Open a file."""
        return os.fdopen(os.open(self._path / name, _READ), "rb")

    def creator(self, name: str, mode: int) -> BinaryIO:
        """Make a file that did not exist."""
        return os.fdopen(os.open(self._path / name, _CREATE, mode), "wb")

    def symlink(self, target: str, name: str) -> None:
        """Make a link."""
        (self._path / name).symlink_to(target)

    def replace(self, old: str, new: str) -> None:
        """Rename within the directory, over whatever file stands there."""
        (self._path / old).replace(self._path / new)

    def unlink(self, name: str) -> None:
        """Remove a file or link."""
        (self._path / name).unlink()

    def mkdir(self, name: str) -> None:
        """Make a directory."""
        (self._path / name).mkdir()

    def rmdir(self, name: str) -> None:
        """Remove an empty directory."""
        (self._path / name).rmdir()

    def enter(self, name: str) -> "Directory":
        """Open a directory inside; a link or file there is an error."""
        place = self._path / name
        # A junction is no symbolic link for `lstat`, but resolving it leads elsewhere.
        if not stat.S_ISDIR(place.lstat().st_mode) or place.resolve() != place:
            raise NotADirectoryError(20, "not a directory of its own", str(place))
        return PathDirectory(place)

    def close(self) -> None:
        """Nothing is held."""
