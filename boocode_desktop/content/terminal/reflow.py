"""Rows of another width: what went on in the next row is put together and broken anew. Nothing is lost."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from boocode_desktop.content.terminal.cells import WRAPPED, Cell, Row
from boocode_desktop.content.terminal.lines import Line, Run, Wrapped, parse_line

Past = Line | bytes


class Flowed(NamedTuple):
    """Rows of the new width, and where the cursor is in them (column, row)."""

    rows: list[dict[int, Cell]]
    cursor: tuple[int, int]


def reflow(rows: Sequence[Row], cursor: tuple[int, int], before: int, columns: int) -> Flowed:
    """Break rows that were `before` columns wide at `columns`. Those of the line with the cursor stay as they are and
    are cut: whoever edits there (a shell, for one) draws them anew, and counts on finding them where they were."""
    made: list[dict[int, Cell]] = []
    x, y = cursor
    place = (min(x, columns - 1), 0)
    for first, last in _groups(rows, before):
        if first <= y <= last:
            place = (min(x, columns - 1), len(made) + y - first)
            made += (_cut(row, columns) for row in rows[first : last + 1])
        else:
            made += _broken(_joined(rows[first : last + 1], before), columns)
    return Flowed(made, place)


def _groups(rows: Sequence[Row], before: int) -> Iterable[tuple[int, int]]:
    first = 0
    for y, row in enumerate(rows):
        if WRAPPED not in row or y == len(rows) - 1:
            yield first, y
            first = y + 1


def _joined(rows: Sequence[Row], before: int) -> dict[int, Cell]:
    """The cells of rows that belong together, numbered through; the mark that more follows stays."""
    cells: dict[int, Cell] = {}
    for number, row in enumerate(rows):
        cells.update((number * before + x, cell) for x, cell in row.items() if 0 <= x < before)
    if rows and WRAPPED in rows[-1]:
        cells[WRAPPED] = rows[-1][WRAPPED]
    return cells


def _cut(row: Row, columns: int) -> dict[int, Cell]:
    cut = {x: cell for x, cell in row.items() if 0 <= x < columns or x == WRAPPED}
    if columns in row and not row[columns].data:
        cut.pop(columns - 1, None)
    return cut


def _broken(cells: dict[int, Cell], columns: int) -> list[dict[int, Cell]]:
    """Cells in rows of a width."""
    rows: list[dict[int, Cell]] = [{}]
    mark = cells.pop(WRAPPED, None)
    begin = 0
    for x in range(max((x for x, cell in cells.items() if cell != Cell()), default=-1) + 1):
        behind = cells.get(x + 1)
        wide = behind is not None and not behind.data
        room = columns - (x - begin)
        if room < 1 or (room < 2 <= columns and wide):
            rows[-1][WRAPPED] = Cell()
            rows.append({})
            begin = x
        if x in cells:
            rows[-1][x - begin] = cells[x]
    if mark is not None:
        rows[-1][WRAPPED] = mark
    return rows


def flowed_lines(lines: Sequence[Past], columns: int) -> list[Past]:
    """Lines broken at `columns`, after those that were broken before are whole again."""
    made: list[Past] = []
    parts: list[Past] = []
    for line in lines:
        parts.append(line)
        if not goes_on(line):
            made += broken_line(parts[0] if len(parts) == 1 else _whole(parts), columns)
            parts = []
    for line in parts:
        made += broken_line(line, columns)
    return made


def flows(past: Past, columns: int) -> bool:
    """Whether a line may look otherwise at this width; of a printed one only its length is looked at."""
    size = len(past) if isinstance(past, bytes) else past.width
    return size > columns or (goes_on(past) and size < columns - 1)


def goes_on(past: Past) -> bool:
    """Whether the next line belongs to it."""
    return isinstance(past, Wrapped) if isinstance(past, bytes) else past.wrapped


def broken_line(past: Past, columns: int) -> list[Past]:
    """A line in pieces that are no wider than `columns`."""
    size = len(past) if isinstance(past, bytes) else past.width
    if size <= columns:
        return [past]
    if isinstance(past, bytes) and _plain(past):
        kinds = [Wrapped] * ((size - 1) // columns) + [type(past)]
        return [kind(past[n * columns : (n + 1) * columns]) for n, kind in enumerate(kinds)]
    line = parse_line(past) if isinstance(past, bytes) else past
    if line.width <= columns:
        return [past]
    *before, last = _broken_runs(line.runs, columns)
    return [*(Line(tuple(runs), wrapped=True) for runs in before), Line(tuple(last), line.wrapped)]


def _whole(parts: Sequence[Past]) -> Past:
    if all(isinstance(part, bytes) for part in parts):
        return b"".join(part for part in parts if isinstance(part, bytes))
    runs: list[Run] = []
    width = 0
    for part in parts:
        line = parse_line(part) if isinstance(part, bytes) else part
        runs += (Run(width + run.column, run.text, run.style, run.width, run.single) for run in line.runs)
        width += line.width
    return Line(tuple(runs))


def _plain(data: bytes) -> bool:
    return data.isascii() and min(data) >= 32


def _broken_runs(runs: Iterable[Run], columns: int) -> list[list[Run]]:
    made: list[list[Run]] = [[]]
    begin = 0
    for run in runs:
        done = 0
        while done < len(run.text):
            column = run.column + done
            least = run.width if run.single else 1
            if column + least - begin > columns and made[-1]:
                made.append([])
                begin = column
            if not run.single:
                text = run.text[done : done + max(1, columns - (column - begin))]
                made[-1].append(Run(column - begin, text, run.style, len(text)))
                done += len(text)
            else:
                made[-1].append(Run(column - begin, run.text, run.style, run.width, single=True))
                break
    return made
