"""The terminal dock: terminals as tabs, named, searched, restarted, closed; an empty state that says what it is for."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.content.terminal.search import Match, find_in
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.terminals import Terminal
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, LineDialog
from boocode_desktop.ui.terminal.pages import EmptyPage, StartingPage
from boocode_desktop.ui.terminal.search_bar import SearchBar
from boocode_desktop.ui.terminal.tabs import TerminalTabs
from boocode_desktop.ui.terminal.view import TerminalView
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton

_SHOWN_LINES, _SHOWN_WIDTH = 8, 80
"""How much of a text is shown before it is pasted."""


class TerminalPane(QWidget):
    """Shows the terminals of the program; they live on when the pane is closed. `tools` goes into the title bar.

    Signals:
        waiting_changed(str): how many agents in terminals need the person, in words; "" for none.
        needed(str, str, str): the agent in a terminal that is not on screen (by its id and name) needs the person; what
            it says.
    """

    waiting_changed = Signal(str)
    needed = Signal(str, str, str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._desk = context.front.terminals
        self._views: dict[str, TerminalView] = {}
        self.setObjectName("terminal")
        self.setAccessibleName("Terminals")
        self.tabs = TerminalTabs(context.theme)
        self.tools = QWidget()
        self._pages = QStackedWidget()
        self._empty = EmptyPage(context.theme, context.actions)
        self._starting = StartingPage(context.theme)
        self.search = SearchBar(context.theme)
        self._build()
        self._connect()
        for terminal in self._desk.listing():
            self._show(terminal)
        self._switch_page()

    def _show_page(self, page: QWidget) -> None:
        """The page on screen is also who gets the keys of the pane."""
        self._pages.setCurrentWidget(page)
        self.setFocusProxy(self._empty.button if page is self._empty else page)

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
        self._open(session_id=self._context.selection.session_id)

    def open_agent(self, name: str) -> None:
        """An agent's own program in a new terminal, in the worktree of the session on screen."""
        self._open(session_id=self._context.selection.session_id, agent=name)

    def choose_folder(self) -> None:
        """A new terminal in a folder that the person chooses."""
        dialog = QFileDialog(self.window(), "Open a terminal in a folder", str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self._open(cwd=Path(name)))
        dialog.open()

    def _take_keys(self) -> None:
        """Get the keyboard, also in a window of its own."""
        if not self.window().isActiveWindow():
            self.window().activateWindow()
        self.setFocus()

    def _open(self, *, session_id: str = "", cwd: Path | None = None, agent: str = "") -> None:
        """Start a terminal; what is typed from now on is for it."""
        self._show_page(self._starting)
        self._take_keys()
        work = self._desk.open(session_id=session_id, cwd=cwd, agent=agent)
        self._context.bridge.run(work, owner=self, done=self._on_opened, error=self._on_refused)

    def _on_refused(self, problem: UserFacingError) -> None:
        self._starting.take()
        self._switch_page()
        self.setFocus()
        self._context.bridge.refused.emit(problem)

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

    def open_search(self) -> None:
        """Find in the terminal on screen."""
        if self.view is not None:
            self.search.open()

    def _build(self) -> None:
        theme = self._context.theme
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._starting)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        column.addWidget(self.search)
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

    def _connect(self) -> None:
        bind = self._context.actions.bind
        bind("terminal.copy", lambda: self.view.copy() if self.view else None)
        bind("terminal.paste", lambda: self.view.paste() if self.view else None)
        bind("terminal.find", self.open_search)
        bind("terminal.rename", self._rename)
        bind("terminal.restart", self._restart)
        bind("terminal.close", self._close)
        bind("terminal.next", lambda: self._step(1))
        bind("terminal.previous", lambda: self._step(-1))
        self._context.actions.install("terminal", self)
        self.tabs.currentChanged.connect(lambda _n: self._switch_page())
        self.tabs.rename_asked.connect(self._rename)
        self.search.asked.connect(self._find)
        self.search.stepped.connect(lambda by: self.view.step(by) if self.view else None)
        self.search.left.connect(self._leave_search)

    def _step(self, by: int) -> None:
        """Show the next (1) or previous (-1) terminal, round the ends."""
        if self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
            self.setFocus()

    def _find(self, text: str) -> None:
        """Find a text in the terminal on screen, in a thread: ten thousand lines take longer than a frame."""
        view = self.view
        if view is None:
            return
        feed = view.terminal.feed
        work = asyncio.to_thread(find_in, feed.now(), text, feed.history.first)
        self._context.bridge.run(work, owner=view, done=lambda found: self._on_found(view, text, found))

    def _on_found(self, view: TerminalView, text: str, found: list[Match]) -> None:
        if view is self.view and not self.search.isHidden() and text == self.search.field.text():
            view.mark(found)

    def _on_opened(self, terminal: Terminal) -> None:
        self._show(terminal)
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self._switch_page()
        terminal.type(self._starting.take())
        if self.view is not None:
            self.view.setFocus()

    def _show(self, terminal: Terminal) -> None:
        view = TerminalView(self._context.theme, terminal, self._context.actions.in_force)
        view.link_asked.connect(self._ask_link)
        view.paste_asked.connect(lambda text: self._ask_paste(view, text))
        view.menu_asked.connect(self._open_menu)
        view.restart_asked.connect(self._restart)
        view.renumbered.connect(lambda: self._find(self.search.field.text()) if self.search.isVisible() else None)
        view.found.connect(self.search.say)
        self._views[terminal.id] = view
        self._pages.addWidget(view)
        self.tabs.add(terminal)
        stop = terminal.listen(lambda: self._tell(terminal))
        view.destroyed.connect(lambda: stop())

    def _tell(self, terminal: Terminal) -> None:
        if self.tabs.tell(terminal):
            self._count_waiting()
            shown = self.view is not None and self.view.terminal is terminal and not self.visibleRegion().isEmpty()
            if terminal.status == "blocked" and not shown:
                self.needed.emit(terminal.id, terminal.name, terminal.message)

    def choose(self, terminal_id: str) -> None:
        """Show a terminal, with the keyboard in it."""
        number = next((n for n in range(self.tabs.count()) if self.tabs.id_of(n) == terminal_id), -1)
        if number >= 0:
            self.tabs.setCurrentIndex(number)
        self._take_keys()

    def _count_waiting(self) -> None:
        waiting = sum(t.status == "blocked" for t in self._desk.listing())
        self.waiting_changed.emit(f"{waiting} need{'s' if waiting == 1 else ''} you" if waiting else "")

    def _switch_page(self) -> None:
        number = self.tabs.currentIndex()
        view = self._views.get(self.tabs.id_of(number))
        self.tabs.setVisible(self.tabs.count() > 0)
        self._show_page(view or self._empty)
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
        self.tabs.tell(terminal)
        self._views[terminal.id].say_name()

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
        self.tabs.drop(terminal.id)
        if view is not None:
            self._pages.removeWidget(view)
            view.deleteLater()
        self._switch_page()
        self._count_waiting()
        self.setFocus()

    def _leave_search(self) -> None:
        if self.search.isHidden():
            return
        self.search.hide()
        if self.view is not None:
            self.view.mark(())
            self.view.setFocus()

    def _open_menu(self, place: QPoint) -> None:
        """What can be done with the terminal on screen."""
        rows = ("terminal.copy", "terminal.paste", "terminal.find", "", "terminal.rename", "terminal.restart")
        menu = self._context.actions.menu(self, *rows, "terminal.close", "", "terminal.new", "terminal.new_elsewhere")
        menu.setAccessibleName("This terminal")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _ask_paste(self, view: TerminalView, text: str) -> None:
        lines = text.strip().splitlines()
        shown = "\n".join(line[:_SHOWN_WIDTH] for line in lines[:_SHOWN_LINES])
        rest = f"\n… and {len(lines) - _SHOWN_LINES:,} more" if len(lines) > _SHOWN_LINES else ""
        title = f"Paste {len(lines):,} lines?" if len(lines) > 1 else "Paste a line that runs at once?"
        words = f"What runs in this terminal takes each line as if you had pressed Enter behind it:\n\n{shown}{rest}"
        dialog = ConfirmDialog(self._context.theme, self.window(), title, words, button="Paste", danger=True)
        dialog.finished.connect(lambda yes: self._on_paste_answered(view, text) if yes else None)
        dialog.open()

    def _on_paste_answered(self, view: TerminalView, text: str) -> None:
        view.paste_text(text, asked=True)
        view.setFocus()

    def _ask_link(self, address: str) -> None:
        dialog = ConfirmDialog(
            self._context.theme, self.window(), "Open this address?", address, button="Open", icon="external-link"
        )
        dialog.finished.connect(lambda yes: QDesktopServices.openUrl(QUrl(address)) if yes else None)
        dialog.open()
