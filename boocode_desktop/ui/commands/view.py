"""What the window itself can do: the palette, panes, theme, settings, the tour, leaving."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDockWidget

from boocode_desktop.config.settings import Theme
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.commands.palette import PaletteCommands
from boocode_desktop.ui.commands.settings import SettingsCommands
from boocode_desktop.ui.dialogs.about import AboutDialog
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.focus_order import focus_first, next_part
from boocode_desktop.ui.main_menu import key_entries, main_menu
from boocode_desktop.ui.palette.palette import Palette
from boocode_desktop.ui.setup_port import Tour


class ViewCommands(QObject):
    """The rows of the `view` and `program` menus."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._context = desk, desk.context
        self.settings = SettingsCommands(desk)
        self._palette = PaletteCommands(desk, self.settings.open)
        bind = desk.context.actions.bind
        bind("view.palette", self._palette.open)
        bind("view.menu", self.open_menu)
        bind("program.keys", self.open_keys)
        bind("view.sidebar", lambda: desk.docks.toggle("sidebar"))
        bind("view.filter", self.filter_sessions)
        bind("view.next_part", lambda: self.go_to_part(1))
        bind("view.previous_part", lambda: self.go_to_part(-1))
        bind("view.theme", self.switch_theme)
        bind("view.welcome", desk.navigator.show_welcome)
        bind("program.tour", self.start_tour)
        bind("program.about", self.open_about)
        bind("program.quit", desk.window.close)
        desk.docks.visibility_changed.connect(self._on_visibility_changed)
        for dock in ("changes", "traces", "timeline", "background", "workflows", "memory"):
            if desk.docks.known(dock):
                bind(f"view.{dock}", partial(desk.docks.toggle, dock))
        if desk.docks.known("changes"):
            bind("changes.focus", partial(desk.docks.focus, "changes"))
            bind("changes.maximise", partial(desk.docks.enlarge, "changes"))
            desk.context.selection.chat_changed.connect(lambda _: desk.docks.shrink())
            desk.context.selection.turn_asked.connect(lambda *_: desk.docks.shrink())
            desk.context.actions.action("chat.focus").triggered.connect(desk.docks.shrink)
        if desk.docks.known("workflows"):
            bind("workflows.maximise", partial(desk.docks.enlarge, "workflows"))
        welcome = desk.welcome
        welcome.tour_asked.connect(self.start_tour)
        welcome.agent_used.connect(self._use_agent)
        welcome.agent_help_asked.connect(self._explain_agent)
        welcome.service_saved.connect(lambda name: self._say_ready(f"{name} can be used now"))
        welcome.engine_started.connect(lambda model: self._say_ready(f"{model} is ready"))

    def filter_sessions(self) -> None:
        """Show the sidebar, with the keys in the line that narrows it."""
        self._desk.docks.show("sidebar")
        self._desk.sidebar.look_for()

    def open_menu(self) -> None:
        """Every action, by subject, below its button or in the corner of the window."""
        menu, button = main_menu(self._context.actions, self._desk.window), self._desk.sidebar.menu_button
        place = button if button.isVisible() else self._desk.area
        menu.popup(place.mapToGlobal(QPoint(0, button.height() + 4 if place is button else 4)))

    def open_keys(self) -> None:
        """All keys, to be searched; Enter does what stands there."""
        theme, entries = self._context.theme, key_entries(self._context.actions)
        Palette(theme, self._desk.window, entries, title="Keyboard shortcuts", prefixes=False).open()

    def open_about(self) -> None:
        """Version, licence, this computer."""
        AboutDialog(self._context, self._desk.window).open()

    def go_to_part(self, step: int) -> None:
        """Give the keys to the next dock, or to the message of the chat in the middle."""
        desk = self._desk
        part = next_part(desk.window, step)
        if isinstance(part, QDockWidget):
            focus_first(part)
        elif desk.area.pane is not None:
            desk.area.pane.composer.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif part is not None:
            focus_first(part)

    def switch_theme(self) -> None:
        """Dark becomes light and light dark, and stays so."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            choice: Theme = "light" if self._context.theme.dark else "dark"
            self._context.theme.apply(app, choice)
            fresh = replace(self._context.setup.settings(), theme=choice)
            self._context.bridge.run(self._context.setup.save_settings(fresh))

    def start_tour(self) -> None:
        """Open the sample project and let the scripted agent begin."""
        started = self._context.bridge.run(
            self._context.setup.start_tour(), owner=self, done=self._on_tour_started, key="setup.tour"
        )
        if started:
            self._desk.notices.tell("Making the sample project…", "The agent of the tour is scripted.", tone="accent")

    def _on_tour_started(self, tour: Tour) -> None:
        self._desk.sidebar.refresh()
        self._desk.navigator.show_session(tour.session_id, tour.chat_id)

    def _on_visibility_changed(self, dock: str, visible: bool) -> None:
        if dock == "sidebar":
            self._desk.area.set_sidebar_shown(visible)

    def _use_agent(self, name: str) -> None:
        fresh = replace(self._context.setup.settings(), default_agent=name)
        self._context.bridge.run(
            self._context.setup.save_settings(fresh),
            owner=self,
            done=lambda _: self._say_ready(f"{name} takes the turns of new chats"),
        )

    def _explain_agent(self, name: str) -> None:
        agent = next((a for a in self._context.front.agents.snapshot() if a.name == name), None)
        if agent is None:
            self._context.bridge.refused.emit(
                UserFacingError(f"{name} is not known any more.", "Choose another agent in the settings.")
            )
            return
        words = agent.detail or "It was not found on this computer."
        dialog = ConfirmDialog(
            self._context.theme,
            self._desk.window,
            f"Using {agent.label or agent.name}",
            f"{words[:1].upper()}{words[1:]}. Set it up in a terminal as its own manual says, then look again.",
            button="Look again",
            icon=agent.icon,
            cancel="Close",
        )
        dialog.finished.connect(lambda yes: self._desk.welcome.agents.look() if yes else None)
        dialog.open()

    def _say_ready(self, words: str) -> None:
        self._desk.notices.tell(words, "Choose a folder to begin." if self._desk.welcome.isVisible() else "")
