"""The palette's list: captions that are skipped, entries with their matched letters marked."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.ui.palette.entries import Caption, Entry, Hit, Line
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.chips import paint_dot

LINE_ROLE = int(Qt.ItemDataRole.UserRole)
_CAPTION, _ENTRY, _INSET, _TEXT = 28, 32, 8, 48
Index = QModelIndex | QPersistentModelIndex


class LineModel(QAbstractListModel):
    """The lines of the present query."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Replace all lines."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def hit(self, row: int) -> Hit | None:
        """The entry at a row, None for captions and outside."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        return line if isinstance(line, Hit) else None

    def row_of(self, entry: Entry) -> int:
        """Where an entry stands, -1 if it does not."""
        found = (i for i, line in enumerate(self._lines) if isinstance(line, Hit) and line.entry is entry)
        return next(found, -1)

    def step(self, row: int, by: int) -> int:
        """The next entry's row in a direction, round the ends; -1 when there is none."""
        rows = [i for i, line in enumerate(self._lines) if isinstance(line, Hit)]
        if not rows:
            return -1
        if row not in rows:
            return rows[0]
        return rows[(rows.index(row) + by) % len(rows)]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The line, and its words."""
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title if isinstance(line, Caption) else line.entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.title if isinstance(line, Caption) else f"{line.entry.title}, {line.entry.group}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Captions cannot be chosen."""
        if self.hit(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class LineDelegate(QStyledItemDelegate):
    """Paints captions and entries."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two heights."""
        return QSize(100, _CAPTION if isinstance(index.data(LINE_ROLE), Caption) else _ENTRY)

    def fonts(self) -> tuple[QFont, QFont]:
        """The fonts of a title: plain and matched letters."""
        return ui_font(METRICS.ui, 500), ui_font(METRICS.ui, 600)

    def detail_left(self, rect: QRectF, title_end: float) -> float:
        """Where the detail may begin; both in px."""
        return title_end

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line."""
        line = index.data(LINE_ROLE)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, Caption):
            painter.setFont(ui_font(METRICS.caption, 600))
            painter.setPen(self._theme.color("tx3"))
            box = rect.adjusted(20, 6, -20, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, line.title.upper())
        elif isinstance(line, Hit):
            self._entry(painter, rect, line, chosen=bool(option.state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _entry(self, painter: QPainter, rect: QRectF, hit: Hit, *, chosen: bool) -> None:
        theme, entry, middle = self._theme, hit.entry, rect.center().y()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg3"))
            painter.drawRoundedRect(rect.adjusted(_INSET, 1, -_INSET, -1), METRICS.radius_tool, METRICS.radius_tool)
        icon = theme.pixmap(entry.icon, "accent" if chosen else "tx2", 16, painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(rect.left() + 20, round(middle - 8)), icon)
        right = self._right(painter, rect, hit, middle)
        left = self._title(painter, rect, hit, right)
        if entry.detail:
            font = ui_font(METRICS.meta)
            painter.setFont(font)
            painter.setPen(theme.color("tx2" if chosen else "tx3"))
            left = self.detail_left(rect, left)
            room = QRectF(left + 10, rect.top(), max(0.0, right - left - 22), rect.height())
            text = QFontMetricsF(font).elidedText(entry.detail, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _title(self, painter: QPainter, rect: QRectF, hit: Hit, right: float) -> float:
        theme, x, marked = self._theme, rect.left() + _TEXT, set(hit.positions)
        plain, bold = self.fonts()
        for run, strong in runs(hit.entry.title, marked):
            font = bold if strong else plain
            metrics = QFontMetricsF(font)
            room = right - x - 12
            text = metrics.elidedText(run, Qt.TextElideMode.ElideRight, room)
            painter.setFont(font)
            painter.setPen(theme.color("accent" if strong else "tx1"))
            width = metrics.horizontalAdvance(text)
            box = QRectF(x, rect.top(), width + 2, rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            x += width
            if text != run:
                break
        return x

    def _right(self, painter: QPainter, rect: QRectF, hit: Hit, middle: float) -> float:
        right, entry = rect.right() - 20, hit.entry
        if entry.keys:
            return self._keys(painter, entry.keys, right, middle)
        if not entry.right:
            return right
        font = ui_font(METRICS.meta, 500)
        width = QFontMetricsF(font).horizontalAdvance(entry.right)
        box = QRectF(right - width, rect.top(), width + 1, rect.height())
        painter.setFont(font)
        painter.setPen(self._theme.color("tx2" if entry.tone == "trace_wait" else entry.tone))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, entry.right)
        if entry.tone != "tx2":
            paint_dot(painter, self._theme.color(entry.tone), QPointF(box.left() - 11, middle), radius=3.2)
        return box.left() - 18

    def _keys(self, painter: QPainter, keys: str, right: float, middle: float) -> float:
        font = ui_font(METRICS.caption, 500)
        for key in reversed(keys.split(" ")):
            width = max(20.0, QFontMetricsF(font).horizontalAdvance(key) + 12)
            box = QRectF(right - width, middle - 9, width, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("bg4"))
            painter.drawRoundedRect(box, METRICS.radius_chip, METRICS.radius_chip)
            painter.setPen(self._theme.color("tx2"))
            painter.setFont(font)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
            right = box.left() - 4
        return right - 4


def height_of(lines: Sequence[Line]) -> int:
    """How high these lines are together, px."""
    return sum(_CAPTION if isinstance(line, Caption) else _ENTRY for line in lines)


def runs(text: str, marked: set[int]) -> list[tuple[str, bool]]:
    """The text cut where matched letters begin and end."""
    found: list[tuple[str, bool]] = []
    for at, char in enumerate(text):
        strong = at in marked
        if found and found[-1][1] == strong:
            found[-1] = (found[-1][0] + char, strong)
        else:
            found.append((char, strong))
    return found
