"""A list of short lines under captions, read only: an icon, a title, a detail, a figure at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.plain_tips import plain_tip

LINE = Qt.ItemDataRole.UserRole
_CAPTION, _ONE, _TWO = 30, 28, 46
_ICON = 14
Index = QModelIndex | QPersistentModelIndex
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row. `id` "" makes it a caption that cannot be chosen; `spoken` adds what only colour or icon would say."""

    id: str = ""
    title: str
    detail: str = ""
    right: str = ""
    icon: str = ""
    tone: str = "tx2"
    spoken: str = ""
    indent: int = 0
    strong: bool = True
    tip: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says."""
        return ", ".join(w for w in (self.title, self.spoken, self.detail, self.right) if w)


class HasId(Protocol):
    """A line; one without an id is a caption."""

    @property
    def id(self) -> str:
        """What is chosen with it."""


class LineRows(QAbstractListModel):
    """Lines as rows."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[HasId, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many there are."""
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Captions cannot be chosen."""
        enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return enabled if self.lines[index.row()].id else Qt.ItemFlag.NoItemFlags


class LineModel(LineRows):
    """The lines as rows."""

    lines: tuple[Line, ...]

    def show(self, lines: Sequence[Line]) -> bool:
        """Replace them all; False when they are the same as before."""
        fresh = tuple(lines)
        if fresh == self.lines:
            return False
        if [(bool(n.detail), n.id) for n in fresh] == [(bool(n.detail), n.id) for n in self.lines]:
            # The same rows with other words: nothing moves under the pointer.
            self.lines = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return True
        self.beginResetModel()
        self.lines = fresh
        self.endResetModel()
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A row's words, or the line itself."""
        line = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.words
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(line.tip or (f"{line.title}\n{line.detail}" if line.detail else line.title))
            case _ if role == LINE:
                return line
            case _:
                return None


class LineDelegate(QStyledItemDelegate):
    """Paints a line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A caption, one line or two."""
        line = index.data(LINE)
        if not isinstance(line, Line) or not line.id:
            return QSize(120, _CAPTION)
        return QSize(120, _TWO if line.detail else _ONE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.id:
            self._paint_line(painter, rect.adjusted(6, 1, -6, -1), line, option)
        else:
            self._paint_caption(painter, rect.adjusted(14, 4, -14, 0), line)
        painter.restore()

    def _paint_caption(self, painter: QPainter, box: QRect, line: Line) -> None:
        painter.setFont(ui_font(METRICS.caption, 600))
        painter.setPen(self._theme.color("tx2"))
        room = box.width() - self._paint_right(painter, box, line.right)
        painter.setFont(ui_font(METRICS.caption, 600))
        _elided(painter, QRect(box.left(), box.top(), room, box.height()), line.title)

    def _paint_line(self, painter: QPainter, box: QRect, line: Line, option: QStyleOptionViewItem) -> None:
        color, state = self._theme.color, option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("bg3"))
            painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("accent"), 1.5))
            painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        left = box.left() + 8 + 18 * line.indent
        first = QRect(
            left, box.top() + (5 if line.detail else 0), box.right() - left - 8, 18 if line.detail else _ONE - 2
        )
        if line.icon:
            ratio = painter.device().devicePixelRatioF()
            pixmap = self._theme.pixmap(line.icon, line.tone, _ICON, ratio)
            painter.drawPixmap(left, first.top() + (first.height() - _ICON) // 2, pixmap)
            first.setLeft(left + _ICON + 8)
        second = QRect(first.left(), first.bottom() + 1, first.width(), 16)
        first.setWidth(first.width() - self._paint_right(painter, first, line.right))
        painter.setPen(color("tx1" if line.strong else "tx2"))
        painter.setFont(ui_font(METRICS.meta, 500 if line.strong else 400))
        _elided(painter, first, line.title)
        if line.detail:
            painter.setPen(color("tx2"))
            painter.setFont(ui_font(METRICS.caption))
            _elided(painter, second, line.detail)

    def _paint_right(self, painter: QPainter, box: QRect, text: str) -> int:
        """Draw the figure; how much room it took."""
        if not text:
            return 0
        painter.setFont(code_font(METRICS.caption))
        painter.setPen(self._theme.color("tx2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | _MIDDLE, text)
        return painter.fontMetrics().horizontalAdvance(text) + 10


class LineList(QListView):
    """Shows lines; the empty text teaches when there are none.

    Signals:
        chosen(str): a line was clicked, or Enter pressed on it.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._empty = theme, empty
        self.lines = LineModel()
        self._delegate = LineDelegate(theme)
        self.setModel(self.lines)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setAccessibleDescription(empty)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_activated)
        theme.changed.connect(self.viewport().update)

    def show_lines(self, lines: Sequence[Line], empty: str = "") -> None:
        """Replace the lines and keep the chosen one; `empty` is said when there are none."""
        chosen, place = self.chosen_id(), self.verticalScrollBar().value()
        self._empty = empty or self._empty
        self.setAccessibleDescription("" if lines else self._empty)
        pointed = self._pointed()
        if self.lines.show(lines):
            row = next((i for i, line in enumerate(self.lines.lines) if line.id and line.id == chosen), -1)
            if row >= 0:
                self.setCurrentIndex(self.lines.index(row))
            self.verticalScrollBar().setValue(place)
            self._keep_under_pointer(*pointed)
            self.viewport().update()

    def _pointed(self) -> tuple[str, int]:
        """The line under the pointer and where it is, in px; "" without one."""
        if not self.viewport().underMouse():
            return "", 0
        index = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos()))
        line = index.data(LINE) if index.isValid() else None
        return (line.id, self.visualRect(index).top()) if isinstance(line, Line) else ("", 0)

    def _keep_under_pointer(self, line_id: str, top: int) -> None:
        row = next((i for i, line in enumerate(self.lines.lines) if line_id and line.id == line_id), -1)
        if row >= 0:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(self.lines.index(row)).top() - top)

    def chosen_id(self) -> str:
        """The id of the chosen line, "" for none."""
        line = self.currentIndex().data(LINE)
        return line.id if isinstance(line, Line) else ""

    def paintEvent(self, event: object) -> None:
        """The lines, or what the pane is for."""
        super().paintEvent(event)  # type: ignore[arg-type]
        if not self.lines.lines:
            with QPainter(self.viewport()) as painter:
                painter.setFont(ui_font(METRICS.ui))
                painter.setPen(self._theme.color("tx2"))
                box = self.viewport().rect().adjusted(16, 16, -16, -16)
                flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
                painter.drawText(box, int(flags), self._empty)

    def _on_chosen(self, index: QModelIndex) -> None:
        line = index.data(LINE)
        if isinstance(line, Line) and line.id:
            self.chosen.emit(line.id)

    def _on_activated(self, index: QModelIndex) -> None:
        # A click was told of already; this is the Enter key.
        if self.hasFocus() and not self.underMouse():
            self._on_chosen(index)


def _elided(painter: QPainter, box: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, box.width()))
    painter.drawText(box, _MIDDLE, shown)
