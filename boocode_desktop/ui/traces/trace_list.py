"""Traces as rows: tool, subject, a bar of its time, and its outcome in a word."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from boocode_desktop.domain.records import Trace
from boocode_desktop.domain.transcript import ToolEntry
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.transcript.tool_looks import ToolLook, tool_look
from boocode_desktop.ui.widgets.plain_tips import plain_tip

TRACE = Qt.ItemDataRole.UserRole + 1
BAR = 72
OUTCOMES = {
    None: ("loader-circle", "accent", "running"),
    "success": ("check", "ok", "done"),
    "error": ("x", "bad", "failed"),
    "denied": ("shield-x", "warn", "denied"),
    "cancelled": ("circle-stop", "tx2", "stopped"),
    "timeout": ("timer", "bad", "timed out"),
    "interrupted": ("unplug", "warn", "interrupted"),
}
Index = QModelIndex | QPersistentModelIndex


def duration_text(milliseconds: float | None) -> str:
    """A duration as people read it."""
    if milliseconds is None:
        return "…"
    if milliseconds < 1_000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1_000
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def bar_share(milliseconds: float | None) -> float:
    """How much of the bar a duration fills: logarithmic, from 1 ms to 2 minutes."""
    if not milliseconds or milliseconds < 1:
        return 0.02
    return min(1.0, 0.02 + math.log10(milliseconds) / math.log10(120_000))


def look_of(trace: Trace) -> ToolLook:
    """What the call is called, as on its card in the chat."""
    entry = ToolEntry(id=trace.id, turn_id="", step=0, tool=trace.tool, input=trace.input, title=trace.title)
    return tool_look(entry)


def spoken(trace: Trace) -> str:
    """A row in words."""
    word = OUTCOMES[trace.outcome][2]
    look = look_of(trace)
    return f"{look.title} {look.argument}: {word}, {duration_text(trace.latency_ms)}, turn {trace.turn_number}"


class TraceModel(QAbstractListModel):
    """Pages of traces, newest first; asks for more when the end comes into view.

    Signals:
        more_wanted(str): the cursor of the next page.
    """

    more_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.traces: list[Trace] = []
        self._cursor: str | None = None

    def show(self, traces: Sequence[Trace], cursor: str | None) -> None:
        """Replace the first page; pages below it stay when it is the same chat."""
        self.beginResetModel()
        self.traces, self._cursor = list(traces), cursor
        self.endResetModel()

    def extend(self, traces: Sequence[Trace], cursor: str | None) -> None:
        """Add a page below."""
        start = len(self.traces)
        if traces:
            self.beginInsertRows(QModelIndex(), start, start + len(traces) - 1)
            self.traces += traces
            self.endInsertRows()
        self._cursor = cursor

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many are loaded."""
        return 0 if parent.isValid() else len(self.traces)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is another page."""
        return self._cursor is not None

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            self.more_wanted.emit(cursor)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A row's text, or the trace itself."""
        trace = self.traces[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return trace.tool
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(trace)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(spoken(trace))
            case _ if role == TRACE:
                return trace
            case _:
                return None


class TraceDelegate(QStyledItemDelegate):
    """Paints a trace's row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as high."""
        return QSize(120, METRICS.trace_row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        trace = index.data(TRACE)
        if not isinstance(trace, Trace):
            return
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = rect.adjusted(6, 1, -6, -1)
        state = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("bg3"))
            painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.drawRoundedRect(box, METRICS.radius_tool, METRICS.radius_tool)
        right = self._paint_time(painter, box, trace)
        icon, tone, _word = OUTCOMES[trace.outcome]
        pixmap = self._theme.pixmap(icon, tone, 14, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left() + 8, box.top() + (box.height() - 14) // 2, pixmap)
        self._paint_words(painter, QRect(box.left() + 30, box.top(), right - box.left() - 38, box.height()), trace)
        painter.restore()

    def _paint_time(self, painter: QPainter, box: QRect, trace: Trace) -> int:
        """The duration and its bar; where they begin."""
        color = self._theme.color
        painter.setFont(code_font(METRICS.caption))
        text = duration_text(trace.latency_ms)
        place = QRect(box.right() - 66, box.top(), 60, box.height())
        painter.setPen(color("tx2"))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        track = QRect(place.left() - BAR - 6, box.center().y() - 3, BAR, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("bg4"))
        painter.drawRoundedRect(track, 3, 3)
        painter.setBrush(color("trace_err" if trace.outcome in ("error", "timeout") else "trace_tool"))
        painter.drawRoundedRect(track.adjusted(0, 0, -int(BAR * (1 - bar_share(trace.latency_ms))), 0), 3, 3)
        return track.left()

    def _paint_words(self, painter: QPainter, box: QRect, trace: Trace) -> None:
        painter.setFont(ui_font(METRICS.meta, 500))
        painter.setPen(self._theme.color("tx1"))
        look = look_of(trace)
        name = painter.fontMetrics().elidedText(look.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 10
        painter.setFont(code_font(METRICS.caption))
        painter.setPen(self._theme.color("tx2"))
        rest = box.adjusted(used, 0, 0, 0)
        # A path says most at its end.
        side = Qt.TextElideMode.ElideRight if " " in look.argument else Qt.TextElideMode.ElideLeft
        subject = look.argument[:300] if side == Qt.TextElideMode.ElideRight else look.argument[-300:]
        subject = painter.fontMetrics().elidedText(subject, side, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, subject)
