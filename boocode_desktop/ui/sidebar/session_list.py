"""The list of projects and sessions: choosing, folding, and the keys for both."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from boocode_desktop.ui.sidebar.delegate import SidebarDelegate
from boocode_desktop.ui.sidebar.model import ROW_ROLE, SidebarModel
from boocode_desktop.ui.sidebar.rows import ProjectRow, SessionRow
from boocode_desktop.ui.theme.theme import Theme

# No row paints anything so near to the right border, px.
_EDGE = 4


_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class SessionList(QListView):
    """Projects fold by click, Left and Right; sessions are chosen by click, Up, Down and Enter.

    Signals:
        session_chosen(str): a session's id.
        menu_requested(object, QPoint): a row, and the global point where its menu opens.
        typed(str): letters were typed, which narrow the list.
    """

    session_chosen = Signal(str)
    menu_requested = Signal(object, QPoint)
    typed = Signal(str)

    def __init__(self, theme: Theme, model: SidebarModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._chosen = ""
        self.setModel(model)
        self.setItemDelegate(SidebarDelegate(theme, self))
        self.setAccessibleName("Projects and sessions")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        model.modelReset.connect(self._on_model_reset)
        theme.changed.connect(self.viewport().update)

    def choose(self, session_id: str) -> None:
        """Mark a session as the one on screen, without a signal."""
        self._chosen = session_id
        self._mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing for the sliver that the edge of the dock beside it lays bare with every change of the layout."""
        if event.rect().left() < self.viewport().width() - _EDGE:
            super().paintEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Nothing moves under the pointer."""
        self._rows.hold(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The newest may come to the top now."""
        self._rows.hold(False)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click folds a project or chooses a session."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._use(self.indexAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter uses a row, Left and Right fold and open its project, Menu opens its menu."""
        index = self.currentIndex()
        row = index.data(ROW_ROLE) if index.isValid() else None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and row is not None:
            self._use(index)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(row, ProjectRow):
            self._rows.set_open(row.id, event.key() == Qt.Key.Key_Right)
            self.setCurrentIndex(self._rows.index(self._rows.row_of(row.id)))
        elif event.key() == Qt.Key.Key_Left and isinstance(row, SessionRow):
            self.setCurrentIndex(self._rows.index(self._rows.row_of(row.project_id)))
        elif event.key() == Qt.Key.Key_Menu and row is not None:
            self._on_menu_requested(self.visualRect(index).bottomLeft())
        elif event.text().strip() and not event.modifiers() & _COMMANDS:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _use(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE) if index.isValid() else None
        if isinstance(row, ProjectRow):
            self._rows.set_open(row.id, not row.open)
            self.setCurrentIndex(self._rows.index(self._rows.row_of(row.id)))
            self._mark()
        elif isinstance(row, SessionRow):
            self._chosen = row.id
            self.session_chosen.emit(row.id)

    def _mark(self) -> None:
        number = self._rows.row_of(self._chosen)
        if number >= 0:
            self.setCurrentIndex(self._rows.index(number))
        elif not self._chosen:
            self.clearSelection()

    def _on_model_reset(self) -> None:
        self._mark()

    def _on_menu_requested(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.menu_requested.emit(index.data(ROW_ROLE), self.viewport().mapToGlobal(point))
