"""The trace pane: the calls of the chat on screen, and the input and output of the chosen one."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.ports.store import TracePage
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import RIGHT_SIDE_NEEDS, DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.traces.details import TraceDetails
from boocode_desktop.ui.traces.rows import CallRow
from boocode_desktop.ui.traces.trace_list import EMPTY, ROW, TraceList, TraceModel

REFRESH_MS = 250
# Below this a row has no room for its words.
_NARROWEST = 280
_WIDE, _LOW = 760, 460
NEWS = (ev.ToolStarted, ev.ToolFinished, ev.TurnFinished)


class TracePane(QWidget):
    """Lists the tool calls of the chat on screen."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._chat = ""
        self.setObjectName("traces")
        self.setAccessibleName("Traces")
        self.setMinimumWidth(_NARROWEST)
        self.model = TraceModel()
        self.list = TraceList(context.theme, self.model)
        self.details = TraceDetails(context.theme)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._build()
        self.model.more_wanted.connect(self._load_more)
        self.list.selectionModel().currentChanged.connect(self._on_list_current_changed)
        context.selection.chat_changed.connect(lambda _chat: self.refresh())
        context.bridge.watch(self._hear, kinds=NEWS)
        self.refresh()

    def _build(self) -> None:
        splitter = self._splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.list)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(0)
        column.addWidget(splitter, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is low and wide the details stand beside the list."""
        super().resizeEvent(event)
        beside = self.width() >= _WIDE and self.height() < _LOW
        self._splitter.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The list takes the keyboard."""
        super().focusInEvent(event)
        self.list.setFocus(event.reason())

    def refresh(self) -> None:
        """Read the newest page again."""
        chat = self._context.selection.chat_id
        if chat != self._chat:
            self._chat = chat
            self._show(TracePage(traces=(), next_cursor=None))
        if not chat:
            return
        limit = min(200, max(50, len(self.model.traces)))
        work = self._context.front.ledger.traces(chat, limit=limit)
        done = lambda page: self._show(page) if chat == self._chat else None  # noqa: E731
        if not self._context.bridge.run(work, owner=self, done=done, key="traces.refresh"):
            self._timer.start()

    def _hear(self, envelopes: Sequence[ev.Envelope]) -> None:
        if any(e.chat_id == self._chat for e in envelopes) and not self._timer.isActive():
            self._timer.start()

    def _show(self, page: TracePage) -> None:
        chosen, place = self.list.currentIndex().data(ROW), self.list.verticalScrollBar().value()
        self.model.show(page.traces, page.next_cursor)
        self.list.setAccessibleDescription("" if page.traces else EMPTY)
        row = self.model.row_of(chosen.trace.id) if isinstance(chosen, CallRow) else -1
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
            self.list.verticalScrollBar().setValue(place)
        self._show_chosen()

    def _load_more(self, cursor: str) -> None:
        chat = self._chat
        work = self._context.front.ledger.traces(chat, limit=100, cursor=cursor)
        self._context.bridge.run(
            work, owner=self, done=lambda p: self.model.extend(p.traces, p.next_cursor) if chat == self._chat else None
        )

    def _show_chosen(self) -> None:
        row = self.list.currentIndex().data(ROW)
        self.details.show_trace(row.trace if isinstance(row, CallRow) else None)

    def _on_list_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()


def traces_dock(context: Context) -> DockSpec:
    """The dock at the right."""
    return DockSpec(
        id="traces",
        title="Trace",
        icon="activity",
        area="right",
        build=lambda: DockContent(widget=TracePane(context)),
        size=METRICS.right_dock,
        needs=RIGHT_SIDE_NEEDS,
    )
