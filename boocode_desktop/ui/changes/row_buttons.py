"""What the rows of a diff offer, and where on the row it stands. Pure but for rectangles."""

from collections.abc import Sequence

from PySide6.QtCore import QRect

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.ui.changes.diff_paint import BUTTON_WIDTH

EDITOR = "editor"
"""The reference of the row in which a comment is written."""


def kinds_of(row: DiffRow, *, undecided: bool, shown: bool, lines: bool) -> Sequence[str]:
    """The buttons of a row from right to left."""
    match row.kind:
        case "hunk":
            return ("approve", "reject") if undecided else ()
        case "decided":
            return ("undo", *(("hide",) if shown else ("show",) if lines else ()))
        case "remark":
            return () if row.ref == EDITOR else ("remove", "edit")
        case _:
            return ()


def places_of(kinds: Sequence[str], whole: QRect) -> dict[str, QRect]:
    """Where the buttons stand on a row, 24 px high at its top."""
    right, found = whole.right() - 8, dict[str, QRect]()
    height = min(24, whole.height() - 6)
    top = whole.top() + (3 if whole.height() <= 34 else 8)
    for kind in kinds:
        width = BUTTON_WIDTH[kind]
        found[kind] = QRect(right - width, top, width, height)
        right -= width + 6
    return found
