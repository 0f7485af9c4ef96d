"""Opening folders: inspect, remember, ask for trust where something would start by itself, make a session."""

from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from boocode_desktop.domain.changes import FolderInfo
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import Isolation, Project, Session
from boocode_desktop.orchestrator.views import TrustItem
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.dialogs.questions import ConfirmDialog
from boocode_desktop.ui.dialogs.trust import TrustDialog
from boocode_desktop.ui.folder_drop import FolderDrop
from boocode_desktop.ui.widgets.toast import Toast

_WORKING_MS = 120_000


class ProjectCommands(QObject):
    """The rows of the `project` menu, and new sessions."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._context = desk, desk.context
        self._toast: Toast | None = None
        self._unwanted = False
        bind = desk.context.actions.bind
        bind("project.open", self.ask_folder)
        bind("project.trust", lambda: self.ask_trust(self.current()))
        bind("project.untrust", lambda: self.untrust(self.current()))
        bind("project.remove", lambda: self.remove(self.current()))
        bind("session.new", lambda: self.new_session(self.current()))
        bind("session.new_in_place", lambda: self.new_session(self.current(), isolation="in-place"))
        desk.welcome.folder_asked.connect(self.ask_folder)
        desk.welcome.folder_given.connect(self.open_folder)
        FolderDrop(desk.window, desk.context.theme).given.connect(self.open_folder)
        desk.welcome.project_chosen.connect(self.new_session)

    def current(self) -> str:
        """The project of the session on screen, else the only one there is, else ""."""
        view = self._desk.sidebar.model.project_of(self._context.selection.session_id)
        if view is not None:
            return view.project.id
        overview = self._desk.sidebar.model.overview
        return overview[0].project.id if len(overview) == 1 else ""

    def ask_folder(self) -> None:
        """Let the person choose a folder."""
        dialog = QFileDialog(self._desk.window, "Open a folder", str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.open_folder(Path(name)))
        dialog.open()

    def open_folder(self, path: Path) -> None:
        """Remember a folder and begin a session in it."""
        self._context.bridge.run(self._inspect(path), owner=self, done=self._on_opened, key="project.open")

    def new_session(self, project_id: str, *, isolation: Isolation | None = None) -> None:
        """Begin a session; without a project, choose a folder first."""
        if not project_id:
            self.ask_folder()
            return
        project = self._project(project_id)
        if project is None:
            return
        if isolation is not None:
            self._create(project, isolation)
            return
        inspect = self._context.front.projects.inspect(Path(project.path))
        self._context.bridge.run(inspect, owner=self, done=lambda info: self._place(project, info))

    def ask_trust(self, project_id: str) -> None:
        """Show what would start by itself, and ask."""
        project = self._project(project_id)
        if project is not None:
            items = self._context.front.projects.trust_items(project_id)
            self._context.bridge.run(items, owner=self, done=lambda found: self._show_trust(project, found))

    def untrust(self, project_id: str) -> None:
        """Trust a folder no longer."""
        if project_id:
            self._run(self._context.front.projects.untrust(project_id), "The folder is not trusted any more")

    def remove(self, project_id: str) -> None:
        """Forget a project without sessions."""
        if project_id:
            self._run(self._context.front.projects.remove(project_id), "The project is forgotten, its folder untouched")

    async def _inspect(self, path: Path) -> tuple[Project, FolderInfo, Sequence[TrustItem]]:
        projects = self._context.front.projects
        info = await projects.inspect(path)
        project = await projects.open(path)
        return project, info, await projects.trust_items(project.id)

    def _on_opened(self, found: tuple[Project, FolderInfo, Sequence[TrustItem]]) -> None:
        project, info, items = found
        self._desk.sidebar.refresh()
        if not items or project.trusted:
            self._place(project, info)
        elif self._desk.welcome.isVisible():
            card = self._desk.welcome.ask_trust(project, items)
            card.answered.connect(lambda trusted: self._on_answered(project, info, trusted=trusted))
        else:
            dialog = TrustDialog(self._context.theme, self._desk.window, project.path, items)
            dialog.finished.connect(lambda trusted: self._on_answered(project, info, trusted=trusted))
            dialog.open()

    def _on_answered(self, project: Project, info: FolderInfo, *, trusted: bool) -> None:
        self._desk.welcome.forget_trust()
        if trusted:
            trust = self._context.front.projects.trust(project.id)
            self._context.bridge.run(trust, owner=self, done=lambda _: self._place(project, info))
        else:
            self._place(project, info)

    def _place(self, project: Project, info: FolderInfo) -> None:
        if info.worktrees:
            self._create(project, "worktree")
            return
        why = info.problem or "It is not a git repository, so no copy can be made."
        dialog = ConfirmDialog(
            self._context.theme,
            self._desk.window,
            "Work in the folder itself?",
            f"{why} Edits would land in {project.path} directly. Checkpoints are still made, and every turn can be "
            "rewound.",
            button="Work in place",
            icon="folder",
        )
        dialog.finished.connect(lambda yes: self._create(project, "in-place") if yes else None)
        dialog.open()

    def _create(self, project: Project, isolation: Isolation) -> None:
        started = self._context.bridge.run(
            self._context.front.sessions.create(project.id, isolation=isolation),
            owner=self,
            done=self._on_created,
            error=self._on_refused,
            key="session.create",
        )
        if started:
            words = f"Copying {project.name}" if isolation == "worktree" else f"Opening {project.name}"
            self._unwanted = False
            self._toast = self._desk.notices.tell(
                f"{words}…", project.path, tone="accent", action="Stop", act=self._stop, lasts_ms=_WORKING_MS
            )
            self._toast.closed.connect(self._forget_toast)

    def _stop(self) -> None:
        # What has begun ends whole and is then taken away: half a worktree would be nobody's.
        self._unwanted = True
        self._end_toast()
        self._desk.notices.tell("The new session is not kept", "What was copied so far is taken away again.")

    def _on_created(self, session: Session) -> None:
        self._end_toast()
        if self._unwanted:
            delete = self._context.front.sessions.delete(session.id, force=True)
            self._context.bridge.run(delete, done=lambda _: self._desk.sidebar.refresh(), slow="Taking the copy away")
            return
        self._desk.sidebar.refresh()
        self._desk.navigator.show_session(session.id)

    def _on_refused(self, problem: UserFacingError) -> None:
        self._end_toast()
        self._context.bridge.refused.emit(problem)

    def _end_toast(self) -> None:
        if self._toast is not None:
            self._toast.dismiss()

    def _forget_toast(self) -> None:
        self._toast = None

    def _show_trust(self, project: Project, items: Sequence[TrustItem]) -> None:
        dialog = TrustDialog(self._context.theme, self._desk.window, project.path, items)
        dialog.finished.connect(lambda yes: self._trust(project.id) if yes else None)
        dialog.open()

    def _trust(self, project_id: str) -> None:
        self._run(self._context.front.projects.trust(project_id), "The folder is trusted")

    def _run(self, coro: Coroutine[Any, Any, object], words: str) -> None:
        def done(_: object) -> None:
            self._desk.sidebar.refresh()
            self._context.selection.projects_changed.emit()
            self._desk.notices.tell(words)

        self._context.bridge.run(coro, owner=self, done=done)

    def _project(self, project_id: str) -> Project | None:
        overview = self._desk.sidebar.model.overview
        return next((v.project for v in overview if v.project.id == project_id), None)
