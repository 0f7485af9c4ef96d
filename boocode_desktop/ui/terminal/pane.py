"""The terminal dock: terminals as tabs, named, searched, restarted, closed; an empty state that says what it is for."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from boocode_desktop.orchestrator.terminals import Terminal
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog
from boocode_desktop.ui.terminal.view import TerminalView
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.plain_tips import plain_tip


class _SearchField(QLineEdit):
    """Signals:
    left: Escape was pressed.
    stepped(int): an older (-1) or newer (1) match is wanted.
    """

    left = Signal()
    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.stepped.emit(1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else -1)
            case _:
                super().keyPressEvent(event)


class TerminalPane(QWidget):
    """Shows the terminals of the program; they live on when the pane is closed. `tools` goes into the title bar."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._desk = context.front.terminals
        self._views: dict[str, TerminalView] = {}
        self.setObjectName("terminal")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes to the terminal itself
        self.setAccessibleName("Terminals")
        self.tabs = QTabBar()
        self.tools = QWidget()
        self._pages = QStackedWidget()
        self._search = QWidget()
        self.field = _SearchField()
        self._count = ElidedLabel(context.theme, "", tone="tx2")
        self._build()
        self._connect()
        for terminal in self._desk.listing():
            self._show(terminal)
        self._switch_page()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard goes to the terminal on screen."""
        super().focusInEvent(event)
        if self.view is not None:
            self.view.setFocus(event.reason())

    @property
    def view(self) -> TerminalView | None:
        """The terminal on screen."""
        current = self._pages.currentWidget()
        return current if isinstance(current, TerminalView) else None

    def sizeHint(self) -> QSize:
        """What the bottom dock starts with."""
        return QSize(1000, METRICS.bottom_dock)

    def open_here(self) -> None:
        """A new terminal in the worktree of the session on screen, else in the person's home."""
        session = self._context.selection.session_id
        self._context.bridge.run(self._desk.open(session_id=session), owner=self, done=self._on_opened)

    def open_agent(self, name: str) -> None:
        """An agent's own program in a new terminal, in the worktree of the session on screen."""
        session = self._context.selection.session_id
        self._context.bridge.run(self._desk.open(session_id=session, agent=name), owner=self, done=self._on_opened)

    def choose_agent(self) -> None:
        """Offer the agents that can run in a terminal."""
        menu = QMenu(self)
        menu.setAccessibleName("Agents for a terminal")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        agents = [a for a in self._context.front.agents.snapshot() if a.protocol != "native" and a.state == "ready"]
        for agent in agents:
            entry = menu.addAction(self._context.theme.icon(agent.icon, "tx2", 16), agent.label.replace("&", "&&"))
            entry.triggered.connect(lambda _checked=False, name=agent.name: self.open_agent(name))
        if not agents:
            menu.addAction("No agent is installed that runs in a terminal").setEnabled(False)
        menu.popup(self.tools.mapToGlobal(QPoint(0, self.tools.height())))

    def find(self, _child: object = None) -> None:  # type: ignore[override]
        """Open the search."""
        if self.view is not None:
            self._search.show()
            self.field.setFocus()
            self.field.selectAll()

    def _build(self) -> None:
        theme = self._context.theme
        self.tabs.setAccessibleName("Terminals")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setMovable(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self._pages.addWidget(self._empty())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        row = QHBoxLayout(self._search)
        row.setContentsMargins(10, 4, 10, 4)
        self.field.setPlaceholderText("Find in this terminal")
        self.field.setAccessibleName("What to find in this terminal")
        row.addWidget(self.field, 1)
        self._count.setFixedWidth(110)
        row.addWidget(self._count)
        close = IconButton(theme, "x", "Close the search")
        close.clicked.connect(self._leave_search)
        row.addWidget(close)
        self._search.hide()
        column.addWidget(self._search)
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(2)
        for icon, name, action in (
            ("plus", "New terminal", "terminal.new"),
            ("bot", "Run an agent in a terminal", "terminal.agent"),
            ("search", "Find in this terminal", "terminal.find"),
            ("pencil", "Rename this terminal", "terminal.rename"),
            ("rotate-cw", "Restart this terminal", "terminal.restart"),
            ("trash-2", "Close this terminal", "terminal.close"),
        ):
            button = IconButton(theme, icon, name, tone="tx2")
            button.setToolTip(self._context.actions.tip(action))
            button.clicked.connect(self._context.actions.action(action).trigger)
            tools.addWidget(button)

    def _empty(self) -> QWidget:
        theme = self._context.theme
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch()
        for words, tone in (
            ("No terminal is open.", "tx1"),
            ("A terminal starts in the session's worktree and goes on running when this pane is closed.", "tx2"),
        ):
            column.addWidget(ElidedLabel(theme, words, tone=tone), 0, Qt.AlignmentFlag.AlignHCenter)
        button = Button(theme, "New terminal", "sec", icon="plus", hint=self._context.actions.keys("terminal.new"))
        button.clicked.connect(self._context.actions.action("terminal.new").trigger)
        column.addSpacing(8)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        return page

    def _connect(self) -> None:
        bind = self._context.actions.bind
        bind("terminal.find", self.find)
        bind("terminal.rename", self._rename)
        bind("terminal.restart", self._restart)
        bind("terminal.close", self._close)
        self.tabs.currentChanged.connect(lambda _n: self._switch_page())
        self.field.textChanged.connect(lambda text: self.view.search(text) if self.view else None)
        self.field.stepped.connect(lambda by: self.view.step(by) if self.view else None)
        self.field.left.connect(self._leave_search)

    def _on_opened(self, terminal: Terminal) -> None:
        self._show(terminal)
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self._switch_page()
        if self.view is not None:
            self.view.setFocus()

    def _show(self, terminal: Terminal) -> None:
        view = TerminalView(self._context.theme, terminal)
        view.link_asked.connect(self._ask_link)
        view.find_asked.connect(self.find)
        view.found.connect(self._on_view_found)
        self._views[terminal.id] = view
        self._pages.addWidget(view)
        number = self.tabs.addTab(_label(terminal))
        self.tabs.setTabData(number, terminal.id)
        self.tabs.setTabToolTip(number, plain_tip(str(terminal.cwd)))
        stop = terminal.listen(lambda: self._name(terminal))
        view.destroyed.connect(lambda: stop())

    def _name(self, terminal: Terminal) -> None:
        for number in range(self.tabs.count()):
            if self.tabs.tabData(number) == terminal.id and self.tabs.tabText(number) != _label(terminal):
                self.tabs.setTabText(number, _label(terminal))
                self.tabs.setTabToolTip(number, plain_tip(terminal.message or str(terminal.cwd)))

    def _switch_page(self) -> None:
        number = self.tabs.currentIndex()
        view = self._views.get(str(self.tabs.tabData(number))) if number >= 0 else None
        self.tabs.setVisible(self.tabs.count() > 0)
        self._pages.setCurrentIndex(0) if view is None else self._pages.setCurrentWidget(view)
        self._leave_search()

    def _current(self) -> Terminal | None:
        return self.view.terminal if self.view is not None else None

    def _rename(self) -> None:
        terminal = self._current()
        if terminal is None:
            return
        dialog = LineDialog(
            self._context.theme, self.window(), "Rename terminal", label="Name", text=terminal.name, button="Rename"
        )
        dialog.entered.connect(lambda name: self._renamed(terminal, name))
        dialog.open()

    def _renamed(self, terminal: Terminal, name: str) -> None:
        self._desk.rename(terminal.id, name)
        self._name(terminal)

    def _restart(self) -> None:
        terminal = self._current()
        if terminal is not None:
            self._context.bridge.run(self._desk.restart(terminal.id), owner=self, key=f"restart {terminal.id}")

    def _close(self) -> None:
        terminal = self._current()
        if terminal is None:
            return
        work = self._desk.close_terminal(terminal.id)
        self._context.bridge.run(work, owner=self, done=lambda _: self._drop(terminal), key=f"close {terminal.id}")

    def _drop(self, terminal: Terminal) -> None:
        view = self._views.pop(terminal.id, None)
        ids: Sequence[str] = [str(self.tabs.tabData(n)) for n in range(self.tabs.count())]
        if terminal.id in ids:
            self.tabs.removeTab(ids.index(terminal.id))
        if view is not None:
            self._pages.removeWidget(view)
            view.deleteLater()
        self._switch_page()

    def _on_view_found(self, place: int, count: int) -> None:
        self._count.set_text(f"{place} of {count}" if count else ("nothing" if self.field.text() else ""))

    def _leave_search(self) -> None:
        if self._search.isHidden():
            return
        self._search.hide()
        if self.view is not None:
            self.view.search("")
            self.view.setFocus()

    def _ask_link(self, address: str) -> None:
        dialog = ConfirmDialog(
            self._context.theme, self.window(), "Open this address?", address, button="Open", icon="external-link"
        )
        dialog.finished.connect(lambda yes: QDesktopServices.openUrl(QUrl(address)) if yes else None)
        dialog.open()


_STATUS = {"": "", "working": "working", "blocked": "needs you", "done": "done"}


def _label(terminal: Terminal) -> str:
    name = terminal.name if terminal.running else f"{terminal.name} (ended)"
    parts = (name, _STATUS[terminal.status], "" if terminal.status else terminal.title)
    return " · ".join(part for part in parts if part).replace("&", "&&")
