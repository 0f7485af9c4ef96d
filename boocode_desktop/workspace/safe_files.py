"""Reading and replacing files below a folder without ever following a symbolic link on the way.

A file is replaced by a temporary neighbour and a rename: at any moment it is the old one or the new one.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from boocode_desktop.domain.product import TEMPORARY
from boocode_desktop.workspace.directories import Directory, open_directory

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

    def __init__(self, path: Path, opener: Callable[[Path], Directory] = open_directory) -> None:
        self.path = path
        self._opener = opener

    def read(self, path: str) -> FileState | None:
        """A file or link, None if absent.

        Raises:
            BlockedPathError: a component is a link, or the path is a folder or a special file.
        """
        try:
            with self._parent(path) as (parent, name):
                return _read(parent, name, path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def stamp(self, path: str) -> tuple[int, ...] | None:
        """What changes when somebody writes the file; None if absent."""
        try:
            with self._parent(path) as (parent, name):
                info = parent.stat(name)
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
                before(str(PurePosixPath(path).with_name(temporary)))
            try:
                _write(parent, temporary, state, _permissions(parent, name, state.mode), durable=durable)
                parent.replace(temporary, name)
            except BaseException:
                with contextlib.suppress(OSError):
                    parent.unlink(temporary)
                raise

    def remove(self, path: str) -> None:
        """Unlink a file or link, and the folders that it leaves empty."""
        try:
            with self._parent(path) as (parent, name):
                _refuse_folder(parent, name, path)
                parent.unlink(name)
        except (FileNotFoundError, NotADirectoryError):
            return
        self._prune(path)

    def _prune(self, path: str) -> None:
        parts = path.split("/")[:-1]
        while parts:
            try:
                with self._parent("/".join(parts)) as (parent, name):
                    parent.rmdir(name)
            except OSError:
                return
            parts.pop()

    @contextlib.contextmanager
    def _parent(self, path: str, *, create: bool = False) -> Iterator[tuple[Directory, str]]:
        *folders, name = path.split("/")
        current = self._opener(self.path)
        try:
            for folder in folders:
                if create:
                    with contextlib.suppress(FileExistsError):
                        current.mkdir(folder)
                deeper = _enter(current, folder, path, needed=create)
                current.close()
                current = deeper
            yield current, name
        finally:
            current.close()


def _enter(parent: Directory, name: str, path: str, *, needed: bool) -> Directory:
    try:
        return parent.enter(name)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and stat.S_ISLNK(parent.stat(name).st_mode):
            raise BlockedPathError(f"the folder {name!r} on the way to {path!r} is a symbolic link") from error
        if needed and error.errno == errno.ENOTDIR:
            raise BlockedPathError(f"a file stands where {path!r} needs the folder {name!r}") from error
        raise


def _read(parent: Directory, name: str, path: str) -> FileState | None:
    info = parent.stat(name)
    if stat.S_ISLNK(info.st_mode):
        return FileState(mode=LINK, data=os.fsencode(parent.readlink(name)))
    if not stat.S_ISREG(info.st_mode):
        raise BlockedPathError(f"{path!r} is a folder or a special file there")
    with parent.reader(name) as file:
        executable = os.name != "nt" and os.fstat(file.fileno()).st_mode & stat.S_IXUSR
        return FileState(mode=EXECUTABLE if executable else FILE, data=file.read())


def _refuse_folder(parent: Directory, name: str, path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(parent.stat(name).st_mode):
            raise BlockedPathError(f"a folder stands at {path!r}")


def _permissions(parent: Directory, name: str, mode: int) -> int | None:
    """The permissions of the file that is replaced, its execute bits as `mode` says; None for a new file."""
    try:
        info = parent.stat(name)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    kept = stat.S_IMODE(info.st_mode)
    if mode == EXECUTABLE and not kept & stat.S_IXUSR:
        return kept | (kept & 0o444) >> 2
    return kept & ~0o111 if mode == FILE and kept & stat.S_IXUSR else kept


def _write(parent: Directory, name: str, state: FileState, permissions: int | None, *, durable: bool) -> None:
    if state.mode == LINK:
        parent.symlink(os.fsdecode(state.data), name)
        return
    with parent.creator(name, 0o777 if state.mode == EXECUTABLE else 0o666) as file:
        file.write(state.data)
        file.flush()
        if permissions is not None and os.name != "nt":
            os.chmod(file.fileno(), permissions)  # noqa: PTH101
        if durable:
            os.fsync(file.fileno())
