"""Paints the rows of a scene: chooses for each what belongs on it."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from boocode_desktop.content.diff_rows import DiffRow
from boocode_desktop.domain.changes import DiffLine
from boocode_desktop.ui.changes.blame import MARGIN
from boocode_desktop.ui.changes.blame_paint import BlamePainter
from boocode_desktop.ui.changes.diff_paint import DiffPainter, Side
from boocode_desktop.ui.changes.diff_scene import DiffScene
from boocode_desktop.ui.changes.remark_paint import RemarkPainter
from boocode_desktop.ui.theme.theme import Theme

Button = tuple[str, int, str]
"""What is offered: its kind, the hunk it is on, and the reference of its row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """Where keyboard and pointer are: the keyboard's row (-1 for none), the button and the turn under the pointer."""

    cursor: int
    focused: bool
    hovered: Button | None
    turn: int
    scrolled: int


class RowPainter:
    """Paints one row at a time."""

    def __init__(self, theme: Theme, scene: DiffScene, plain: DiffPainter) -> None:
        self._theme, self._scene, self._plain = theme, scene, plain
        self._remarks, self._blame = RemarkPainter(theme), BlamePainter(theme)

    def paint(self, painter: QPainter, place: int, whole: QRect, pointing: Pointing) -> None:
        """The row at a place, into its rectangle."""
        scene = self._scene
        row = scene.sheet.rows[place]
        match row.kind:
            case "gap":
                hovered = pointing.hovered == ("gap", 0, row.ref)
                self._plain.gap(painter, whole, row.text, openable=bool(scene.text), hovered=hovered)
            case "note":
                self._plain.note(painter, whole, row.text)
            case "hunk":
                active = row.hunk == scene.active_hunk
                self._plain.heading(painter, whole, row, active=active, focused=pointing.focused)
            case "decided":
                self._plain.decided(painter, whole, scene.decisions[row.ref])
            case "remark":
                self._paint_remark(painter, row, whole)
            case "line":
                self._paint_line(painter, place, row, whole, pointing)
        if row.kind != "line":
            self._paint_buttons(painter, place, row, whole, pointing)
        if place == pointing.cursor and pointing.focused and row.kind != "hunk":
            self._plain.ring(painter, whole)

    def _paint_buttons(self, painter: QPainter, place: int, row: DiffRow, whole: QRect, pointing: Pointing) -> None:
        active = row.kind == "hunk" and row.hunk == self._scene.active_hunk
        for kind, rect in self._scene.buttons(row, whole).items():
            hovered = pointing.hovered == (kind, row.hunk, row.ref)
            keyed = place == pointing.cursor and pointing.focused
            self._plain.button(painter, rect, kind, active=active, hovered=hovered, keyed=keyed)

    def _paint_remark(self, painter: QPainter, row: DiffRow, whole: QRect) -> None:
        painter.fillRect(whole, self._theme.color("bg0"))
        remark = self._scene.remarks.get(row.ref)
        if remark is not None:
            room = self._scene.remark_room(remark.side, whole.top(), whole.height())
            self._remarks.paint(painter, room, remark)

    def _paint_line(self, painter: QPainter, place: int, row: DiffRow, room: QRect, pointing: Pointing) -> None:
        scene, scrolled = self._scene, pointing.scrolled
        width = scene.side_width
        if scene.sheet.layout == "unified":
            if (line := row.left) is not None:
                number = (line.old if line.kind == "removed" else line.new) or 0
                side = Side(0, width, scrolled, scene.margin)
                self._plain.line(painter, side, room, line, scene.laid(row, line), number)
                self._paint_author(painter, place, room, line, pointing)
            return
        for line, left, old in ((row.left, 0, True), (row.right, width, False)):
            side = Side(left, width if old else room.width() - width, scrolled, 0 if old else scene.margin)
            if line is None:
                self._plain.nothing(painter, side, room)
            else:
                number = (line.old if old else line.new) or 0
                self._plain.line(painter, side, room, line, scene.laid(row, line), number)
        if row.right is not None:
            self._paint_author(painter, place, room, row.right, pointing)
        painter.fillRect(width, room.top(), 1, room.height(), self._theme.color("line1"))

    def _paint_author(self, painter: QPainter, place: int, room: QRect, line: DiffLine, pointing: Pointing) -> None:
        scene = self._scene
        if scene.blame is None:
            return
        gutter = QRect(scene.gutter_left, room.top(), MARGIN, room.height())
        mark = scene.mark_of(line)
        before = scene.sheet.rows[place - 1] if place else None
        above = (before.right or before.left) if before is not None and before.kind == "line" else None
        first = above is None or scene.mark_of(above) != mark
        hovered = bool(pointing.turn) and mark is not None and mark.turn == pointing.turn
        self._blame.mark(painter, gutter, mark, first=first, hovered=hovered)
