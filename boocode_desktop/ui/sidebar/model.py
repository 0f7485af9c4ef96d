"""The sidebar's rows as a Qt model: one flat list, projects folded or open."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from boocode_desktop.orchestrator.views import ProjectView
from boocode_desktop.ui.sidebar.rows import ProjectRow, Row, SessionRow, in_place, rows
from boocode_desktop.ui.widgets.plain_tips import plain_tip

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


class SidebarModel(QAbstractListModel):
    """Keeps the overview and what is folded; a change that keeps the order only repaints."""

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._clock = clock
        self._overview: Sequence[ProjectView] = ()
        self._folded: set[str] = set()
        self._rows: Sequence[Row] = ()
        self._held = False
        self._wanted = ""

    @property
    def folded(self) -> frozenset[str]:
        """The ids of folded projects."""
        return frozenset(self._folded)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself under `ROW_ROLE`, words for people and screen readers under Qt's roles."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.path if isinstance(row, ProjectRow) else f"{row.title}\n{row.detail}")
        return None

    def show(self, overview: Sequence[ProjectView]) -> None:
        """Take a new overview."""
        self._overview = overview
        self._renew()

    def hold(self, held: bool) -> None:
        """While the pointer is on the rows they keep their places, whatever becomes of them."""
        if held != self._held:
            self._held = held
            self._renew()

    def fold(self, project_ids: Sequence[str]) -> None:
        """Fold exactly these projects."""
        self._folded = set(project_ids)
        self._renew()

    def set_open(self, project_id: str, is_open: bool) -> None:
        """Open or fold a project."""
        (self._folded.discard if is_open else self._folded.add)(project_id)
        self._renew()

    def look_for(self, wanted: str) -> None:
        """Show only what holds these words, "" for everything."""
        self._wanted = wanted
        self._renew()

    def refresh_ages(self) -> None:
        """Time went by."""
        self._renew()

    def row_of(self, item_id: str) -> int:
        """Where a project or session is shown, -1 if it is not."""
        return next((i for i, row in enumerate(self._rows) if row.id == item_id), -1)

    def sessions(self) -> Sequence[SessionRow]:
        """The sessions shown, in order."""
        return [row for row in self._rows if isinstance(row, SessionRow)]

    def project_of(self, session_id: str) -> ProjectView | None:
        """The project a session belongs to, folded or not."""
        for view in self._overview:
            if any(s.session.id == session_id for s in view.sessions):
                return view
        return None

    @property
    def overview(self) -> Sequence[ProjectView]:
        """What the rows were made from."""
        return self._overview

    def _renew(self) -> None:
        fresh = rows(self._overview, self._folded, self._clock(), self._wanted)
        if self._held:
            fresh = in_place(fresh, self._rows)
        if [r.id for r in fresh] == [r.id for r in self._rows]:
            old, self._rows = self._rows, fresh
            for number, (before, after) in enumerate(zip(old, fresh, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()
