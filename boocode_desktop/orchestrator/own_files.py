"""Files that the person writes into a session's folder by hand: what that would do, and doing it."""

from collections import Counter
from pathlib import Path

from boocode_desktop.domain.changes import PutFile
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.text_files import join_lines, normal, split_lines, usual_end
from boocode_desktop.processes.file_access import FileBytes, check_writable, read_bytes, write_bytes
from boocode_desktop.processes.places import local_place


def file_in(root: Path, name: str) -> Path:
    """The resolved path of a file that may be written.

    Raises:
        UserFacingError: it leads outside the folder, into `.git`, or is no usable name.
    """
    place = local_place(root)
    path = place.resolve(name)
    check_writable(place, path)
    if path.is_dir():
        raise UserFacingError(f"{place.relative(path)} is a folder.", "Name a file in it.")
    return path


def put_text(root: Path, path: Path, text: str, *, dry_run: bool) -> PutFile:
    """Write a whole text file, in the encoding and with the line ends of the one that stands there.

    Raises:
        UserFacingError: what stands there is no text, it changed meanwhile, or the disk refuses.
    """
    place = local_place(root)
    before = read_bytes(place, path) if path.exists() else None
    data, old = _encoded(before, text if text.endswith("\n") else f"{text}\n")
    had, has = Counter(_lines(old)), Counter(_lines(text))
    if not dry_run and (before is None or before.data != data):
        write_bytes(place, path, data, expected=before.stamp if before else None)
    return PutFile(
        path=place.relative(path),
        existed=before is not None,
        added=sum((has - had).values()),
        removed=sum((had - has).values()),
        same=before is not None and before.data == data,
    )


def _encoded(before: FileBytes | None, text: str) -> tuple[bytes, str]:
    """The bytes to write, and the text that stands there now."""
    if before is None:
        return text.encode("utf-8", "replace"), ""
    old = before.text()
    end = usual_end(split_lines(old.text))
    lines = [type(line)(line.text, end if line.end else "") for line in split_lines(normal(text))]
    return old.with_text(join_lines(lines)), old.text


def _lines(text: str) -> list[str]:
    return [line.text for line in split_lines(normal(text))]
