"""Who wrote the lines of the file on screen: read where it is wanted, and the way to the turn."""

import time
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from boocode_desktop.domain.changes import FileChange
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import Turn
from boocode_desktop.ui.changes.blame import Blame, blame_of
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.widgets.buttons import IconButton


class Blaming(QObject):
    """Ties the gutter of authors to its button.

    Signals:
        said(str, str): something to tell, and its tone.
    """

    said = Signal(str, str)

    def __init__(self, context: Context, view: DiffView, button: IconButton, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._view, self._button = context, view, button
        self._change: FileChange | None = None
        self._turns: Mapping[int, Turn] = {}
        context.actions.bind("changes.blame", button.click)
        context.actions.bind("changes.turn", self._turn_here)
        button.toggled.connect(lambda _on: self.read(self._change))
        view.turn_asked.connect(self._open_turn)

    def read(self, change: FileChange | None) -> None:
        """Another file is on screen: show its authors, where that is wanted and its new side is what is on disk."""
        self._change = change
        if change is None or not self._button.isChecked() or change.binary or change.operation == "deleted":
            self._view.show_blame(None)
            return
        self._context.bridge.run(
            self._read(self._context.selection.session_id, change.path),
            owner=self,
            done=self._show,
            error=self._complain,
            slow=Going(words="Reading who wrote the lines", stop="at once"),
        )

    async def _read(self, session: str, path: str) -> tuple[str, Blame]:
        lines = await self._context.front.review.blame(session, path)
        turns = await self._context.front.store.turns(session_id=session)
        return path, blame_of(lines, turns, time.time())

    def _show(self, found: tuple[str, Blame]) -> None:
        if self._change is not None and found[0] == self._change.path and self._button.isChecked():
            self._turns = found[1].turns
            self._view.show_blame(found[1])

    def _complain(self, problem: UserFacingError) -> None:
        self.said.emit(f"{problem.message} {problem.hint}".strip(), "bad")

    def _open_turn(self, number: int) -> None:
        turn = self._turns.get(number)
        if turn is not None:
            self._context.selection.turn_asked.emit(turn.chat_id, turn.id)

    def _turn_here(self) -> None:
        if not self._button.isChecked():
            self.said.emit(f"Show who wrote the lines first: {self._context.actions.keys('changes.blame')}.", "tx2")
        elif not self._view.turn_here():
            self.said.emit("No turn of this session wrote this line. Go to another with Up and Down.", "tx2")
