"""The trace pane: the calls of the chat on screen, and the input and output of the chosen one."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListView, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from boocode_desktop.content.ansi import safe_text
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import Trace
from boocode_desktop.orchestrator.ports.store import TracePage
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import RIGHT_SIDE_NEEDS, DockContent, DockSpec
from boocode_desktop.ui.theme.fonts import code_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.traces.trace_list import OUTCOMES, TRACE, TraceDelegate, TraceModel, duration_text
from boocode_desktop.ui.widgets.labels import ElidedLabel

REFRESH_MS = 250
# Below this a row has no room for its words.
_NARROWEST = 280
NEWS = (ev.ToolStarted, ev.ToolFinished, ev.TurnFinished)


def details_of(trace: Trace) -> str:
    """Everything a trace knows, as text."""
    lines = [
        f"{trace.tool}  {OUTCOMES[trace.outcome][2]}  {duration_text(trace.latency_ms)}",
        f"turn {trace.turn_number}, step {trace.step}, {trace.agent}, {trace.id}",
    ]
    if trace.usage is not None:
        lines.append(f"step tokens: {trace.usage.input} in ({trace.usage.cached} cached), {trace.usage.output} out")
    lines += ["", "Input", json.dumps(trace.input, indent=2, ensure_ascii=False)]
    if trace.error:
        lines += ["", "Error", trace.error]
    if trace.output:
        lines += ["", "Output", trace.output]
    text: str = safe_text("\n".join(lines))
    return text


class TracePane(QWidget):
    """Lists the tool calls of the chat on screen."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.setObjectName("traces")
        self.setAccessibleName("Traces")
        self.setMinimumWidth(_NARROWEST)
        self.model = TraceModel()
        self.list = QListView()
        self.details = QPlainTextEdit()
        self._head = ElidedLabel(context.theme, "", tone="tx2")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._build()
        self.model.more_wanted.connect(self._load_more)
        self.list.selectionModel().currentChanged.connect(self._on_list_current_changed)
        context.selection.chat_changed.connect(lambda _chat: self.refresh())
        context.bridge.watch(self._hear)
        self.refresh()

    def _build(self) -> None:
        self._delegate = TraceDelegate(self._context.theme)
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName("Tool calls, newest first")
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the chosen call")
        self.details.setFont(code_font(METRICS.code))
        self.details.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.details.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; padding: 8px 12px; }")
        self.details.setPlaceholderText("Choose a call to read its input and output.")
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.list)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(32)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 0, 10, 0)
        row.addWidget(self._head)
        column.addWidget(head)
        column.addWidget(splitter, 1)

    def refresh(self) -> None:
        """Read the newest page again."""
        chat = self._context.selection.chat_id
        if not chat:
            self._show(TracePage(traces=(), next_cursor=None))
            return
        limit = min(200, max(50, len(self.model.traces)))
        work = self._context.front.ledger.traces(chat, limit=limit)
        if not self._context.bridge.run(work, owner=self, done=self._show, key="traces.refresh"):
            self._timer.start()

    def _hear(self, envelopes: Sequence[ev.Envelope]) -> None:
        chat = self._context.selection.chat_id
        if any(e.chat_id == chat and isinstance(e.event, NEWS) for e in envelopes) and not self._timer.isActive():
            self._timer.start()

    def _show(self, page: TracePage) -> None:
        chosen = self.list.currentIndex().data(TRACE)
        self.model.show(page.traces, page.next_cursor)
        count = f"{len(page.traces)}{'+' if page.next_cursor else ''}"
        failed = sum(t.outcome in ("error", "timeout", "denied") for t in page.traces)
        words = f"{count} call{'' if count == '1' else 's'}" + (f", {failed} without success" if failed else "")
        self._head.set_text(words if page.traces else "No tool calls in this chat yet.")
        if isinstance(chosen, Trace):
            row = next((i for i, t in enumerate(self.model.traces) if t.id == chosen.id), -1)
            if row >= 0:
                self.list.setCurrentIndex(self.model.index(row))

    def _load_more(self, cursor: str) -> None:
        chat = self._context.selection.chat_id
        work = self._context.front.ledger.traces(chat, limit=100, cursor=cursor)
        self._context.bridge.run(work, owner=self, done=lambda p: self.model.extend(p.traces, p.next_cursor))

    def _on_list_current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        trace = now.data(TRACE)
        text = details_of(trace) if isinstance(trace, Trace) else ""
        if text != self.details.toPlainText():
            self.details.setPlainText(text)


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
