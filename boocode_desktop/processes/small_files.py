"""Small files that people keep in known folders: read whole within a limit, never by a link that leads elsewhere."""

import os
from collections.abc import Iterator
from pathlib import Path

from boocode_desktop.processes.beneath import MovedError, open_file


class UnreadableError(Exception):
    """A file is not read; `reason` goes on after “it is not read: ”."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_small(path: Path, *, root: Path, limit: int) -> bytes:
    """The bytes of a regular file that lies beneath `root` with every link followed, at most `limit`. Blocks.

    Raises:
        UnreadableError: it lies elsewhere, is missing, no regular file, closed to us or larger.
    """
    try:
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(os.path.realpath(root)):
            raise UnreadableError("a link leads out of the folder")
        with os.fdopen(open_file(real), "rb") as stream:
            data = stream.read(limit + 1)
    except MovedError as error:
        raise UnreadableError("a link stands in the way") from error
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    if len(data) > limit:
        raise UnreadableError(f"it is larger than {limit // 1024} KB")
    return data


def names_in(folder: Path, most: int) -> tuple[list[str], bool]:
    """The names in a folder in order, hidden ones left out, at most `most`, and whether there are more. Blocks.

    A folder that is missing or closed to us has none.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(_seen(entries))
    except OSError:
        return [], False
    return names[:most], len(names) > most


def _seen(entries: Iterator["os.DirEntry[str]"]) -> Iterator[str]:
    return (entry.name for entry in entries if not entry.name.startswith("."))
