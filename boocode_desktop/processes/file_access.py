"""Files, for everyone who acts for an agent: bounded reads, atomic writes, nothing through a link, `.git` never.

Paths come from a `Place`, absolute and resolved, and have been authorized. Every function blocks: call it in a thread.
"""

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain import guarded_paths
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.product import TEMPORARY
from boocode_desktop.domain.text_files import TextFile, decode
from boocode_desktop.processes.beneath import HAS_WALK, MovedError, check_unmoved, open_file, opened_folder
from boocode_desktop.processes.places import PathRefusedError, Place

READ_LIMIT = 10 * 1024 * 1024
WRITE_LIMIT = 10 * 1024 * 1024
_CHUNK = 1 << 20


class FileError(UserFacingError):
    """A file cannot be used as asked; the message is fit for the agent and for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What tells one state of a file from another."""

    inode: int
    size: int
    changed_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBytes:
    """A file as it was read."""

    data: bytes
    stamp: Stamp

    def text(self) -> TextFile:
        """Its text.

        Raises:
            BinaryFileError: it is none.
        """
        return decode(self.data)


def read_bytes(place: Place, path: Path, *, limit: int = READ_LIMIT) -> FileBytes:
    """A whole file.

    Raises:
        FileError: it is missing, no regular file, closed to us or larger than `limit`.
    """
    try:
        descriptor = open_file(path)
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            if found.st_size > limit:
                raise _too_large(place, path, found.st_size, limit)
            data = stream.read(limit + 1)
    except OSError as error:
        raise file_error(place, path, error) from error
    if len(data) > limit:  # it grew, or it says a wrong size
        raise _too_large(place, path, len(data), limit)
    return FileBytes(data=data, stamp=_stamp(found))


def write_bytes(place: Place, path: Path, data: bytes, *, expected: Stamp | None = None) -> None:
    """Write a file as a whole: beside it first, then renamed over it, its mode kept, missing folders made.

    Raises:
        FileError: it is too large, in `.git`, a folder or link stands there, the disk refuses, or the file is no
            longer the one `expected`.
    """
    check_writable(place, path)
    if len(data) > WRITE_LIMIT:
        raise _too_large(place, path, len(data), WRITE_LIMIT, done="written")
    try:
        if HAS_WALK:
            with opened_folder(path.parent, create=True) as parent:
                _replace(path, data, expected, parent)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            check_unmoved(path)
            _replace(path, data, expected, None)
    except OSError as error:
        raise file_error(place, path, error) from error


def delete(place: Place, path: Path) -> None:
    """Delete a file, a link (not what it points to) or an empty folder.

    Raises:
        FileError: it is missing, a folder with content, or in `.git`.
    """
    check_writable(place, path)
    try:
        if HAS_WALK:
            with opened_folder(path.parent) as parent:
                _remove(path, parent)
        else:
            check_unmoved(path.parent)
            _remove(path, None)
    except OSError as error:
        raise file_error(place, path, error) from error


def check_writable(place: Place, path: Path) -> None:
    """The last guard before a change, whatever was allowed: inside the root, not the root, not in `.git`.

    Raises:
        PathRefusedError: it is not so.
    """
    if not place.contains(path) or path == place.root:
        raise PathRefusedError(f"{path} is not a file of the worktree.", "Only files in the worktree can be changed.")
    if guarded_paths.in_git_folder(path.relative_to(place.root).parts):
        raise PathRefusedError(
            f"{place.relative(path)} belongs to git's own data, which agents may not change.",
            "Leave it, or use the git tools to look at the history.",
        )


def file_error(place: Place, path: Path, error: OSError) -> FileError | MovedError:
    """An operating system's refusal in words that help the agent."""
    name = place.relative(path)
    match error:
        case FileNotFoundError():
            return FileError(f"There is no file {name}.", "Look with list_dir or find_files what there is.")
        case IsADirectoryError():
            return FileError(f"{name} is a folder.", "Use list_dir to see what is in it.")
        case NotADirectoryError():
            return FileError(f"A part of {name} is a file or a link, not a folder.", "Check the path with list_dir.")
        case PermissionError():
            return FileError(f"{name} is closed to this user ({error.strerror}).", "Ask the user, or leave it.")
        case _:
            return FileError(f"{name}: {error.strerror or error}.", "Nothing was changed.")


def _too_large(place: Place, path: Path, size: int, limit: int, *, done: str = "read") -> FileError:
    return FileError(
        f"{place.relative(path)} is {size / 1024**2:.1f} MB, more than the {limit // 1024**2} MB that can be {done} "
        "at once.",
        "Use search_text to find a part of it, or run_command with a program that reads a part (head, tail, sed).",
    )


def _replace(path: Path, data: bytes, expected: Stamp | None, parent: int | None) -> None:
    before = _entry(path, parent)
    if before is not None and stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError(21, "Is a directory", str(path))
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise MovedError(path)
    if expected is not None and (before is None or _stamp(before) != expected):
        raise FileError(f"{path.name} was changed by someone else meanwhile; nothing was written.", "Read it again.")
    draft = f"{TEMPORARY}{secrets.token_hex(8)}"
    draft_path: str | Path = draft if parent is not None else path.parent / draft
    target: str | Path = path.name if parent is not None else path
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft_path, flags, 0o666, dir_fd=parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            if before is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
        os.replace(draft_path, target, src_dir_fd=parent, dst_dir_fd=parent)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft_path, dir_fd=parent)
        raise


def _remove(path: Path, parent: int | None) -> None:
    target: str | Path = path.name if parent is not None else path
    found = os.lstat(target) if parent is None else os.stat(target, dir_fd=parent, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode):
        os.rmdir(target, dir_fd=parent)
    else:
        os.unlink(target, dir_fd=parent)


def _entry(path: Path, parent: int | None) -> os.stat_result | None:
    try:
        return os.lstat(path) if parent is None else os.stat(path.name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(inode=found.st_ino, size=found.st_size, changed_ns=found.st_mtime_ns)
