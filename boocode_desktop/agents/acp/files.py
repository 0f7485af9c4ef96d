"""Files that agents read and write through us: any range of lines, and a file's own encoding kept."""

from pathlib import Path

from boocode_desktop.agents.acp.diffs import TextDiff, diff_texts
from boocode_desktop.domain.text_files import BinaryFileError, TextFile, decode, join_lines, split_lines
from boocode_desktop.processes.file_access import FileError, read_bytes, write_bytes
from boocode_desktop.processes.places import Place


def read_lines(place: Place, path: Path, line: int | None, limit: int | None) -> str:
    """A file's text, from the 1-based `line` on, at most `limit` lines.

    Raises:
        UserFacingError: it is missing, too large, no text, or no file.
    """
    text = read_bytes(place, path).text().text
    if line is None and limit is None:
        return text
    first = max((line or 1) - 1, 0)
    return join_lines(split_lines(text)[first : first + max(limit, 0) if limit is not None else None])


def write_text(place: Place, path: Path, text: str) -> TextDiff:
    """Write a file as a whole, in the encoding it has; what that changed.

    Raises:
        UserFacingError: it may not be written, or its encoding cannot hold the text.
    """
    before = _present(place, path)
    write_bytes(place, path, (before or TextFile(text="")).with_text(text))
    return diff_texts(str(path), before.text if before else None, text)


def is_missing(error: Exception) -> bool:
    """Whether that is what stood in the way."""
    return isinstance(error.__cause__, FileNotFoundError)


def _present(place: Place, path: Path) -> TextFile | None:
    try:
        return decode(read_bytes(place, path).data)
    except (FileError, BinaryFileError):
        return None
