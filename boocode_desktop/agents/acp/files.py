"""Files that agents read and write through us: any line range, missing ones said to be missing, folders made."""

from pathlib import Path

SIZE_LIMIT = 32 * 1024 * 1024


def read_lines(path: Path, line: int | None, limit: int | None) -> str:
    """A file's text, from the 1-based `line` on, at most `limit` lines.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: it cannot be read, or is too large.
    """
    if path.stat().st_size > SIZE_LIMIT:
        raise OSError(f"larger than {SIZE_LIMIT // 2**20} MB")
    text = path.read_bytes().decode("utf-8", "replace")
    if line is None and limit is None:
        return text
    lines = text.splitlines(keepends=True)
    first = max((line or 1) - 1, 0)
    return "".join(lines[first : first + limit if limit is not None else None])


def write_text(path: Path, text: str) -> None:
    """Write a file as it stands, and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "replace"))
