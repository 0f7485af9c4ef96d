"""The place of a widget below a line of a diff: where a comment is written."""

from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from boocode_desktop.content.diff_rows import Spot
from boocode_desktop.ui.changes.diff_scene import EDITOR_HEIGHT, DiffScene
from boocode_desktop.ui.changes.row_buttons import EDITOR


class LineEditor:
    """Keeps a widget at its row while the area is scrolled and laid out; there is one at most."""

    def __init__(self, scene: DiffScene, area: QAbstractScrollArea) -> None:
        self._scene, self._area = scene, area
        self._widget: QWidget | None = None

    @property
    def there(self) -> bool:
        """Whether something is being written."""
        return self._widget is not None

    def open(self, widget: QWidget, spot: Spot) -> None:
        """Put a widget below the line at a spot; the rows are to be made again."""
        widget.setParent(self._area.viewport())
        self._widget, self._scene.editor_spot = widget, spot
        widget.show()

    def close(self) -> None:
        """Take it away; the rows are to be made again."""
        if self._widget is not None:
            self._widget.hide()
        self._widget, self._scene.editor_spot = None, None

    def place(self) -> None:
        """Move it to where its row is now."""
        if self._widget is None:
            return
        sheet, spot = self._scene.sheet, self._scene.editor_spot
        row = sheet.rows.place_of(EDITOR)
        self._widget.setVisible(row >= 0)
        if row >= 0 and spot is not None:
            top = sheet.top(row) - self._area.verticalScrollBar().value()
            room = self._scene.remark_room(spot[0], top, EDITOR_HEIGHT)
            self._widget.setGeometry(room.adjusted(12, 5, -8, -5))
