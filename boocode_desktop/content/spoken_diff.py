"""A diff in words, for people who hear it: rows as the keys reach them, and hunks as a whole. Pure."""

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.domain.changes import DiffLine, Hunk

LONGEST = 600
"""So many characters of a hunk are said; the keys go through the rest line by line."""


def spoken_line(line: DiffLine) -> str:
    """What became of a line, its number, and the line."""
    text = line.text.strip() or "empty line"
    match line.kind:
        case "removed":
            return f"removed {line.old}: {text}"
        case "added":
            return f"added {line.new}: {text}"
        case _:
            return f"{line.new or line.old}: {text}"


def spoken_row(row: DiffRow) -> str:
    """A row; of two sides both where they differ."""
    sides = [line for line in (row.left, row.right) if line is not None]
    if len(sides) == 2 and sides[0].kind == "context":
        sides = sides[1:]
    return ", ".join(spoken_line(line) for line in sides) or row.text.strip()


def spoken_hunk(hunk: Hunk, place: int, count: int) -> str:
    """A hunk's place among all, and its changed lines as far as they are short."""
    lines = "; ".join(spoken_line(line) for line in hunk.lines if line.kind != "context")
    cut = lines if len(lines) <= LONGEST else f"{lines[:LONGEST].rsplit(' ', 1)[0]}…"
    return f"Hunk {place} of {count}. {cut}".strip()
