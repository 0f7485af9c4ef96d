"""The list of calls: heads of turns, and rows with the subject, a bar in the turn's time, and the outcome."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.domain.records import Trace
from boocode_desktop.ui.ages import seconds
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.traces.rows import (
    OUTCOMES,
    CallRow,
    Row,
    TurnRow,
    counted,
    duration_text,
    duration_tone,
    look_of,
    rows_of,
)
from boocode_desktop.ui.widgets.plain_tips import plain_tip

ROW = Qt.ItemDataRole.UserRole + 1
EMPTY = (
    "No tool calls in this chat yet. Every file an agent reads or edits and every command it runs is listed here, with "
    "its time in the turn, its input and its output."
)
_TIME, _BAR_SHARE, _BAR_LEAST, _BAR_MOST = 58, 0.3, 72, 520
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class TraceModel(QAbstractListModel):
    """Pages of traces, newest first; asks for more when the end comes into view.

    Signals:
        more_wanted(str): the cursor of the next page.
    """

    more_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.traces: list[Trace] = []
        self.rows: list[Row] = []
        self._cursor: str | None = None

    def show(self, traces: Sequence[Trace], cursor: str | None) -> None:
        """Replace everything."""
        self._take(list(traces), cursor)

    def extend(self, traces: Sequence[Trace], cursor: str | None) -> None:
        """Add a page below."""
        self._take([*self.traces, *traces], cursor)

    def row_of(self, trace_id: str) -> int:
        """Where a call stands, -1 if it does not."""
        found = (i for i, row in enumerate(self.rows) if isinstance(row, CallRow) and row.trace.id == trace_id)
        return next(found, -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many are loaded."""
        return 0 if parent.isValid() else len(self.rows)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is another page."""
        return self._cursor is not None and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            self.more_wanted.emit(cursor)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Keys go past heads."""
        if not index.isValid() or isinstance(self.rows[index.row()], TurnRow):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A row, or its words."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.spoken[:600])
            case _ if role == ROW:
                return row
            case _:
                return None

    def _take(self, traces: list[Trace], cursor: str | None) -> None:
        self._cursor = cursor
        if traces == self.traces and all(t.latency_ms is not None for t in traces):
            return
        rows = rows_of(traces, time.time())
        same = [_identity(r) for r in rows] == [_identity(r) for r in self.rows]
        if not same:
            self.beginResetModel()
        self.traces, self.rows = traces, rows
        if same:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        else:
            self.endResetModel()


def _identity(row: Row) -> str:
    return row.trace.id if isinstance(row, CallRow) else f"turn {row.number}"


class TraceDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as high."""
        return QSize(120, METRICS.trace_row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row, rect = index.data(ROW), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, TurnRow):
            self._paint_turn(painter, rect.adjusted(14, 0, -6, 0), row)
        elif isinstance(row, CallRow):
            self._paint_call(painter, rect.adjusted(6, 1, -6, -1), row, option)
        painter.restore()

    def _paint_turn(self, painter: QPainter, box: QRect, row: TurnRow) -> None:
        color = self._theme.color
        left = self._paint_time(painter, box, seconds(row.span_ms), "tx1")
        track = self._track(box, left)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("bg4"))
        painter.drawRoundedRect(QRect(track.left(), box.center().y() - 2, track.width(), 5), 2.5, 2.5)
        words = QRect(box.left(), box.top(), track.left() - box.left() - 10, box.height())
        painter.setFont(ui_font(METRICS.meta, 600))
        painter.setPen(color("tx1"))
        title = f"Turn {row.number}"
        painter.drawText(words, _MIDDLE, title)
        words.setLeft(words.left() + painter.fontMetrics().horizontalAdvance(title) + 8)
        painter.setFont(ui_font(METRICS.caption))
        painter.setPen(color("bad" if row.failed else "tx2"))
        failed = f", {row.failed} failed" if row.failed else ""
        text = painter.fontMetrics().elidedText(
            f"{counted(row.calls)}{failed}", Qt.TextElideMode.ElideRight, max(0, words.width())
        )
        painter.drawText(words, _MIDDLE, text)

    def _paint_call(self, painter: QPainter, box: QRect, row: CallRow, option: QStyleOptionViewItem) -> None:
        state, color = option.state, self._theme.color
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("bg3"))
            painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("accent"), 1.5))
            painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        left = self._paint_time(painter, box, duration_text(row.trace.latency_ms), duration_tone(row.trace))
        track = self._track(box, left)
        self._paint_bar(painter, track, row)
        icon, tone, _word = OUTCOMES[row.trace.outcome]
        pixmap = self._theme.pixmap(icon, tone, 14, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left() + 8, box.top() + (box.height() - 14) // 2, pixmap)
        self._paint_words(
            painter, QRect(box.left() + 30, box.top(), track.left() - box.left() - 40, box.height()), row.trace
        )

    def _paint_time(self, painter: QPainter, box: QRect, text: str, tone: str) -> int:
        """The duration at the right end; where it begins."""
        painter.setFont(code_font(METRICS.caption))
        place = QRect(box.right() - _TIME - 6, box.top(), _TIME, box.height())
        painter.setPen(self._theme.color(tone))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | _MIDDLE, text)
        return place.left()

    def _track(self, box: QRect, right: int) -> QRect:
        width = min(max(int(box.width() * _BAR_SHARE), _BAR_LEAST), _BAR_MOST)
        return QRect(right - width - 8, box.top(), width, box.height())

    def _paint_bar(self, painter: QPainter, track: QRect, row: CallRow) -> None:
        begin = track.left() + round(track.width() * row.bar.begin)
        width = max(3, round(track.width() * (row.bar.end - row.bar.begin)))
        place = QRect(min(begin, track.right() - width + 1), track.center().y() - 4, width, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line1"))
        painter.drawRect(QRect(track.left(), track.center().y(), track.width(), 1))
        painter.setBrush(self._theme.color(row.bar.tone))
        painter.drawRoundedRect(place, 2, 2)

    def _paint_words(self, painter: QPainter, box: QRect, trace: Trace) -> None:
        painter.setFont(ui_font(METRICS.meta, 500))
        painter.setPen(self._theme.color("tx1"))
        look = look_of(trace)
        name = painter.fontMetrics().elidedText(look.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _MIDDLE, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 10
        painter.setFont(code_font(METRICS.caption))
        painter.setPen(self._theme.color("tx2"))
        rest = box.adjusted(used, 0, 0, 0)
        # A path says most at its end.
        side = Qt.TextElideMode.ElideRight if " " in look.argument else Qt.TextElideMode.ElideLeft
        subject = look.argument[:300] if side == Qt.TextElideMode.ElideRight else look.argument[-300:]
        subject = painter.fontMetrics().elidedText(" ".join(subject.split()), side, max(0, rest.width()))
        painter.drawText(rest, _MIDDLE, subject)


class TraceList(QListView):
    """The view; without calls it says what will be here."""

    def __init__(self, theme: Theme, model: TraceModel) -> None:
        super().__init__()
        self._theme, self._model, self._delegate = theme, model, TraceDelegate(theme)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Tool calls, newest first")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.viewport().update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or what the pane is for."""
        super().paintEvent(event)
        if not self._model.rows:
            with QPainter(self.viewport()) as painter:
                painter.setFont(ui_font(METRICS.ui))
                painter.setPen(self._theme.color("tx2"))
                box = self.viewport().rect().adjusted(14, 10, -14, -10)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), EMPTY)
