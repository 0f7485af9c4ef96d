"""The menus of the sidebar's rows: the same actions, for the row instead of the session on screen."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from boocode_desktop.ui.commands.projects import ProjectCommands
from boocode_desktop.ui.commands.sessions import SessionCommands


class RowMenu(QObject):
    """Maps an action id and a row's id to what is done."""

    def __init__(self, projects: ProjectCommands, sessions: SessionCommands) -> None:
        super().__init__(projects)
        self._acts: dict[str, Callable[[str], object]] = {
            "project.trust": projects.ask_trust,
            "project.untrust": projects.untrust,
            "project.remove": projects.remove,
            "session.new": projects.new_session,
            "session.new_in_place": partial(projects.new_session, isolation="in-place"),
            "session.rename": sessions.rename,
            "session.archive": sessions.archive,
            "session.delete": sessions.delete,
            "session.rewind": sessions.choose_turn,
            "session.undo_rewind": sessions.undo_rewind,
        }

    def do(self, action_id: str, row_id: str) -> None:
        """Do it for the row."""
        self._acts[action_id](row_id)
