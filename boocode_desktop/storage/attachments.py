"""Files of attachments, kept by their content below `attachments/`; `attachment_rows` has their rows."""

import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.errors import DiskFullError, NotFoundError, UserFacingError
from boocode_desktop.storage.folders import private_folder, write_private


@dataclass(frozen=True, slots=True)
class AttachmentFiles:
    """The files below one folder. All methods block; call them from a thread."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where the bytes of a hash are."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFoundError(f"{sha256!r} names no attachment.", "An attachment is named by its SHA-256.")
        return self.folder / sha256[:2] / sha256

    def write(self, data: bytes) -> str:
        """Keep bytes, on the disk when this returns; their hash.

        Raises:
            UserFacingError: they could not be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        try:
            if not path.exists() or path.stat().st_size != len(data):
                private_folder(path.parent)
                write_private(path, data)
        except OSError as error:
            raise _unwritable(error) from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """The bytes of a hash.

        Raises:
            NotFoundError: they are gone.
            UserFacingError: the file does not hold them any more.
        """
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise NotFoundError("This attachment is no longer there.", f"Its file was {path}.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UserFacingError("This attachment's file was damaged.", f"Attach it again; the file is {path}.")
        return data

    def remove(self, sha256s: list[str]) -> None:
        """Drop files; those that are gone already do not matter."""
        for sha256 in sha256s:
            self.path(sha256).unlink(missing_ok=True)


def _unwritable(error: OSError) -> UserFacingError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFullError("The disk is full: the attachment could not be kept.", "Free some space, then try again.")
    return UserFacingError(f"The attachment could not be kept: {os.strerror(error.errno or 0)}.", "")
