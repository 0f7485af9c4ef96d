"""Opens files by walking down from an anchor, one folder at a time, following no symbolic link on the way.

A path is resolved, then judged, then opened; between those moments an agent's shell may put a link in its place. The
walk holds each folder open while it opens the next one, so that what is opened is what was judged, or nothing.
Windows has no such calls: there the path is resolved again right before use and compared.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boocode_desktop.domain.errors import UserFacingError

HAS_WALK = sys.platform != "win32"


class MovedError(UserFacingError):
    """A link stands where a folder or file was when the path was judged."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} changed while it was being opened; nothing was read or written.", "Try again.")


@contextmanager
def opened_folder(folder: Path, *, create: bool = False) -> Iterator[int]:
    """A descriptor of an absolute, resolved folder, reached without a link; missing folders are made if asked.

    Raises:
        MovedError: a link or a file stands on the way.
        OSError: a folder is missing or closed to us.
    """
    descriptor = os.open(folder.anchor, _folder_flags())
    try:
        for part in folder.parts[1:]:
            below = _step(descriptor, part, folder, create=create)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _step(descriptor: int, part: str, folder: Path, *, create: bool) -> int:
    for attempt in range(2):
        try:
            return os.open(part, _folder_flags(), dir_fd=descriptor)
        except FileNotFoundError:
            if not create or attempt:
                raise
            try:
                os.mkdir(part, dir_fd=descriptor)
            except FileExistsError:
                continue
        except OSError as error:
            raise _judged(error, folder) from error
    raise MovedError(folder)


def open_file(path: Path, flags: int = os.O_RDONLY) -> int:
    """A descriptor of an absolute, resolved path that is a regular file, reached without a link.

    Raises:
        MovedError: a link stands on the way.
        OSError: it is missing or closed to us; IsADirectoryError for folders, and for devices, pipes and sockets
            an OSError with EINVAL.
    """
    if HAS_WALK:
        with opened_folder(path.parent) as parent:
            descriptor = _open_last(parent, path, flags)
    else:
        check_unmoved(path)
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor


def check_unmoved(path: Path) -> None:
    """For systems without the walk: that the path, resolved again, is itself.

    Raises:
        MovedError: it is not.
    """
    if Path(os.path.realpath(path.parent)) != path.parent or path.is_symlink():
        raise MovedError(path)


def _open_last(parent: int, path: Path, flags: int) -> int:
    try:
        return os.open(path.name, flags | _file_flags(), dir_fd=parent)
    except OSError as error:
        raise _judged(error, path) from error


def _file_flags() -> int:
    if sys.platform == "win32":
        return 0
    else:
        # Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
        return os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def _folder_flags() -> int:
    if sys.platform == "win32":
        return os.O_RDONLY
    else:
        # O_PATH needs no right to list the folder, only to pass through it; macOS has none.
        kind: int = getattr(os, "O_PATH", os.O_RDONLY)
        return kind | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def _judged(error: OSError, path: Path) -> Exception:
    """A link in the way is ELOOP, or ENOTDIR where a folder was asked for."""
    if error.errno == errno.ELOOP:
        return MovedError(path)
    return error
