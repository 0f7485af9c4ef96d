"""Small text files of ours, replaced as a whole: readers see the old text or the new one, never a part."""

import os
import tempfile
from pathlib import Path

Signature = tuple[int, int, int] | None


def replace_text(path: Path, text: str) -> None:
    """Write a file by a temporary one beside it, readable by its owner alone. Blocks.

    A link stays a link: what it points at is replaced.

    Raises:
        OSError: the disk refused; the old file is untouched.
    """
    temporary = ""
    path = path.resolve()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise


def signature(path: Path) -> Signature:
    """Differs once the file was replaced or written to; None while there is none. Blocks."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
