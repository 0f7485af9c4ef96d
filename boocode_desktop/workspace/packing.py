"""Many files at once into one pack: the first snapshot of a tree would otherwise make a small file for every one."""

import binascii
import hashlib
import os
import stat
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

WORTHWHILE = 300
"""From so many new files on, a pack is made."""
FILE_LIMIT = 64 * 1024 * 1024
PACK_LIMIT = 2**31 - FILE_LIMIT - 1024
_BLOB = 3


class PackWriter:
    """A pack of blobs under construction. Objects that come twice are written once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._objects: dict[bytes, tuple[int, int]] = {}
        self._offset = file.write(b"PACK" + (2).to_bytes(4, "big") + bytes(4))

    @property
    def full(self) -> bool:
        """Whether a further file might pass the size that an index can address."""
        return self._offset > PACK_LIMIT

    def add(self, data: bytes) -> str:
        """Add a blob; returns its id."""
        name = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
        name.update(data)
        if name.digest() in self._objects:
            return name.hexdigest()
        raw = _header(len(data)) + zlib.compress(data, 1)
        self._objects[name.digest()] = (self._offset, binascii.crc32(raw))
        self._offset += self._file.write(raw)
        return name.hexdigest()

    def finish(self) -> bytes:
        """Complete the pack and close its file; returns the index that belongs to it."""
        self._file.seek(8)
        self._file.write(len(self._objects).to_bytes(4, "big"))
        self._file.seek(0)
        state = hashlib.sha1(usedforsecurity=False)
        while block := self._file.read(1 << 20):
            state.update(block)
        checksum = state.digest()
        self._file.write(checksum)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._index(checksum)

    def _index(self, checksum: bytes) -> bytes:
        names = sorted(self._objects)
        counts = [0] * 256
        for name in names:
            counts[name[0]] += 1
        total, fanout = 0, bytearray()
        for count in counts:
            total += count
            fanout += total.to_bytes(4, "big")
        body = b"\377tOc" + (2).to_bytes(4, "big") + bytes(fanout) + b"".join(names)
        body += b"".join(self._objects[name][1].to_bytes(4, "big") for name in names)
        body += b"".join(self._objects[name][0].to_bytes(4, "big") for name in names) + checksum
        return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _header(size: int) -> bytes:
    out = bytearray()
    byte, rest = (_BLOB << 4) | (size & 15), size >> 4
    while rest:
        out.append(byte | 0x80)
        byte, rest = rest & 0x7F, rest >> 7
    out.append(byte)
    return bytes(out)


def pack_files(
    objects: Path, root: Path, paths: Iterable[str], progress: Callable[[int], None]
) -> dict[str, tuple[str, int]]:
    """Write the blobs of files below `root` as one pack into an object folder; returns each path's blob and mode.

    What cannot be read is left out: git, looking at it again, says why.
    """
    folder = objects / "pack"
    folder.mkdir(exist_ok=True)
    temporary = folder / f"tmp_pack_{os.getpid()}"
    packed: dict[str, tuple[str, int]] = {}
    try:
        writer = PackWriter(temporary.open("w+b"))
        for number, path in enumerate(paths):
            if number % 500 == 0:
                progress(number)
            if writer.full:
                break
            found = _read(root / path)
            if found is not None:
                packed[path] = writer.add(found[0]), found[1]
        _install(folder, temporary, writer.finish())
    finally:
        temporary.unlink(missing_ok=True)
    return packed


def _install(folder: Path, temporary: Path, index: bytes) -> None:
    name = folder / f"pack-{index[-40:-20].hex()}"
    temporary.replace(name.with_suffix(".pack"))
    with temporary.open("wb") as file:
        file.write(index)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(name.with_suffix(".idx"))


def _read(place: Path) -> tuple[bytes, int] | None:
    try:
        info = place.lstat()
        if stat.S_ISLNK(info.st_mode):
            return os.fsencode(os.readlink(place)), 0o120000  # noqa: PTH115
        if not stat.S_ISREG(info.st_mode) or info.st_size > FILE_LIMIT:
            return None
        executable = os.name != "nt" and info.st_mode & stat.S_IXUSR
        return place.read_bytes(), 0o100755 if executable else 0o100644
    except OSError:
        return None
