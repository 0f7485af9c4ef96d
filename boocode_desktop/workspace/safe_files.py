"""Reading and replacing files below a folder without ever following a symbolic link on the way.

Every component is opened by descriptor with `O_NOFOLLOW`, so a link swapped in between cannot lead outside. A file is
replaced by a temporary neighbour and a rename: at any moment it is the old one or the new one.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TEMPORARY = ".boocode-tmp-"
"""Prefix of a temporary neighbour's name."""
_DIRECTORY = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
FILE, EXECUTABLE, LINK = 0o100644, 0o100755, 0o120000


class BlockedPathError(Exception):
    """A path cannot be reached or replaced safely; the text says why, for a conflict card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """A file or link as it stands: git's mode and its bytes (a link's target)."""

    mode: int
    data: bytes


class Folder:
    """A folder whose insides are read and written safely. `path` itself may be reached through links."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, path: str) -> FileState | None:
        """A file or link, None if absent.

        Raises:
            BlockedPathError: a component is a link, or the path is a folder or a special file.
        """
        try:
            with self._parent(path) as (parent, name):
                return _read_at(parent, name, path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def stamp(self, path: str) -> tuple[int, ...] | None:
        """What changes when somebody writes the file; None if absent."""
        try:
            with self._parent(path) as (parent, name):
                info = os.stat(name, dir_fd=parent, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_mode

    def replace(
        self, path: str, state: FileState, *, durable: bool = True, before: Callable[[str], None] | None = None
    ) -> None:
        """Make the path hold `state`; `before` hears the temporary file's relative path.

        `durable` waits for the disk: wanted where nothing else holds the bytes.

        Raises:
            BlockedPathError: a component is a link, or a folder stands there.
        """
        with self._parent(path, create=True) as (parent, name):
            _refuse_folder(parent, name, path)
            temporary = TEMPORARY + secrets.token_hex(6)
            if before is not None:
                before(str(Path(path).with_name(temporary).as_posix()))
            try:
                _write_at(parent, temporary, state, _permissions(parent, name, state.mode), durable=durable)
                os.replace(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=parent)
                raise

    def remove(self, path: str) -> None:
        """Unlink a file or link, and the folders that it leaves empty."""
        try:
            with self._parent(path) as (parent, name):
                _refuse_folder(parent, name, path)
                os.unlink(name, dir_fd=parent)
        except (FileNotFoundError, NotADirectoryError):
            return
        self._prune(path)

    def _prune(self, path: str) -> None:
        parts = path.split("/")[:-1]
        while parts:
            try:
                with self._parent("/".join(parts)) as (parent, name):
                    os.rmdir(name, dir_fd=parent)
            except OSError:
                return
            parts.pop()

    @contextlib.contextmanager
    def _parent(self, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
        *folders, name = path.split("/")
        current = os.open(self.path, _DIRECTORY & ~getattr(os, "O_NOFOLLOW", 0))
        try:
            for folder in folders:
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(folder, 0o777, dir_fd=current)
                deeper = _open_folder(current, folder, path, needed=create)
                os.close(current)
                current = deeper
            yield current, name
        finally:
            os.close(current)


def _open_folder(parent: int, name: str, path: str, *, needed: bool) -> int:
    try:
        return os.open(name, _DIRECTORY, dir_fd=parent)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and _is_link(parent, name):
            raise BlockedPathError(f"the folder {name!r} on the way to {path!r} is a symbolic link") from error
        if needed and error.errno == errno.ENOTDIR:
            raise BlockedPathError(f"a file stands where {path!r} needs the folder {name!r}") from error
        raise


def _is_link(parent: int, name: str) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _read_at(parent: int, name: str, path: str) -> FileState:
    info = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if stat.S_ISLNK(info.st_mode):
        return FileState(mode=LINK, data=os.fsencode(os.readlink(name, dir_fd=parent)))
    if not stat.S_ISREG(info.st_mode):
        raise BlockedPathError(f"{path!r} is a folder or a special file there")
    with os.fdopen(os.open(name, _READ, dir_fd=parent), "rb") as file:
        mode = EXECUTABLE if os.fstat(file.fileno()).st_mode & stat.S_IXUSR else FILE
        return FileState(mode=mode, data=file.read())


def _refuse_folder(parent: int, name: str, path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise BlockedPathError(f"a folder stands at {path!r}")


def _permissions(parent: int, name: str, mode: int) -> int | None:
    """The permissions of the file that is replaced, its execute bits as `mode` says; None for a new file."""
    try:
        info = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    kept = stat.S_IMODE(info.st_mode)
    if mode == EXECUTABLE and not kept & stat.S_IXUSR:
        return kept | (kept & 0o444) >> 2
    return kept & ~0o111 if mode == FILE and kept & stat.S_IXUSR else kept


def _write_at(parent: int, name: str, state: FileState, permissions: int | None, *, durable: bool) -> None:
    if state.mode == LINK:
        os.symlink(os.fsdecode(state.data), name, dir_fd=parent)
        return
    wanted = 0o777 if state.mode == EXECUTABLE else 0o666
    with os.fdopen(os.open(name, _CREATE, wanted, dir_fd=parent), "wb") as file:
        file.write(state.data)
        file.flush()
        if permissions is not None:
            os.fchmod(file.fileno(), permissions)
        if durable:
            os.fsync(file.fileno())
