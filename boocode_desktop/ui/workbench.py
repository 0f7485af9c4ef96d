"""The window's contents, put together: imported after the first paint, because it brings everything else with it."""

import asyncio
import base64
from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.config.settings import Settings
from boocode_desktop.domain.errors import DiskFullError, UserFacingError
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.views import ProjectView
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.banner import Banner, BannerText
from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.chat.area import ChatArea
from boocode_desktop.ui.chat.places import ChatPlaces
from boocode_desktop.ui.chat.windows import ChatWindows
from boocode_desktop.ui.commands.chats import ChatCommands
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.commands.docks import DockCommands
from boocode_desktop.ui.commands.layouts import LayoutCommands
from boocode_desktop.ui.commands.panes import PaneCommands
from boocode_desktop.ui.commands.projects import ProjectCommands
from boocode_desktop.ui.commands.row_menu import RowMenu
from boocode_desktop.ui.commands.sessions import SessionCommands
from boocode_desktop.ui.commands.terminals import TerminalCommands
from boocode_desktop.ui.commands.view import ViewCommands
from boocode_desktop.ui.context import Context, Selection
from boocode_desktop.ui.dock_host import DockHost
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.docks import dock_specs
from boocode_desktop.ui.first_run.page import FirstRunPage
from boocode_desktop.ui.focus_home import FocusHome
from boocode_desktop.ui.focus_order import neighbour
from boocode_desktop.ui.in_force import put_in_force
from boocode_desktop.ui.leaving import Leaving
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.navigator import Navigator
from boocode_desktop.ui.notices import Notices
from boocode_desktop.ui.setup_port import Setup
from boocode_desktop.ui.shortcuts import chosen_keys, keys_in_force
from boocode_desktop.ui.sidebar.panel import Sidebar
from boocode_desktop.ui.status_line import StatusLine
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.focus_ring import FocusRing
from boocode_desktop.ui.widgets.spoken_role import install_spoken_roles

TRY_AGAIN = "try_again"
DOCKS, FOLDED = "window.docks", "window.folded"
# A toast leaves 24 px beneath itself, and its shadow 14 more: so much may lie over the composer.
_LAP = 20


