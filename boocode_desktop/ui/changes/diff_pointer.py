"""The pointer over a diff: the row, the button and the author beneath it, and the card that says more of the author."""

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QAbstractScrollArea

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.ui.changes.blame import MARGIN
from boocode_desktop.ui.changes.blame_paint import BlameCard
from boocode_desktop.ui.changes.diff_scene import DiffScene
from boocode_desktop.ui.changes.row_painter import Button
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.plain_tips import plain_tip

CARD_MS = 250
"""How long the pointer rests on an author before the card opens."""


class DiffPointer(QObject):
    """Follows the pointer over an area that shows a scene.

    Signals:
        turn_asked(int): the card leads to the turn with this number.
    """

    turn_asked = Signal(int)

    def __init__(self, theme: Theme, scene: DiffScene, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._theme, self._scene, self._area = theme, scene, area
        self.button: Button | None = None
        self.turn = 0
        self.card: BlameCard | None = None
        self.timer = QTimer(self, interval=CARD_MS, singleShot=True)
        self.timer.timeout.connect(self._on_card_due)

    def hit(self, point: QPoint) -> tuple[int, DiffRow, QRect] | None:
        """The row at a point of the viewport: its place, itself, and where it stands."""
        sheet, scrolled = self._scene.sheet, self._area.verticalScrollBar().value()
        place = sheet.at(point.y() + scrolled)
        if place < 0:
            return None
        room = QRect(0, sheet.top(place) - scrolled, self._area.viewport().width(), sheet.height(place))
        return place, sheet.rows[place], room

    def button_at(self, point: QPoint) -> Button | None:
        """What is offered at a point."""
        found = self.hit(point)
        if found is None:
            return None
        _place, row, whole = found
        if row.kind == "gap" and self._scene.text:
            return "gap", 0, row.ref
        buttons = self._scene.buttons(row, whole).items()
        return next(((kind, row.hunk, row.ref) for kind, rect in buttons if rect.contains(point)), None)

    def turn_at(self, point: QPoint) -> int:
        """The turn whose mark is at a point, 0 for none."""
        scene, found = self._scene, self.hit(point)
        left = scene.gutter_left
        if found is None or found[1].kind != "line" or not left <= point.x() < left + scene.margin:
            return 0
        row = found[1]
        return scene.turn_of(row.right if scene.sheet.layout == "split" else row.left)

    def follow(self, point: QPoint) -> None:
        """Light the button under the pointer, and say who wrote the line once it rests there."""
        self.follow_author(point)
        found = self.hit(point)
        heading = found[1].text if found is not None and found[1].kind == "hunk" else ""
        self._area.viewport().setToolTip(plain_tip(heading))  # it may be cut
        button = self.button_at(point)
        if button != self.button:
            self.button = button
            shape = Qt.CursorShape.PointingHandCursor if button else Qt.CursorShape.ArrowCursor
            self._area.viewport().setCursor(shape)
            self._area.viewport().update()

    def follow_author(self, point: QPoint) -> None:
        """The card of the author at a point opens soon; another one's closes."""
        turn = self.turn_at(point)
        if turn != self.turn:
            self.drop_card()
            self.turn = turn
            if turn:
                self.timer.start()
            self._area.viewport().update()

    def leave(self) -> None:
        """The pointer went elsewhere: the card closes unless it is on the card."""
        if self.card is None or not self.card.underMouse():
            self.drop_card()

    def drop_card(self) -> None:
        """Close the card, and open none."""
        self.timer.stop()
        self.turn = 0
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
            self.card = None

    def _on_card_due(self) -> None:
        blame, viewport = self._scene.blame, self._area.viewport()
        if blame is None or not self.turn:
            return
        mark = next(m for m in blame.marks.values() if m.turn == self.turn and m.author)
        card = self.card = BlameCard(self._theme, blame.turns[self.turn], mark, viewport)
        card.turn_asked.connect(self.turn_asked)
        left = self._scene.gutter_left - card.width() - 8
        pointer = viewport.mapFromGlobal(QCursor.pos()).y()
        top = min(max(8, pointer - 20), max(8, viewport.height() - card.height() - 8))
        card.move(left if left > 0 else MARGIN + 8, top)
        card.show()
