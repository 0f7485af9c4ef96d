"""A diff as it is heard."""

import pytest

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.content.spoken_diff import LONGEST, spoken_hunk, spoken_row
from boocode_desktop.domain.changes import DiffLine, Hunk

SAME = DiffLine(kind="context", text="  def run():", old=3, new=4)
OLD = DiffLine(kind="removed", text="    return 1", old=4)
NEW = DiffLine(kind="added", text="    return 2", new=5)
EMPTY = DiffLine(kind="added", text="   ", new=6)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (DiffRow("line", 1, SAME), "4: def run():"),
        (DiffRow("line", 1, SAME, SAME), "4: def run():"),
        (DiffRow("line", 1, OLD), "removed 4: return 1"),
        (DiffRow("line", 1, OLD, NEW), "removed 4: return 1, added 5: return 2"),
        (DiffRow("line", 1, None, EMPTY), "added 6: empty line"),
        (DiffRow("gap", 0, text="43 unchanged lines"), "43 unchanged lines"),
        (DiffRow("note", 0), ""),
    ],
)
def test_a_row_in_words(row, words):
    assert spoken_row(row) == words


def test_a_hunk_is_its_changed_lines():
    hunk = Hunk(index=1, old_start=3, old_lines=2, new_start=4, new_lines=3, lines=(SAME, OLD, NEW))
    assert spoken_hunk(hunk, 2, 3) == "Hunk 2 of 3. removed 4: return 1; added 5: return 2"


def test_a_long_hunk_is_cut_at_a_word():
    lines = tuple(DiffLine(kind="added", text=f"word{n} " * 9, new=n) for n in range(1, 90))
    said = spoken_hunk(Hunk(index=1, old_start=1, old_lines=0, new_start=1, new_lines=89, lines=lines), 1, 1)
    assert said.endswith("…") and len(said) < LONGEST + 30
    assert said[-2] != " "
