"""Decisions in the review: approve, reject, undo and commit, and what is said about how they went."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from boocode_desktop.content.decided_hunks import OPEN
from boocode_desktop.content.diff_rows import CONFLICT_HINT
from boocode_desktop.domain.changes import CommitPlan, Committed, Hunk, ReviewResult
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.changes.commit_dialog import CommitDialog
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.changes.file_list import FileModel
from boocode_desktop.ui.changes.scopes import ScopeChoice
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, count
from boocode_desktop.ui.going_on import Going

KEY = "changes.decide"
CLASHES = {"Approved": CONFLICT_HINT, "Rejected": "It stays as it is.", "Undone": "It stays as it is."}
"""What becomes of what was in the way."""


class Deciding(QObject):
    """Carries decisions about the session on screen to the program.

    `path` is the file on screen. `shown` says that its lines are what they are after the last decision; until they are,
    hunks are not decided, because another one stands where the last one stood.

    Signals:
        said(str, str): something to tell, and its tone.
        changed: a decision was made or undone: the list reads differently.
        busy(bool): whether a decision is being carried out.
    """

    said = Signal(str, str)
    changed = Signal()
    busy = Signal(bool)

    def __init__(
        self, context: Context, view: DiffView, model: FileModel, scopes: ScopeChoice, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._view, self._model, self._scopes = context, view, model, scopes
        self.path = ""
        self.shown = True
        for name, handler in (
            ("approve_hunk", lambda: self._decide_hunk("approve", view.open_hunk)),
            ("reject_hunk", lambda: self._decide_hunk("reject", view.open_hunk)),
            ("approve_file", lambda: self.decide("approve", self.path)),
            ("reject_file", lambda: self.decide("reject", self.path)),
            ("approve_all", lambda: self.decide("approve", "")),
            ("reject_all", self._ask_reject_all),
            ("commit", self._ask_commit),
            ("undo", self.undo),
            ("undo_one", self._undo_here),
        ):
            context.actions.bind(f"changes.{name}", handler)
            # A key that is held decides once: the next hunk has not been looked at.
            context.actions.action(f"changes.{name}").setAutoRepeat(False)
        view.decided.connect(self._decide_hunk)
        view.undo_asked.connect(self.undo)

    @property
    def possible(self) -> bool:
        """Whether hunks can be approved and rejected in the scope that is shown."""
        return self._scopes.scope == "session"

    def may(self, what: str = "Hunks are decided") -> bool:
        """Whether that is possible; where not, it is said why."""
        if not self.possible:
            self.said.emit(
                f"{what} in the scope Session; this one is for looking. Choose the scope Session first.", "tx2"
            )
        return self.possible

    def decide(self, verb: str, path: str, hunk: Hunk | None = None) -> None:
        """Approve or reject a hunk, a file, or for "" everything."""
        session = self._context.selection.session_id
        if not session or not self._model.changes or not self.may():
            return
        review = self._context.front.review
        approving = verb == "approve"
        act = review.approve if approving else review.reject
        verbed = "Approved" if approving else "Rejected"
        # One file is written whole or not at all; between several there is a place to stop.
        going = Going(words="Approving" if approving else "Rejecting", stop="" if path else "between")
        self._run(
            act(session, path, hunk, watch=going.watch), lambda result: self._decided(verbed, path, result), going
        )

    def undo(self, decision_id: str = "") -> None:
        """Undo a decision, the newest one for ""."""
        if session := self._context.selection.session_id:
            work = self._context.front.review.undo(session, decision_id)
            self._run(work, lambda result: self._decided("Undone", "", result), Going(words="Undoing"))

    def _run(self, work: Any, done: Callable[[Any], None], going: Going) -> None:
        def over(result: Any) -> None:
            self.busy.emit(False)
            done(result)

        def refused(problem: UserFacingError) -> None:
            self.busy.emit(False)
            self.complain(problem)
            self.changed.emit()

        if self._context.bridge.run(work, owner=self, done=over, error=refused, key=KEY, slow=going):
            self.shown = False
            self.busy.emit(True)

    def complain(self, problem: UserFacingError) -> None:
        """Say what went wrong."""
        self.said.emit(f"{problem.message} {problem.hint}".strip(), "bad")

    def _decide_hunk(self, verb: str, index: int) -> None:
        """What is seen is decided: not a file that is being read, and no hunk that may be another one by now."""
        diff = self._view.diff
        if not self.may() or diff is None or diff.change.path != self.path or not self.shown:
            return
        hunk = next((hunk for hunk in diff.hunks if hunk.index == index), None)
        if hunk is not None or (not diff.hunks and diff.change.status in OPEN):
            self.decide(verb, self.path, hunk)

    def _undo_here(self) -> None:
        if not self._view.undo_here():
            keys = self._context.actions.keys("changes.undo")
            words = f"There is no decision on this row. Go to one with Up and Down, or undo the newest with {keys}."
            self.said.emit(words, "tx2")

    def _decided(self, verb: str, path: str, result: ReviewResult) -> None:
        keys = self._context.actions.keys("changes.undo") if verb != "Undone" else ""
        self.said.emit(*decided_words(verb, path, result, keys))
        self.changed.emit()

    def _ask_reject_all(self) -> None:
        waiting = sum(change.status in OPEN for change in self._model.changes)
        if not waiting or not self.may():
            return
        words = f"{count(waiting, 'file')} in the session's copy go back to how they were. Each can be undone."
        dialog = ConfirmDialog(
            self._context.theme,
            self._view.window(),
            "Reject all changes?",
            words,
            button="Reject all",
            danger=True,
            icon="x",
        )
        dialog.finished.connect(lambda yes: self.decide("reject", "") if yes else None)
        dialog.open()

    def _ask_commit(self) -> None:
        if session := self._context.selection.session_id:
            work = self._context.front.review.commit_plan(session)
            going = Going(words="Reading what is approved", stop="at once")
            self._context.bridge.run(
                work,
                owner=self,
                done=lambda plan: self._show_plan(session, plan),
                error=self.complain,
                key="changes.commit",
                slow=going,
            )

    def _show_plan(self, session: str, plan: CommitPlan) -> None:
        if not plan.operations:
            why = " ".join(f"{path}: {reason}." for path, reason in list(plan.left.items())[:2])
            words = f"There is nothing to commit. {why or 'Approve hunks first, or all is committed already.'}"
            self.said.emit(words, "warn")
            return
        dialog = CommitDialog(self._context.theme, self._view.window(), plan)
        dialog.committed.connect(lambda message: self._commit(session, message))
        dialog.open()

    def _commit(self, session: str, message: str) -> None:
        self._context.bridge.run(
            self._context.front.review.commit(session, message),
            owner=self,
            done=self._committed,
            error=self.complain,
            key="changes.commit",
            slow="Committing",
        )

    def _committed(self, done: Committed) -> None:
        where = f" on {done.branch}" if done.branch else ""
        left = f" {count(len(done.left), 'approved file')} left out." if done.left else ""
        words = f"Committed {count(len(done.paths), 'file')}{where}: {done.summary} ({done.commit[:8]}).{left}"
        self.said.emit(words, "ok")


def decided_words(verb: str, path: str, result: ReviewResult, keys: str) -> tuple[str, str]:
    """What is said after a decision, and its tone.

    Args:
        verb: `Approved`, `Rejected` or `Undone`.
        path: the file it was about, "" for all of them.
        result: how it went.
        keys: what undoes the newest decision, "" where that needs no word.
    """
    conflicts, done = result.conflicts or {}, len(result.decided)
    clash = f" {_conflict_words(conflicts)} {CLASHES[verb]}" if conflicts else ""
    if result.left:
        rest = "the other one waits" if len(result.left) == 1 else f"the other {len(result.left):,} wait"
        total = count(done + len(conflicts) + len(result.left), "file")
        return f"Stopped. {verb} {done:,} of {total}; {rest}.{clash}", "warn" if clash else "tx2"
    if clash:
        return f"{verb} {count(done, 'file')}.{clash}" if done else clash.strip(), "warn"
    if done > 1:
        return f"{verb} {count(done, 'file')}. {keys} undoes them one by one, the newest first.", "tx2"
    words = f"{verb} {path or 'everything'}." if verb != "Undone" else "Undone."
    return f"{words} {keys} undoes it." if keys else words, "tx2"


def _conflict_words(conflicts: Mapping[str, str]) -> str:
    path, why = next(iter(conflicts.items()))
    more = f" (and {len(conflicts) - 1} more)" if len(conflicts) > 1 else ""
    return f"{path}: {why}{more}."
