"""The window's contents, put together: imported after the first paint, because it brings everything else with it."""

import asyncio
import base64
from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QObject, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.views import ProjectView
from boocode_desktop.ui.actions import Actions
from boocode_desktop.ui.banner import Banner
from boocode_desktop.ui.bridge import Bridge
from boocode_desktop.ui.chat.area import ChatArea
from boocode_desktop.ui.chat.pane import MakeTranscript
from boocode_desktop.ui.context import Context, Selection
from boocode_desktop.ui.dock_host import DockContent, DockHost, DockSpec
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.navigator import Navigator
from boocode_desktop.ui.notices import Notices
from boocode_desktop.ui.setup_port import Setup
from boocode_desktop.ui.sidebar.panel import Sidebar
from boocode_desktop.ui.status_line import StatusLine
from boocode_desktop.ui.theme.tokens import METRICS

DOCKS, FOLDED = "window.docks", "window.folded"


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
        make_transcript: MakeTranscript,
        docks: Callable[[Context], Sequence[DockSpec]] = lambda _: (),
    ) -> None:
        super().__init__(window)
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
        self.area = ChatArea(self.context, QWidget(), make_transcript)
        self.banner = Banner(window.theme)
        self.status = StatusLine(self.context)
        centre = _stacked(self.banner, self.area)
        window.furnish(centre, self.status)
        self.docks = DockHost(window, window.theme)
        self._add_docks(docks(self.context))
        self.notices = Notices(window.theme, centre, self.banner)
        self.navigator = Navigator(self.context, window, self.sidebar, self.area)
        self.sidebar.set_machine(setup.machine())
        self.bridge.refused.connect(self.notices.problem)
        self.bridge.failed.connect(self.notices.bug)

    def open(self) -> None:
        """Read the arrangement and the last session, and show them."""
        self.bridge.run(self._open(), owner=self)

    async def _open(self) -> None:
        store = self.context.front.store
        folded, state = await store.setting(FOLDED), await store.setting(DOCKS)
        if isinstance(folded, list):
            self.sidebar.model.fold([str(i) for i in folded])
        if isinstance(state, str):
            self.docks.restore(QByteArray(base64.b64decode(state)))
        overview = await self.context.front.projects.overview()
        self.sidebar.show_overview(overview)
        session_id, chat_id = await self.navigator.last()
        known = {s.session.id for p in overview for s in p.sessions}
        if session_id in known:
            self.navigator.show_session(session_id, chat_id)
        elif first := _newest(overview):
            self.navigator.show_session(first)
        else:
            self.navigator.show_welcome()
        self.ready.emit()

    def _add_docks(self, specs: Sequence[DockSpec]) -> None:
        self.docks.add(
            DockSpec(
                id="sidebar",
                title="Sidebar",
                icon="panel-left",
                area="left",
                build=lambda: DockContent(widget=self.sidebar),
                size=METRICS.sidebar,
                fixed=True,
            )
        )
        for spec in specs:
            self.docks.add(spec)
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
