"""What can be done with a session: rename, archive, delete, rewind, and going to the next one."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from boocode_desktop.domain.changes import RewindPreview
from boocode_desktop.domain.errors import StoppedError, UserFacingError
from boocode_desktop.domain.records import Session, Turn
from boocode_desktop.orchestrator.ports.workspace import WorkAtRisk
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.dialogs.questions import DeleteDialog, LineDialog, RewindDialog
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.palette.entries import Entry
from boocode_desktop.ui.palette.palette import Palette


class SessionCommands(QObject):
    """The rows of the `session` menu, for the session on screen or one of the sidebar's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._context = desk, desk.context
        for name, act in (
            ("rename", self.rename),
            ("archive", self.archive),
            ("delete", self.delete),
            ("rewind", self.choose_turn),
            ("undo_rewind", self.undo_rewind),
        ):
            desk.context.actions.bind(f"session.{name}", _on_current(desk, act))
        desk.area.rewind_asked.connect(self.rewind)
        desk.area.session_restore_asked.connect(self._restore)
        desk.context.actions.bind("session.next", lambda: self.step(1))
        desk.context.actions.bind("session.previous", lambda: self.step(-1))

    def step(self, by: int) -> None:
        """Go to the session above or below."""
        session_id = self._desk.sidebar.neighbour(by)
        if session_id:
            self._desk.navigator.show_session(session_id)

    def rename(self, session_id: str) -> None:
        """Ask for a new title."""
        dialog = LineDialog(
            self._context.theme,
            self._desk.window,
            "Rename session",
            label="Title",
            text=self._title(session_id),
            button="Rename",
        )
        dialog.entered.connect(lambda title: self._rename(session_id, title))
        dialog.open()

    def archive(self, session_id: str) -> None:
        """Put a session away; it can be brought back at once."""

        def done(_: object) -> None:
            self._left(session_id)
            self._desk.notices.tell("Session archived", title, action="Undo", act=lambda: self._restore(session_id))

        title = self._title(session_id)
        archive = self._context.front.sessions.archive(session_id)
        self._context.bridge.run(archive, owner=self, done=done, slow="Archiving")

    def delete(self, session_id: str) -> None:
        """Say what would be lost, then ask."""
        self._context.bridge.run(
            self._context.front.sessions.at_risk(session_id),
            owner=self,
            done=lambda risk: self._ask_delete(session_id, risk),
            slow="Looking at what would be lost",
        )

    def choose_turn(self, session_id: str) -> None:
        """Let the person choose a turn to rewind to."""
        self._context.bridge.run(
            self._context.front.store.turns(session_id=session_id),
            owner=self,
            done=lambda turns: self._offer_turns(session_id, turns),
        )

    def rewind(self, session_id: str, to_turn: int) -> None:
        """Show what a rewind would do, then ask."""
        self._context.bridge.run(
            self._context.front.review.rewind_preview(session_id, to_turn),
            owner=self,
            done=lambda preview: self._ask_rewind(session_id, preview),
            slow=Going(words="Comparing with that turn", stop="at once"),
        )

    def undo_rewind(self, session_id: str) -> None:
        """Bring back what the last rewind took."""

        def done(_: object) -> None:
            self._desk.navigator.reload()
            self._desk.notices.tell("The rewind is undone")

        going = Going(words="Undoing the rewind", stop="all or nothing")
        work = self._context.front.review.undo_rewind(session_id, watch=going.watch)
        self._context.bridge.run(
            work, owner=self, done=done, error=self._on_rewind_refused, key="session.rewind", slow=going
        )

    def _title(self, session_id: str) -> str:
        rows = self._desk.sidebar.model.sessions()
        return next((row.title for row in rows if row.id == session_id), "")

    def _rename(self, session_id: str, title: str) -> None:
        def done(_: Session) -> None:
            self._desk.sidebar.refresh()

        self._context.bridge.run(self._context.front.sessions.rename(session_id, title), owner=self, done=done)

    def _restore(self, session_id: str) -> None:
        def done(_: object) -> None:
            self._desk.sidebar.refresh()
            self._desk.navigator.show_session(session_id)

        restore = self._context.front.sessions.restore(session_id)
        self._context.bridge.run(restore, owner=self, done=done, slow="Restoring")

    def _left(self, session_id: str) -> None:
        self._desk.windows.drop(session_id=session_id)
        if self._context.selection.session_id == session_id:
            there = self._desk.sidebar.neighbour(1) or self._desk.sidebar.neighbour(-1)
            if there:
                self._desk.navigator.show_session(there)
            else:
                self._desk.navigator.show_welcome()
        self._desk.sidebar.refresh()

    def _ask_delete(self, session_id: str, risk: WorkAtRisk) -> None:
        title = self._title(session_id)
        dialog = DeleteDialog(self._context.theme, self._desk.window, title, risk)
        dialog.finished.connect(lambda yes: self._delete(session_id, title, force=risk.any) if yes else None)
        dialog.open()

    def _delete(self, session_id: str, title: str, *, force: bool) -> None:
        def done(_: object) -> None:
            self._left(session_id)
            self._desk.places.forget(session_id)
            self._desk.notices.tell("Session deleted", title)

        delete = self._context.front.sessions.delete(session_id, force=force)
        self._context.bridge.run(
            delete, owner=self, done=done, key=f"session.delete.{session_id}", slow="Deleting the session"
        )

    def _offer_turns(self, session_id: str, turns: Sequence[Turn]) -> None:
        entries = [
            Entry(
                title=f"Turn {turn.number}: {' '.join(turn.prompt.split())}",
                group="How it was after",
                icon="undo-2",
                right=turn.agent,
                act=partial(self.rewind, session_id, turn.number),
            )
            for turn in reversed(turns)
            if turn.status is not None and not turn.rewound
        ]
        start = Entry(
            title="The start of the session",
            group="How it was after",
            icon="flag",
            act=lambda: self.rewind(session_id, 0),
        )
        Palette(self._context.theme, self._desk.window, [*entries, start], title="Rewind to how it was after…").open()

    def _ask_rewind(self, session_id: str, preview: RewindPreview) -> None:
        dialog = RewindDialog(self._context.theme, self._desk.window, preview)
        dialog.finished.connect(lambda yes: self._rewind(session_id, preview.to_turn) if yes else None)
        dialog.open()

    def _rewind(self, session_id: str, to_turn: int) -> None:
        def done(_: RewindPreview) -> None:
            self._desk.navigator.reload()
            where = f"as it was after turn {to_turn}" if to_turn else "as it was at the start"
            self._desk.notices.tell(
                "Rewound", f"The copy is {where}.", action="Undo", act=lambda: self.undo_rewind(session_id)
            )

        going = Going(words="Rewinding", stop="all or nothing")
        work = self._context.front.review.rewind(session_id, to_turn, watch=going.watch)
        self._context.bridge.run(
            work, owner=self, done=done, error=self._on_rewind_refused, key="session.rewind", slow=going
        )

    def _on_rewind_refused(self, problem: UserFacingError) -> None:
        if isinstance(problem, StoppedError):
            self._desk.notices.tell(problem.message, problem.hint)
        else:
            self._context.bridge.refused.emit(problem)


def _on_current(desk: Desk, act: Callable[[str], None]) -> Callable[[], None]:
    def run() -> None:
        if desk.context.selection.session_id:
            act(desk.context.selection.session_id)

    return run
