"""The files that changed as a list's rows: folders that fold, files below them, and what a click or a key does."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListView

from boocode_desktop.content.change_rows import ChangeRow, FileRow, FolderRow, change_rows
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.ui.widgets.plain_tips import plain_tip

ROW_DATA = Qt.ItemDataRole.UserRole + 1
COMMENTS = Qt.ItemDataRole.UserRole + 2
STATES = {
    "open": ("circle-dashed", "tx3", "open"),
    "partly": ("circle-dot", "accent", "partly decided"),
    "approved": ("circle-check", "ok", "approved"),
    "rejected": ("circle-x", "bad", "rejected"),
    "conflict": ("triangle-alert", "warn", "conflict"),
}
Index = QModelIndex | QPersistentModelIndex


def spoken(change: FileChange, comments: int = 0) -> str:
    """A file's row in words, for screen readers and tool tips."""
    who = f", by {', '.join(change.agents)}" if change.agents else ""
    counts = "binary" if change.binary else f"{change.added} lines added, {change.removed} removed"
    moved = f", was {change.old_path}" if change.old_path else ""
    note = f", {change.note}" if change.note else ""
    said = f", {comments} comment{'s' if comments > 1 else ''}" if comments else ""
    return f"{change.path}: {change.operation}{moved}, {counts}{who}, {STATES[change.status][2]}{note}{said}"


class FileModel(QAbstractListModel):
    """The change list as rows. `changes` are the files shown or folded away, in the order of the rows."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[FileChange] = []
        self.rows: list[ChangeRow] = []
        self.agent = ""
        self._all: Sequence[FileChange] = ()
        self._folded: set[str] = set()
        self._places: dict[str, int] = {}
        self._comments: Mapping[str, int] = {}

    def show(self, changes: Sequence[FileChange]) -> None:
        """Replace the files; keeps the model's identity where the rows are the same ones."""
        self._all = changes
        self._lay_out()

    def filter(self, agent: str) -> None:
        """Show only what an agent touched; "" for everything."""
        self.agent = agent
        self._lay_out()

    def toggle(self, folder: str) -> None:
        """Fold a folder, or unfold it."""
        self._folded ^= {folder}
        self._lay_out()

    def count_comments(self, counts: Mapping[str, int]) -> None:
        """How many comments each path has."""
        self._comments = counts
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def _lay_out(self) -> None:
        rows = change_rows(self._all, self._folded, self.agent)
        same = list(map(_identity, rows)) == list(map(_identity, self.rows))
        if not same:
            self.beginResetModel()
        self.rows = rows
        unfolded = change_rows(self._all, agent=self.agent) if self._folded else rows
        self.changes = [row.change for row in unfolded if isinstance(row, FileRow)]
        self._places = {row.change.path: i for i, row in enumerate(rows) if isinstance(row, FileRow)}
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A row's text, the row itself, or its number of comments."""
        row = self.rows[index.row()]
        if role == ROW_DATA:
            return row
        if isinstance(row, FolderRow):
            return _folder_data(row, role)
        comments = self._comments.get(row.change.path, 0)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.change.path
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(row.change, comments)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(spoken(row.change, comments))
            case _:
                return comments if role == COMMENTS else None

    def row_of(self, path: str) -> int:
        """The row of a path, -1 if it is not there or folded away."""
        return self._places.get(path, -1)

    def key(self, row: int) -> str:
        """What a row is about: a path, or a folder's with a slash at its end; "" where there is no such row."""
        return _identity(self.rows[row])[0] if 0 <= row < len(self.rows) else ""

    def row_with(self, key: str) -> int:
        """The row of a key, -1 if it is gone."""
        return next((place for place, row in enumerate(self.rows) if _identity(row)[0] == key), -1)

    def neighbour(self, path: str, by: int) -> str:
        """The path `by` files further, "" past the ends."""
        at = next((i for i, c in enumerate(self.changes) if c.path == path), -1) + by
        return self.changes[at].path if 0 <= at < len(self.changes) else ""

    def unfold_for(self, path: str) -> None:
        """Make a file's row visible."""
        folder = path.rpartition("/")[0]
        if folder in self._folded:
            self.toggle(folder)


def _identity(row: ChangeRow) -> tuple[str, bool]:
    return (f"{row.folder}/", row.folded) if isinstance(row, FolderRow) else (row.change.path, False)


def _folder_data(row: FolderRow, role: int) -> object:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return row.folder
        case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
            files = f"{row.files} file{'s' if row.files != 1 else ''}"
            words = f"{row.folder}: folder, {files}, {'folded' if row.folded else 'unfolded'}"
            return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        case _:
            return None


class FileList(QListView):
    """The rows; a folder folds by click, Enter, Space, Left and Right.

    Signals:
        folder_toggled(str): a folder was folded or unfolded.
    """

    folder_toggled = Signal(str)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A folder's row folds; a file's row is chosen."""
        row = self.indexAt(event.position().toPoint()).data(ROW_DATA)
        if isinstance(row, FolderRow):
            self.folder_toggled.emit(row.folder)
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of a tree, where the row is a folder."""
        row = self.currentIndex().data(ROW_DATA)
        key = event.key()
        if isinstance(row, FolderRow):
            wish = {Qt.Key.Key_Left: not row.folded, Qt.Key.Key_Right: row.folded}.get(Qt.Key(key))
            always = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            if always or wish:
                place = self.currentIndex().row()
                self.folder_toggled.emit(row.folder)
                self.setCurrentIndex(self.model().index(place, 0))
                return
        super().keyPressEvent(event)
