"""Copying files between the project folder and a worktree: same bytes, same mode, links as links, shared blocks."""

import contextlib
import os
import shutil
import stat
import sys
from pathlib import Path

from boocode_desktop.workspace.removal import remove_tree

if sys.platform == "linux":
    import fcntl

_FICLONE = 0x40049409


def copy_file(source: Path, target: Path) -> None:
    """Make `target` equal to a file or link, whatever stands there; sharing blocks where the file system can."""
    info = source.lstat()
    clear(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(info.st_mode):
        # A Path would tidy the target up: `./x/` is not `x`.
        target.symlink_to(os.readlink(source))  # noqa: PTH115
        return
    with source.open("rb") as reader, target.open("xb") as writer:
        if not _reflinked(reader.fileno(), writer.fileno()):
            shutil.copyfileobj(reader, writer, 1 << 20)
    shutil.copymode(source, target)
    os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))


def copy_tree(source: Path, target: Path) -> None:
    """Copy a file, a link or a folder with everything in it; special files are passed by."""
    if source.is_symlink() or not source.is_dir():
        copy_file(source, target)
        return
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        (target / inside).mkdir(parents=True, exist_ok=True)
        for entry in os.scandir(source / inside):
            path = f"{inside}/{entry.name}" if inside else entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                copy_file(source / path, target / path)


def clear(target: Path) -> None:
    """Make room: a file or link is unlinked, a folder removed."""
    if target.is_dir() and not target.is_symlink():
        remove_tree(target)
    else:
        target.unlink(missing_ok=True)


def _reflinked(reader: int, writer: int) -> bool:
    """Share the blocks of a file; False where the file system cannot."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.ioctl(writer, _FICLONE, reader)
            return True
    return False
