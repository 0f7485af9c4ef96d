"""The data folder: private to its owner, files written whole or not at all."""

import os
import tempfile
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter, or make an existing one so."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def private_file(file: Path) -> None:
    """Let only its owner read and write a file."""
    if os.name == "posix" and file.exists() and file.stat().st_mode & 0o177:
        file.chmod(0o600)


def write_private(file: Path, data: bytes) -> None:
    """Write a file by a temporary one and a rename, on the disk when this returns."""
    handle, name = tempfile.mkstemp(prefix=".new-", dir=file.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
