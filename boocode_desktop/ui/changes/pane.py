"""The changes pane: which files changed, what in them, and what becomes of it."""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.content.decided_hunks import OPEN, decided_of, progress
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.changes import CommitPlan, Committed, FileChange, FileDiff, ReviewResult, Scope
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import Decision, Isolation, Turn
from boocode_desktop.ui.changes.blame import Blame, blame_of
from boocode_desktop.ui.changes.bottom_bar import BottomBar
from boocode_desktop.ui.changes.commit_dialog import CommitDialog
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.changes.empty import EmptyReview
from boocode_desktop.ui.changes.file_bar import FileBar
from boocode_desktop.ui.changes.remarking import Remarking
from boocode_desktop.ui.changes.scopes import ScopeChoice
from boocode_desktop.ui.changes.side import TALL, FileSide
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.changes.toolbar import ReviewTools
from boocode_desktop.ui.changes.tray import CommentTray
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.questions import ConfirmDialog, count
from boocode_desktop.ui.widgets.labels import ElidedLabel

REFRESHING = (ev.ChangesUpdated, ev.TurnFinished)
GLANCE_MS = 700
"""How long after a tool call the list is read again while a turn runs: every call may have written."""


class ChangesPane(QWidget):
    """Implements the review of the session on screen. `tools` goes into the dock's title bar."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._path = ""
        self._stale = False
        self._decisions: Sequence[Decision] = ()
        self._isolation: Isolation = "worktree"
        self._turns: Mapping[int, Turn] = {}
        self._glance = QTimer(self, interval=GLANCE_MS, singleShot=True)
        self._glance.timeout.connect(self._on_glance)
        self.setObjectName("changes")
        self.setAccessibleName("Changes")
        self.scopes = ScopeChoice(context.theme, self)
        self.side = FileSide(context.theme, self.scopes.picker, context.actions.keys("changes.undo"))
        self.model = self.side.model
        self.bar = FileBar(context.theme, context.actions)
        self.view = DiffView(context.theme, self._colour)
        self.tools = ReviewTools(context.theme, context.actions)
        self.foot = BottomBar(context.theme, context.actions)
        self._empty = EmptyReview(context.theme)
        self.tray = CommentTray(context.theme, context.actions)
        self.remarks = Remarking(context, self.view, self.tray, self)
        self._message = ElidedLabel(context.theme, "")
        self._pages = QStackedWidget()
        self._build()
        self.setFocusProxy(self.view)
        self._connect()
        self.remarks.show_session(context.selection.session_id)
        self.refresh()

    def _build(self) -> None:
        right = QWidget()
        column = _column(right)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.side)
        splitter.addWidget(right)
        splitter.setSizes([280, 872])
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(splitter)
        whole = _column(self)
        whole.addWidget(self.scopes.bar)
        whole.addWidget(self._pages, 1)
        self._message_bar = _padded(self._message, 28)
        self._message_bar.hide()
        whole.addWidget(self._message_bar)
        whole.addWidget(self.tray)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        context, actions = self._context, self._context.actions
        actions.install("changes", self)
        for name, handler in (
            ("changes.approve_hunk", lambda: self._decide_hunk("approve")),
            ("changes.reject_hunk", lambda: self._decide_hunk("reject")),
            ("changes.approve_file", lambda: self._decide("approve", self._path)),
            ("changes.reject_file", lambda: self._decide("reject", self._path)),
            ("changes.approve_all", lambda: self._decide("approve", "")),
            ("changes.reject_all", self._ask_reject_all),
            ("changes.commit", self._ask_commit),
            ("changes.scope", self.scopes.step),
            ("changes.next_hunk", lambda: self._step(1)),
            ("changes.previous_hunk", lambda: self._step(-1)),
            ("changes.undo", self._undo),
            ("changes.undo_one", self._undo_here),
            ("changes.expand", self._expand),
            ("changes.comment", self._comment),
            ("changes.send_comments", self.remarks.send),
            ("changes.blame", self.tools.blame.click),
            ("changes.turn", self._turn_here),
            ("changes.spacing", self.tools.spacing.click),
            ("changes.wrap", self.tools.wrapping.click),
            ("changes.layout", self._switch_layout),
        ):
            actions.bind(name, handler)
        self.tools.layout_choice.chosen.connect(self.view.choose_layout)
        self.view.decided.connect(lambda verb, hunk: self._decide(verb, self._path, hunk))
        self.view.undo_asked.connect(self._undo)
        self.tools.spacing.toggled.connect(lambda hidden: self.view.set_spacing(not hidden))
        self.tools.blame.toggled.connect(lambda _on: self._read_blame())
        self.view.turn_asked.connect(self._open_turn)
        self.tools.wrapping.toggled.connect(self.view.set_wrapped)
        self.view.hunk_changed.connect(self._on_view_hunk_changed)
        self.view.fitted.connect(self._on_view_fitted)
        self.side.chosen.connect(self._choose)
        self.scopes.chosen.connect(self._on_scope_chosen)
        self._empty.session_asked.connect(self._on_session_asked)
        self.remarks.said.connect(self._say)
        self.remarks.file_asked.connect(self._choose)
        self.remarks.comments.changed.connect(lambda: self.side.count_comments(self.remarks.comments.counts))
        context.selection.session_changed.connect(self._on_session_changed)
        context.bridge.watch(self._hear)

    def sizeHint(self) -> QSize:
        """What the bottom dock starts with."""
        return QSize(1000, 268)

    def refresh(self) -> None:
        """Read the change list again."""
        session = self._context.selection.session_id
        if not session:
            self._show_changes(([], []))
            return
        self._stale = not self._run(
            self._read(session), self._show_changes, key="changes.refresh", slow="Reading the changes"
        )

    async def _read(self, session: str) -> tuple[Sequence[FileChange], Sequence[Decision]]:
        review = self._context.front.review
        worktree = await self._context.front.store.worktree(session)
        self._isolation = worktree.isolation if worktree is not None else "worktree"
        return await review.changes(session, scope=self.scopes.scope), await review.decisions(session)

    def _run(self, work: Coroutine[Any, Any, Any], done: Any, *, key: str = "", slow: str = "") -> bool:
        return self._context.bridge.run(work, owner=self, done=done, error=self._complain, key=key, slow=slow)

    def _hear(self, envelopes: Sequence[ev.Envelope]) -> None:
        session = self._context.selection.session_id
        heard = [e.event for e in envelopes if e.session_id == session]
        if any(isinstance(event, REFRESHING) for event in heard):
            self._glance.stop()
            self.refresh()
        elif any(isinstance(event, ev.ToolFinished) for event in heard) and not self._glance.isActive():
            self._glance.start()

    def _on_glance(self) -> None:
        if self.isVisible():
            self.refresh()

    def _on_session_changed(self, session_id: str) -> None:
        self._path = ""
        self._say("")
        self.remarks.show_session(session_id)
        self.refresh()

    def _on_view_hunk_changed(self, place: int, count: int) -> None:
        self.tools.place.set_text(f"{place} of {count} hunks" if count else "")

    def _on_view_fitted(self, room: bool) -> None:
        """The choice shows the layout that is seen, and says why the other one is not."""
        self.tools.layout_choice.select(self.view.layout_now)
        self.tools.layout_choice.setEnabled(room)
        self.tools.layout_choice.setToolTip("" if room else "Too narrow for side by side")

    def _show_changes(self, found: tuple[Sequence[FileChange], Sequence[Decision]]) -> None:
        changes, self._decisions = found
        if self._stale:
            self._stale = False
            QTimer.singleShot(0, self, self.refresh)
        self.side.show_changes(changes)
        self._pages.setCurrentIndex(1 if changes else 0)
        self._empty.show_scope(self.scopes.scope)
        self._show_totals(changes)
        listed = self.model.changes
        known = any(c.path == self._path for c in listed)
        if not known and listed:
            self._choose(next((c.path for c in listed if c.status in OPEN), listed[0].path))
        elif known:
            self._choose(self._path, again=True)
        else:
            self._path = ""
            self.view.show_diff(None)
            self.remarks.show_diff(None)

    def _show_totals(self, changes: Sequence[FileChange]) -> None:
        state = progress(changes, self._decisions)
        self.side.show_progress(state)
        approved = len({d.path for d in self._decisions if d.action == "approve" and not d.undone})
        self.foot.show_state(self._isolation, state.waiting, approved, deciding=self.deciding)
        self.tools.everything.setEnabled(self.deciding and state.waiting > 0)
        self.tools.commit.setEnabled(approved > 0)

    @property
    def deciding(self) -> bool:
        """Whether hunks can be approved and rejected in the scope that is shown."""
        return self.scopes.scope == "session"

    def _choose(self, path: str, *, again: bool = False) -> None:
        change = next((c for c in self.model.changes if c.path == path), None)
        if change is None or (path == self._path and not again):
            return
        same = path == self._path
        self._path = path
        self.side.mark(path)
        self.bar.title.show_change(change)
        review, scope = self._context.front.review, self.scopes.scope
        work = review.diff(self._context.selection.session_id, path, scope=scope)
        self._context.bridge.run(
            work,
            owner=self,
            done=lambda diff: self._show_diff(diff, same, scope),
            error=lambda problem: self._complain(problem) if path == self._path else None,
        )

    def _show_diff(self, diff: FileDiff, same: bool, scope: Scope) -> None:
        if diff.change.path == self._path and scope == self.scopes.scope:
            decided = decided_of(self._decisions, self._path) if self.deciding else ()
            self.view.show_diff(diff, keep_place=same, deciding=self.deciding, decisions=decided)
            self.bar.set_open(self.deciding and diff.change.status in OPEN)
            self.remarks.show_diff(diff if self.deciding else None)
            self._read_blame()

    def _comment(self) -> None:
        if not self._may_decide("Comments are written"):
            return
        if not self.view.comment_here():
            self._say("There is no line to comment on here.")

    def _read_blame(self) -> None:
        """Who wrote the lines of the file on screen, where that is wanted and its new side is what is on disk."""
        change = next((c for c in self.model.changes if c.path == self._path), None)
        if change is None or not self.tools.blame.isChecked() or change.binary or change.operation == "deleted":
            self.view.show_blame(None)
            return
        self._run(self._blame(self._context.selection.session_id, self._path), self._show_blame)

    async def _blame(self, session: str, path: str) -> tuple[str, Blame]:
        lines = await self._context.front.review.blame(session, path)
        turns = await self._context.front.store.turns(session_id=session)
        return path, blame_of(lines, turns, time.time())

    def _show_blame(self, found: tuple[str, Blame]) -> None:
        if found[0] == self._path and self.tools.blame.isChecked():
            self._turns = found[1].turns
            self.view.show_blame(found[1])

    def _open_turn(self, number: int) -> None:
        turn = self._turns.get(number)
        if turn is not None:
            self._context.selection.turn_asked.emit(turn.chat_id, turn.id)

    def _turn_here(self) -> None:
        if not self.tools.blame.isChecked():
            self._say(f"Show who wrote the lines first: {self._context.actions.keys('changes.blame')}.")
        elif not self.view.turn_here():
            self._say("No turn of this session wrote this line. Go to another with Up and Down.")

    def _on_scope_chosen(self, _scope: str) -> None:
        self._say("")
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tall panes show more."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *, again: bool = True) -> None:
        tall = self.height() >= TALL
        self.scopes.fit(tall=tall)
        self.tools.fit(tall=tall)
        self.foot.setVisible(tall)
        self.tray.fit(tall=tall)
        # Showing and hiding parts may make the dock give another height before this returns.
        if again and tall != (self.height() >= TALL):
            self._fit(again=False)

    def _on_session_asked(self) -> None:
        self.scopes.select("session")
        self.refresh()

    def _ask_reject_all(self) -> None:
        waiting = sum(c.status in OPEN for c in self.model.changes)
        if not waiting or not self._may_decide():
            return
        words = f"{count(waiting, 'file')} in the session's copy go back to how they were. Each can be undone."
        dialog = ConfirmDialog(
            self._context.theme, self.window(), "Reject all changes?", words, button="Reject all", danger=True, icon="x"
        )
        dialog.finished.connect(lambda yes: self._decide("reject", "") if yes else None)
        dialog.open()

    def _ask_commit(self) -> None:
        if session := self._context.selection.session_id:
            work = self._context.front.review.commit_plan(session)
            self._run(work, lambda plan: self._show_plan(session, plan), key="changes.commit")

    def _show_plan(self, session: str, plan: CommitPlan) -> None:
        if not plan.operations:
            why = " ".join(f"{path}: {reason}." for path, reason in list(plan.left.items())[:2])
            self._say(
                f"There is nothing to commit. {why or 'Approve hunks first, or all is committed already.'}", "warn"
            )
            return
        dialog = CommitDialog(self._context.theme, self.window(), plan)
        dialog.committed.connect(lambda message: self._commit(session, message))
        dialog.open()

    def _commit(self, session: str, message: str) -> None:
        self._run(
            self._context.front.review.commit(session, message),
            self._committed,
            key="changes.commit",
            slow="Committing",
        )

    def _committed(self, done: Committed) -> None:
        where = f" on {done.branch}" if done.branch else ""
        left = f" {count(len(done.left), 'approved file')} left out." if done.left else ""
        self._say(f"Committed {count(len(done.paths), 'file')}{where}: {done.summary} ({done.commit[:8]}).{left}", "ok")

    def _decide_hunk(self, verb: str) -> None:
        if self.view.open_hunk or not self.deciding:
            self._decide(verb, self._path, self.view.open_hunk)

    def _decide(self, verb: str, path: str, hunk: int | None = None) -> None:
        session = self._context.selection.session_id
        if not session or not self.model.changes or not self._may_decide():
            return
        review = self._context.front.review
        act = review.approve if verb == "approve" else review.reject
        what = f"{'Approved' if verb == 'approve' else 'Rejected'} {path or 'everything'}"
        self._run(act(session, path, hunk), lambda r: self._decided(what, r), key="changes.decide", slow="Deciding")

    def _may_decide(self, what: str = "Hunks are decided") -> bool:
        if not self.deciding:
            self._say(f"{what} in the scope Session; this one is for looking. Choose the scope Session first.")
        return self.deciding

    def _step(self, by: int) -> None:
        """The neighbouring hunk, which may be one of the neighbouring file."""
        if not self.view.move_hunk(by) and (path := self.model.neighbour(self._path, by)):
            self._choose(path)

    def _undo(self, decision_id: str = "") -> None:
        session = self._context.selection.session_id
        if session:
            work = self._context.front.review.undo(session, decision_id)
            self._run(work, lambda r: self._undone(r), key="changes.decide", slow="Undoing")

    def _undone(self, result: ReviewResult) -> None:
        self._decided("Undone", result, hint="")

    def _undo_here(self) -> None:
        if not self.view.undo_here():
            self._say("There is no decision on this row. Go to one with Up and Down, or undo the newest with Ctrl Z.")

    def _expand(self) -> None:
        if not self.view.unfold():
            self._say("Nothing is folded here.")

    def _decided(self, what: str, result: ReviewResult, *, hint: str = "undoes it.") -> None:
        conflicts = result.conflicts or {}
        if conflicts:
            path, why = next(iter(conflicts.items()))
            more = f" (and {len(conflicts) - 1} more)" if len(conflicts) > 1 else ""
            self._say(f"{path}: {why}{more}. Your folder was left as it is.", "warn")
        else:
            more = f" {self._context.actions.keys('changes.undo')} {hint}" if hint else ""
            self._say(f"{what}.{more}", "tx2")
        self.refresh()

    def _switch_layout(self) -> None:
        if not self.view.has_room:
            return
        other = "unified" if self.tools.layout_choice.selected == "split" else "split"
        self.tools.layout_choice.select(other)
        self.view.choose_layout(other)  # type: ignore[arg-type]

    def _colour(self, blocks: SyntaxBlocks, side: str, block: int) -> None:
        def came(found: Any) -> None:
            blocks.take(found)
            self.view.colours_came(blocks)

        self._context.bridge.run(asyncio.to_thread(blocks.work, side, block), owner=self, done=came)

    def _complain(self, error: UserFacingError) -> None:
        self._say(f"{error.message} {error.hint}".strip(), "bad")

    def _say(self, text: str, tone: str = "tx2") -> None:
        self._message.set_text(text, tone)
        self._message_bar.setVisible(bool(text))


def _padded(label: QWidget, height: int) -> QWidget:
    """A label with room at its sides, in a row of a fixed height."""
    row = QWidget()
    row.setFixedHeight(height)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(14, 0, 10, 0)
    layout.addWidget(label)
    return row


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