class Workbench(QObject):
    """Everything in the window. `open()` shows what was on screen last.

    Signals:
        ready: the first session (or the welcome page) is on screen.
    """

    ready = Signal()

    def __init__(
        self,
        window: MainWindow,
        front: Front,
        setup: Setup,
        loop: asyncio.AbstractEventLoop,
        docks: Callable[[Context], Sequence[DockSpec]] = dock_specs,
    ) -> None:
        super().__init__(window)
        install_spoken_roles()
        self.window = window
        self.bridge = Bridge(loop, front.bus, self)
        self.context = Context(
            theme=window.theme,
            front=front,
            bridge=self.bridge,
            setup=setup,
            actions=Actions(window, window.theme),
            selection=Selection(self),
        )
        self.sidebar = Sidebar(self.context)
        self.welcome = FirstRunPage(self.context)
        self.area = ChatArea(self.context, self.welcome)
        self.places = ChatPlaces(self.context, self.area)
        self.windows = ChatWindows(self.context, self.area)
        self.banner = Banner(window.theme)
        self.status = StatusLine(self.context)
        centre = _stacked(self.banner, self.area)
        window.furnish(centre, self.status)
        self.docks = DockHost(window, window.theme)
        self._add_docks(docks(self.context))
        self.notices = Notices(window.theme, centre, lambda: self._floor(centre))
        self._ring = FocusRing(window.theme, self)
        window.set_focus_order(lambda root, forward: neighbour(root, forward=forward, home=self._home(root)))
        self._focus_home = FocusHome(self._home, self)
        self.navigator = Navigator(self.context, window, self.sidebar, self.area)
        self.leaving = Leaving(window, self.bridge, at_work=self.turns_at_work, save=self.save)
        self._commands = self._bind_commands()
        self.context.actions.bind("program.restart", self.leaving.start_again)
        chosen = chosen_keys(setup.settings().shortcuts)
        self.context.actions.set_keys(keys_in_force(tuple(self.context.actions.specs.values()), chosen))
        self._text_size = setup.settings().text_size
        self._unwatch = setup.watch_settings(self._on_settings_changed)
        self.sidebar.set_machine(setup.machine())
        self.sidebar.overview_changed.connect(self.welcome.show_projects)
        self.context.selection.session_changed.connect(lambda session_id: self.docks.suspend(not session_id))
        self.context.selection.open_asked.connect(self.navigator.show_session)
        self.context.selection.reveal_asked.connect(self.area.reveal)
        self.docks.suspend(True)
        self.bridge.refused.connect(self._on_refused)
        self.banner.acted.connect(self._on_banner_acted)
        self.bridge.failed.connect(self.notices.bug)

    def open(self) -> None:
        """Read the arrangement and the last session, and show them."""
        self.bridge.run(self._open(), owner=self)

    def turns_at_work(self) -> int:
        """How many sessions have a turn that closing would interrupt."""
        views = [s for p in self.sidebar.model.overview for s in p.sessions]
        return sum(v.state in ("running", "waiting") and not v.elsewhere for v in views)

    async def save(self) -> None:
        """Keep what is being written and how the window is arranged."""
        store = self.context.front.store
        for pane in (*self.area.panes(), *self.windows.panes()):
            await pane.composer.draft.save_now()
        await self.places.save()
        await self.windows.save()
        await store.set_setting(DOCKS, base64.b64encode(self.docks.save().data()).decode())
        await store.set_setting(FOLDED, sorted(self.sidebar.model.folded))

    async def close(self) -> None:
        """Listen to nothing and run nothing any more; the window may be gone already."""
        self.status.close_watch()
        self._unwatch()
        self.windows.close()
        await self.bridge.close()

    def _on_settings_changed(self, settings: Settings) -> None:
        size, self._text_size = self._text_size, settings.text_size
        put_in_force(self.context, settings)
        if settings.text_size != size:
            self.notices.tell(
                f"{settings.text_size} % holds from the next start",
                "Everything that is open comes back.",
                action="Open again now",
                act=self.leaving.start_again,
            )

    def _on_refused(self, problem: UserFacingError) -> None:
        if isinstance(problem, DiskFullError):
            again = ((TRY_AGAIN, "Try again"),)
            self.banner.say(BannerText(title=problem.message, detail=problem.hint, tone="bad", actions=again))
        else:
            self.notices.problem(problem)

    def _on_banner_acted(self, action_id: str) -> None:
        if action_id == TRY_AGAIN:
            self.bridge.run(self.save(), owner=self, done=lambda _: self._on_saved_again(), key="window.save")

    def _on_saved_again(self) -> None:
        self.banner.put_away()
        self.notices.tell("There is room again", "What you wrote is saved.")

    def _floor(self, centre: QWidget) -> int:
        pane = self.area.pane
        return pane.composer.mapTo(centre, QPoint()).y() + _LAP if pane is not None else centre.height()

    def _home(self, window: QWidget) -> QWidget | None:
        """Where somebody looks for the keys: the message, or what stands in its place."""
        pane = self.area.pane if window is self.window else self.windows.active_pane()
        if pane is not None:
            return pane.composer.editor
        return self.welcome if self.welcome.isVisible() else self.sidebar.list

    async def _open(self) -> None:
        store = self.context.front.store
        folded, state = await store.setting(FOLDED), await store.setting(DOCKS)
        if isinstance(folded, list):
            self.sidebar.model.fold([str(i) for i in folded])
        if isinstance(state, str):
            self.docks.restore(QByteArray(base64.b64decode(state)))
        overview = await self.context.front.projects.overview()
        self.sidebar.show_overview(overview)
        await self.windows.restore()
        session_id, chat_id = await self.navigator.last()
        known = {s.session.id for p in overview for s in p.sessions}
        if session_id in known:
            self.navigator.show_session(session_id, chat_id)
        elif first := _newest(overview):
            self.navigator.show_session(first)
        else:
            self.navigator.show_welcome()
        self.ready.emit()

    def _bind_commands(self) -> Sequence[QObject]:
        desk = Desk(
            context=self.context,
            window=self.window,
            sidebar=self.sidebar,
            area=self.area,
            welcome=self.welcome,
            docks=self.docks,
            notices=self.notices,
            navigator=self.navigator,
            places=self.places,
            windows=self.windows,
        )
        projects, sessions = ProjectCommands(desk), SessionCommands(desk)
        self.sidebar.action_chosen.connect(RowMenu(projects, sessions).do)
        docks = (DockCommands(desk), LayoutCommands(desk))
        return (
            projects,
            sessions,
            ChatCommands(desk),
            PaneCommands(desk),
            *docks,
            TerminalCommands(desk),
            ViewCommands(desk),
        )

    def _add_docks(self, specs: Sequence[DockSpec]) -> None:
        self.docks.add(
            DockSpec(
                id="sidebar",
                title="Projects",
                icon="panel-left",
                area="left",
                build=lambda: DockContent(widget=self.sidebar),
                size=METRICS.sidebar,
                fixed=True,
            )
        )
        for spec in specs:
            self.docks.add(spec)
        self.docks.remember_start()
        QTimer.singleShot(0, self.docks, self.docks.reset_sizes)


def _newest(overview: Sequence[ProjectView]) -> str:
    views = [s for p in overview for s in p.sessions]
    return max(views, key=lambda v: v.session.updated_at).session.id if views else ""


def _stacked(banner: QWidget, area: QWidget) -> QWidget:
    holder = QWidget()
    holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(banner)
    column.addWidget(area, 1)
    return holder
