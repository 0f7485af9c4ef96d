"""Deleting a folder, however deep, read-only or full of links: nothing outside it is ever touched."""

import os
import shutil
import stat
import sys
from pathlib import Path

_OPEN = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


def remove_tree(path: Path) -> None:
    """Delete a folder; a link in its place is unlinked, an absent one is fine."""
    if path.is_symlink():
        path.unlink()
    elif not path.exists():
        return
    elif sys.platform == "win32":
        shutil.rmtree(path)
    else:
        _flatten(path)
        path.rmdir()


def _flatten(path: Path) -> None:
    """Empty a folder by moving the folders inside its folders up, one level at a time: no recursion, no long path."""
    top = os.open(path, _OPEN)
    try:
        os.chmod(top, stat.S_IRWXU)  # noqa: PTH101
        number = 0
        while folders := _unlink_files(top):
            for name in folders:
                number = _empty_folder(top, name, number)
    finally:
        os.close(top)


def _unlink_files(folder: int) -> list[str]:
    """Unlink everything that is no folder; returns the folders."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders


def _empty_folder(top: int, name: str, number: int) -> int:
    os.chmod(name, stat.S_IRWXU, dir_fd=top)
    folder = os.open(name, _OPEN, dir_fd=top)
    try:
        for inside in _unlink_files(folder):
            number += 1
            # A folder can only be moved by who may write it: its own entry `..` changes.
            os.chmod(inside, stat.S_IRWXU, dir_fd=folder)
            os.rename(inside, f".boocode-gone-{number}", src_dir_fd=folder, dst_dir_fd=top)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)
    return number
