"""The files that changed: state, name, folder, counts and who changed them; painted, one row each."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.domain.changes import FileChange
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS

ROW = 40
CHANGE = Qt.ItemDataRole.UserRole + 1
STATES = {
    "open": ("circle-dashed", "tx3", "open"),
    "partly": ("circle-dot", "accent", "partly decided"),
    "approved": ("circle-check", "ok", "approved"),
    "rejected": ("circle-x", "bad", "rejected"),
    "conflict": ("triangle-alert", "warn", "conflict"),
}
Index = QModelIndex | QPersistentModelIndex


def spoken(change: FileChange) -> str:
    """A file's row in words, for screen readers and tool tips."""
    who = f", by {', '.join(change.agents)}" if change.agents else ""
    counts = "binary" if change.binary else f"{change.added} lines added, {change.removed} removed"
    moved = f", was {change.old_path}" if change.old_path else ""
    note = f", {change.note}" if change.note else ""
    return f"{change.path}: {change.operation}{moved}, {counts}{who}, {STATES[change.status][2]}{note}"


class FileModel(QAbstractListModel):
    """The change list as rows."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[FileChange] = []

    def show(self, changes: Sequence[FileChange]) -> None:
        """Replace the rows; keeps the model's identity where the paths are the same."""
        same = [c.path for c in changes] == [c.path for c in self.changes]
        if same:
            self.changes = list(changes)
            if self.changes:
                self.dataChanged.emit(self.index(0), self.index(len(self.changes) - 1))
            return
        self.beginResetModel()
        self.changes = list(changes)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many files."""
        return 0 if parent.isValid() else len(self.changes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A row's text, or the change itself."""
        change = self.changes[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return change.path
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return spoken(change)
            case _ if role == CHANGE:
                return change
            case _:
                return None

    def row_of(self, path: str) -> int:
        """The row of a path, -1 if it is not there."""
        return next((i for i, c in enumerate(self.changes) if c.path == path), -1)


class FileDelegate(QStyledItemDelegate):
    """Paints a file's row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as high."""
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        change = index.data(CHANGE)
        if not isinstance(change, FileChange):
            return
        rect: QRect = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = rect.adjusted(6, 1, -6, -1)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("bg3"))
            painter.drawRoundedRect(box, METRICS.radius_button, METRICS.radius_button)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.drawRoundedRect(box, METRICS.radius_button, METRICS.radius_button)
        self._paint_state(painter, box, change)
        width = self._paint_counts(painter, box, change)
        self._paint_name(painter, box.adjusted(30, 0, -width - 14, 0), change)
        painter.restore()

    def _paint_state(self, painter: QPainter, box: QRect, change: FileChange) -> None:
        icon, tone, _word = STATES[change.status]
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._theme.pixmap(icon, tone, 15, ratio)
        painter.drawPixmap(box.left() + 8, box.top() + (box.height() - 15) // 2, pixmap)

    def _paint_counts(self, painter: QPainter, box: QRect, change: FileChange) -> int:
        painter.setFont(code_font(METRICS.code))
        metrics = painter.fontMetrics()
        words = [("binary", "tx2")] if change.binary else []
        if not change.binary:
            words += [(f"−{change.removed}", "bad")] if change.removed else []
            words += [(f"+{change.added}", "ok")] if change.added else []
        right = box.right() - 8
        for text, tone in words:
            width = metrics.horizontalAdvance(text)
            painter.setPen(self._theme.color(tone))
            place = QRect(right - width, box.top(), width, box.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            right -= width + 7
        return box.right() - right

    def _paint_name(self, painter: QPainter, box: QRect, change: FileChange) -> None:
        path = PurePosixPath(change.path)
        font = ui_font(METRICS.ui, 500)
        font.setStrikeOut(change.status == "rejected" or change.operation == "deleted")
        painter.setFont(font)
        painter.setPen(self._theme.color("tx1" if change.status != "rejected" else "tx2"))
        half = box.height() // 2
        name = painter.fontMetrics().elidedText(path.name, Qt.TextElideMode.ElideMiddle, box.width())
        top = QRect(box.left(), box.top() + 2, box.width(), half)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(ui_font(METRICS.caption))
        painter.setPen(self._theme.color("tx2"))
        folder = "" if str(path.parent) == "." else f"{path.parent}  "
        line = f"{folder}{', '.join(change.agents)}" or change.operation
        text = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideMiddle, box.width())
        below = QRect(box.left(), box.top() + half - 2, box.width(), half)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
