"""The sidebar as a whole: it reads the overview when something happens and says which session was chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from boocode_desktop.domain import events as ev
from boocode_desktop.orchestrator.views import ProjectView
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.sidebar.filter_line import FilterLine
from boocode_desktop.ui.sidebar.model import SidebarModel
from boocode_desktop.ui.sidebar.parts import Brand, EmptyProjects, ThisComputer, WideButton
from boocode_desktop.ui.sidebar.rows import ProjectRow, Row
from boocode_desktop.ui.sidebar.session_list import SessionList
from boocode_desktop.ui.theme.fonts import ui_font
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton

_AGES_MS = 30_000
_MANY = 9
"""From so many sessions on the list can be narrowed without being asked for it."""
_TELLING = (
    ev.TurnStarted,
    ev.TurnFinished,
    ev.PermissionRequested,
    ev.PermissionResolved,
    ev.ChangesUpdated,
    ev.QueueChanged,
)
SESSION_MENU = ("session.rename", "session.archive", "", "session.rewind", "session.undo_rewind", "", "session.delete")
PROJECT_MENU = ("session.new", "session.new_in_place", "", "project.trust", "project.untrust", "", "project.remove")


class Sidebar(QWidget):
    """Projects and sessions with live state.

    Signals:
        session_chosen(str): show this session.
        action_chosen(str, str): an action of a row's menu: action id, and the project's or session's id.
        overview_changed(object): the new `Sequence[ProjectView]`.
        loaded: the first overview is shown.
    """

    session_chosen = Signal(str)
    action_chosen = Signal(str, str)
    overview_changed = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._again = False
        self.model = SidebarModel(self)
        self.list = SessionList(context.theme, self.model, self)
        self.filter = FilterLine(self)
        self._nothing = QLabel("No session is called so.")
        self._empty = EmptyProjects(context.theme, self)
        self._computer = ThisComputer(context.theme, self)
        self.setAccessibleName("Projects, sessions and settings")
        self.setMinimumWidth(220)
        self.setMaximumWidth(480)
        self._lay_out()
        self.list.session_chosen.connect(self.session_chosen)
        self.list.typed.connect(self._on_list_typed)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.left.connect(self._on_filter_left)
        self.list.menu_requested.connect(self._on_menu_requested)
        context.selection.session_changed.connect(self.list.choose)
        context.theme.changed.connect(self.update)
        self._lane = context.bridge.watch(self._on_envelopes, kinds=_TELLING)
        self._timer = QTimer(self)
        self._timer.setInterval(_AGES_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def refresh(self) -> None:
        """Read the overview again; while one reading runs, one more is remembered."""
        projects = self._context.front.projects
        started = self._context.bridge.run(
            projects.overview(), owner=self, done=self.show_overview, key="sidebar.overview"
        )
        self._again = not started

    def set_machine(self, text: str) -> None:
        """The footer's second line."""
        self._computer.set_detail(text)

    def neighbour(self, step: int) -> str:
        """The session that stands `step` rows from the one on screen, "" at the ends."""
        ids = [row.id for row in self.model.sessions()]
        here = self._context.selection.session_id
        if here not in ids:
            return ids[0] if ids else ""
        there = ids.index(here) + step
        return ids[there] if 0 <= there < len(ids) else ""

    def sizeHint(self) -> QSize:
        """As wide as the design's."""
        return QSize(METRICS.sidebar, 600)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel's surface with a rule at its edge."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._context.theme.color("bg1"))
            painter.fillRect(0, self.height() - 53, self.width(), 1, self._context.theme.color("line0"))

    def _lay_out(self) -> None:
        theme, actions = self._context.theme, self._context.actions
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 11, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        top.addLayout(self._head())
        new = WideButton(theme, "New session", "plus", keys=actions.keys("session.new"))
        new.clicked.connect(actions.action("session.new").trigger)
        search = WideButton(theme, "Search or command", "search", keys=actions.keys("view.palette"), quiet=True)
        search.clicked.connect(actions.action("view.palette").trigger)
        top.addWidget(new)
        top.addWidget(search)
        top.addSpacing(10)
        top.addLayout(self._caption())
        top.addWidget(self.filter)
        top.addWidget(self._empty)
        self.filter.hide()
        self._nothing.setProperty("tone", "muted")
        self._nothing.setContentsMargins(14, 8, 12, 8)
        self._nothing.hide()
        column.addLayout(top)
        column.addSpacing(4)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addLayout(self._foot())
        self._empty.hide()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Brand(self._context.theme), 1)
        self.menu_button = IconButton(self._context.theme, "menu", "Main menu", tone="tx2")
        self.menu_button.setToolTip(self._context.actions.tip("view.menu"))
        self.menu_button.clicked.connect(self._context.actions.action("view.menu").trigger)
        row.addWidget(self.menu_button)
        hide = IconButton(self._context.theme, "panel-left", "Hide the sidebar", tone="tx2")
        hide.setToolTip(self._context.actions.tip("view.sidebar"))
        hide.clicked.connect(self._context.actions.action("view.sidebar").trigger)
        row.addWidget(hide)
        return row

    def _caption(self) -> QHBoxLayout:
        row = QHBoxLayout()
        caption = QLabel("PROJECTS")
        caption.setFont(ui_font(METRICS.caption, 600))
        caption.setProperty("tone", "muted")
        row.addWidget(caption, 1)
        add = IconButton(self._context.theme, "folder-plus", "Open a folder", size=24, icon_size=15, tone="tx3")
        add.setToolTip(self._context.actions.tip("project.open"))
        add.clicked.connect(self._context.actions.action("project.open").trigger)
        row.addWidget(add)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 10, 8)
        row.addWidget(self._computer, 1)
        settings = IconButton(self._context.theme, "settings", "Settings")
        settings.setToolTip(self._context.actions.tip("program.settings"))
        settings.clicked.connect(self._context.actions.action("program.settings").trigger)
        row.addWidget(settings)
        return row

    def _on_envelopes(self, _envelopes: Sequence[ev.Envelope]) -> None:
        self.refresh()

    def show_overview(self, overview: Sequence[ProjectView]) -> None:
        """Show projects and sessions as they are now."""
        self.model.show(overview)
        self._empty.setVisible(not overview)
        many = sum(len(p.sessions) for p in overview) >= _MANY
        self.filter.setVisible(many or bool(self.filter.text()) or self.filter.hasFocus())
        self._nothing.setVisible(bool(self.filter.text()) and not self.model.rowCount())
        self.overview_changed.emit(overview)
        if self._again:
            self.refresh()

    def look_for(self) -> None:
        """Give the keys to the line that narrows the list."""
        self.filter.show()
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _on_filter_changed(self, text: str) -> None:
        self.model.look_for(text)
        self._nothing.setVisible(bool(text.strip()) and not self.model.rowCount())

    def _on_filter_left(self, take: bool) -> None:
        sessions = self.model.sessions()
        if take and sessions:
            self.session_chosen.emit(sessions[0].id)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.list.currentIndex().isValid() and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def _on_list_typed(self, letters: str) -> None:
        self.look_for()
        self.filter.setText(letters)

    def _on_menu_requested(self, row: Row, point: QPoint) -> None:
        project = isinstance(row, ProjectRow)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action_id in PROJECT_MENU if project else SESSION_MENU:
            self._add_entry(menu, action_id, row)
        menu.popup(point)

    def _add_entry(self, menu: QMenu, action_id: str, row: Row) -> None:
        if not action_id:
            menu.addSeparator()
            return
        if isinstance(row, ProjectRow) and action_id == ("project.trust" if row.trusted else "project.untrust"):
            return
        source = self._context.actions.action(action_id)
        entry = menu.addAction(source.icon(), source.text())
        entry.setObjectName(action_id)
        entry.triggered.connect(lambda _checked=False: self.action_chosen.emit(action_id, row.id))
