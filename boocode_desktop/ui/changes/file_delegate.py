"""How the rows of the change list look."""

from pathlib import PurePosixPath

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.content.change_rows import FileRow, FolderRow
from boocode_desktop.content.pictures import is_picture
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.ui.changes.file_list import COMMENTS, ROW_DATA, STATES, Index
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.agent_badge import paint_badge

ROW = 30
BADGE = 18
SHOWN_AGENTS = 3
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FileDelegate(QStyledItemDelegate):
    """Paints folders and files."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as high."""
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row = index.data(ROW_DATA)
        rect: QRect = option.rect
        box = rect.adjusted(6, 1, -6, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter, box, option)
        if isinstance(row, FolderRow):
            self._paint_folder(painter, box, row)
        elif isinstance(row, FileRow):
            inner = box.adjusted(18 if row.nested else 0, 0, 0, 0)
            self._paint_file(painter, inner, row.change, index.data(COMMENTS) or 0)
        painter.restore()

    def _paint_surface(self, painter: QPainter, box: QRect, option: QStyleOptionViewItem) -> None:
        state = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("bg3"))
            painter.drawRoundedRect(box, METRICS.radius_button, METRICS.radius_button)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.drawRoundedRect(box, METRICS.radius_button, METRICS.radius_button)

    def _icon(self, painter: QPainter, box: QRect, left: int, icon: str, tone: str, size: int = 15) -> None:
        ratio = painter.device().devicePixelRatioF()
        top = box.top() + (box.height() - size) // 2
        painter.drawPixmap(left, top, self._theme.pixmap(icon, tone, size, ratio))

    def _paint_folder(self, painter: QPainter, box: QRect, row: FolderRow) -> None:
        self._icon(painter, box, box.left() + 4, "chevron-right" if row.folded else "chevron-down", "tx2", 13)
        self._icon(painter, box, box.left() + 22, "folder" if row.folded else "folder-open", "tx2", 14)
        painter.setFont(ui_font(METRICS.ui))
        painter.setPen(self._theme.color("tx2"))
        room = box.adjusted(43, 0, -34 if row.folded else -8, 0)
        text = painter.fontMetrics().elidedText(row.folder, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, _LEFT, text)
        if row.folded:
            right = box.adjusted(0, 0, -8, 0)
            painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row.files))

    def _paint_file(self, painter: QPainter, box: QRect, change: FileChange, comments: int) -> None:
        icon, tone, _word = STATES[change.status]
        self._icon(painter, box, box.left() + 7, icon, tone)
        right = self._paint_counts(painter, box, change)
        right = self._paint_agents(painter, box, change, right - 8)
        room = QRect(box.left() + 30, box.top(), right - box.left() - 36, box.height())
        self._paint_name(painter, room, change, comments)

    def _paint_counts(self, painter: QPainter, box: QRect, change: FileChange) -> int:
        """The counts at the right end; where they begin."""
        words = [(count_word(change), "tx2")] if count_word(change) else []
        if not words:
            words += [(f"−{change.removed}", "bad")] if change.removed else []
            words += [(f"+{change.added}", "ok")] if change.added else []
        painter.setFont(ui_font(METRICS.meta) if count_word(change) else code_font(METRICS.code))
        metrics, right = painter.fontMetrics(), box.right() - 8
        for text, tone in words:
            width = metrics.horizontalAdvance(text)
            painter.setPen(self._theme.color(tone))
            painter.drawText(QRect(right - width, box.top(), width + 1, box.height()), _LEFT, text)
            right -= width + 7
        return right

    def _paint_agents(self, painter: QPainter, box: QRect, change: FileChange, right: int) -> int:
        """The badges left of `right`; where they begin."""
        for agent in reversed(change.agents[:SHOWN_AGENTS]):
            right -= BADGE
            top = box.top() + (box.height() - BADGE) // 2
            paint_badge(painter, self._theme, QRectF(right, top, BADGE, BADGE), agent)
            right -= 3
        return right

    def _paint_name(self, painter: QPainter, room: QRect, change: FileChange, comments: int) -> None:
        font = ui_font(METRICS.ui, 500)
        font.setStrikeOut(change.status == "rejected" or change.operation == "deleted")
        painter.setFont(font)
        painter.setPen(self._theme.color("tx1" if change.status != "rejected" else "tx2"))
        more = 34 if comments else 0
        name = PurePosixPath(change.path).name
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room.width() - more)
        painter.drawText(room, _LEFT, text)
        if comments:
            left = room.left() + painter.fontMetrics().horizontalAdvance(text) + 7
            self._icon(painter, room, left, "message-square", "accent", 13)
            painter.setFont(ui_font(METRICS.meta, 600))
            painter.setPen(self._theme.color("accent"))
            painter.drawText(QRect(left + 16, room.top(), 20, room.height()), _LEFT, str(comments))


def count_word(change: FileChange) -> str:
    """What stands in place of line counts: `image`, `binary`, `moved` and others; "" where lines are counted."""
    if change.binary:
        return "image" if is_picture(change) else "binary"
    if change.operation in ("mode", "submodule"):
        return change.operation
    if change.added or change.removed or change.status == "rejected":
        return ""
    return {"renamed": "moved", "added": "empty", "deleted": "empty"}.get(change.operation, "")
