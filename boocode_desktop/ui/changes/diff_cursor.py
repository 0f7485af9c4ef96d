"""Where the keyboard is in a diff, and what is meant by a key there. Holds no widget."""

from collections.abc import Mapping

from PySide6.QtCore import Qt

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.ui.changes.diff_scene import DiffScene

NOWHERE = -1


class DiffCursor:
    """The row of the keyboard: `place` is its number, `NOWHERE` before the first key."""

    def __init__(self, scene: DiffScene) -> None:
        self._scene = scene
        self.place = NOWHERE

    @property
    def row(self) -> DiffRow | None:
        """The row that the keyboard is on."""
        rows = self._scene.sheet.rows
        return rows[self.place] if 0 <= self.place < len(rows) else None

    def clamp(self) -> None:
        """Stay within the rows, which have become others."""
        self.place = min(self.place, len(self._scene.sheet.rows) - 1)

    def goal(self, key: Qt.Key, first_shown: int) -> int | None:
        """Where a key leads; None where it leads nowhere. `first_shown` is the uppermost row on screen."""
        last = len(self._scene.sheet.rows) - 1
        at = self.place if self.place >= 0 else first_shown - 1
        keys: Mapping[Qt.Key, int] = {
            Qt.Key.Key_Up: at - 1,
            Qt.Key.Key_Down: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        goal = keys.get(key)
        return None if goal is None or last < 0 else min(max(goal, 0), last)

    @property
    def decided(self) -> str:
        """The decision that the row is about, "" for none."""
        row = self.row
        return row.ref if row is not None and row.kind == "decided" else ""

    @property
    def gap(self) -> str:
        """The gap at the row, else the one before or after the active hunk; "" where none can be opened."""
        row, active = self.row, self._scene.active
        here = [row.ref] if row is not None and row.kind == "gap" else [str(active), str(active + 1)]
        found = next((ref for ref in here if self._scene.sheet.rows.place_of(ref) >= 0), "")
        return found if self._scene.text else ""

    @property
    def turn(self) -> int:
        """The turn that wrote the line, 0 where none is known."""
        row = self.row
        return self._scene.turn_of(row.right or row.left) if row is not None else 0

    @property
    def commented(self) -> DiffRow | None:
        """The line that a comment would be about: this one, else the first changed one of the active hunk."""
        row = self.row
        return row if row is not None and row.kind == "line" else self._scene.commented_row()
