"""The parts of the window that commands work on."""

from dataclasses import dataclass

from boocode_desktop.ui.chat.area import ChatArea
from boocode_desktop.ui.chat.places import ChatPlaces
from boocode_desktop.ui.chat.windows import ChatWindows
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_host import DockHost
from boocode_desktop.ui.first_run.page import FirstRunPage
from boocode_desktop.ui.main_window import MainWindow
from boocode_desktop.ui.navigator import Navigator
from boocode_desktop.ui.notices import Notices
from boocode_desktop.ui.sidebar.panel import Sidebar


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """Handed to every set of commands."""

    context: Context
    window: MainWindow
    sidebar: Sidebar
    area: ChatArea
    welcome: FirstRunPage
    docks: DockHost
    notices: Notices
    navigator: Navigator
    places: ChatPlaces
    windows: ChatWindows
