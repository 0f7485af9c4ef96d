"""The library of workflow scripts: a list, what the chosen one says of itself, and its text."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boocode_desktop.content.highlighting import Span, highlight
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.ports.workflows import WorkflowScript
from boocode_desktop.orchestrator.workflows import WorkflowShelf
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.widgets.buttons import IconButton
from boocode_desktop.ui.widgets.chips import Chip
from boocode_desktop.ui.widgets.line_list import LineList
from boocode_desktop.ui.widgets.plain_tips import plain_tip
from boocode_desktop.ui.widgets.scrolled import scrolled
from boocode_desktop.ui.widgets.segmented import Segmented
from boocode_desktop.ui.workflows.details import NOT_RUN_WORDS, Details
from boocode_desktop.ui.workflows.empty import NoWorkflows
from boocode_desktop.ui.workflows.opening import open_in_editor, show_in_folder
from boocode_desktop.ui.workflows.rows import workflow_lines
from boocode_desktop.ui.workflows.script_text import shown_text, spans_by_line
from boocode_desktop.ui.workflows.script_view import ScriptView
from boocode_desktop.ui.workflows.watcher import ScriptWatcher

NOT_RUN = "not run in this version"
NOTHING_FOUND = "No workflow matches. Escape shows all of them again."
_COLORED = 200_000
_WIDE, _TWO_COLUMNS = 900, 560
_LIST_WIDTH = 272


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    shelf: WorkflowShelf
    watched: Sequence[str]


class WorkflowsPane(QWidget):
    """Reads when it is shown and when a script changes, never while it is hidden. Nothing is run."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.shelf = WorkflowShelf()
        self._shown: WorkflowScript | None = None
        self._dock: QDockWidget | None = None
        self.setAccessibleName("Workflows")
        self.tools = _tools(context)
        self.view = Segmented(context.theme, (("about", "About"), ("script", "Script")), name="What is shown of it")
        self.search = QLineEdit()
        self.list = LineList(context.theme, "Workflow scripts", NOTHING_FOUND)
        self.script = ScriptView(context.theme)
        self.empty = NoWorkflows(context.theme)
        self.watcher = ScriptWatcher(self)
        self._about: Details | None = None
        self._lay_out()
        self.search.textChanged.connect(lambda _: self._show_lines())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._choose(self.list.chosen_id()))
        self.watcher.changed.connect(self.refresh)
        self.view.chosen.connect(lambda _: self._show_parts())
        context.selection.session_changed.connect(lambda _: self._on_session_changed())
        context.selection.projects_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Read again, when it can be seen."""
        session_id, workflows = self.context.selection.session_id, self.context.front.workflows
        if self.seen and session_id and workflows is not None:
            self.context.bridge.run(
                self._read(session_id),
                owner=self,
                done=self._on_read,
                key="workflows.read",
                slow="Reading workflow scripts",
            )

    @property
    def seen(self) -> bool:
        """Whether it is on screen. A dock behind another tab is visible to Qt, only parked outside of the window."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    @property
    def about(self) -> Details | None:
        """What is said of the chosen script."""
        return self._about

    def sizeHint(self) -> QSize:
        """Room for a list and a script."""
        return QSize(900, 268)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what happened while it was hidden, or behind another tab."""
        super().showEvent(event)
        dock = self.parentWidget()
        if isinstance(dock, QDockWidget) and dock is not self._dock:
            self._dock = dock
            dock.visibilityChanged.connect(lambda _: QTimer.singleShot(0, self, self.refresh))
        QTimer.singleShot(0, self, self.refresh)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The list takes the keyboard, or the example where there is none."""
        super().focusInEvent(event)
        (self.list if self.shelf.scripts else self.empty.example).setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything beside each other where there is room, else the script instead of what is said of it."""
        super().resizeEvent(event)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._columns.setOrientation(across if self.width() >= _TWO_COLUMNS else down)
        self._show_parts()

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Find a workflow")
        self.search.setAccessibleName("Find a workflow")
        self.search.setClearButtonEnabled(True)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self._scroll: QScrollArea = scrolled(QWidget(), "What the workflow says of itself")
        self._parts = QSplitter()
        self._columns = QSplitter()
        self._stack = QStackedWidget()
        right = QWidget()
        below = QVBoxLayout(right)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        self._switch = QWidget()
        row = QHBoxLayout(self._switch)
        row.setContentsMargins(14, 8, 8, 0)
        row.addWidget(self.view)
        row.addStretch(1)
        below.addWidget(self._switch)
        below.addWidget(self._parts, 1)
        for splitter, parts in ((self._parts, (self._scroll, self.script)), (self._columns, (side, right))):
            splitter.setChildrenCollapsible(False)
            for part in parts:
                splitter.addWidget(part)
        self._columns.setStretchFactor(1, 1)
        self._columns.setSizes([_LIST_WIDTH, 800])
        self._parts.setSizes([360, 440])
        self._stack.addWidget(self._columns)
        self._stack.addWidget(scrolled(self.empty, "How to write a workflow"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _show_parts(self) -> None:
        wide, text = self.width() >= _WIDE, bool(self._shown and self._shown.text)
        self._switch.setVisible(not wide and text)
        self._scroll.setVisible(wide or not text or self.view.selected == "about")
        self.script.setVisible(text and (wide or self.view.selected == "script"))

    async def _read(self, session_id: str) -> _Read:
        assert self.context.front.workflows is not None
        shelf = await self.context.front.workflows.of_session(session_id)
        watched = await self.watcher.watchable(shelf.places, [script.path for script in shelf.scripts])
        return _Read(shelf=shelf, watched=watched)

    def _on_session_changed(self) -> None:
        self._show_shelf(WorkflowShelf())
        self.refresh()

    def _on_read(self, read: _Read) -> None:
        self.watcher.watch(read.watched)
        self._show_shelf(read.shelf)

    def _show_shelf(self, shelf: WorkflowShelf) -> None:
        self.shelf = shelf
        self.empty.show_own(shelf.own)
        self._stack.setCurrentIndex(0 if shelf.scripts else 1)
        self._show_lines()

    def _show_lines(self) -> None:
        self.list.show_lines(workflow_lines(self.shelf.scripts, self.search.text()))
        if not self.list.chosen_id():
            first = next((i for i, line in enumerate(self.list.lines.lines) if line.id), -1)
            self.list.setCurrentIndex(self.list.lines.index(first))
        self._choose(self.list.chosen_id())

    def _choose(self, path: str) -> None:
        script = next((s for s in self.shelf.scripts if s.path == path), None)
        if script == self._shown:
            return
        self._shown = script
        self._show_about(script)
        text = shown_text(script.text) if script else ""
        self.script.show_script(text, _marks(script))
        self.script.setAccessibleName(f"Script {script.source}" if script else "Script")
        self._show_parts()
        if script is not None and text:
            self.context.bridge.run(
                asyncio.to_thread(_colors, text), owner=self, done=lambda spans: self._on_colored(script, spans)
            )

    def _show_about(self, script: WorkflowScript | None) -> None:
        self._about = Details(self.context.theme, script) if script else None
        if self._about is not None and script is not None:
            path = Path(script.path)
            self._about.editor_asked.connect(lambda: self._opened(open_in_editor(path), path))
            self._about.folder_asked.connect(lambda: self._opened(show_in_folder(path), path))
            self._about.trust_asked.connect(self.context.actions.action("project.trust").trigger)
            self._about.line_asked.connect(self._on_line_asked)
        self._scroll.setWidget(self._about or QWidget())

    def _on_line_asked(self, line: int) -> None:
        self.view.select("script")
        self._show_parts()
        self.script.go_to_line(line)
        self.script.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_colored(self, script: WorkflowScript, spans: Sequence[tuple[Span, ...]]) -> None:
        if self._shown is script:
            self.script.show_colors(spans)

    def _opened(self, done: bool, path: Path) -> None:
        if not done:
            self.context.bridge.refused.emit(
                UserFacingError(f"Nothing was found that opens {path.name}.", f"It lies in {path.parent}.")
            )


def _tools(context: Context) -> QWidget:
    tools = QWidget()
    row = QHBoxLayout(tools)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    word = Chip(context.theme, NOT_RUN, "info", icon="info")
    word.setToolTip(plain_tip(NOT_RUN_WORDS))
    large = IconButton(
        context.theme, "maximize-2", "Workflows in the whole window, or not", size=26, icon_size=14, tone="tx3"
    )
    large.setToolTip(context.actions.tip("workflows.maximise"))
    large.clicked.connect(context.actions.action("workflows.maximise").trigger)
    row.addWidget(word)
    row.addWidget(large)
    return tools


def _marks(script: WorkflowScript | None) -> dict[int, str]:
    """The tone of each line with a finding; an error outweighs a warning."""
    marks: dict[int, str] = {}
    for finding in script.findings if script else ():
        if finding.line and marks.get(finding.line) != "bad":
            marks[finding.line] = "bad" if finding.level == "error" else "warn"
    return marks


def _colors(text: str) -> list[tuple[Span, ...]]:
    return spans_by_line(text, highlight(text, "javascript", limit=_COLORED))
