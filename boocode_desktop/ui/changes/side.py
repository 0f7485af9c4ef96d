"""The left side of the review: totals, the scope, who changed what, the files, and how far the review is."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from boocode_desktop.content.change_rows import FileRow, agent_shares
from boocode_desktop.content.decided_hunks import Progress
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.ui.changes.agent_rows import AgentRows
from boocode_desktop.ui.changes.file_delegate import FileDelegate
from boocode_desktop.ui.changes.file_list import FileList, FileModel
from boocode_desktop.ui.changes.progress_card import ProgressCard
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.widgets.labels import ElidedLabel

TALL = 420
"""From this height on, the agents and the progress card are shown too, px."""
EVERYBODY = "everybody"


class FileSide(QWidget):
    """The file list with what belongs to it.

    Signals:
        chosen(str): another file is wanted.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, scope: QWidget, undo_keys: str) -> None:
        super().__init__()
        self.model = FileModel()
        self.files = FileList()
        self.summary = ElidedLabel(theme, "")
        self.agents = AgentRows(theme)
        self.who = Picker(theme, "Files from", "filter")
        self.progress = ProgressCard(theme, undo_keys)
        self._all: Sequence[FileChange] = ()
        self._marking, self._marked = False, ""
        self._reviewing = True
        self._delegate = FileDelegate(theme)
        self._build(scope)
        self.setMinimumWidth(220)
        self.files.selectionModel().currentChanged.connect(lambda now, _before: self._on_current_changed(now.row()))
        self.files.folder_toggled.connect(self._on_folder_toggled)
        self.agents.chosen.connect(self.filter)
        self.who.chosen.connect(lambda who: self.filter("" if who == EVERYBODY else who))

    def _build(self, scope: QWidget) -> None:
        self.files.setModel(self.model)
        self.files.setItemDelegate(self._delegate)
        self.files.setAccessibleName("Changed files")
        self.files.setMouseTracking(True)
        self.files.setUniformItemSizes(True)
        self.files.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(36)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 0, 6, 0)
        row.setSpacing(2)
        row.addWidget(self.summary, 1)
        row.addWidget(self.who)
        row.addWidget(scope)
        self.who.set_compact(True)
        column.addWidget(head)
        column.addWidget(self.agents)
        column.addWidget(self.files, 1)
        column.addWidget(self.progress)

    def show_changes(self, changes: Sequence[FileChange]) -> None:
        """List other files."""
        self._all = changes
        shares = agent_shares(changes)
        agent = self.model.agent if any(s.agent == self.model.agent for s in shares) else ""
        everybody = Choice(id=EVERYBODY, label="Everybody", icon="users")
        self.who.offer([everybody, *(Choice(id=s.agent, label=s.agent) for s in shares)], agent or EVERYBODY)
        self.agents.show_shares(shares, agent)
        self.model.agent = agent
        top = self._top
        self.model.show(changes)
        self._stay_at(top)
        added, removed = sum(c.added for c in changes), sum(c.removed for c in changes)
        files = f"{len(changes):,} file{'s' if len(changes) != 1 else ''}"
        self.summary.set_text(f"{files}   +{added:,} −{removed:,}" if changes else "")
        self._fit()

    @property
    def _top(self) -> str:
        """What the uppermost row that is seen is about."""
        return self.model.key(self.files.indexAt(QPoint(4, 2)).row())

    def _stay_at(self, key: str) -> None:
        """Rows that came or went above leave what is seen where it is."""
        row = self.model.row_with(key)
        if row >= 0 and self._top != key:
            self.files.scrollTo(self.model.index(row), QAbstractItemView.ScrollHint.PositionAtTop)

    def show_progress(self, state: Progress | None) -> None:
        """Show how far the review is; None in scopes that are for looking."""
        self._reviewing = state is not None
        if state is not None:
            self.progress.show_progress(state)
        self._fit()

    def count_comments(self, counts: Mapping[str, int]) -> None:
        """How many comments each path has."""
        self.model.count_comments(counts)

    def filter(self, agent: str) -> None:
        """Only the files that an agent touched; "" for all."""
        self.model.agent = agent
        self.show_changes(self._all)
        listed = [c.path for c in self.model.changes]
        if listed and self._marked not in listed:
            self.chosen.emit(listed[0])

    def mark(self, path: str) -> None:
        """Show a file as the chosen one, without a signal."""
        moved, self._marked = path != self._marked, path
        self.model.unfold_for(path)
        index = self.model.index(self.model.row_of(path))
        selection = self.files.selectionModel()
        if index.isValid() and selection.currentIndex() != index:
            top = self._top
            self._marking = True
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._marking = False
            if not moved:
                self._stay_at(top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Low panes show the list alone."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        tall = self.height() >= TALL
        self.agents.setVisible(tall and self.agents.some)
        self.who.setVisible(self.agents.some and not tall)
        self.progress.setVisible(tall and self._reviewing)

    def _on_current_changed(self, row: int) -> None:
        shown = self.model.rows[row] if 0 <= row < len(self.model.rows) else None
        if isinstance(shown, FileRow) and not self._marking:
            self.chosen.emit(shown.change.path)

    def _on_folder_toggled(self, folder: str) -> None:
        self.model.toggle(folder)
